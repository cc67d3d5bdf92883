/** The two parts of a full name. */
export interface NameParts {
  readonly first: string;
  readonly last: string;
}

/** Generational suffixes and titles, in lower case and without dots. They belong to neither part. */
const SUFFIXES: ReadonlySet<string> = new Set([
  ...['jr', 'sr', 'ii', 'iii', 'iv', '2nd', '3rd', '4th', 'esq'],
  ...['phd', 'dphil', 'mphil', 'edd', 'psyd', 'pharmd', 'md', 'dds', 'dmd', 'dvm', 'llb', 'llm', 'mba', 'mpa', 'mph'],
  ...['msc', 'bsc', 'meng', 'beng', 'cpa', 'cfa', 'pmp', 'cissp', 'obe', 'mbe', 'cbe'],
]);

/** Titles that are names or initials as well. Only capitals after a comma may be a title. */
const SHORT_TITLES: ReadonlySet<string> = new Set([
  'MA',
  'MS',
  'BA',
  'BS',
  'JD',
  'DO',
  'RN',
  'NP',
  'PA',
  'PE',
  'QC',
  'KC',
]);

/** Brackets hold a nickname, a department or a pronoun. */
const BRACKET = /[()[\]{}<>（）【】]/u;

/** Scripts whose names are written without a space between the parts. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Splits a full name: "Last, First" at exactly one comma, otherwise at the last space. Pure.
 *
 * @param name - trimmed.
 * @returns `undefined` when the parts are not certain: one word, brackets, a suffix or a title at the end, several commas, or
 *   a script that is written without spaces.
 */
export function splitName(name: string): NameParts | undefined {
  if (BRACKET.test(name) || endsInSuffix(name) || UNSPACED.test(name)) return undefined;
  const parts = name.split(',').map((part) => part.trim());
  if (parts.length > 2) return undefined;
  const [before = '', after] = parts;
  if (after !== undefined) return before === '' || after === '' ? undefined : { first: after, last: before };
  const space = name.search(/\s\S+$/u);
  return space < 0 ? undefined : { first: name.slice(0, space).trim(), last: name.slice(space + 1) };
}

/** Whether the last word is a suffix or a title, or may be one. */
function endsInSuffix(name: string): boolean {
  const [, before = '', word = ''] = /^(.*[\s,])([^\s,]+)$/su.exec(name) ?? [];
  const plain = word.replaceAll('.', '');
  return SUFFIXES.has(plain.toLowerCase()) || (before.trimEnd().endsWith(',') && SHORT_TITLES.has(plain));
}

/**
 * What is left of a full name without one of its parts. Pure.
 *
 * @param name - trimmed.
 * @param part - the first or the last name, trimmed.
 * @returns `undefined` when the part is not at an end of the name, or nothing is left.
 */
export function restOfName(name: string, part: string): string | undefined {
  if (part === '' || BRACKET.test(name) || endsInSuffix(name)) return undefined;
  const lower = name.toLocaleLowerCase('und');
  const wanted = part.toLocaleLowerCase('und');
  const sameLength = lower.length === name.length && wanted.length === part.length;
  if (!sameLength) return undefined;
  const starts = lower.startsWith(wanted) && /^[\s,]/u.test(name.slice(part.length));
  const ends = lower.endsWith(wanted) && /[\s,]$/u.test(name.slice(0, -part.length));
  // A name that begins and ends with the part, such as "Ali Hassan Ali", is not certain.
  if (starts === ends) return undefined;
  const rest = starts ? name.slice(part.length) : name.slice(0, -part.length);
  const trimmed = rest.replace(/^[\s,]+|[\s,]+$/gu, '');
  return trimmed === '' || trimmed.includes(',') ? undefined : trimmed;
}
