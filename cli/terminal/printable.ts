/**
 * Characters that a terminal obeys instead of showing them, and those that make text read in another order than it is
 * written: control characters, line separators, embeddings, overrides and isolates of direction.
 */
const NOT_PRINTABLE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Text with everything replaced that could move the cursor, forge a line or reorder what is read. Pure. */
export const printable = (text: string): string => text.replace(NOT_PRINTABLE, '\uFFFD');

/**
 * A JSON document whose text is safe to print, and means the same. Pure.
 *
 * @param complete - completes the commands to paste, which are in members `command`.
 */
export const printableJson = (value: unknown, complete: (command: string) => string = (command) => command): string =>
  JSON.stringify(
    value,
    (key, member: unknown) => (key === 'command' && typeof member === 'string' ? complete(member) : member),
    2,
  )
    .split('\n')
    .map((line) => line.replace(NOT_PRINTABLE, escapeUnit))
    .join('\n');

const escapeUnit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
