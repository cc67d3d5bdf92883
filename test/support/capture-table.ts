import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');

/** The table that people read, of what sees which change: a row for each way to change, a cell for each route. */
export const captureTable = (page.split(/<!-{2} \/?capture-table -->/)[1] ?? '')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, what = '', message = '', other = '', rule = '', sweep = '']) => ({ what, message, other, rule, sweep }));
