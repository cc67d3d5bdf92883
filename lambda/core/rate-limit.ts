/**
 * The rate limit of one Connect operation. All callers share it. Times are milliseconds since the epoch, rates are requests
 * per second.
 *
 * Two rules change it. The slot rule is the generic cell rate algorithm: a caller reserves a slot by moving `nextSlotAt`
 * forward. The rate rule is additive increase, multiplicative decrease: a throttle lowers the rate for all callers, and the
 * rate rises again while there is no throttle.
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 * @see https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
 */
export interface RateLimitState {
  /** When the next request may be made. A time in the past allows a burst. */
  readonly nextSlotAt: number;
  /** The rate after the last throttle; see {@link currentRate}. */
  readonly rate: number;
  /** When the last throttle lowered the rate. It revoked every slot that was reserved and not used. */
  readonly loweredAt: number;
  /** Until when Connect has asked all callers to wait (`retry-after`). */
  readonly pausedUntil: number;
}

/** The time of one request. */
export interface Slot {
  /** When the request may be made. */
  readonly at: number;
  /** The {@link RateLimitState.loweredAt} at the reservation. The slot is valid while this value does not change. */
  readonly loweredAt: number;
  /** False when the slot is after the deadline of the caller. Such a slot is not reserved. */
  readonly inTime: boolean;
}

/**
 * Requests that may be made at once after a quiet time. Connect allows 5. The difference of 0.75 requests is a reserve: a
 * request may reach Connect up to 0.38 s late, and so come closer to the next one.
 */
const BURST = 4.25;
/** A throttle multiplies the rate by this factor. */
const CUT = 0.7;
/** Throttles within this time after the last cut belong to the same burst of requests. They do not lower the rate again. */
const CUT_GAP_MS = 1_000;
/** Intervals without a request after a cut. In this time Connect's token bucket fills again. */
const PAUSE_INTERVALS = 3;
/** How long the rate takes to rise from zero to the full rate. At 1.95 it rises by 0.02 each second. */
const RISE_MS = 97_500;
/** Lowest rate, as a share of the full rate. Some requests must go on, to find out when Connect answers again. */
const FLOOR = 0.05;
/** Longest time that a function waits for a slot. A function costs money while it waits, so the queue does longer waits. */
export const MAX_WAIT_MS = 60_000;
/** Longest pause that Connect can ask for. */
const MAX_PAUSE_MS = 15 * 60_000;

/** The state before the first request. */
export const freshRateLimit = (fullRate: number): RateLimitState => ({
  nextSlotAt: 0,
  rate: fullRate,
  loweredAt: 0,
  pausedUntil: 0,
});

/**
 * The rate at `now`: the rate after the last throttle, and its rise since then. Pure.
 *
 * @param fullRate - the configured rate, never exceeded.
 */
export function currentRate(state: RateLimitState, now: number, fullRate: number): number {
  const { rate, loweredAt } = withoutImpossibleTimes(state, now, fullRate);
  const regained = (fullRate * Math.max(0, now - loweredAt)) / RISE_MS;
  return Math.min(fullRate, Math.max(fullRate * FLOOR, rate + regained));
}

/**
 * The slot rule: reserves the next free slots, one for each deadline that can be met. Pure. In any window of time there are
 * at most as many slots as the window times `fullRate` plus {@link BURST}, for any number of callers and any clocks.
 *
 * @param deadlines - the latest useful time of each caller, in the order of the callers.
 * @returns the slots in that order, and the state to store; `state` itself when no slot was reserved.
 */
export function takeSlots(
  state: RateLimitState,
  now: number,
  fullRate: number,
  deadlines: readonly number[],
): { readonly slots: readonly Slot[]; readonly state: RateLimitState } {
  const corrected = withoutImpossibleTimes(state, now, fullRate);
  const intervalMs = 1_000 / currentRate(corrected, now, fullRate);
  // The burst is measured in intervals of the full rate. After a throttle the rate is lower, so the burst has fewer requests.
  let next = Math.max(corrected.nextSlotAt, now - ((BURST - 1) * 1_000) / fullRate);
  const slots = deadlines.map((deadline): Slot => {
    const at = Math.max(now, Math.ceil(next));
    const inTime = at <= deadline;
    if (inTime) next += intervalMs;
    return { at, loweredAt: corrected.loweredAt, inTime };
  });
  const reserved = slots.some(({ inTime }) => inTime);
  return { slots, state: reserved ? { ...corrected, nextSlotAt: next } : state };
}

/**
 * The rate rule, after Connect has refused a request: lowers the rate, at most once a second for all callers together,
 * revokes the reserved slots, and waits for {@link PAUSE_INTERVALS} or for as long as Connect has asked. Pure.
 *
 * @returns the state to store; `state` itself when there is nothing to change.
 */
export function slowDown(state: RateLimitState, now: number, fullRate: number, retryAfterMs = 0): RateLimitState {
  const corrected = withoutImpossibleTimes(state, now, fullRate);
  const asked = retryAfterMs > 0 ? now + Math.min(retryAfterMs, MAX_PAUSE_MS) : 0;
  const pausedUntil = Math.max(corrected.pausedUntil, asked);
  if (Math.abs(now - corrected.loweredAt) < CUT_GAP_MS) {
    const nextSlotAt = Math.max(corrected.nextSlotAt, asked);
    const isSame = nextSlotAt === state.nextSlotAt && pausedUntil === state.pausedUntil;
    return isSame ? state : { ...corrected, nextSlotAt, pausedUntil };
  }
  const rate = Math.max(fullRate * FLOOR, currentRate(corrected, now, fullRate) * CUT);
  const nextSlotAt = Math.max(now + (PAUSE_INTERVALS * 1_000) / rate, pausedUntil);
  return { nextSlotAt, rate, loweredAt: now, pausedUntil };
}

/** Whether a throttle has revoked the slot since it was reserved. Pure. */
export const isRevoked = (slot: Slot, state: RateLimitState): boolean => slot.loweredAt !== state.loweredAt;

/** The state without impossible times: a time that is later than any possible wait comes from a wrong clock. */
function withoutImpossibleTimes(state: RateLimitState, now: number, fullRate: number): RateLimitState {
  const pausedUntil = state.pausedUntil > now + MAX_PAUSE_MS ? 0 : state.pausedUntil;
  const latest = now + MAX_WAIT_MS + (PAUSE_INTERVALS * 1_000) / (fullRate * FLOOR);
  const nextSlotAt = state.nextSlotAt > Math.max(latest, pausedUntil) ? now : state.nextSlotAt;
  const lowered = state.loweredAt > latest ? { rate: fullRate, loweredAt: 0 } : undefined;
  return { ...state, pausedUntil, nextSlotAt, ...lowered };
}
