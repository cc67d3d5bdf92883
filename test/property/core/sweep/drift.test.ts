import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';
import { findDrift } from '../../../../lambda/core/sweep/drift.ts';
import type { Inventory, ListedCognitoUser, ReconciledRow } from '../../../../lambda/core/sweep/inventory.ts';

const NOW = 1_767_268_800_000;
const HOUR = 3_600_000;
const SUBS = ['sub-a', 'sub-b', 'sub-c', 'sub-d'];
const AGENTS = ['agent-1', 'agent-2', 'agent-3'];

/** Few names, times and statuses, so that everything meets everything. */
const name = fc.constantFrom('mary', 'Mary', 'MARY', 'bob', 'uuid');
const time = fc.constantFrom(NOW - 3 * HOUR, NOW - 2 * HOUR + 123, NOW - HOUR + 500, NOW - HOUR + 999);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const user = (sub: string): fc.Arbitrary<ListedCognitoUser> =>
  fc.record({
    sub: fc.constant(sub),
    username: name,
    attributes: fc.constant({}),
    modifiedAt: time,
    createdAt: time,
    providers: fc.constant([]),
  });
const row: fc.Arbitrary<ReconciledRow> = fc.record({
  connectUserId: maybe(fc.constantFrom(...AGENTS)),
  status: maybe(fc.constantFrom('unchanged', 'unlinked', 'held', 'rejected', 'out-of-scope', 'cognito-user-missing')),
  reason: maybe(fc.constantFrom('no-connect-user', 'connect-user-missing', 'open-sign-up', 'claimed-by-another')),
  policyHash: fc.constantFrom('policy-1', 'policy-0'),
  linkedAt: maybe(time),
  syncedReadAt: maybe(time),
  lastWriteAt: maybe(time),
  cognitoModifiedAt: maybe(time),
  connectModifiedAt: maybe(time),
  refused: maybe(fc.record({ at: time, count: fc.integer({ min: 0, max: 9 }) })),
});
const policy = fc.record({ ignoreCase: maybe(fc.boolean()), group: fc.boolean() }).map(({ ignoreCase, group }) =>
  policySchema.parse({
    adoption: { rules: [{ kind: 'username', ...(ignoreCase !== undefined && { ignoreCase }) }] },
    ...(group && { scope: { kind: 'group', group: 'agents' } }),
  }),
);

const inventory: fc.Arbitrary<Inventory> = fc.record({
  users: fc.subarray(SUBS).chain((subs) => fc.tuple(...subs.map(user))),
  absent: fc.subarray(SUBS).map((subs) => new Set(subs)),
  whole: fc.boolean(),
  connectUsers: fc
    .subarray(AGENTS)
    .chain((ids) =>
      fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), username: name, modifiedAt: maybe(time) }))),
    ),
  rows: fc.dictionary(fc.constantFrom(...SUBS), row).map((rows) => new Map(Object.entries(rows))),
  claims: fc
    .dictionary(fc.constantFrom(...AGENTS), fc.constantFrom(...SUBS))
    .map((claims) => new Map(Object.entries(claims))),
  members: fc.subarray(SUBS).map((subs) => new Set(subs)),
  history: fc.constant(NO_HISTORY),
  exposure: fc.record({ selfSignUp: fc.boolean(), writableAttributes: fc.constant(new Set<string>()) }),
});
const world = fc.record({ inventory, policy }).map(({ inventory: taken, policy: rules }) => ({
  // No user is both present and absent.
  taken: {
    ...taken,
    absent: new Set([...taken.absent].filter((sub) => taken.users.every((each) => each.sub !== sub))),
  },
  rules,
}));
const find = ({ taken, rules }: { taken: Inventory; rules: ReturnType<typeof policySchema.parse> }) =>
  findDrift(taken, rules, 'policy-1', NOW);

describe('drift', () => {
  it('names each candidate once, in order', () => {
    fc.assert(
      fc.property(world, (given) => {
        const subs = find(given).candidates.map(({ sub }) => sub);

        expect(subs).toEqual([...new Set(subs)].sort());
      }),
    );
  });

  it('calls a user missing only who was asked for and has a row', () => {
    fc.assert(
      fc.property(world, ({ taken, rules }) => {
        for (const { sub, why } of find({ taken, rules }).candidates)
          if (why === 'cognito-user-missing')
            expect([taken.absent.has(sub), taken.rows.has(sub)]).toEqual([true, true]);
          else expect(taken.users.some((each) => each.sub === sub)).toBe(true);
      }),
    );
  });

  it('leaves a user without a row and without a namesake alone', () => {
    fc.assert(
      fc.property(world, ({ taken, rules }) => {
        const names = new Set(taken.connectUsers.map(({ username }) => username.toLowerCase()));
        for (const { sub } of find({ taken, rules }).candidates) {
          const found = taken.users.find((each) => each.sub === sub);
          expect(taken.rows.has(sub) || names.has(found?.username.toLowerCase() ?? '')).toBe(true);
        }
      }),
    );
  });

  it('finds the same when strangers are added', () => {
    const strangers = fc
      .array(fc.uuid().chain(user), { maxLength: 3 })
      .map((those) => those.map((each, index) => ({ ...each, username: `stranger-${index}` })));
    fc.assert(
      fc.property(world, strangers, ({ taken, rules }, others) => {
        const more = { ...taken, users: [...taken.users, ...others] };

        expect(find({ taken: more, rules }).candidates).toEqual(find({ taken, rules }).candidates);
      }),
    );
  });

  it('sees every later change in Cognito of a linked user in scope', () => {
    fc.assert(
      fc.property(world, ({ taken, rules }) => {
        const { candidates } = find({ taken, rules });
        for (const { sub, modifiedAt } of taken.users) {
          const known = taken.rows.get(sub);
          const inScope = rules.scope.kind !== 'group' || taken.members?.has(sub);
          if (known?.connectUserId === undefined || !inScope || (known.cognitoModifiedAt ?? 0) >= modifiedAt) continue;
          expect(candidates.map((each) => each.sub)).toContain(sub);
        }
      }),
    );
  });
});

describe('pairs of names that differ in case', () => {
  it('are of one user each, the Cognito user without a link, and only where the whole scope was listed', () => {
    fc.assert(
      fc.property(world, ({ taken, rules }) => {
        const { unique } = find({ taken, rules }).namesakes;

        expect(new Set(unique.map(({ sub }) => sub)).size).toBe(unique.length);
        expect(new Set(unique.map(({ connectUserId }) => connectUserId)).size).toBe(unique.length);
        if (!taken.whole) expect(unique).toEqual([]);
        for (const { sub } of unique) expect(taken.rows.get(sub)?.connectUserId).toBeUndefined();
      }),
    );
  });

  it('are handed to the worker whenever a rule finds one of them, so that no pass queues a user in vain', () => {
    fc.assert(
      fc.property(world, ({ taken, rules }) => {
        const { namesakes } = find({ taken, rules });
        const handed = namesakes.unique.map(({ sub }) => sub);
        for (const each of taken.users) {
          const inScope = rules.scope.kind !== 'group' || taken.members?.has(each.sub);
          const isLinked = taken.rows.get(each.sub)?.connectUserId !== undefined;
          const isExact = taken.connectUsers.some(({ username }) => username === each.username);
          if (!inScope || isLinked || isExact) continue;
          const isFound = rules.adoption.rules.some((rule) => namesakes.find(rule, each) !== undefined);

          expect(handed.includes(each.sub)).toBe(isFound);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('are either linked or near misses, and their Connect user is matched or unmatched', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { unique, otherCase, unmatched } = find(given).namesakes;
        const paired = unique.map(({ connectUserId }) => connectUserId);

        for (const { connectUserId } of otherCase) expect(unmatched).toContain(connectUserId);
        for (const connectUserId of paired) expect(unmatched).not.toContain(connectUserId);
      }),
    );
  });
});
