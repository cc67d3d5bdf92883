import type { NearMissCounts } from './near-misses.ts';

/** What is kept of the sweep from one tick to the next; times in milliseconds since the epoch. */
export interface SweepState {
  /** When the pass began that is under way, or was the last. */
  readonly startedAt: number;
  /** When it ended; `undefined` while it is under way. */
  readonly finishedAt?: number | undefined;
  /** The last sub that it has dealt with. */
  readonly cursor?: string | undefined;
  /** Until when whoever is at work holds the sweep alone. */
  readonly leaseUntil: number;
  /** Whom no rule linked, when both sides were compared last. */
  readonly nearMisses?: NearMissCounts | undefined;
}

/** A tick that comes a little early still begins the pass that is due. */
const EARLY_MS = 60_000;

/**
 * Decides what a tick does: begins a pass, resumes one that ran out of time, or nothing. Pure.
 *
 * @param now - milliseconds since the epoch.
 * @param limits - `sweepIntervalMs` from one pass to the next, `leaseMs` that this tick may take at most; `anew` to begin a pass
 *   whether or not one is due, or was left unfinished.
 */
export function nextPass(
  state: SweepState | undefined,
  now: number,
  { sweepIntervalMs, leaseMs, anew = false }: Readonly<{ sweepIntervalMs: number; leaseMs: number; anew?: boolean }>,
): SweepState | 'busy' | 'not-due' {
  const leaseUntil = now + leaseMs;
  if (state === undefined) return { startedAt: now, leaseUntil };
  // A lease longer than anybody takes was dated by a clock gone wrong.
  if (state.leaseUntil > now && state.leaseUntil <= leaseUntil + EARLY_MS) return 'busy';
  const next = { startedAt: now, leaseUntil, ...(state.nearMisses && { nearMisses: state.nearMisses }) };
  if (anew) return next;
  if (state.finishedAt === undefined) return { ...state, leaseUntil };
  const elapsedMs = now - state.startedAt;
  // A pass of the future proves nothing either.
  return elapsedMs >= 0 && elapsedMs < sweepIntervalMs - EARLY_MS ? 'not-due' : next;
}

/** How many users may be queued now so that a live change waits at most about half a minute behind them. Pure. */
export function roomIn(waiting: number, requestsPerSecond: number): number {
  const most = Math.ceil((MAX_WAIT_MS / 1_000) * requestsPerSecond);
  const share = Math.ceil((PAUSE_MS / 1_000) * requestsPerSecond);
  // What the queue says of itself is a minute old at worst: no faster than the worker can follow, whatever it says.
  return Math.max(0, Math.min(most - waiting, share));
}

/** Longest that a live change is to wait behind a sweep. */
const MAX_WAIT_MS = 30_000;
/** Pause from one batch to the next. */
export const PAUSE_MS = 5_000;
