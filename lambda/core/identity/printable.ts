/**
 * Control characters, halves of characters, line and paragraph separators, characters that override, embed or isolate the
 * direction of the text around them, annotations, and tags, which hide text in a text.
 */
const NOT_PRINTABLE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u206F\uFFF9-\uFFFB\u{E0001}-\u{E007F}]/u;

/** Characters that show nothing: ignorable ones and the blank of Braille. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Spaces and marks show nothing without a letter. */
const SHOWS_NOTHING = /^[\p{Default_Ignorable_Code_Point}\p{M}\s\u2800]+$/u;

/** White space and invisible characters: soft hyphen, zero-width characters, direction marks, byte order mark. */
const INVISIBLE_AT_ENDS =
  /^[\s\u00AD\u061C\u180E\u200B-\u200F\u2060-\u2064\uFEFF]+|[\s\u00AD\u061C\u180E\u200B-\u200F\u2060-\u2064\uFEFF]+$/gu;

/** Whether a value has no characters that break or reorder a text, or hide another one. Pure. */
export const isPrintable = (value: string): boolean => !NOT_PRINTABLE.test(value);

/** Whether a value has a character that shows nothing. Pure. */
export const hasInvisible = (value: string): boolean => INVISIBLE.test(value);

/**
 * A value in Unicode NFC without white space and invisible characters at its ends. Joiners inside a word stay, because some
 * scripts need them. A value of which nothing can be seen is empty. Pure.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
export const tidy = (value: string): string => {
  const text = value.normalize('NFC').replace(INVISIBLE_AT_ENDS, '');
  return SHOWS_NOTHING.test(text) ? '' : text;
};
