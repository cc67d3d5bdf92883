/**
 * A line of a file with comma-separated values. Spreadsheets run cells that begin with certain characters as formulas, and the
 * values are other people's: such a cell, and one that begins with an apostrophe, gets an apostrophe in front. Take one off to
 * have the value back. Pure.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvLine = (cells: readonly (string | null)[]): string => cells.map((cell) => quote(cell ?? '')).join(',');

function quote(cell: string): string {
  const safe = /^[=+\-@\t\r']/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
