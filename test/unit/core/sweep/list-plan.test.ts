import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../../lambda/core/policy.ts';
import type { ReconciledRow } from '../../../../lambda/core/sweep/inventory.ts';
import { isAskedFor, linkedIn, planLists } from '../../../../lambda/core/sweep/list-plan.ts';

const connectUsersOf = (...names: readonly string[]) =>
  names.map((username) => ({ id: `id-${username}`, username, modifiedAt: undefined }));
const LINKED: ReconciledRow = { connectUserId: 'id-linked', status: 'unchanged' };
const rowsOf = (count: number, connectUserId = 'id-linked') =>
  new Map(Array.from({ length: count }, (_, index) => [`sub-${index}`, { ...LINKED, connectUserId }]));
interface World {
  readonly policy?: object;
  readonly names?: readonly string[];
  readonly rows?: number;
  /** Id of their Connect user. */
  readonly linked?: string;
  /** @default none */
  readonly estimatedUsers?: number | undefined;
}

const plan = ({ policy = {}, names = [], rows = 0, linked, estimatedUsers }: World) =>
  planLists({
    policy: policySchema.parse(policy),
    connectUsers: connectUsersOf(...names),
    rows: rowsOf(rows, linked),
    estimatedUsers,
  });
const rulesOf = (...rules: readonly object[]) => ({
  adoption: { rules: rules.map((rule) => ({ kind: 'username', ...rule })) },
});

describe('the way to find Cognito users', () => {
  it.each([
    [20, 1_200, 'whole-pool', 'pool-is-smaller', 20],
    [20, 1_201, 'known-users', 'pool-is-larger', 20],
    [0, 600, 'whole-pool', 'pool-is-smaller', 10],
    [0, 601, 'known-users', 'pool-is-larger', 10],
    [1_000, undefined, 'whole-pool', 'pool-size-unknown', 1_000],
    [3, undefined, 'whole-pool', 'pool-size-unknown', 10],
  ])('for %i rows and an estimate of %s users is %s', (rows, estimatedUsers, way, because, mostPages) => {
    expect(plan({ rows, estimatedUsers })).toMatchObject({ way, because, mostPages });
  });

  it('also counts the names that would be asked for', () => {
    const names = Array.from({ length: 6 }, (_, index) => `Name-${index}`);

    expect(plan({ names, rows: 8, estimatedUsers: 20 * 60 }).way).toBe('whole-pool');
    expect(plan({ names, rows: 7, estimatedUsers: 20 * 60 }).way).toBe('known-users');
  });

  it('is the group where the scope is one, whatever the size of the pool', () => {
    const policy = { scope: { kind: 'group', group: 'agents' }, ...rulesOf({ attribute: 'custom:agent' }) };

    expect(plan({ policy, estimatedUsers: 1_000_000 })).toMatchObject({ way: 'group', because: 'scope-is-a-group' });
  });

  it.each([
    ['a custom attribute', { attribute: 'custom:agent' }],
    ['an attribute that Cognito does not search', { attribute: 'nickname' }],
    ['names without regard to case', { ignoreCase: true }],
  ])('is the whole pool, without a limit, where a rule needs %s', (_, rule) => {
    expect(plan({ policy: rulesOf({}, rule), estimatedUsers: 1_000_000 })).toMatchObject({
      way: 'whole-pool',
      because: 'rule-cannot-be-searched',
      mostPages: undefined,
    });
  });
});

describe('questions for namesakes', () => {
  it('are asked for each Connect user as written, without a link in lower case too, for each rule', () => {
    const policy = rulesOf({}, { attribute: 'email' });

    expect(plan({ policy, names: ['Mary', 'linked'], rows: 1 }).names).toEqual([
      { attribute: 'username', value: 'Mary' },
      { attribute: 'username', value: 'mary' },
      { attribute: 'username', value: 'linked' },
      { attribute: 'email', value: 'Mary' },
      { attribute: 'email', value: 'mary' },
      { attribute: 'email', value: 'linked' },
    ]);
    expect(plan({ names: ['LINKED'], rows: 1, linked: 'id-LINKED' }).names).toEqual([
      { attribute: 'username', value: 'LINKED' },
    ]);
  });

  it('are asked once for rules over the same attribute, and for names that are equal in lower case', () => {
    expect(plan({ policy: rulesOf({}, {}), names: ['mary', 'Mary'] }).names).toEqual([
      { attribute: 'username', value: 'mary' },
      { attribute: 'username', value: 'Mary' },
    ]);
  });

  it.each(['a"b', 'a\\b', 'a\u0000b', 'a\nb'])(
    'leave out the name %j, which no filter can hold, and count it',
    (name) => {
      expect(plan({ names: [name, 'mary'] })).toMatchObject({
        names: [{ attribute: 'username', value: 'mary' }],
        unsearchable: 1,
      });
    },
  );
});

describe('rows', () => {
  it.each<[ReconciledRow, boolean]>([
    [{}, true],
    [LINKED, true],
    [{ ...LINKED, status: 'out-of-scope' }, true],
    [{ status: 'out-of-scope' }, false],
    [{ ...LINKED, status: 'cognito-user-missing' }, false],
    [{ status: 'unlinked', reason: 'no-connect-user' }, false],
    [{ status: 'connect-user-missing', reason: 'connect-user-missing' }, false],
    [{ status: 'held', reason: 'open-sign-up' }, true],
    [{ status: 'ambiguous', reason: 'claimed-by-another' }, true],
  ])('%j are asked for when no list shows the user: %s', (row, expected) => {
    expect(isAskedFor(row, policySchema.parse({}))).toBe(expected);
  });

  it('of users who left the group that is the scope are not asked for: its list shows who is back', () => {
    const policy = policySchema.parse({ scope: { kind: 'group', group: 'agents' } });

    expect(isAskedFor({ ...LINKED, status: 'out-of-scope' }, policy)).toBe(false);
    expect(isAskedFor(LINKED, policy)).toBe(true);
  });

  it('link their Connect users, unless the Cognito user is missing', () => {
    const rows = new Map<string, ReconciledRow>([
      ['a', LINKED],
      ['b', { connectUserId: 'id-orphan', status: 'cognito-user-missing' }],
      ['c', { status: 'unlinked' }],
    ]);

    expect(linkedIn(rows)).toEqual(new Set(['id-linked']));
  });
});
