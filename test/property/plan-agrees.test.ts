import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDetails } from '../../cli/plan/read-details.ts';
import { surveyInstance } from '../../cli/plan/survey.ts';
import type { Outcome } from '../../lambda/core/outcome.ts';
import type { UserRow } from '../../lambda/core/rows/user-row.ts';
import type { CognitoUser } from '../../lambda/ports.ts';
import { createPlanWorld, PLAN_NOW } from '../support/plan-world.ts';
import type { DirectoryUser } from '../support/ports.ts';
import { createTerminal } from '../unit/cli/doubles.ts';

const HOUR = 3_600_000;
const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** One person on both sides, in a state that the product may find. */
const person = fc.record({
  /** How the user names relate. */
  name: fc.constantFrom('same', 'same', 'other-case', 'none', 'of-the-next'),
  row: fc.constantFrom('none', 'none', 'linked', 'linked-new', 'held', 'unlinked', 'written', 'gone', 'shownEmail'),
  given: fc.constantFrom('Mary', 'Anna', '', '\u202Eevil', 'x'.repeat(300)),
  connectGiven: fc.constantFrom('Mary', 'Old'),
  email: fc.constantFrom('a@example.com', 'b@example.org', 'no address', ''),
  connectEmail: fc.constantFrom('a@example.com', 'c@example.com', ''),
  verified: fc.boolean(),
  provider: fc.constantFrom('', 'Okta', 'Other'),
  profile: fc.constantFrom('profile-agent', 'profile-admin', null),
  inGroup: fc.boolean(),
});

type Person = typeof person extends fc.Arbitrary<infer Value> ? Value : never;

const policies = fc.record({
  mode: fc.constantFrom('sync', 'observe'),
  identityUpdate: fc.constantFrom('whole', 'changed'),
  scope: fc.constantFrom({ kind: 'everyone' }, { kind: 'group', group: 'agents' }),
  adoption: fc.record({
    trustFirstEmail: fc.boolean(),
    rules: fc.constantFrom([{ kind: 'username' }], [{ kind: 'username', ignoreCase: true }]),
  }),
  email: fc.record({
    requireVerified: fc.boolean(),
    trustedProviders: fc.constantFrom([], ['Okta']),
    allowedDomains: fc.constantFrom([], ['example.com']),
  }),
});

function toUser(index: number, { name, given, email, verified, provider }: Person): CognitoUser {
  const attributes = {
    sub: subOf(index),
    given_name: given,
    family_name: 'Smith',
    email,
    email_verified: String(verified),
  };
  return {
    sub: subOf(index),
    username: name === 'of-the-next' ? `user-${index + 1}.x` : `user-${index}`,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '')),
    modifiedAt: PLAN_NOW - HOUR + 123,
    createdAt: PLAN_NOW - 3 * HOUR,
    providers: provider === '' ? [] : [provider],
  };
}

function toAgent(index: number, { name, connectGiven, connectEmail, profile }: Person): DirectoryUser | undefined {
  if (name === 'none') return undefined;
  return {
    id: `agent-${index}`,
    username: name === 'other-case' ? `USER-${index}` : `user-${index}`,
    identity: { FirstName: connectGiven, LastName: 'Jones', ...(connectEmail !== '' && { Email: connectEmail }) },
    securityProfileIds: profile === null ? null : [profile],
    modifiedAt: PLAN_NOW - 2 * HOUR,
  };
}

function toRow(index: number, { row }: Person): UserRow | undefined {
  const sub = subOf(index);
  const link = { sub, connectUserId: `agent-${index}`, linkedAt: PLAN_NOW - HOUR, policyHash: 'policy-0' };
  const read = { syncedReadAt: PLAN_NOW - HOUR / 2, cognitoModifiedAt: PLAN_NOW - HOUR + 123 };
  if (row === 'linked') return { ...link, ...read, status: 'unchanged' };
  if (row === 'linked-new') return { ...link, firstEmail: true };
  if (row === 'held') return { ...link, ...read, firstEmail: true, status: 'held', hadEmail: true };
  if (row === 'unlinked')
    return { sub, status: 'unlinked', reason: 'no-connect-user', policyHash: 'policy-1', ...read };
  if (row === 'written') return { ...link, ...read, status: 'written', lastWriteAt: PLAN_NOW - 30_000 };
  if (row === 'gone') return { ...link, sub: subOf(index + 500), status: 'unchanged', ...read };
  if (row === 'shownEmail') return { ...link, ...read, status: 'unchanged', hadEmail: true };
  return undefined;
}

/** What a plan and a row say of a user, as far as it is to agree. */
const gist = ({ status, reason, changed = [], withheld = [] }: Partial<UserRow> | Outcome) => ({
  status,
  reason,
  changed: [...changed],
  withheld: withheld.map(({ field, kind, reason: why }) => `${field} ${kind} ${why}`),
});

describe('plan --details', () => {
  it('says of every user what the next pass then does, and of no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 6 }), policies, async (people, policy) => {
        const users = people.map((each, index) => toUser(index, each));
        const world = createPlanWorld({
          users,
          agents: people.flatMap((each, index) => toAgent(index, each) ?? []),
          rows: people.flatMap((each, index) => toRow(index, each) ?? []),
          policy,
          groups: Object.fromEntries(
            people.map((each, index) => [users[index]?.username, each.inGroup ? ['agents'] : []]),
          ),
        });
        const before = structuredClone([world.table.rows, world.table.claims, world.directory.users]);
        const { signal } = new AbortController();
        const { sources, clock, target } = world;
        const common = { sources, clock, signal, terminal: createTerminal() };
        const survey = await surveyInstance({ ...common, ...target, warn: () => {}, onListed: () => {} });
        const { details } = await readDetails(common, survey);
        expect([world.table.rows, world.table.claims, world.directory.users]).toEqual(before);
        expect(world.recorder.argsOf('pool.findUser')).toEqual([]);
        expect(world.recorder.argsOf('directory.findIdsByUsername')).toEqual([]);

        const rowsBefore = structuredClone(world.table.rows);
        await world.runPass();

        for (const [sub, detail] of details) {
          if ('failure' in detail) throw new Error(`${sub}: ${detail.failure}`);
          expect({ sub, ...gist(detail.outcome) }).toEqual({ sub, ...gist(world.rowOf(sub) ?? {}) });
        }
        for (const [sub, row] of world.table.rows) if (!details.has(sub)) expect(row).toEqual(rowsBefore.get(sub));
      }),
      { numRuns: 300 },
    );
  });
});
