import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCognitoUserList } from '../../../lambda/adapters/cognito-user-list.ts';
import type { RateLimit } from '../../../lambda/adapters/throttling/rate-limited-call.ts';
import type { ListedCognitoUser } from '../../../lambda/core/sweep/inventory.ts';
import { createClock } from '../../support/ports.ts';
import { type Answer, failure, startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** A list of the pool, and what its rate limit was told. */
function startPoolList(now = 0) {
  const quotas: string[] = [];
  const throttled: string[] = [];
  const rateLimit: RateLimit = {
    acquire: async (quota) => void quotas.push(quota),
    throttled: async (quota) => void throttled.push(quota),
  };
  const clock = createClock(now);
  const client = new CognitoIdentityProviderClient(service.client());
  return { list: createCognitoUserList(client, 'eu-central-1_EXAMPLE00', rateLimit, clock), quotas, throttled, clock };
}
const poolList = (now = 0) => startPoolList(now).list;
const LATER = 1_000_000;
const WANTED = new Set(['custom:connectUser']);
const cognitoUser = (name: string) => ({
  Username: name,
  Attributes: [
    { Name: 'sub', Value: `sub-${name}` },
    { Name: 'custom:connectUser', Value: name },
  ],
  UserCreateDate: 1_767_200_000.25,
  UserLastModifiedDate: 1_767_268_800.5,
});
const listed = (name: string) => ({
  sub: `sub-${name}`,
  username: name,
  attributes: { 'custom:connectUser': name },
  modifiedAt: 1_767_268_800_500,
  createdAt: 1_767_200_000_250,
  providers: [],
});
/** A visitor, and whom it was shown. */
const visitor = (attributes: ReadonlySet<string> = WANTED, deadline = 1) => {
  const seen: ListedCognitoUser[] = [];
  return { seen, options: { attributes, deadline }, visit: (user: ListedCognitoUser) => void seen.push(user) };
};

describe('the list of a pool', () => {
  it('goes through all pages, also through one that is empty, and ends at an empty token', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } },
      { body: { PaginationToken: 'page-3' } },
      { body: { Users: [cognitoUser('bob')], PaginationToken: '' } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().users(options, visit)).toEqual({ complete: true, calls: 3, skipped: [] });
    expect(seen).toEqual([listed('ada'), listed('bob')]);
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60 }],
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, PaginationToken: 'page-2' }],
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, PaginationToken: 'page-3' }],
    ]);
  });

  it('keeps only attributes that are wanted', async () => {
    service.answer({ body: { Users: [cognitoUser('ada')] } });
    const { seen, options, visit } = visitor(new Set());

    await poolList().users(options, visit);

    expect(seen[0]?.attributes).toEqual({});
  });

  it.each([
    ['sub', { Attributes: [] }, 'eve'],
    ['sub, which is empty,', { Attributes: [{ Name: 'sub', Value: '' }] }, 'eve'],
    ['user name', { Username: undefined }, undefined],
    ['modification date', { UserLastModifiedDate: undefined }, 'eve'],
  ])('skips a user without %s, says so and goes on', async (_, changes, skipped) => {
    service.answer(
      { body: { Users: [{ ...cognitoUser('eve'), ...changes }], PaginationToken: 'page-2' } },
      { body: { Users: [cognitoUser('bob')] } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().users(options, visit)).toEqual({ complete: true, calls: 2, skipped: [skipped] });
    expect(seen).toEqual([listed('bob')]);
  });

  it('shows a user whose creation date is not told', async () => {
    service.answer({ body: { Users: [{ ...cognitoUser('ada'), UserCreateDate: undefined }] } });
    const { seen, options, visit } = visitor();

    await poolList().users(options, visit);

    expect(seen).toEqual([{ ...listed('ada'), createdAt: undefined }]);
  });

  it.each([
    ['EXTERNAL_PROVIDER', '[{"providerName":"Corporate"}]', { providers: ['Corporate'] }],
    ['EXTERNAL_PROVIDER', 'not JSON', { providers: [''] }],
    ['EXTERNAL_PROVIDER', undefined, { providers: [''] }],
    ['CONFIRMED', '[{"providerName":"Corporate"}]', { providers: [], linkedProviders: ['Corporate'] }],
    ['CONFIRMED', 'not JSON', { providers: [], linkedProviders: [''] }],
    ['CONFIRMED', '[]', { providers: [] }],
  ])('knows of a user with status %s and identities %s the providers %j', async (UserStatus, identities, expected) => {
    const Attributes = [...cognitoUser('ada').Attributes, { Name: 'identities', Value: identities }];
    service.answer({ body: { Users: [{ ...cognitoUser('ada'), UserStatus, Attributes }] } });
    const { seen, options, visit } = visitor();

    await poolList().users(options, visit);

    expect(seen).toStrictEqual([{ ...listed('ada'), ...expected }]);
  });

  it('ends incomplete when no time is left for more pages, having shown those that came', async () => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2', NextToken: 'page-2' } });
    const { seen, options, visit } = visitor(WANTED, 1_000);

    expect(await poolList(1_000).users(options, visit)).toEqual({ complete: false, calls: 1, skipped: [] });
    expect(await poolList(1_000).members('connectUsers', options, visit)).toMatchObject({ complete: false });
    expect(await poolList(1_000).found({ attribute: 'sub', value: 'x' }, options, visit)).toMatchObject({
      complete: false,
    });
    expect(seen).toHaveLength(3);
  });

  it('ends incomplete when the caller has had enough, and complete when that was the last page', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } },
      { body: { Users: [cognitoUser('bob')], PaginationToken: 'page-3' } },
      { body: { Users: [cognitoUser('cyd')] } },
    );
    const { options, visit } = visitor();
    const enough = (most: number) => ({ ...options, enough: (pages: number) => pages >= most });

    expect(await poolList().users(enough(2), visit)).toEqual({ complete: false, calls: 2, skipped: [] });
    expect(await poolList().users(enough(1), visit)).toEqual({ complete: true, calls: 1, skipped: [] });
  });

  it('takes its place in one quota for both lists, and gives way to a throttle', async () => {
    service.answer(failure('TooManyRequestsException'), { body: { Users: [cognitoUser('ada')] } });
    const { list, quotas, throttled, clock } = startPoolList();
    const { seen, options, visit } = visitor(WANTED, LATER);

    expect(await list.users(options, visit)).toEqual({ complete: true, calls: 2, skipped: [] });
    await list.members('connectUsers', options, visit);

    expect(quotas).toEqual(['UserList', 'UserList', 'UserList']);
    expect(throttled).toEqual(['UserList']);
    expect(clock.sleeps).toEqual([1_000]);
    expect(seen).toEqual([listed('ada'), listed('ada')]);
  });

  it('asks for users by one attribute, and follows the answer to its end', async () => {
    service.answer(
      { body: { Users: [], PaginationToken: 'page-2' } },
      { body: { Users: [cognitoUser('ada')], PaginationToken: '' } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().found({ attribute: 'username', value: 'ada' }, options, visit)).toEqual({
      complete: true,
      calls: 2,
      skipped: [],
    });
    expect(seen).toEqual([listed('ada')]);
    expect(service.requests.map(({ body }) => body)).toEqual([
      { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, Filter: 'username = "ada"' },
      { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, Filter: 'username = "ada"', PaginationToken: 'page-2' },
    ]);
  });

  it.each([
    [
      { EstimatedNumberOfUsers: 17, UsernameAttributes: ['email'] },
      { estimatedUsers: 17, generatedUsernames: true },
    ],
    [{ UsernameAttributes: [] }, { estimatedUsers: undefined, generatedUsernames: false }],
    [{}, { estimatedUsers: undefined, generatedUsernames: false }],
  ])('knows of a pool described as %j', async (UserPool, expected) => {
    service.answer({ body: { UserPool } });

    expect(await poolList().facts()).toEqual(expected);
    expect(service.requests.map(({ operation }) => operation)).toEqual(['DescribeUserPool']);
  });

  it('shows the members of a group on all its pages', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], NextToken: 'page-2' } },
      { body: { Users: [], NextToken: 'page-3' } },
      { body: { Users: [cognitoUser('bob')], NextToken: '' } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().members('connectUsers', options, visit)).toEqual({ complete: true, calls: 3, skipped: [] });
    expect(seen).toEqual([listed('ada'), listed('bob')]);
    expect(service.requests.at(-1)).toMatchObject({
      operation: 'ListUsersInGroup',
      body: { UserPoolId: 'eu-central-1_EXAMPLE00', GroupName: 'connectUsers', Limit: 60, NextToken: 'page-3' },
    });
  });

  it('tells when there is no such group', async () => {
    service.answer(failure('ResourceNotFoundException'));
    const { options, visit } = visitor();

    expect(await poolList().members('connectUsers', options, visit)).toBeUndefined();
  });

  it.each<[string, Answer, string]>([
    ['keeps throttling', failure('TooManyRequestsException'), 'TooManyRequestsException'],
    ['has an expired token', failure('InvalidParameterException'), 'InvalidParameterException'],
  ])('fails as a whole when a later page %s', async (_, page, code) => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } }, page);
    const { options, visit } = visitor(WANTED, LATER);

    await expect(poolList().users(options, visit)).rejects.toMatchObject({ code });
  });
});
