/** A table of figures. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A goal, and whether it was reached. */
export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What a question has found out. */
export interface Report {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

/** One question of the bench. */
export type Question = (progress: (line: string) => void) => Promise<Report>;

/** 0.9712 as `97.1 %`. */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;

/** Milliseconds with a sensible number of digits. */
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** A report as Markdown: its tables, then its goals. */
export function toMarkdown({ tables, goals }: Report): string {
  const goalTable: Table = {
    caption: 'Goals',
    columns: ['goal', 'measured', 'reached'],
    rows: goals.map(({ goal, measured, met }) => [goal, measured, met ? 'yes' : '**no**']),
  };
  return [...tables, ...(goals.length > 0 ? [goalTable] : [])].map(formatTable).join('\n\n');
}

function formatTable({ caption, columns, rows }: Table): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(3, ...all.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`**${caption}**`, '', line(columns), rule, ...rows.map(line)].join('\n');
}
