import { widthOf } from './width.ts';

/** Lines that are kept whole: those of tables, which have their columns, and commands to paste. */
const KEPT = /\S {2,}\S|^\s*(?:npx|aws|echo) /;
/** What is not broken: a command of this product up to the end of its clause, and any other word. */
const WORDS = /(?:npx )?connect-sync (?:(?!\S*[.;,:)]+(?:\s|$))\S+ )*\S+|\S+/g;
/** Below this a line would have a word or two. */
const MIN_COLUMNS = 40;

/**
 * Prose as lines of at most so many columns, where its words and commands allow it. The first line keeps its indent, the next
 * ones have two blanks more. Pure.
 *
 * @param columns - `undefined` where lines may be of any length.
 */
export function wrapProse(text: string, columns: number | undefined): readonly string[] {
  if (columns === undefined || columns < MIN_COLUMNS || widthOf(text) <= columns || KEPT.test(text)) return [text];
  const indent = /^\s*/.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const [word] of text.matchAll(WORDS)) {
    if (!empty && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
