import { describe, expect, it } from 'vitest';
import { refusal, startPool } from './cognito-fixture.ts';

interface Page {
  readonly Users: readonly { readonly Username: string; readonly Attributes: readonly { readonly Name: string }[] }[];
  readonly PaginationToken?: string;
}

const startWithStaff = async () => {
  const pool = await startPool({ Schema: [{ Name: 'team', AttributeDataType: 'String', Mutable: true }] });
  const mary = await pool.createUser('mary', { given_name: 'Mary', family_name: 'Smith', 'custom:team': 'north' });
  await pool.createUser('marta', { given_name: 'Marta', family_name: 'Smith', nickname: 'say "hi"' });
  await pool.createUser('john', { given_name: 'John', name: 'John "Jack" Doe' });
  await pool.call('AdminDisableUser', { UserPoolId: pool.UserPoolId, Username: 'john' });
  const list = (more: object = {}) => pool.call<Page>('ListUsers', { UserPoolId: pool.UserPoolId, ...more });
  const names = async (Filter?: string) => (await list({ Filter })).Users.map(({ Username }) => Username);
  return { ...pool, mary, list, names };
};

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
describe('filtering users', () => {
  it.each([
    ['nothing', '', ['mary', 'marta', 'john']],
    ['an exact value', 'family_name = "Smith"', ['mary', 'marta']],
    ['a beginning', 'username ^= "mar"', ['mary', 'marta']],
    ['a value in its exact case', 'given_name = "mary"', []],
    [
      'the status of the account in any case',
      'cognito:user_status = "force_change_password"',
      ['mary', 'marta', 'john'],
    ],
    ['being disabled', 'status = "Disabled"', ['john']],
    ['escaped quotes', 'name = "John \\"Jack\\" Doe"', ['john']],
    ['no spaces around the comparison', 'given_name="Mary"', ['mary']],
  ])('by %s', async (_, filter, expected) => {
    const { names } = await startWithStaff();

    expect(await names(filter)).toEqual(expected);
  });

  it('by sub', async () => {
    const { names, mary } = await startWithStaff();

    expect(await names(`sub = "${mary.sub}"`)).toEqual(['mary']);
  });

  it.each([
    [
      'custom attributes',
      'custom:team = "north"',
      'Error while parsing filter. Attribute custom:team is not searchable.',
    ],
    ['nicknames', 'nickname = "x"', 'Error while parsing filter. Attribute nickname is not searchable.'],
    ['anything else', 'given_name > "M"', 'Error while parsing filter.'],
    ['a value without quotes', 'given_name = Mary', 'Error while parsing filter.'],
  ])('not by %s', async (_, filter, message) => {
    const { names } = await startWithStaff();

    expect(await refusal(names(filter))).toBe(`400 InvalidParameterException: ${message}`);
  });
});

describe('paging through users', () => {
  it('gives 60 at most, each user once, though users come and go between pages', async () => {
    const pool = await startPool();
    for (let number = 1; number <= 130; number++) await pool.createUser(`user-${number}`);
    const list = (more: object) => pool.call<Page>('ListUsers', { UserPoolId: pool.UserPoolId, ...more });

    const first = await list({});
    await pool.call('AdminDeleteUser', { UserPoolId: pool.UserPoolId, Username: 'user-1' });
    const second = await list({ PaginationToken: first.PaginationToken });
    const third = await list({ PaginationToken: second.PaginationToken });

    expect([first, second, third].map(({ Users }) => Users.length)).toEqual([60, 60, 10]);
    expect(second.Users[0]?.Username).toBe('user-61');
    expect(third.Users.at(-1)?.Username).toBe('user-130');
    expect(third).not.toHaveProperty('PaginationToken');
  });

  it('refuses a page of more than 60, and a token of another list', async () => {
    const { list } = await startWithStaff();
    const { PaginationToken } = await list({ Limit: 1 });
    const bad = '400 InvalidParameterException: Invalid pagination token given.';

    expect(await refusal(list({ Limit: 61 }))).toBe(
      "400 InvalidParameterException: 1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
    );
    expect(await refusal(list({ PaginationToken, Filter: 'username ^= "m"' }))).toBe(bad);
    expect(await refusal(list({ PaginationToken: 'stale' }))).toBe(bad);
  });
});

describe('listing users', () => {
  it('shows only the attributes asked for, and fails when a user lacks one', async () => {
    const { list } = await startWithStaff();

    const { Users } = await list({ AttributesToGet: ['given_name'] });

    expect(Users.map(({ Attributes }) => Attributes)).toEqual([
      [{ Name: 'given_name', Value: 'Mary' }],
      [{ Name: 'given_name', Value: 'Marta' }],
      [{ Name: 'given_name', Value: 'John' }],
    ]);
    expect(await refusal(list({ AttributesToGet: ['family_name'] }))).toContain('InvalidParameterException');
  });

  it('misses new users for as long as the lag is set', async () => {
    const { names, cognito, clock } = await startWithStaff();
    cognito.admin.settings?.({ listLagMs: 1_000 });

    await clock.advance(999);
    expect(await names()).toEqual([]);
    await clock.advance(1);
    expect(await names()).toEqual(['mary', 'marta', 'john']);
  });
});
