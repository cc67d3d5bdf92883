import { ConfigError, TransientError } from '../../core/failures/errors.ts';
import { NO_SLOT } from '../../core/failures/refusal.ts';
import {
  freshRateLimit,
  isRevoked,
  MAX_WAIT_MS,
  type RateLimitState,
  type Slot,
  slowDown,
  takeSlots,
} from '../../core/rate-limit.ts';
import { CONNECT_REQUESTS_PER_SECOND } from '../../core/settings.ts';
import type { Clock } from '../../ports.ts';
import type { RateLimit } from './rate-limited-call.ts';

/** The kept state of one operation and its version. Both are `undefined` before the first write. */
export interface KeptRateLimit {
  readonly state: RateLimitState | undefined;
  readonly version: number | undefined;
}

/** Keeps one {@link RateLimitState} for each operation, shared by all callers. */
export interface RateLimitStore {
  read(operation: string): Promise<KeptRateLimit>;
  /**
   * Replaces the state with this version.
   *
   * @returns the state that is kept now: the given one if `written`, otherwise the state of another caller.
   */
  write(
    operation: string,
    state: RateLimitState,
    version: number | undefined,
  ): Promise<{ readonly written: boolean; readonly kept: KeptRateLimit }>;
}

/** A caller who waits for a slot, and the latest useful time of a slot. */
interface Waiter {
  readonly deadline: number;
  readonly resolve: (slot: Slot) => void;
  readonly reject: (error: unknown) => void;
}

/** The state of one operation in this process. */
interface Lane {
  readonly operation: string;
  waiters: Waiter[];
  draining: boolean;
  /** May be out of date. The next write finds out. */
  kept: KeptRateLimit;
}

/** Most attempts to write. In each lost attempt another caller gets its slots, so a caller needs few of them. */
const MAX_ROUNDS = 50;

/**
 * Limits all callers together to one rate per operation. Callers of this process who ask for the same operation during a
 * write share the next write. Every reserved slot has a caller, so a crash loses only the slots of the callers that crash.
 *
 * @param fullRate - requests per second and operation.
 * @throws {ConfigError} `invalid-rate` outside of {@link CONNECT_REQUESTS_PER_SECOND}.
 */
export function createSharedRateLimit(store: RateLimitStore, fullRate: number, clock: Clock): RateLimit {
  const { min, max } = CONNECT_REQUESTS_PER_SECOND;
  if (!(fullRate >= min && fullRate <= max)) {
    throw new ConfigError(
      'invalid-rate',
      `Connect requests per second: received ${fullRate}; expected ${min} to ${max}: set connectRequestsPerSecond.`,
    );
  }
  const lanes = new Map<string, Lane>();
  const laneOf = (operation: string): Lane => {
    const lane = lanes.get(operation) ?? {
      operation,
      waiters: [],
      draining: false,
      kept: { state: undefined, version: undefined },
    };
    lanes.set(operation, lane);
    return lane;
  };

  /** Writes the state that `decide` returns. When another caller was faster, it decides again from the newer state. */
  const change = async <Result>(
    lane: Lane,
    decide: (state: RateLimitState) => { readonly state: RateLimitState; readonly result: Result },
  ): Promise<Result> => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = lane.kept.state ?? freshRateLimit(fullRate);
      const { state, result } = decide(before);
      if (state === before) return result;
      const { written, kept } = await store.write(lane.operation, state, lane.kept.version);
      lane.kept = kept;
      if (written) return result;
    }
    throw new TransientError('rate-limit-contended', `No slot for ${lane.operation} after ${MAX_ROUNDS} rounds.`);
  };

  const drain = async (lane: Lane): Promise<void> => {
    lane.draining = true;
    // Wait for callers of the same tick of the event loop: they share one write.
    await Promise.resolve();
    while (lane.waiters.length > 0) {
      const waiters = lane.waiters;
      lane.waiters = [];
      const deadlines = waiters.map(({ deadline }) => deadline);
      try {
        const slots = await change(lane, (before) => {
          const { slots: result, state } = takeSlots(before, clock.now(), fullRate, deadlines);
          return { state, result };
        });
        for (const [index, slot] of slots.entries()) waiters[index]?.resolve(slot);
      } catch (error) {
        for (const { reject } of waiters) reject(error);
      }
    }
    lane.draining = false;
  };
  const reserve = (lane: Lane, deadline: number): Promise<Slot> =>
    new Promise((resolve, reject) => {
      lane.waiters.push({ deadline, resolve, reject });
      if (!lane.draining) void drain(lane);
    });
  /** Reserves a slot before the deadline. A slot that is too late may come from an old state, so it is checked after a read. */
  const reserveInTime = async (lane: Lane, deadline: number): Promise<Slot> => {
    const slot = await reserve(lane, deadline);
    if (slot.inTime) return slot;
    lane.kept = await store.read(lane.operation);
    const second = await reserve(lane, deadline);
    if (second.inTime) return second;
    const retryAfterMs = second.at - clock.now();
    const message = `The next slot for ${lane.operation} is ${retryAfterMs} ms away, too far for the time left.`;
    throw new TransientError(NO_SLOT, message, { retryAfterMs });
  };

  return {
    async acquire(operation, { deadline = Number.POSITIVE_INFINITY } = {}) {
      const lane = laneOf(operation);
      const latest = Math.min(deadline, clock.now() + MAX_WAIT_MS);
      for (;;) {
        const slot = await reserveInTime(lane, latest);
        const waitMs = slot.at - clock.now();
        if (waitMs <= 0) return;
        await clock.sleep(waitMs);
        lane.kept = await store.read(operation);
        if (!isRevoked(slot, lane.kept.state ?? freshRateLimit(fullRate))) return;
      }
    },
    throttled: (operation, retryAfterMs) =>
      change(laneOf(operation), (before) => ({
        state: slowDown(before, clock.now(), fullRate, retryAfterMs),
        result: undefined,
      })),
  };
}
