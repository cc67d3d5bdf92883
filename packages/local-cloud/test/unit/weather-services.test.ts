import type { DescribeUserResponse, ListUsersResponse, SearchUsersResponse } from '@aws-sdk/client-connect';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { createCloudTrail } from '../../services/cloudtrail/index.ts';
import type { OperationName } from '../../services/connect/settings.ts';
import { createWeather } from '../../weather/index.ts';
import { startPool } from './cognito-fixture.ts';
import { INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1);

/** Follows a list to its end; an empty token is an end, too. */
async function follow<Item>(
  page: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly token?: string | undefined }>,
) {
  const pages: (readonly Item[])[] = [];
  let token: string | undefined;
  do {
    const { items, token: next } = await page(token);
    pages.push(items);
    token = next;
  } while (token !== undefined && token !== '');
  return { pages, items: pages.flat(), end: token };
}

type Answer = Readonly<Record<string, unknown>>;

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
describe('lists of Cognito in rough weather', () => {
  const startStaff = async (seed: number) => {
    const weather = createWeather();
    const pool = await startPool({}, undefined, weather);
    const { UserPoolId } = pool;
    await pool.call('CreateGroup', { UserPoolId, GroupName: 'agents' });
    await pool.call('CreateGroup', { UserPoolId, GroupName: 'leads' });
    for (const name of ['ann', 'bob', 'cid', 'dan', 'eve']) {
      await pool.createUser(name, { family_name: name < 'd' ? 'Smith' : 'Jones' });
      await pool.call('AdminAddUserToGroup', { UserPoolId, Username: name, GroupName: 'agents' });
    }
    await pool.call('AdminAddUserToGroup', { UserPoolId, Username: 'ann', GroupName: 'leads' });
    for (const ClientName of ['one', 'two', 'three']) await pool.createClient({ ClientName });
    weather.change({ level: 'rough', seed });
    const list = (operation: string, input: object, from: string, member: string, tokenName = 'NextToken') =>
      follow(async (token) => {
        const answer = await pool.call<Answer>(operation, {
          UserPoolId,
          ...input,
          ...(token && { [tokenName]: token }),
        });
        const items = (answer[from] as readonly Answer[]).map((item) => item[member]);
        return { items, token: answer[tokenName] as string | undefined };
      });
    return { list };
  };
  const LISTS = [
    ['ListUsers', {}, 'Users', 'Username', 'PaginationToken', ['ann', 'bob', 'cid', 'dan', 'eve']],
    ['ListUsers', { Filter: 'family_name = "Smith"' }, 'Users', 'Username', 'PaginationToken', ['ann', 'bob', 'cid']],
    [
      'ListUsersInGroup',
      { GroupName: 'agents' },
      'Users',
      'Username',
      'NextToken',
      ['ann', 'bob', 'cid', 'dan', 'eve'],
    ],
    ['AdminListGroupsForUser', { Username: 'ann' }, 'Groups', 'GroupName', 'NextToken', ['agents', 'leads']],
    ['ListUserPoolClients', {}, 'UserPoolClients', 'ClientName', 'NextToken', ['one', 'two', 'three']],
  ] as const;

  it.each(LISTS)(
    'are whole only over all pages: %s %j',
    async (operation, input, from, member, tokenName, expected) => {
      const walks = await Promise.all(
        SEEDS.map(async (seed) => (await startStaff(seed)).list(operation, input, from, member, tokenName)),
      );

      for (const { items } of walks) expect(items).toEqual(expected);
      expect(walks.some(({ pages }) => pages[0]?.length === 0)).toBe(true);
      expect(walks.some(({ pages }) => pages.length > 1 && (pages[0]?.length ?? 0) > 0)).toBe(true);
      expect(new Set(walks.map(({ end }) => end))).toEqual(new Set(['', undefined]));
    },
  );

  it('miss a new user for a while, but not for long', async () => {
    const weather = createWeather({ level: 'rough', seed: 1 });
    const pool = await startPool({}, undefined, weather);
    for (let number = 1; number <= 20; number += 1) await pool.createUser(`user-${number}`);
    const count = async () => {
      const { items } = await follow(async (PaginationToken) => {
        const answer = await pool.call<Answer>('ListUsers', { UserPoolId: pool.UserPoolId, PaginationToken });
        return { items: answer.Users as readonly Answer[], token: answer.PaginationToken as string | undefined };
      });
      return items.length;
    };

    const atFirst = await count();
    await pool.clock.advance(45_000);

    expect(atFirst).toBeGreaterThan(0);
    expect(atFirst).toBeLessThan(20);
    expect(await count()).toBe(20);
  });
});

describe('Amazon Connect in rough weather', () => {
  const NAMES = { FirstName: 'Mary', LastName: 'Smith' };
  const startStaff = (seed: number) => {
    const weather = createWeather();
    const world = startConnect({ weather });
    const users = world.connect.seedUsers(
      ['ann', 'bob', 'cid', 'dan'].map((Username) => ({ Username, IdentityInfo: NAMES })),
    );
    weather.change({ level: 'rough', seed });
    const list = (operation: OperationName, from: string, member: string) =>
      follow(async (NextToken) => {
        const answer = world.call<Answer>(operation, { InstanceId: INSTANCE_ID, NextToken });
        const items = (answer[from] as readonly Answer[]).map((item) => item[member]);
        return { items, token: answer.NextToken as string | undefined };
      });
    return { ...world, list, address: { InstanceId: INSTANCE_ID, UserId: users[0]?.Id } };
  };

  it.each([
    ['ListUsers', 'UserSummaryList', 'Username', ['ann', 'bob', 'cid', 'dan']],
    ['SearchUsers', 'Users', 'Username', ['ann', 'bob', 'cid', 'dan']],
    [
      'ListSecurityProfiles',
      'SecurityProfileSummaryList',
      'Name',
      ['Admin', 'Agent', 'CallCenterManager', 'QualityAnalyst'],
    ],
  ] as const)('lists are whole only over all pages: %s', async (operation, from, member, expected) => {
    const walks = await Promise.all(SEEDS.map((seed) => startStaff(seed).list(operation, from, member)));

    for (const { items } of walks) expect(items).toEqual(expected);
    expect(walks.some(({ pages }) => pages[0]?.length === 0)).toBe(true);
    expect(walks.some(({ pages }) => pages.length > 1 && (pages[0]?.length ?? 0) > 0)).toBe(true);
    expect(new Set(walks.map(({ end }) => end))).toEqual(new Set(['', undefined]));
  });

  // https://docs.aws.amazon.com/connect/latest/APIReference/eventual-consistency.html
  it('a change spreads slowly, and calls about the user may fail until then, as invalid or as not found', async () => {
    const seen = new Set<unknown>();
    for (const seed of SEEDS) {
      const { call, address, clock } = startStaff(seed);
      call('UpdateUserIdentityInfo', { ...address, IdentityInfo: { ...NAMES, LastName: 'Jones' } });
      const read = () =>
        refusal(() => call<DescribeUserResponse>('DescribeUser', address).User?.IdentityInfo?.LastName);
      for (let reads = 0; reads < 20; reads += 1) seen.add(String(read()).slice(0, 30));
      await clock.advance(90_000);
      expect(Array.from({ length: 20 }, read)).toEqual(Array.from({ length: 20 }, () => 'Jones'));
    }

    expect(seen).toEqual(
      new Set(['Smith', 'Jones', '400 InvalidRequestException: T', '404 ResourceNotFoundException:']),
    );
  });

  it('a search shows deleted users and misses new ones for up to five minutes', async () => {
    const seen = new Set<number>();
    for (const seed of SEEDS) {
      const { call, connect, address, clock } = startStaff(seed);
      call('DeleteUser', address);
      call('CreateUser', {
        InstanceId: INSTANCE_ID,
        Username: 'new',
        Password: 'Secret-Horse-1',
        IdentityInfo: NAMES,
        SecurityProfileIds: [connect.instance.securityProfiles[1]?.id],
        RoutingProfileId: connect.instance.routingProfiles[0]?.id,
      });
      const total = () => call<SearchUsersResponse>('SearchUsers', { InstanceId: INSTANCE_ID }).ApproximateTotalCount;
      seen.add(total() ?? 0);
      await clock.advance(300_000);
      expect(total()).toBe(4);
    }

    // Before: four. Without the deleted one, with the new one, with both or with neither of the two.
    expect(seen).toEqual(new Set([3, 4, 5]));
  });

  it('lists show what reads show', async () => {
    const { call, address, clock } = startStaff(2);
    call('DeleteUser', address);
    await clock.advance(90_000);

    const names = [];
    let NextToken: string | undefined;
    do {
      const answer = call<ListUsersResponse>('ListUsers', { InstanceId: INSTANCE_ID, NextToken });
      names.push(...(answer.UserSummaryList ?? []).map(({ Username }) => Username));
      NextToken = answer.NextToken;
    } while (NextToken);

    expect(names).toEqual(['bob', 'cid', 'dan']);
  });
});

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
describe('CloudTrail records', () => {
  const deliver = async (level: 'off' | 'mild' | 'rough') => {
    const clock = createVirtualClock(0);
    const arrivals: { readonly name: string; readonly at: number }[] = [];
    const cloud: Cloud = {
      clock,
      accountId: '111122223333',
      region: 'eu-west-1',
      endpoint: () => 'http://127.0.0.1:1',
      call: async <Output>(_service: string, _operation: string, input: object): Promise<Output> => {
        const [entry] = (input as { readonly Entries: readonly { readonly Detail: string }[] }).Entries;
        const { eventName } = JSON.parse(entry?.Detail ?? '') as { readonly eventName: string };
        arrivals.push({ name: eventName, at: clock.now() });
        return { Entries: [] } as Output;
      },
    };
    const trail = createCloudTrail(cloud, createWeather({ level, seed: 1 }));
    for (let number = 101; number <= 200; number += 1) trail.deliver({ eventName: `event-${number}` }, 0);
    await clock.advance(600_000);
    const names = arrivals.map(({ name }) => name);
    const latestMs = Math.max(...arrivals.map(({ at }) => at));
    return { names, distinct: new Set(names).size, sorted: names.join() === names.toSorted().join(), latestMs };
  };

  it('come at once, once and in order in calm weather', async () => {
    expect(await deliver('off')).toMatchObject({ distinct: 100, sorted: true, latestMs: 0 });
  });

  it('come up to two seconds late in mild weather, so that they overtake each other', async () => {
    const { names, distinct, sorted, latestMs } = await deliver('mild');

    expect({ count: names.length, distinct, sorted }).toEqual({ count: 100, distinct: 100, sorted: false });
    expect(latestMs).toBeGreaterThan(1_000);
    expect(latestMs).toBeLessThanOrEqual(2_000);
  });

  it('come minutes late and twice in rough weather, but none is lost', async () => {
    const { names, distinct, sorted, latestMs } = await deliver('rough');

    expect({ distinct, sorted }).toEqual({ distinct: 100, sorted: false });
    expect(names.length).toBeGreaterThan(115);
    expect(latestMs).toBeGreaterThan(500_000);
  });
});
