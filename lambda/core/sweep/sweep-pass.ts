import type { NearMissCounts } from './near-misses.ts';

/** What the table keeps of the sweep between invocations. Times are milliseconds since the epoch. */
export interface SweepState {
  /** When the current or the last pass began. */
  readonly startedAt: number;
  /** When it ended; `undefined` while it is under way. */
  readonly finishedAt?: number | undefined;
  /** The last sub that the pass has queued; empty when a tick of the pass has ended and queued none. */
  readonly cursor?: string | undefined;
  /** Until when the running invocation is the only one that may run a pass. */
  readonly leaseUntil: number;
  /** Near misses at the last comparison of both sides. */
  readonly nearMisses?: NearMissCounts | undefined;
  /** From one pass to the next, milliseconds, as it was set when the pass began. */
  readonly intervalMs?: number | undefined;
  /** Linked users whom Cognito changed before the pass, and those of them whom only the sweep found. */
  readonly changes?: { readonly changed: number; readonly unannounced: number } | undefined;
  /** Until when changes in Cognito are counted, milliseconds since the epoch. The next count begins there. */
  readonly countedUntil?: number | undefined;
  /** How many users the pass has queued that have entered the scope, and that have left it. */
  readonly scope?: { readonly entered: number; readonly left: number } | undefined;
  /** What stopped the last try; absent after a try that succeeded. */
  readonly failure?: SweepFailure | undefined;
}

/** Why a pass was stopped: the call that failed, and its code. */
export interface SweepFailure {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  /** For example `connect:ListUsers`. */
  readonly operation?: string | undefined;
}

/** An invocation that is early by at most this time still begins the pass. */
const EARLY_MS = 60_000;

/**
 * Decides what an invocation does: it begins a pass, resumes one that ran out of time, or does nothing. Pure.
 *
 * @param now - milliseconds since the epoch.
 * @param limits - `sweepIntervalMs` is the time from one pass to the next, `leaseMs` the longest time of this invocation;
 *   `anew` begins a new pass also when none is due or one is unfinished.
 */
export function nextPass(
  state: SweepState | undefined,
  now: number,
  { sweepIntervalMs, leaseMs, anew = false }: Readonly<{ sweepIntervalMs: number; leaseMs: number; anew?: boolean }>,
): SweepState | 'busy' | 'not-due' {
  const leaseUntil = now + leaseMs;
  if (state === undefined) return { startedAt: now, leaseUntil };
  // Ignore a lease that is longer than the maximum: the clock of the writer was wrong.
  if (state.leaseUntil > now && state.leaseUntil <= leaseUntil + EARLY_MS) return 'busy';
  const { nearMisses, changes, countedUntil, scope, failure } = state;
  const lists = { ...(nearMisses && { nearMisses }), ...(changes && { changes }), ...(scope && { scope }) };
  const found = { ...lists, ...(countedUntil && { countedUntil }), ...(failure && { failure }) };
  const next = { startedAt: now, leaseUntil, ...found };
  if (anew) return next;
  if (state.finishedAt === undefined) return { ...state, leaseUntil };
  const elapsedMs = now - state.startedAt;
  // Ignore a pass that began in the future, for the same reason.
  return elapsedMs >= 0 && elapsedMs < sweepIntervalMs - EARLY_MS ? 'not-due' : next;
}

/** How many messages a queue has, approximately. */
export interface QueuedMessages {
  /** They wait for the worker. */
  readonly waiting: number;
  /** The worker has them, or they are tried again later after a failure. SQS does not tell the two apart. */
  readonly hidden: number;
}

/**
 * How many users may be queued now, so that another change waits at most about half a minute behind them. Pure.
 *
 * Hidden messages take at most half of the room: most of a large number of them are tried again later, and delay no other.
 */
export function roomIn({ waiting, hidden }: QueuedMessages, requestsPerSecond: number): number {
  const most = Math.ceil((MAX_WAIT_MS / 1_000) * requestsPerSecond);
  const share = Math.ceil((PAUSE_MS / 1_000) * requestsPerSecond);
  const inWork = Math.min(hidden, Math.floor(most / 2));
  // The queue's count may be a minute old, so no more are queued than the worker can handle in one pause.
  return Math.max(0, Math.min(most - waiting - inWork, share));
}

/** Longest time that another change should wait behind the sweep. */
const MAX_WAIT_MS = 30_000;
/** Pause between two batches. */
export const PAUSE_MS = 5_000;
