/**
 * The rate limit of one Connect operation, as everybody who makes requests shares it. Times are milliseconds since the epoch,
 * rates requests per second.
 *
 * Two rules work on it. The slot rule is the generic cell rate algorithm: whoever moves `nextSlotAt` forward owns the
 * slot in between. The rate rule is additive increase, multiplicative decrease: a throttle lowers the rate for all, and
 * time without one raises it again.
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 * @see https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
 */
export interface RateLimitState {
  /** When the next request may be made. A time that has passed is a burst that has been filling since. */
  readonly nextSlotAt: number;
  /** The rate that the last throttle has left; see {@link currentRate}. */
  readonly rate: number;
  /** When that was. It took back every slot that had been reserved and not used by then. */
  readonly loweredAt: number;
  /** Until when Connect has asked everybody to stay away (`retry-after`). */
  readonly pausedUntil: number;
}

/** A place for one request. */
export interface Slot {
  /** When the request may be made. */
  readonly at: number;
  /** The {@link RateLimitState.loweredAt} it was reserved under: it counts only while that is still the newest. */
  readonly loweredAt: number;
  /** False when it lies behind the caller's deadline: it has not been reserved then. */
  readonly inTime: boolean;
}

/**
 * Requests that may be made at once after a quiet time. Connect allows 5: what is left, three quarters of a request, is
 * room for requests that reach it up to 0.38 s late and so crowd the ones behind them.
 */
const BURST = 4.25;
/** What a throttle leaves of the rate. */
const CUT = 0.7;
/** Throttles that come sooner after the last cut are echoes of the same crowd. */
const CUT_GAP_MS = 1_000;
/** Intervals without a request after a cut: they refill the bucket of Connect, for others too. */
const PAUSE_INTERVALS = 3;
/** How long the rate would take to rise from nothing to its full value: 0.02 a second each second at 1.95. */
const RISE_MS = 97_500;
/** Share of the full rate below which no throttle lowers it: somebody has to find out when Connect answers again. */
const FLOOR = 0.05;
/** Longest that anybody waits for a slot in a function that is paid by the second; longer waits are for the queue. */
export const MAX_WAIT_MS = 60_000;
/** Longest pause that Connect can ask for. */
const MAX_PAUSE_MS = 15 * 60_000;

/** What holds before anybody has made a request. */
export const freshRateLimit = (fullRate: number): RateLimitState => ({
  nextSlotAt: 0,
  rate: fullRate,
  loweredAt: 0,
  pausedUntil: 0,
});

/**
 * The rate at `now`: what the last throttle has left, and what has been regained since. Pure.
 *
 * @param fullRate - the configured rate, never exceeded.
 */
export function currentRate(state: RateLimitState, now: number, fullRate: number): number {
  const { rate, loweredAt } = believe(state, now, fullRate);
  const regained = (fullRate * Math.max(0, now - loweredAt)) / RISE_MS;
  return Math.min(fullRate, Math.max(fullRate * FLOOR, rate + regained));
}

/**
 * The slot rule: reserves the next free slots, one for each deadline that can be met. Pure. In any window of time, however
 * many callers there are and whatever their clocks say, the slots are at most the window times `fullRate` plus
 * {@link BURST}.
 *
 * @param deadlines - the latest time each caller has use for, in the order in which they came.
 * @returns the slots in that order, and the state to store; `state` itself when no slot was reserved.
 */
export function takeSlots(
  state: RateLimitState,
  now: number,
  fullRate: number,
  deadlines: readonly number[],
): { readonly slots: readonly Slot[]; readonly state: RateLimitState } {
  const believed = believe(state, now, fullRate);
  const intervalMs = 1_000 / currentRate(believed, now, fullRate);
  // The burst is measured in full-rate intervals: after a throttle it holds fewer requests, as the rate is lower.
  let next = Math.max(believed.nextSlotAt, now - ((BURST - 1) * 1_000) / fullRate);
  const slots = deadlines.map((deadline): Slot => {
    const at = Math.max(now, Math.ceil(next));
    const inTime = at <= deadline;
    if (inTime) next += intervalMs;
    return { at, loweredAt: believed.loweredAt, inTime };
  });
  const reserved = slots.some(({ inTime }) => inTime);
  return { slots, state: reserved ? { ...believed, nextSlotAt: next } : state };
}

/**
 * The rate rule: Connect has refused a request. Lowers the rate, at most once a second for all callers together, takes
 * back the slots reserved before, and lets {@link PAUSE_INTERVALS} pass, or what Connect has asked for. Pure.
 *
 * @returns the state to store; `state` itself when there is nothing to change.
 */
export function slowDown(state: RateLimitState, now: number, fullRate: number, retryAfterMs = 0): RateLimitState {
  const believed = believe(state, now, fullRate);
  const asked = retryAfterMs > 0 ? now + Math.min(retryAfterMs, MAX_PAUSE_MS) : 0;
  const pausedUntil = Math.max(believed.pausedUntil, asked);
  if (Math.abs(now - believed.loweredAt) < CUT_GAP_MS) {
    const nextSlotAt = Math.max(believed.nextSlotAt, asked);
    return nextSlotAt === state.nextSlotAt ? state : { ...believed, nextSlotAt, pausedUntil };
  }
  const rate = Math.max(fullRate * FLOOR, currentRate(believed, now, fullRate) * CUT);
  const nextSlotAt = Math.max(now + (PAUSE_INTERVALS * 1_000) / rate, pausedUntil);
  return { nextSlotAt, rate, loweredAt: now, pausedUntil };
}

/** Whether a throttle has taken the slot back since it was reserved. Pure. */
export const isRevoked = (slot: Slot, state: RateLimitState): boolean => slot.loweredAt !== state.loweredAt;

/** What of the state can be true: a time further ahead than anybody may wait comes from a clock gone wrong. */
function believe(state: RateLimitState, now: number, fullRate: number): RateLimitState {
  const pausedUntil = state.pausedUntil > now + MAX_PAUSE_MS ? 0 : state.pausedUntil;
  const latest = now + MAX_WAIT_MS + (PAUSE_INTERVALS * 1_000) / (fullRate * FLOOR);
  const nextSlotAt = state.nextSlotAt > Math.max(latest, pausedUntil) ? now : state.nextSlotAt;
  const lowered = state.loweredAt > latest ? { rate: fullRate, loweredAt: 0 } : undefined;
  return { ...state, pausedUntil, nextSlotAt, ...lowered };
}
