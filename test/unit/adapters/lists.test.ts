import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCognitoUserList } from '../../../lambda/adapters/cognito-user-list.ts';
import { createConnectUserList } from '../../../lambda/adapters/connect-user-list.ts';
import type { RateLimit } from '../../../lambda/adapters/rate-limited-call.ts';
import { createQueueDepth } from '../../../lambda/adapters/sqs-change-queue.ts';
import type { ListedCognitoUser } from '../../../lambda/core/inventory.ts';
import { createClock } from '../../support/ports.ts';
import { type Answer, failure, startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const poolList = (now = 0) =>
  createCognitoUserList(new CognitoIdentityProviderClient(service.client()), 'eu-central-1_EXAMPLE00', () => now);
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
});
/** A visitor, and whom it was shown. */
const visitor = (attributes: ReadonlySet<string> = WANTED, deadline = 0) => {
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

    expect(await poolList().users(options, visit)).toEqual({ calls: 3, skipped: 0 });
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
    ['sub', { Attributes: [] }],
    ['sub, which is empty,', { Attributes: [{ Name: 'sub', Value: '' }] }],
    ['user name', { Username: undefined }],
    ['modification date', { UserLastModifiedDate: undefined }],
  ])('skips a user without %s, counts it and goes on', async (_, changes) => {
    service.answer(
      { body: { Users: [{ ...cognitoUser('eve'), ...changes }], PaginationToken: 'page-2' } },
      { body: { Users: [cognitoUser('bob')] } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().users(options, visit)).toEqual({ calls: 2, skipped: 1 });
    expect(seen).toEqual([listed('bob')]);
  });

  it('shows a user whose creation date is not told', async () => {
    service.answer({ body: { Users: [{ ...cognitoUser('ada'), UserCreateDate: undefined }] } });
    const { seen, options, visit } = visitor();

    await poolList().users(options, visit);

    expect(seen).toEqual([{ ...listed('ada'), createdAt: undefined }]);
  });

  it('gives up when no time is left for all of it', async () => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } });
    const { seen, options, visit } = visitor(WANTED, 1_000);

    await expect(poolList(1_001).users(options, visit)).rejects.toMatchObject({ code: 'list-too-long' });
    await expect(poolList(1_001).members('connectUsers', options, visit)).rejects.toMatchObject({
      code: 'list-too-long',
    });
    expect(service.requests).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('shows the members of a group on all its pages', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], NextToken: 'page-2' } },
      { body: { Users: [], NextToken: 'page-3' } },
      { body: { Users: [cognitoUser('bob')], NextToken: '' } },
    );
    const { seen, options, visit } = visitor();

    expect(await poolList().members('connectUsers', options, visit)).toEqual({ calls: 3, skipped: 0 });
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
    ['throttles', failure('TooManyRequestsException'), 'TooManyRequestsException'],
    ['has an expired token', failure('InvalidParameterException'), 'InvalidParameterException'],
  ])('fails as a whole when a later page %s', async (_, page, code) => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } }, page);
    const { options, visit } = visitor();

    await expect(poolList().users(options, visit)).rejects.toMatchObject({ code });
  });
});

describe('the list of an instance', () => {
  function start() {
    const rateLimited: string[] = [];
    const throttled: string[] = [];
    const rateLimit: RateLimit = {
      acquire: async (operation) => void rateLimited.push(operation),
      throttled: async (operation) => void throttled.push(operation),
    };
    const clock = createClock(0);
    const list = createConnectUserList(new ConnectClient(service.client()), 'instance-1', rateLimit, clock);
    return { list, rateLimited, throttled, sleeps: clock.sleeps };
  }

  it('goes through all pages, each in its turn', async () => {
    const { list, rateLimited } = start();
    service.answer(
      {
        body: {
          UserSummaryList: [{ Id: 'connectUser-1', Username: 'ada', LastModifiedTime: 1_767_268_800.5 }],
          NextToken: 'page-2',
        },
      },
      { body: { UserSummaryList: [], NextToken: 'page-3' } },
      { body: { UserSummaryList: [{ Id: 'connectUser-2', Username: 'bob' }], NextToken: '' } },
    );

    expect(await list.users(LATER)).toEqual([
      { id: 'connectUser-1', username: 'ada', modifiedAt: 1_767_268_800_500 },
      { id: 'connectUser-2', username: 'bob', modifiedAt: undefined },
    ]);
    expect(rateLimited).toEqual(['ListUsers', 'ListUsers', 'ListUsers']);
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /users-summary/instance-1?maxResults=1000',
      'GET /users-summary/instance-1?maxResults=1000&nextToken=page-2',
      'GET /users-summary/instance-1?maxResults=1000&nextToken=page-3',
    ]);
  });

  const first = { body: { UserSummaryList: [{ Id: 'connectUser-1', Username: 'ada' }], NextToken: 'page-2' } };
  const refused = { status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' }, body: {} };

  it('asks again for a page that is refused, in its turn, and tells the rate limit', async () => {
    const { list, rateLimited, throttled, sleeps } = start();
    service.answer(first, refused, { status: 503, body: {} }, { body: { UserSummaryList: [] } });

    expect(await list.users(LATER)).toHaveLength(1);
    expect(rateLimited).toHaveLength(4);
    expect(throttled).toEqual(['ListUsers']);
    expect(sleeps).toEqual([1_000, 2_000]);
  });

  it('fails as a whole when a page stays refused', async () => {
    const { list, rateLimited } = start();
    service.answer(first, refused);

    await expect(list.users(LATER)).rejects.toMatchObject({ name: 'TransientError', code: 'ThrottlingException' });
    expect(rateLimited).toHaveLength(6);
  });

  it('does not wait for a page beyond its time', async () => {
    const { list, sleeps } = start();
    service.answer(first, { ...refused, headers: { ...refused.headers, 'retry-after': '30' } });

    await expect(list.users(29_000)).rejects.toMatchObject({ name: 'TransientError' });
    expect(sleeps).toEqual([]);
  });

  it('fails at once when time heals nothing', async () => {
    const { list, rateLimited } = start();
    service.answer({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: {} });

    await expect(list.users(LATER)).rejects.toMatchObject({ name: 'PermanentError' });
    expect(rateLimited).toHaveLength(1);
  });
});

describe('the depth of a queue', () => {
  it('counts what is visible, in work and delayed', async () => {
    service.answer({
      body: {
        Attributes: {
          ApproximateNumberOfMessages: '4',
          ApproximateNumberOfMessagesNotVisible: '10',
          ApproximateNumberOfMessagesDelayed: '1',
        },
      },
    });
    const queueUrl = `${service.endpoint}/111122223333/changes.fifo`;

    expect(await createQueueDepth(new SQSClient(service.client()), queueUrl).waiting()).toBe(15);
    expect(service.requests[0]?.operation).toBe('GetQueueAttributes');
  });
});
