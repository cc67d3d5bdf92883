import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCognitoUserList } from '../../../lambda/adapters/cognito-user-list.ts';
import { createConnectUserList } from '../../../lambda/adapters/connect-user-list.ts';
import type { RateLimit } from '../../../lambda/adapters/rate-limited-call.ts';
import { createQueueDepth } from '../../../lambda/adapters/sqs-change-queue.ts';
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
  UserLastModifiedDate: 1_767_268_800.5,
});
const listed = (name: string) => ({
  sub: `sub-${name}`,
  username: name,
  attributes: { 'custom:connectUser': name },
  modifiedAt: 1_767_268_800_500,
});

describe('the list of a pool', () => {
  it('goes through all pages, also through one that is empty', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } },
      { body: { PaginationToken: 'page-3' } },
      { body: { Users: [cognitoUser('bob')] } },
    );

    expect(await poolList().users(WANTED, 0)).toEqual([listed('ada'), listed('bob')]);
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60 }],
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, PaginationToken: 'page-2' }],
      ['ListUsers', { UserPoolId: 'eu-central-1_EXAMPLE00', Limit: 60, PaginationToken: 'page-3' }],
    ]);
  });

  it('keeps no attribute that nobody asks for', async () => {
    service.answer({ body: { Users: [cognitoUser('ada')] } });

    expect((await poolList().users(new Set(), 0))[0]?.attributes).toEqual({});
  });

  it('gives up when no time is left for all of it', async () => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } });

    await expect(poolList(1_001).users(WANTED, 1_000)).rejects.toMatchObject({ code: 'list-too-long' });
    await expect(poolList(1_001).membersOf('connectUsers', 1_000)).rejects.toMatchObject({ code: 'list-too-long' });
    expect(service.requests).toEqual([]);
  });

  it('knows the members of a group by their subs', async () => {
    service.answer(
      { body: { Users: [cognitoUser('ada')], NextToken: 'page-2' } },
      { body: { Users: [cognitoUser('bob')] } },
    );

    expect(await poolList().membersOf('connectUsers', 0)).toEqual(new Set(['sub-ada', 'sub-bob']));
    expect(service.requests.at(-1)).toMatchObject({
      operation: 'ListUsersInGroup',
      body: { UserPoolId: 'eu-central-1_EXAMPLE00', GroupName: 'connectUsers', Limit: 60, NextToken: 'page-2' },
    });
  });

  it('tells when there is no such group', async () => {
    service.answer(failure('ResourceNotFoundException'));

    expect(await poolList().membersOf('connectUsers', 0)).toBeUndefined();
  });

  it.each<[string, Answer, string]>([
    ['throttles', failure('TooManyRequestsException'), 'TooManyRequestsException'],
    ['has an expired token', failure('InvalidParameterException'), 'InvalidParameterException'],
    [
      'has somebody without a sub',
      { body: { Users: [{ ...cognitoUser('eve'), Attributes: [] }] } },
      'unexpected-answer',
    ],
  ])('fails as a whole when a later page %s', async (_, page, code) => {
    service.answer({ body: { Users: [cognitoUser('ada')], PaginationToken: 'page-2' } }, page);

    await expect(poolList().users(WANTED, 0)).rejects.toMatchObject({ code });
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
      { body: { UserSummaryList: [{ Id: 'connectUser-2', Username: 'bob' }] } },
    );

    expect(await list.users(LATER)).toEqual([
      { id: 'connectUser-1', username: 'ada', modifiedAt: 1_767_268_800_500 },
      { id: 'connectUser-2', username: 'bob', modifiedAt: undefined },
    ]);
    expect(rateLimited).toEqual(['ListUsers', 'ListUsers']);
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /users-summary/instance-1?maxResults=1000',
      'GET /users-summary/instance-1?maxResults=1000&nextToken=page-2',
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
