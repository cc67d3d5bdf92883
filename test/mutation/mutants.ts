/** A small change of a source file that at least one test should notice. */
export interface Mutant {
  /** From 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The whole file, changed. */
  readonly source: string;
}

/** What is replaced by what; the first group, if any, stays. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \?\? /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/ \/ /g, ' * '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\bMath\.min\b/g, 'Math.max'],
  [/\bMath\.max\b/g, 'Math.min'],
  [/\bMath\.(?:floor|ceil)\b/g, 'Math.round'],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/(?<=[(\s])!(?=[\w(])/g, ''],
  [/(?<![\w.'-])(\d[\d_]*)(?![\w.'])/g, '1$1'],
];

/**
 * All mutants of a TypeScript source: comparison, logic, arithmetic, constants. Comments, imports, types and texts stay as they are. Pure.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const hidden = hide(source);
  return REPLACEMENTS.flatMap(([pattern, replacement]) =>
    [...hidden.matchAll(pattern)].map((match) => {
      const { 0: from, index } = match;
      const to = replacement.replace('$1', match[1] ?? '');
      return {
        line: source.slice(0, index).split('\n').length,
        from,
        to,
        source: source.slice(0, index) + to + source.slice(index + from.length),
      };
    }),
  ).toSorted((one, other) => one.line - other.line);
}

/** The same source with blanks, as many, for everything that is not code that runs. */
function hide(source: string): string {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, '\u00a0');
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, blank)
    .replaceAll(/\/\/.*$/gm, blank)
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, blank)
    .replaceAll(/^import [\s\S]*?;$/gm, blank)
    .replaceAll(/^(?:export )?(?:interface \w+[^{]*\{[\s\S]*?^\}|type [\s\S]*?;)$/gm, blank);
}
