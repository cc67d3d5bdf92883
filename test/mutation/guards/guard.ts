/** A guard of the product or of the local cloud, how it is taken away, and the test that must fail then. */
export interface Guard {
  /** What it keeps from happening. */
  readonly keeps: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** File of tests. */
  readonly test: string;
}

/** Guards of one file, each with the attacks that need it. */
export const guardsOf = (
  attacks: string,
  file: string,
  guards: readonly (readonly [keeps: string, find: string, replace: string])[],
) =>
  guards.map(
    ([keeps, find, replace]): Guard => ({ keeps, file, find, replace, test: `test/attacks/${attacks}.test.ts` }),
  );
