import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runSchedule } from '../support/simulation/run-schedule.ts';
import type { Schedule } from '../support/simulation/schedules.ts';

/** How many schedules; `SIMULATION_RUNS` asks for so many, however long they take. */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 1_000);
/** Time for them on a machine that has more to do; what has been run by then counts. */
const TIME_LIMIT_MS = 20_000;
const FEWEST_RUNS = 50;
/**
 * The same schedules each time, so that a change is judged and not luck; `SIMULATION_SEED` tries others, and `random` any.
 * In the title, so that it is printed.
 */
const { SIMULATION_SEED = '1' } = process.env;
const SEED = SIMULATION_SEED === 'random' ? Date.now() % 2 ** 31 : Number(SIMULATION_SEED);

/**
 * Registers the test that the invariants of DESIGN section 12 hold for all `schedules`. A counterexample is to be kept
 * in `kept.test.ts`, in few words.
 */
export function itHoldsForAll(title: string, schedules: fc.Arbitrary<Schedule>): void {
  const timeout = process.env.SIMULATION_RUNS === undefined ? 4 * TIME_LIMIT_MS : 3_600_000;
  const limit = process.env.SIMULATION_RUNS === undefined ? { interruptAfterTimeLimit: TIME_LIMIT_MS } : {};
  it(`the invariants hold for ${title} (seed ${SEED})`, { timeout }, async () => {
    let runs = 0;
    const property = fc.asyncProperty(schedules, async (schedule) => {
      runs += 1;
      expect(await runSchedule(schedule)).toEqual([]);
    });

    await fc.assert(property, { numRuns: RUNS, seed: SEED, ...limit });

    expect(runs).toBeGreaterThanOrEqual(Math.min(RUNS, FEWEST_RUNS));
  });
}
