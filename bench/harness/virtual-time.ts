import { createRandom } from './random.ts';

/** Time that passes only while nothing happens: minutes of waiting in a moment, in the same order as on a real clock. */
export interface VirtualTime {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Runs `task` once, `delayMs` from now; returns how to cancel. */
  schedule(delayMs: number, task: () => void): () => void;
  /** Holds time still while something real, such as an HTTP exchange, is under way. */
  hold<Result>(real: () => Promise<Result>): Promise<Result>;
}

/** Turns of the event loop without work after which nothing more is expected to happen by itself. */
const QUIET_TURNS = 4;
const STUCK_TURNS = 200_000;

const RealDate = Date;
const realRandom = Math.random;
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** The same interface on the real clock, for the runs that guard the virtual one. */
export const realTime: VirtualTime = {
  now: () => RealDate.now(),
  sleep: (milliseconds) => new Promise((resolve) => realSetTimeout(resolve, milliseconds)),
  schedule(delayMs, task) {
    const timer = realSetTimeout(task, delayMs);
    return () => realClearTimeout(timer);
  },
  hold: (real) => real(),
};

/**
 * Runs `body` with the `Date` and the timers of this process on virtual time, so that the waiting in the AWS SDK is
 * virtual too, and with chance from a seed. What does input and output must say so by {@link VirtualTime.hold}. One at a
 * time.
 *
 * @throws {Error} when `body` waits for something that no timer will bring.
 */
export async function inVirtualTime<Result>(body: (time: VirtualTime) => Promise<Result>, seed = 1): Promise<Result> {
  let now = RealDate.now();
  let held = 0;
  let sequence = 0;
  const timers = new Map<number, { readonly at: number; readonly task: () => void }>();
  const schedule = (delayMs: number, task: () => void) => {
    sequence += 1;
    const id = sequence;
    // As Node has it: at least one millisecond, and whole ones; otherwise a wait for a rounding error would never end.
    timers.set(id, { at: now + Math.max(1, Math.ceil(delayMs || 0)), task });
    return () => void timers.delete(id);
  };
  const time: VirtualTime = {
    now: () => now,
    sleep: (milliseconds) => new Promise((resolve) => void schedule(milliseconds, resolve)),
    schedule,
    async hold(real) {
      held += 1;
      try {
        return await real();
      } finally {
        held -= 1;
      }
    },
  };
  const next = () => {
    let first: number | undefined;
    for (const [id, { at }] of timers) {
      if (first === undefined || at < (timers.get(first)?.at ?? 0)) first = id;
    }
    return first;
  };
  const restore = patch(time, createRandom(seed + 2_000));
  let settled = false;
  const result = body(time).finally(() => {
    settled = true;
  });
  result.catch(() => {});
  try {
    for (let quiet = 0; !settled; ) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = held > 0 ? 0 : quiet + 1;
      if (quiet < QUIET_TURNS || settled) continue;
      const id = next();
      const timer = id === undefined ? undefined : timers.get(id);
      if (id === undefined || timer === undefined) {
        if (quiet > STUCK_TURNS) throw new Error('Virtual time stands still: nothing is planned and nothing happens.');
        continue;
      }
      timers.delete(id);
      now = Math.max(now, timer.at);
      quiet = 0;
      timer.task();
    }
    return await result;
  } finally {
    restore();
  }
}

function patch({ now, schedule }: VirtualTime, random: () => number): () => void {
  class VirtualDate extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [now()] : args) as [number]));
    }
    static override now = now;
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof RealDate;
    }
  }
  const cancels = new WeakMap<object, () => void>();
  globalThis.Date = VirtualDate as DateConstructor;
  globalThis.setTimeout = ((task: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => false, refresh: () => timer };
    cancels.set(
      timer,
      schedule(delayMs, () => task(...args)),
    );
    return timer;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer?: object) => {
    if (typeof timer !== 'object' || timer === null) return;
    const cancel = cancels.get(timer);
    if (cancel === undefined) realClearTimeout(timer as NodeJS.Timeout);
    else cancel();
  }) as typeof clearTimeout;
  Math.random = random;
  return () => {
    Math.random = realRandom;
    globalThis.Date = RealDate;
    globalThis.setTimeout = realSetTimeout;
    globalThis.clearTimeout = realClearTimeout;
  };
}
