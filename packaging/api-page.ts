import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/api.md');

const INTRODUCTION = `# API

Written by \`npm run generate\` from the declarations of the npm package; do not edit.

\`import { IdentitySync } from 'cognito-connect-sync'\`. The package exports the names below and no other. An
[example](architecture.md#as-a-construct-in-your-own-app) shows a whole app, and [versioning.md](versioning.md) says what may change.
`;

/** Text of a doc comment without its stars; paragraphs become one line each. */
const readComment = (comment: string): string =>
  comment
    .replaceAll(/^\s*\* ?/gm, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');

/** Splits what a doc comment says into the meaning and the default. */
function splitDefault(comment: string): readonly [meaning: string, preset: string | undefined] {
  const [meaning = '', preset] = readComment(comment).split(/\s*@default\s+/);
  if (preset === undefined) return [meaning, undefined];
  return [meaning, preset.startsWith('- ') ? preset.slice(2) : `\`${preset}\``];
}

/**
 * One section of the page for an interface or a class.
 *
 * @throws {Error} for a member that has no comment, or a shape that the page cannot show.
 */
export function renderDeclaration(source: string, name: string): string {
  const found = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:interface|declare class) ${name}( extends (\\w+))? \\{\\n([\\s\\S]*?)^\\}`,
    'm',
  ).exec(source);
  if (found === null) throw new Error(`${name} is not an interface or a class with a comment.`);
  const [, comment = '', , base, body = ''] = found;
  const construction = /^ {4}constructor\((.*)\);$/m.exec(body)?.[1];
  const members = [
    ...body.matchAll(/^ {4}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {4}readonly (\w+)(\??): ([^;{}]+);$/gm),
  ].map(([, text = '', member = '', optional = '', type = '']) => {
    const [meaning, preset = optional === '' ? 'required' : '–'] = splitDefault(text);
    const plainType = optional === '' ? type : type.replace(/ \| undefined$/, '');
    return [`\`${member}${optional}\``, `\`${plainType}\``, ...(construction === undefined ? [preset] : []), meaning];
  });
  const declared = [...body.matchAll(/^ {4}(?!\/\*\*| \*|constructor)\S/gm)].length;
  if (members.length !== declared)
    throw new Error(`${name} has ${declared} members, and ${members.length} of them have a comment and a plain type.`);
  const intoRow = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  // The members of a class are there to be read: they have no defaults.
  const titles = ['member', 'type', ...(construction === undefined ? ['default'] : []), 'meaning'];
  return [
    `## ${name}`,
    readComment(comment).replace(/\s*@throws \{(\w+)\} /, '\n\nThrows `$1` '),
    ...(base === undefined || base === 'Construct'
      ? []
      : [`Has the members of [${base}](#${base.toLowerCase()}) too.`]),
    ...(construction === undefined ? [] : [`\`\`\`ts\nnew ${name}(${construction})\n\`\`\``]),
    [intoRow(titles), intoRow(titles.map(() => '---')), ...members.map(intoRow)].join('\n'),
  ].join('\n\n');
}

/** Names that a declaration file exports, each with the file that declares it. */
const readExports = (index: string): readonly (readonly [name: string, file: string])[] =>
  [...index.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)\.ts';/g)].flatMap(([, names = '', file = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => [name, `${file}.d.ts`] as const),
  );

/** `docs/api.md`: every exported name of the npm package with its members, from the declarations that the compiler writes. */
export function renderApiPage(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'connect-sync-api-'));
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['-p', join(ROOT, 'packaging'), '--noCheck', '--outDir', scratch];
    execFileSync(process.execPath, [compiler, ...options], { stdio: 'inherit' });
    const declarations = join(scratch, 'lib');
    const read = (file: string) => readFileSync(join(declarations, file), 'utf8').replaceAll('\r\n', '\n');
    const names = readExports(read('index.d.ts')).toSorted(([left], [right]) => rank(left) - rank(right));
    return [INTRODUCTION.trimEnd(), ...names.map(([name, file]) => renderDeclaration(read(file), name))]
      .join('\n\n')
      .concat('\n');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The construct and its props come first; the rest keeps its order. */
const FIRST = ['IdentitySync', 'IdentitySyncProps'];
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

/** Whether `docs/api.md` is what the declarations say. */
export const isApiPageCurrent = (): boolean => readFileSync(PAGE, 'utf8') === renderApiPage();

if (import.meta.main) writeFileSync(PAGE, renderApiPage());
