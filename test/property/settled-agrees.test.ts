import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type UserRow, userRowSchema } from '../../lambda/core/rows/user-row.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** Longer than a first read of a repeated address counts. */
const PAUSE_MINUTES = 120;
/** Longer than reads of Connect may be out of date. */
const AGAIN_MINUTES = 3;

/** What Cognito has of a person, in the ways that decide what is written. */
const states = fc.record({
  given: fc.constantFrom('Mary', 'Mary', 'Maria', '', 'Mary\u202e'),
  whole: fc.constantFrom('', 'Mary', 'Mary Jones'),
  email: fc.constantFrom('mary.jones@example.com', 'mary@example.com', 'mary at example', ''),
  nickname: fc.constantFrom('mary@example.com', 'mary.jones@example.com'),
  verified: fc.constantFrom('true', 'false', 'True '),
  provider: fc.constantFrom('', '', 'Okta', 'Other'),
  desk: fc.constantFrom('yes', 'yes', 'yes', 'no'),
});

type State = typeof states extends fc.Arbitrary<infer Value> ? Value : never;

/** Which attribute changes: one at a time, because the one that is missed must not be hidden by another. */
const attribute = fc.constantFrom<keyof State>('given', 'whole', 'email', 'nickname', 'verified', 'provider', 'desk');

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change'), of: attribute, state: states }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('nothing') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep') }) },
);

type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

const worlds = fc.record({
  firstEmail: fc.boolean(),
  keepsVerifiedEmail: fc.boolean(),
  requireVerified: fc.constantFrom(true, true, true, false),
  trustedProviders: fc.constantFrom([], ['Okta']),
  allowedDomains: fc.constantFrom([], ['example.org']),
  emailFrom: fc.constantFrom('email', 'nickname'),
  blank: fc.constantFrom('keep', 'reject'),
  admin: fc.constantFrom(false, false, true),
});

type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never;

const userOf = ({ given, whole, email, nickname, verified, provider, desk }: State, modifiedAt: number) => {
  const entries = {
    ...{ given_name: given, name: whole, email, nickname, email_verified: verified, 'custom:desk': desk },
  };
  const attributes = Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, value === '' ? undefined : value]),
  );
  return maryWith(attributes, { providers: provider === '' ? [] : [provider], modifiedAt });
};

/** A worker that lives through the steps. `forgets` leaves it without the digest of what is settled. */
async function live(world: World, first: State, all: readonly Step[], forgets: boolean) {
  const { firstEmail, keepsVerifiedEmail, emailFrom, blank, admin, ...email } = world;
  const worker = startWorker({
    users: [userOf(first, 0)],
    agents: [{ ...AGENT_MARY, securityProfileIds: [admin ? 'profile-admin' : 'profile-agent'] }],
    row: { ...LINKED, ...(firstEmail && { firstEmail }) },
    exposure: { selfSignUp: false, writableAttributes: new Set(), keepsVerifiedEmail },
    policy: {
      email,
      scope: { kind: 'attribute', attribute: 'custom:desk', equals: 'yes' },
      mapping: {
        FirstName: { from: ['given_name', 'name.first'], blank },
        Email: { from: [emailFrom] },
      },
    },
  });
  const { table, clock } = worker;
  const history: object[] = [];
  let state = first;
  for (const [index, step] of [{ do: 'nothing' } as const, ...all].entries()) {
    clock.advance(PAUSE_MINUTES * MINUTE);
    if ('state' in step) state = { ...state, [step.of]: step.state[step.of] };
    worker.pool.users.set(SUB, userOf(state, clock.now()));
    if (step.do === 'release') release(table.rows);
    if (forgets) table.rows.set(SUB, { ...table.rows.get(SUB), settled: undefined });
    const cause = step.do === 'sweep' ? 'sweep' : 'cloudtrail';
    const occurredAt = clock.now();
    for (let receiveCount = 1; receiveCount < 5; receiveCount += 1) {
      const { batchItemFailures } = await worker.handle(message(`m${index}`, { cause, occurredAt }, { receiveCount }));
      if (batchItemFailures.length === 0) break;
      clock.advance(AGAIN_MINUTES * MINUTE);
    }
    history.push({ step: step.do, row: visible(userRowSchema.parse(table.rows.get(SUB))), writes: worker.writes() });
  }
  return { history, asked: worker.recorder.argsOf('directory.describeUser').length };
}

/** Gives what is held free, as the command does. */
function release(rows: Map<string, object>): void {
  const row = userRowSchema.parse(rows.get(SUB));
  if (row.status === 'held' && row.holds !== undefined) rows.set(SUB, { ...row, releases: row.holds, releasedAt: 1 });
}

/** What a row tells a person, and what later steps depend on, without times and salts. */
const visible = ({ status, reason, changed, withheld, firstEmail, holds, releases, hadEmail }: UserRow) => ({
  ...{ status, reason, changed, withheld, firstEmail, hadEmail },
  holds: Object.keys(holds ?? {}),
  releases: Object.keys(releases ?? {}),
});

it('a worker that knows what is settled does and says the same as one that asks Connect each time, with fewer reads', async () => {
  let saved = 0;
  await fc.assert(
    fc.asyncProperty(worlds, states, fc.array(steps, { minLength: 2, maxLength: 8 }), async (world, first, all) => {
      const knowing = await live(world, first, all, false);
      const forgetting = await live(world, first, all, true);

      expect(knowing.history).toEqual(forgetting.history);
      expect(knowing.asked).toBeLessThanOrEqual(forgetting.asked);
      saved += forgetting.asked - knowing.asked;
    }),
    { numRuns: 800 },
  );
  expect(saved).toBeGreaterThan(800);
});
