import { ConnectClient } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectUserList } from '../../../lambda/adapters/connect-user-list.ts';
import type { RateLimit } from '../../../lambda/adapters/throttling/rate-limited-call.ts';
import { createClock } from '../../support/ports.ts';
import { startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const LATER = 1_000_000;

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

    expect(await list.users(LATER)).toEqual({
      users: [
        { id: 'connectUser-1', username: 'ada', modifiedAt: 1_767_268_800_500 },
        { id: 'connectUser-2', username: 'bob', modifiedAt: undefined },
      ],
      calls: 3,
    });
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

    const { users, calls } = await list.users(LATER);

    expect(users).toHaveLength(1);
    expect(calls).toBe(4);
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
