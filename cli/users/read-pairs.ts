import { ConfigError } from '../../lambda/core/failures/errors.ts';

/** Two cells of a line of a file. */
export type Pair = readonly [first: string, second: string];

/** What a file of pairs says, and which of its lines say nothing that can be used. */
export interface ReadPairs {
  /** Each pair once, in the order of the file. */
  readonly pairs: readonly Pair[];
  /** Numbers of lines, from 1, that do not have exactly two cells with text, and of a header whose columns are swapped. */
  readonly badLines: readonly number[];
}

/**
 * Reads a file with two columns, separated by commas, semicolons or tabs, as spreadsheets write them: a byte order mark,
 * quotes, empty lines and doubled lines are fine. Pure.
 *
 * @param header - names of the columns; a first line that has them is no pair. In the other order it is a bad line.
 */
export function readPairs(text: string, header: Pair): ReadPairs {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n|\r/);
  const pairs = new Map<string, Pair>();
  const badLines: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [first = '', second = '', ...more] = cellsOf(line);
    const named = index === 0 ? [first.toLowerCase(), second.toLowerCase()] : [];
    if (named[0] === header[0] && named[1] === header[1]) continue;
    const swapped = named[0] === header[1] && named[1] === header[0];
    if (swapped || first === '' || second === '' || more.some((cell) => cell !== '')) badLines.push(index + 1);
    else pairs.set(JSON.stringify([first, second]), [first, second]);
  }
  return { pairs: [...pairs.values()], badLines };
}

/** Most lines that a message names. */
const MAX_LINES = 10;

/**
 * The pairs of a file that a command is to work through. Pure.
 *
 * @throws {ConfigError} `unreadable-file` for lines that are no pair, and for a file without any text.
 */
export function requirePairs(path: string, text: string, header: Pair): readonly Pair[] {
  const { pairs, badLines } = readPairs(text, header);
  const expected = `expected two columns, ${header.join(' and ')}`;
  if (badLines.length > 0) {
    const more = badLines.length > MAX_LINES ? `, and ${badLines.length - MAX_LINES} more` : '';
    throw new ConfigError(
      'unreadable-file',
      `${path}: lines ${badLines.slice(0, MAX_LINES).join(', ')}${more}: ${expected}.`,
    );
  }
  if (text.trim() === '') throw new ConfigError('unreadable-file', `${path}: the file is empty; ${expected}.`);
  return pairs;
}

/** Cells of one line; in quotes a separator is text, and a quote is doubled. */
const cellsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|[,;\t])(?:\s*"((?:[^"]|"")*)"\s*(?=[,;\t]|$)|([^,;\t]*))/g)].map(([, quoted, plain = '']) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  );
