/** The two parts of a full name. */
export interface NameParts {
  readonly first: string;
  readonly last: string;
}

/** Generational suffixes. They belong to neither part. */
const SUFFIX = /[\s,](jr|sr|ii|iii|iv)\.?$/iu;

/** Brackets hold a nickname, a department or a pronoun. */
const BRACKET = /[()[\]{}<>（）【】]/u;

/** Scripts whose names are written without a space between the parts. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Splits a full name: "Last, First" at exactly one comma, otherwise at the last space. Pure.
 *
 * @param name - trimmed.
 * @returns `undefined` when the parts are not certain: one word, brackets, a suffix, several commas, or a script that is
 *   written without spaces.
 */
export function splitName(name: string): NameParts | undefined {
  if (BRACKET.test(name) || SUFFIX.test(name) || UNSPACED.test(name)) return undefined;
  const parts = name.split(',').map((part) => part.trim());
  if (parts.length > 2) return undefined;
  const [before = '', after] = parts;
  if (after !== undefined) return before === '' || after === '' ? undefined : { first: after, last: before };
  const space = name.search(/\s\S+$/u);
  return space < 0 ? undefined : { first: name.slice(0, space).trim(), last: name.slice(space + 1) };
}

/**
 * What is left of a full name without one of its parts. Pure.
 *
 * @param name - trimmed.
 * @param part - the first or the last name, trimmed.
 * @returns `undefined` when the part is not at an end of the name, or nothing is left.
 */
export function restOfName(name: string, part: string): string | undefined {
  if (part === '' || BRACKET.test(name) || SUFFIX.test(name)) return undefined;
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
