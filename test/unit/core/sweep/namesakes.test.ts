import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';
import type { ListedCognitoUser, ReconciledRow } from '../../../../lambda/core/sweep/inventory.ts';
import { compareNames } from '../../../../lambda/core/sweep/namesakes.ts';
import {
  adviseOnNearMisses,
  countNearMisses,
  findNearMisses,
  needsPerson,
} from '../../../../lambda/core/sweep/near-misses.ts';

const userOf = (username: string, attributes = {}): ListedCognitoUser => ({
  sub: `sub-${username}`,
  username,
  attributes,
  modifiedAt: 1,
  createdAt: 1,
  providers: [],
});
const agentOf = (username: string) => ({ id: `id-${username}`, username, modifiedAt: undefined });

interface World {
  readonly users: readonly (string | ListedCognitoUser)[];
  readonly agents: readonly string[];
  readonly rows?: Readonly<Record<string, ReconciledRow>>;
  readonly whole?: boolean;
  readonly rules?: readonly object[];
  readonly outside?: readonly string[];
}

const IGNORING = [{ ignoreCase: true }];

function compare({ users, agents, rows = {}, whole = true, rules = [{}], outside = [] }: World) {
  const policy = policySchema.parse({ adoption: { rules: rules.map((rule) => ({ kind: 'username', ...rule })) } });
  const inventory = {
    users: users.map((user) => (typeof user === 'string' ? userOf(user) : user)),
    connectUsers: agents.map(agentOf),
    rows: new Map(Object.entries(rows)),
    whole,
  };
  const names = compareNames(inventory, policy, ({ username }) => !outside.includes(username));
  const [rule] = policy.adoption.rules;
  const find = (user: string) => rule && names.find(rule, userOf(user))?.id;
  return { ...names, inventory, policy, find };
}

describe('names that are equal', () => {
  it('belong together', () => {
    const { find, unmatched, otherCase, unique } = compare({ users: ['mary'], agents: ['mary'] });

    expect(find('mary')).toBe('id-mary');
    expect({ unmatched, otherCase, unique }).toEqual({ unmatched: [], otherCase: [], unique: [] });
  });

  it('are compared by each rule', () => {
    const users = [userOf('uuid', { email: 'mary' })];
    const { unmatched } = compare({ users, agents: ['mary'], rules: [{}, { attribute: 'email' }] });

    expect(unmatched).toEqual([]);
  });

  it('by one rule leave nothing to the other rules', () => {
    const users = [userOf('uuid', { email: 'mary' })];
    const { otherCase, unmatched } = compare({ users, agents: ['mary', 'UUID'], rules: [{}, { attribute: 'email' }] });

    expect({ otherCase, unmatched }).toEqual({ otherCase: [], unmatched: ['id-UUID'] });
  });
});

describe('names in other case', () => {
  it('do not belong together where a letter only looks like an ASCII letter in lower case', () => {
    const { unique, otherCase, unmatched } = compare({ users: ['ma\u212Aary'], agents: ['makary'], rules: IGNORING });

    expect({ unique, otherCase, unmatched }).toEqual({ unique: [], otherCase: [], unmatched: ['id-makary'] });
  });
});

describe('Connect users without a Cognito user', () => {
  it.each<[string, World, readonly string[]]>([
    ['no Cognito user has the name', { users: [], agents: ['mary'] }, ['id-mary']],
    [
      'a row links them',
      { users: [], agents: ['mary'], rows: { 'sub-x': { connectUserId: 'id-mary', status: 'unchanged' } } },
      [],
    ],
    [
      'the Cognito user of the link is missing',
      { users: [], agents: ['mary'], rows: { 'sub-x': { connectUserId: 'id-mary', status: 'cognito-user-missing' } } },
      ['id-mary'],
    ],
    [
      'the Cognito user with the name is out of scope',
      { users: ['mary'], agents: ['mary'], outside: ['mary'] },
      ['id-mary'],
    ],
    ['the name differs in case', { users: ['Mary'], agents: ['mary'] }, ['id-mary']],
  ])('%s', (_, world, expected) => {
    expect(compare(world).unmatched).toEqual(expected);
  });
});

describe('names that differ in case only', () => {
  const pair = [{ sub: 'sub-Mary', connectUserId: 'id-mary' }];

  it.each<[string, World, readonly object[]]>([
    ['are a near miss', { users: ['Mary'], agents: ['mary'] }, pair],
    ['are one also where the pool was not listed', { users: ['Mary'], agents: ['mary'], whole: false }, pair],
    [
      'are none for a user who has another Connect user',
      { users: ['Mary'], agents: ['mary'], rows: { 'sub-Mary': { connectUserId: 'id-x' } } },
      [],
    ],
    ['are none for a user with an equal name as well', { users: ['Mary'], agents: ['mary', 'Mary'] }, []],
    ['are none where the Connect user has a namesake', { users: ['Mary', 'mary'], agents: ['mary'] }, []],
    [
      'are none where the Connect user is linked',
      { users: ['Mary'], agents: ['mary'], rows: { x: { connectUserId: 'id-mary', status: 'unchanged' } } },
      [],
    ],
    ['are none out of scope', { users: ['Mary'], agents: ['mary'], outside: ['Mary'] }, []],
    [
      'are one for each Connect user that it may be',
      { users: ['MARY'], agents: ['mary', 'Mary'] },
      [
        { sub: 'sub-MARY', connectUserId: 'id-mary' },
        { sub: 'sub-MARY', connectUserId: 'id-Mary' },
      ],
    ],
    ['are one by two rules only once', { users: ['Mary'], agents: ['mary'], rules: [{}, {}] }, pair],
  ])('%s', (_, world, expected) => {
    expect(compare(world).otherCase).toEqual(expected);
  });

  it('are one name where the rule says so and there is one user on each side', () => {
    const { find, unique, otherCase, unmatched } = compare({ users: ['Mary'], agents: ['mary'], rules: IGNORING });

    expect(find('Mary')).toBe('id-mary');
    expect({ unique, otherCase, unmatched }).toEqual({ unique: pair, otherCase: [], unmatched: [] });
  });

  it.each<[string, World]>([
    ['the rule does not say so', { users: ['Mary'], agents: ['mary'] }],
    ['the rule says no', { users: ['Mary'], agents: ['mary'], rules: [{ ignoreCase: false }] }],
    ['the scope was not listed as a whole', { users: ['Mary'], agents: ['mary'], rules: IGNORING, whole: false }],
    ['two Cognito users have it', { users: ['Mary', 'MARY'], agents: ['mary'], rules: IGNORING }],
    ['two Connect users have it', { users: ['Mary'], agents: ['mary', 'MARY'], rules: IGNORING }],
    ['another Cognito user has exactly it', { users: ['Mary', 'mary'], agents: ['mary'], rules: IGNORING }],
    [
      'another Cognito user has it by another rule that ignores case',
      {
        users: ['Mary', userOf('uuid', { preferred_username: 'MARY' })],
        agents: ['mary'],
        rules: [{ ignoreCase: true }, { attribute: 'preferred_username', ignoreCase: true }],
      },
    ],
    [
      'another Cognito user has exactly it by another rule',
      {
        users: ['Mary', userOf('uuid', { email: 'mary' })],
        agents: ['mary'],
        rules: [{ ignoreCase: true }, { attribute: 'email' }],
      },
    ],
  ])('are two names where %s', (_, world) => {
    const { find, unique } = compare(world);

    expect(find('Mary')).toBeUndefined();
    expect(unique).toEqual([]);
  });

  it('make no new pair of a Cognito user who is linked', () => {
    const world = { users: ['Mary'], agents: ['mary'], rules: IGNORING };

    expect(compare({ ...world, rows: { 'sub-Mary': { connectUserId: 'id-x' } } }).unique).toEqual([]);
  });

  it('are handed to the worker also where the Connect user is linked to another Cognito user: it says so', () => {
    const world = { users: ['Mary'], agents: ['mary'], rules: IGNORING };
    const { unique, otherCase, unmatched, find } = compare({
      ...world,
      rows: { x: { connectUserId: 'id-mary', status: 'unchanged' } },
    });

    expect(find('Mary')).toBe('id-mary');
    expect({ unique, otherCase, unmatched }).toEqual({ unique: pair, otherCase: [], unmatched: [] });
  });

  it('are one name where one Cognito user has it by two rules', () => {
    const users = [userOf('Mary', { preferred_username: 'MARY' })];
    const rules = [{ ignoreCase: true }, { attribute: 'preferred_username', ignoreCase: true }];

    expect(compare({ users, agents: ['mary'], rules }).unique).toEqual(pair);
  });

  it('are two names where the Cognito user has exactly the name of another Connect user by another rule', () => {
    const users = [userOf('Mary', { email: 'bob' })];
    const rules = [{ ignoreCase: true }, { attribute: 'email' }];
    const world = { users, agents: ['mary', 'bob'], rules };
    const { inventory, policy } = compare(world);
    const names = compareNames(inventory, policy, () => true);
    const [user] = inventory.users;

    expect(policy.adoption.rules.map((rule) => user && names.find(rule, user)?.id)).toEqual([undefined, 'id-bob']);
    expect(names.unique).toEqual([]);
  });

  it('are compared in the attribute of the rule', () => {
    const users = [userOf('uuid', { 'custom:agent': ' MARY ' })];

    expect(
      compare({ users, agents: ['mary'], rules: [{ attribute: 'custom:agent', ignoreCase: true }] }).unique,
    ).toEqual([{ sub: 'sub-uuid', connectUserId: 'id-mary' }]);
  });
});

describe('near misses', () => {
  const missesOf = (world: World, generated: boolean) => {
    const { inventory, policy, unmatched, otherCase, unique } = compare(world);
    const whole = {
      ...inventory,
      absent: new Set<string>(),
      claims: new Map<string, string>(),
      members: undefined,
      exposure: { selfSignUp: false, writableAttributes: new Set<string>() },
      history: NO_HISTORY,
    };
    return findNearMisses(whole, { unmatched, otherCase, unique, find: () => undefined }, policy, {
      generatedUsernames: generated,
      groupMissing: false,
    });
  };

  it.each<[string, World, boolean, boolean]>([
    ['Cognito makes the user names', { users: ['uuid'], agents: ['mary'] }, true, true],
    ['people choose the user names', { users: ['uuid'], agents: ['mary'] }, false, false],
    ['a Connect user has such a name', { users: ['uuid'], agents: ['uuid', 'mary'] }, true, false],
    [
      'the rule reads an attribute',
      { users: ['uuid'], agents: ['mary'], rules: [{ attribute: 'email' }] },
      true,
      false,
    ],
    [
      'one of the rules reads the user name',
      { users: ['uuid'], agents: ['mary'], rules: [{ attribute: 'email' }, {}] },
      true,
      true,
    ],
  ])('say whether the rule is pointless: %s', (_, world, generated, expected) => {
    expect(missesOf(world, generated).rulePointless).toBe(expected);
  });

  it('are counted', () => {
    const misses = missesOf({ users: ['Mary'], agents: ['mary', 'bob'] }, true);

    expect(countNearMisses(misses)).toEqual({ unmatched: 2, otherCase: 1, rulePointless: true, groupMissing: false });
  });

  it.each([
    [{ unmatched: 1, otherCase: 0, rulePointless: false, groupMissing: false }, false],
    [{ unmatched: 0, otherCase: 1, rulePointless: false, groupMissing: false }, true],
    [{ unmatched: 0, otherCase: 0, rulePointless: true, groupMissing: false }, true],
    [{ unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: true }, true],
  ])('%j need a person: %s', (counts, expected) => {
    expect(needsPerson(counts)).toBe(expected);
  });

  it('come with advice for each kind, and with none where there is none', () => {
    expect(adviseOnNearMisses({ unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: false })).toEqual([]);
    expect(adviseOnNearMisses({ unmatched: 2, otherCase: 1, rulePointless: true, groupMissing: true })).toEqual([
      expect.stringContaining('correct scope.group, or create the group'),
      expect.stringContaining('Set adoption.rules to an attribute'),
      expect.stringContaining('in case only: 1. Link them by the commands that connect-sync reconcile shows'),
      expect.stringContaining('without a Cognito user: 2.'),
    ]);
  });
});
