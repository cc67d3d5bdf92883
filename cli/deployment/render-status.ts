import { adviseOnNearMisses, type NearMissCounts } from '../../lambda/core/near-misses.ts';
import { renderAge } from '../terminal/age.ts';
import { renderTable } from '../terminal/table.ts';
import type { QueueCounts } from './ports.ts';

/** See {@link renderStatus}. */
export interface StatusReport {
  readonly users: number;
  readonly outcomes: readonly {
    readonly status: string | null;
    readonly reasons: readonly string[];
    readonly users: number;
  }[];
  /** ISO time. */
  readonly lastReconciled: string | null;
  /** The sweep's last pass, or the one under way. */
  readonly sweep: {
    readonly startedAt: string | null;
    readonly finishedAt: string | null;
    /** Whom no rule linked when both sides were compared last. */
    readonly nearMisses: NearMissCounts;
  } | null;
  readonly queues: Readonly<Record<'changes' | 'deadLetters' | 'intakeDeadLetters', QueueCounts>>;
  readonly attention: readonly { readonly sub: string; readonly status: string; readonly reasons: readonly string[] }[];
}

/** Most users that are named to a person. */
const MAX_ROWS = 50;

const QUEUES = {
  changes: 'changes',
  deadLetters: 'dead letters',
  intakeDeadLetters: 'dead letters of change-intake',
} as const;

/** Lines that tell how the synchronization is doing. Pure. */
export function renderStatus(report: StatusReport, now: number): readonly string[] {
  const { users, outcomes, lastReconciled, sweep, queues, attention } = report;
  const when = (time: string | null) =>
    time === null ? 'none yet' : `${time} (${renderAge(now - Date.parse(time))} ago)`;
  const underWay = sweep !== null && sweep.finishedAt === null;
  const counts = outcomes.map((group) => [group.status ?? 'no outcome', reasons(group), String(group.users)]);
  const depths = Object.entries(QUEUES).map(([name, title]) => {
    const { visible, hidden } = queues[name as keyof typeof QUEUES];
    return [title, String(visible), String(hidden)];
  });
  const named = attention.slice(0, MAX_ROWS).map((user) => [user.sub, user.status, reasons(user)]);
  const more = attention.length - named.length;
  return [
    `Users: ${users}, last reconciled: ${when(lastReconciled)}`,
    `Sweep: ${underWay ? `under way since ${when(sweep.startedAt)}` : when(sweep?.finishedAt ?? null)}`,
    ...(sweep === null ? [] : adviseOnNearMisses(sweep.nearMisses)),
    ...(users === 0 ? [] : ['', ...renderTable(['STATUS', 'REASONS', 'USERS'], counts, [2])]),
    '',
    ...renderTable(['QUEUE', 'VISIBLE', 'HIDDEN'], depths, [1, 2]),
    ...(named.length === 0 ? [] : ['', ...renderTable(['SUB', 'STATUS', 'REASONS'], named)]),
    ...(more === 0 ? [] : [`... and ${more} more (all of them with --json)`]),
  ];
}

const reasons = (group: { readonly reasons: readonly string[] }): string => group.reasons.join(', ') || '-';
