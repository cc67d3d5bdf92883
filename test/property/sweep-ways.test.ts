import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReconciledRow } from '../../lambda/core/sweep/inventory.ts';
import { inStep, startSweep, usersOf } from '../unit/sweep/fixture.ts';

const POOL = usersOf(8);
const AGENTS = ['user-0', 'user-1', 'user-2', 'User-3', 'other', 'user-4'];

const row: fc.Arbitrary<ReconciledRow> = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map(inStep),
  fc.integer({ min: 0, max: 5 }).map((index) => ({ ...inStep(index), cognitoModifiedAt: 1 })),
  fc.integer({ min: 0, max: 5 }).map((index) => ({ ...inStep(index), status: 'out-of-scope' })),
  fc.integer({ min: 0, max: 5 }).map((index) => ({ ...inStep(index), policyHash: 'policy-0' })),
  fc.constantFrom<ReconciledRow>(
    {},
    { status: 'unlinked', reason: 'no-connect-user', policyHash: 'policy-1' },
    { status: 'held', reason: 'open-sign-up', policyHash: 'policy-1', cognitoModifiedAt: 1 },
    { status: 'ambiguous', reason: 'claimed-by-another', policyHash: 'policy-0' },
  ),
);
const world = fc.record({
  users: fc.subarray([...POOL]),
  connectUsers: fc
    .subarray(AGENTS)
    .map((names) => names.map((username, index) => ({ id: `connectUser-${index}`, username, modifiedAt: undefined }))),
  rows: fc.dictionary(fc.constantFrom(...POOL.map(({ sub }) => sub)), row),
});

it('the estimated number of users chooses the way and never the result', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.constantFrom(undefined, 0, 1_000_000), async (given, estimatedUsers) => {
      const listed = await startSweep({ ...given, estimatedUsers: given.users.length }).tick({ mode: 'plan' });
      const asked = await startSweep({ ...given, estimatedUsers }).tick({ mode: 'plan' });

      expect(listed?.way).toBe('whole-pool');
      if (estimatedUsers === 1_000_000) expect(asked?.way).toBe('known-users');
      expect(asked?.candidates).toEqual(listed?.candidates);
      expect(asked?.nearMisses.unmatched).toEqual(listed?.nearMisses.unmatched);
    }),
  );
});
