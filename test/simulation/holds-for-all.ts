import fc from 'fast-check';
import { expect, it } from 'vitest';

/** The same schedules in every run, so that a red test is due to a change of the code. */
const SEED = 1;
/** Stops a run that hangs. A run takes some ten seconds on a quiet machine. */
const HANGS_AFTER_MS = 900_000;

/**
 * Registers the test that every invariant holds for all `schedules`. Keep a counterexample in `kept.test.ts`, as small as
 * fast-check prints it.
 *
 * @param numRuns - schedules to run; all kinds together make 1,000 in `npm test`. `npm run simulate` runs as many as wanted.
 * @param run - resolves to every breach of an invariant.
 */
export function itHoldsForAll<Schedule>(
  title: string,
  numRuns: number,
  schedules: fc.Arbitrary<Schedule>,
  run: (schedule: Schedule) => Promise<readonly string[]>,
): void {
  it(`the invariants hold for ${numRuns} schedules ${title} (seed ${SEED})`, {
    timeout: HANGS_AFTER_MS,
  }, async () => {
    let runs = 0;
    const property = fc.asyncProperty(schedules, async (schedule) => {
      runs += 1;
      expect(await run(schedule)).toEqual([]);
    });

    await fc.assert(property, { numRuns, seed: SEED });

    expect(runs).toBe(numRuns);
  });
}
