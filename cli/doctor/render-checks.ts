import { type Line, tableOf } from '../terminal/table.ts';
import type { Verdict } from './check.ts';

/** A check that applied, and its verdict. */
export interface Checked {
  readonly name: string;
  readonly verdict: Verdict;
}

/** Lines with every check, then with what to do about each problem and warning. Pure. */
export function renderChecks(checked: readonly Checked[]): readonly Line[] {
  const rows = checked.map(({ name, verdict }) => [verdict.state, name, verdict.says]);
  const todo = checked.flatMap(({ name, verdict }) => {
    if (verdict.state !== 'problem' && verdict.state !== 'warning') return [];
    const { advice, command } = verdict;
    return [`  ${name}: ${advice}`, ...(command === undefined ? [] : [`    ${command}`])];
  });
  return [
    tableOf(['STATE', 'CHECK', 'WHAT'], rows),
    ...(todo.length === 0 ? [] : ['', 'What to do', ...todo]),
    '',
    summarize(checked),
  ];
}

/** How many checks ended how, in a sentence. Pure. */
function summarize(checked: readonly Checked[]): string {
  const count = (state: Verdict['state']) => checked.filter(({ verdict }) => verdict.state === state).length;
  const [problems, warnings, open] = [count('problem'), count('warning'), count('not checked')];
  const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return `${checked.length} checks: ${counted(problems, 'problem')}, ${counted(warnings, 'warning')}, ${open} not checked.`;
}
