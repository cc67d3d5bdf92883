import { printable } from './printable.ts';

/** Characters that take two columns: East Asian wide and full-width ones. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
/** Shown as a picture, two columns wide. */
const PICTURE = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F/u;
/** Takes no column of its own. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Ends text that runs from right to left, so that what follows keeps its place. */
const LEFT_TO_RIGHT_MARK = '\u200E';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns of a terminal that a text takes. Pure. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    if (!NO_WIDTH.test(segment)) width += PICTURE.test(segment) || WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Text as a cell of a table: nothing in it moves the cursor or reorders its neighbours. Pure. */
export function cellOf(text: string): string {
  const shown = printable(text);
  return RIGHT_TO_LEFT.test(shown) ? `${shown}${LEFT_TO_RIGHT_MARK}` : shown;
}

/** A text filled up with blanks to a width. Pure. */
export function pad(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'left' ? `${blanks}${text}` : `${text}${blanks}`;
}
