/** Control characters, and characters that override, embed or isolate the direction of the text around them. */
const NOT_PRINTABLE = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/** White space and invisible characters: soft hyphen, zero-width characters, direction marks, byte order mark. */
const INVISIBLE_AT_ENDS =
  /^[\s\u00AD\u061C\u180E\u200B-\u200F\u2060-\u2064\uFEFF]+|[\s\u00AD\u061C\u180E\u200B-\u200F\u2060-\u2064\uFEFF]+$/gu;

/** Whether a value has no control characters and no overrides of direction. Pure. */
export const isPrintable = (value: string): boolean => !NOT_PRINTABLE.test(value);

/**
 * A value in Unicode NFC without white space and invisible characters at its ends. Joiners inside a word stay, because some
 * scripts need them. Pure.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
export const tidy = (value: string): string => value.normalize('NFC').replace(INVISIBLE_AT_ENDS, '');
