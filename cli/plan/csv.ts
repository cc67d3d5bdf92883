/**
 * A line of a file with comma-separated values. Spreadsheets run cells that begin with certain characters as formulas, and
 * users choose these values: such a cell, and one that begins with an apostrophe, gets an apostrophe in front. So does such
 * a text after a semicolon or a tab, because some spreadsheets begin a cell there. Remove one apostrophe before each such
 * character to get the value back. Pure.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvLine = (cells: readonly (string | null)[]): string => cells.map((cell) => quote(cell ?? '')).join(',');

/** Before a cell, or a part after a separator, that begins like a formula. Full-width signs count, too. */
const FORMULA = /(?<=^|[;\t\r\n])(?=[=+\-@'\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r\n])/g;

function quote(cell: string): string {
  const safe = cell.replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
