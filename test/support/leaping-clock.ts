import { type Cancel, type Clock, systemClock } from '../../packages/local-cloud/clock.ts';

/** A clock of the local cloud that runs by itself. A test may move it ahead instead of waiting. */
export interface LeapingClock extends Clock {
  /** Moves time ahead by whole milliseconds. Tasks that become due run next, in order of time. */
  leap(milliseconds: number): void;
}

/** Creates a {@link LeapingClock} that shows the time of this machine until it leaps. */
export function createLeapingClock(): LeapingClock {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const plans = new Set<{ readonly at: number; readonly task: () => void; cancel: Cancel }>();
  return {
    now,
    schedule(delayMs, task) {
      const run = () => {
        plans.delete(plan);
        task();
      };
      const plan = { at: now() + delayMs, task: run, cancel: systemClock.schedule(delayMs, run) };
      plans.add(plan);
      return () => {
        plan.cancel();
        plans.delete(plan);
      };
    },
    leap(milliseconds) {
      aheadMs += Math.ceil(milliseconds);
      for (const plan of [...plans].sort((left, right) => left.at - right.at)) {
        plan.cancel();
        plan.cancel = systemClock.schedule(Math.max(0, plan.at - now()), plan.task);
      }
    },
  };
}
