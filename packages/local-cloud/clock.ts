/** Cancels a task of {@link Clock.schedule}. It does nothing after the task has run. */
export type Cancel = () => void;

/** The clock of the local cloud. A virtual one lets a test pass fifteen minutes of backoff at once. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now (at least one turn of the event loop later). */
  schedule(delayMs: number, task: () => void): Cancel;
}

/** The time of the machine. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only by {@link VirtualClock.advance}. */
export interface VirtualClock extends Clock {
  /** Moves the time forward by `milliseconds` and runs every task that becomes due, in order of time. */
  advance(milliseconds: number): Promise<void>;
}

/**
 * Creates a virtual clock.
 *
 * @param start - first value of `now()`, milliseconds since the epoch.
 */
export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  let tasks: { readonly at: number; readonly task: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    schedule(delayMs, task) {
      const entry = { at: now + Math.max(0, delayMs), task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (;;) {
        const next = tasks.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
        if (next === undefined) break;
        tasks = tasks.filter((entry) => entry !== next);
        now = Math.max(now, next.at);
        next.task();
        await settle();
      }
      now = end;
    },
  };
}

/** Resolves after `delayMs` on `clock`. */
export const sleep = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(delayMs, resolve);
  });
