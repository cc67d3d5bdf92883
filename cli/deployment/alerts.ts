import { needsPerson } from '../../lambda/core/sweep/near-misses.ts';
import type { SweepState } from '../../lambda/core/sweep/sweep-pass.ts';
import type { RowCounts } from './count-rows.ts';
import type { QueueCounts } from './ports.ts';

/** What `status` may end with code 1 for. */
export const ALERTS = [
  'held',
  'rejected',
  'unlinked',
  'failing',
  'dead-letters',
  'stale',
  'near-misses',
  'paused',
  'no-input',
  'observing',
] as const;

/** See {@link ALERTS}. */
export type Alert = (typeof ALERTS)[number];

/** What {@link findAlerts} looks at. */
export interface AlertFacts {
  readonly rows: RowCounts;
  readonly sweep: SweepState | undefined;
  readonly queues: Readonly<Record<'deadLetters' | 'intakeDeadLetters', QueueCounts>>;
  readonly paused: boolean;
  readonly noInput: boolean;
  readonly observing: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The interval of a sweep whose item does not have it. */
const DEFAULT_INTERVAL_MS = 60 * 60_000;
/** The schedule ticks every quarter of an hour. */
const TICK_MS = 15 * 60_000;

/**
 * Whether the sweep has failed since its last complete pass, or is overdue by a whole interval; one that never ran is
 * neither. Pure.
 */
export function isStale(sweep: SweepState | undefined, now: number): boolean {
  if (sweep === undefined) return false;
  const { failure, startedAt, intervalMs = DEFAULT_INTERVAL_MS } = sweep;
  return failure !== undefined || now - startedAt > 2 * intervalMs + TICK_MS;
}

/** Everything that a person should look at. Pure. */
export function findAlerts({ rows, sweep, queues, paused, noInput, observing, now }: AlertFacts): readonly Alert[] {
  const statuses = new Set(rows.attention.map(({ status }) => status));
  const dead = [queues.deadLetters, queues.intakeDeadLetters].some(({ visible, hidden }) => visible + hidden > 0);
  const found: Readonly<Record<Alert, boolean>> = {
    held: statuses.has('held'),
    rejected: statuses.has('rejected'),
    unlinked: statuses.has('unlinked') || statuses.has('ambiguous'),
    failing: rows.failing.length > 0,
    'dead-letters': dead,
    stale: isStale(sweep, now),
    'near-misses': sweep?.nearMisses !== undefined && needsPerson(sweep.nearMisses),
    paused,
    'no-input': noInput,
    observing,
  };
  return ALERTS.filter((alert) => found[alert]);
}
