import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runSchedule } from '../support/simulation/run-schedule.ts';
import type { Schedule } from '../support/simulation/schedules.ts';

/** Schedules of each kind; two kinds make 1,000 in `npm test`. `npm run simulate` runs as many as wanted. */
const SCHEDULES = 500;
/** The same schedules in every run, so that a red test is due to a change of the code. */
const SEED = 1;
/** Stops a run that hangs. A run takes some ten seconds on a quiet machine. */
const HANGS_AFTER_MS = 900_000;

/**
 * Registers the test that every invariant holds for all `schedules`. Keep a counterexample in `kept.test.ts`, as small as
 * fast-check prints it.
 */
export function itHoldsForAll(title: string, schedules: fc.Arbitrary<Schedule>): void {
  it(`the invariants hold for ${SCHEDULES} schedules ${title} (seed ${SEED})`, {
    timeout: HANGS_AFTER_MS,
  }, async () => {
    let runs = 0;
    const property = fc.asyncProperty(schedules, async (schedule) => {
      runs += 1;
      expect(await runSchedule(schedule)).toEqual([]);
    });

    await fc.assert(property, { numRuns: SCHEDULES, seed: SEED });

    expect(runs).toBe(SCHEDULES);
  });
}
