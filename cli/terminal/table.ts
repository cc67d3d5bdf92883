import { cellOf, pad, widthOf } from './width.ts';

/** Rows under a header. The terminal that shows them decides how they are laid out. */
export interface TableBlock {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, by position. */
  readonly alignRight: readonly number[];
  /** Blanks in front of each line. */
  readonly indent: number;
}

/** What a command writes: a line, or a table. */
export type Line = string | TableBlock;

/**
 * A table for the terminal. Pure.
 *
 * @param alignRight - columns of numbers, by position.
 * @param indent - blanks in front of each line.
 */
export const tableOf = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignRight: readonly number[] = [],
  indent = 0,
): TableBlock => ({ header, rows, alignRight, indent });

/** How a table may be laid out. */
export interface TableLayout {
  /** Columns of the terminal; `undefined` where the lines go elsewhere and may be of any length. */
  readonly columns: number | undefined;
  /** Ids stay whole, however wide the table gets. */
  readonly wide: boolean;
  /** Adds colour to a cell that has been laid out; it must not change the width. */
  readonly paint: (text: string, cell: string) => string;
}

/** Below this a table is shown row by row, a line for each cell. */
const NARROW_COLUMNS = 60;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\?|$)/;
const SHOWN_OF_ID = 8;
/** Finds an id that has been shortened. */
export const SHORT_ID = /\b[0-9a-f]{8}…/;

/**
 * Lines of a table with aligned columns, two spaces apart. In a terminal they fit its width: first ids are shortened, and where that
 * does not suffice, or the terminal is narrow, each row becomes lines of its own. Pure.
 */
export function layOutTable(table: TableBlock, { columns, wide, paint }: TableLayout): readonly string[] {
  const whole = { ...table, header: table.header.map(cellOf), rows: table.rows.map((row) => row.map(cellOf)) };
  if (columns === undefined || (wide && columns >= NARROW_COLUMNS)) return align(whole, paint);
  if (columns < NARROW_COLUMNS) return stack(whole, paint);
  if (lineWidth(whole) <= columns) return align(whole, paint);
  const short = { ...whole, rows: whole.rows.map((row) => row.map(shortenId)) };
  return lineWidth(short) <= columns ? align(short, paint) : stack(whole, paint);
}

/** Lines of a table as they are where nothing limits their length. Pure. */
export const renderTable = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignRight: readonly number[] = [],
): readonly string[] =>
  layOutTable(tableOf(header, rows, alignRight), { columns: undefined, wide: true, paint: (text) => text });

const shortenId = (cell: string): string =>
  cell.replace(ID, (id) => (id.length > SHOWN_OF_ID ? `${id.slice(0, SHOWN_OF_ID)}…` : id));

const columnWidths = ({ header, rows }: TableBlock): readonly number[] =>
  header.map((_, column) => Math.max(...[header, ...rows].map((row) => widthOf(row[column] ?? ''))));

const lineWidth = (table: TableBlock): number =>
  columnWidths(table).reduce((sum, width) => sum + width + 2, table.indent - 2);

function align(table: TableBlock, paint: TableLayout['paint']): readonly string[] {
  const { header, rows, alignRight, indent } = table;
  const widths = columnWidths(table);
  const lineOf = (row: readonly string[], painted: boolean): string => {
    const last = row.findLastIndex((cell) => cell !== '');
    const cells = widths.slice(0, last + 1).map((width, column) => {
      const cell = row[column] ?? '';
      const right = alignRight.includes(column);
      const text = column === last && !right ? cell : pad(cell, width, right ? 'left' : 'right');
      return painted ? paint(text, cell) : text;
    });
    return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
  };
  return [lineOf(header, false), ...rows.map((row) => lineOf(row, true))];
}

/** Row by row, a line for each cell, with an empty line between two rows. */
function stack({ header, rows, indent }: TableBlock, paint: TableLayout['paint']): readonly string[] {
  const width = Math.max(...header.map(widthOf));
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...header.flatMap((title, column) => {
      const cell = row[column] ?? '';
      return cell === '' ? [] : [`${' '.repeat(indent)}${pad(title, width, 'right')}  ${paint(cell, cell)}`.trimEnd()];
    }),
  ]);
}
