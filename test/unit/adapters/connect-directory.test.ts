import { ConnectClient } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectDirectory } from '../../../lambda/adapters/connect-directory.ts';
import type { RateLimit } from '../../../lambda/adapters/throttling/rate-limited-call.ts';
import { TransientError } from '../../../lambda/core/failures/errors.ts';
import { type Answer, startService } from './canned-service.ts';
import { error, INSTANCE, startDirectory } from './connect-directory-fixture.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const start = (now?: () => number) => startDirectory(service, now);
const NOT_FOUND = error(404, 'ResourceNotFoundException');

describe('describeUser', () => {
  it('reads identity, security profiles and modification time', async () => {
    const { directory, rateLimited } = start();
    service.answer({
      body: {
        User: {
          Id: 'agent-mary',
          Username: 'mary.user',
          IdentityInfo: { FirstName: 'Mary', LastName: 'Smith', Email: '', Mobile: '+12065550100' },
          SecurityProfileIds: ['profile-agent'],
          LastModifiedTime: 1_767_268_800.5,
        },
      },
    });

    const user = await directory.describeUser('agent-mary');

    expect(user).toEqual({
      id: 'agent-mary',
      username: 'mary.user',
      identity: { FirstName: 'Mary', LastName: 'Smith', Mobile: '+12065550100' },
      securityProfileIds: ['profile-agent'],
      modifiedAt: 1_767_268_800_500,
    });
    expect(service.requests).toMatchObject([{ method: 'GET', path: `/users/${INSTANCE}/agent-mary` }]);
    expect(rateLimited).toEqual([['DescribeUser', 0]]);
  });

  it('reads a user of whom Connect says little', async () => {
    const { directory } = start();
    service.answer({ body: { User: { Id: 'agent-mary' } } });

    const user = await directory.describeUser('agent-mary');

    expect(user).toEqual({
      id: 'agent-mary',
      username: undefined,
      identity: {},
      securityProfileIds: undefined,
      modifiedAt: undefined,
    });
  });

  it('knows no such user', async () => {
    const { directory } = start();
    service.answer(NOT_FOUND);

    expect(await directory.describeUser('agent-mary')).toBeUndefined();
  });

  it('refuses an answer without a user', async () => {
    const { directory } = start();
    service.answer({ body: {} });

    await expect(directory.describeUser('agent-mary')).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('updateIdentity', () => {
  it('sends the identity as it is, and nothing beside it', async () => {
    const { directory, rateLimited } = start();
    service.answer({ body: '' });

    const result = await directory.updateIdentity('agent-mary', { FirstName: 'Zo\u00eb', LastName: 'Jones' });

    expect(result).toBe('updated');
    expect(service.requests).toEqual([
      {
        method: 'POST',
        path: `/users/${INSTANCE}/agent-mary/identity-info`,
        operation: '',
        body: { IdentityInfo: { FirstName: 'Zo\u00eb', LastName: 'Jones' } },
      },
    ]);
    expect(rateLimited).toEqual([['UpdateUserIdentityInfo', 0]]);
  });

  it('says when the user is gone', async () => {
    const { directory } = start();
    service.answer(NOT_FOUND);

    expect(await directory.updateIdentity('agent-mary', { FirstName: 'Mary' })).toBe('connect-user-missing');
  });

  it.each([
    [400, 'InvalidParameterException', 'PermanentError'],
    [403, 'AccessDeniedException', 'PermanentError'],
    [429, 'TooManyRequestsException', 'TransientError'],
    [500, 'InternalServiceException', 'TransientError'],
  ])('makes of %d %s a %s, after one attempt', async (status, code, name) => {
    const { directory } = start();
    service.answer(error(status, code));

    const updating = directory.updateIdentity('agent-mary', { FirstName: 'Mary' });

    await expect(updating).rejects.toMatchObject({ name, code, status });
    expect(service.requests).toHaveLength(1);
  });
});

describe('findIdsByUsername', () => {
  it('asks for two users of exactly this name', async () => {
    const { directory, rateLimited } = start();
    service.answer({ body: { Users: [{ Id: 'agent-mary', Username: 'mary.user' }] } });

    const ids = await directory.findIdsByUsername('mary.user');

    expect(ids).toEqual(['agent-mary']);
    expect(service.requests).toEqual([
      {
        method: 'POST',
        path: '/search-users',
        operation: '',
        body: {
          InstanceId: INSTANCE,
          MaxResults: 100,
          SearchCriteria: {
            StringCondition: { FieldName: 'Username', Value: 'mary.user', ComparisonType: 'EXACT' },
          },
        },
      },
    ]);
    expect(rateLimited).toEqual([['SearchUsers', 0]]);
  });

  it('does not take another spelling for the same name', async () => {
    const { directory } = start();
    service.answer({
      body: {
        Users: [
          { Id: 'agent-1', Username: 'Mary.User' },
          { Id: 'agent-2', Username: 'mary.user' },
        ],
      },
    });

    expect(await directory.findIdsByUsername('mary.user')).toEqual(['agent-2']);
  });

  it('finds both of two', async () => {
    const { directory } = start();
    service.answer({
      body: {
        Users: [
          { Id: 'agent-1', Username: 'mary.user' },
          { Id: 'agent-2', Username: 'mary.user' },
        ],
      },
    });

    expect(await directory.findIdsByUsername('mary.user')).toEqual(['agent-1', 'agent-2']);
  });

  it('finds no user', async () => {
    const { directory } = start();
    service.answer({ body: { Users: [] } });

    expect(await directory.findIdsByUsername('mary.user')).toEqual([]);
  });
});

describe('the rate limit', () => {
  it('keeps a request from being sent when it fails', async () => {
    service.answer({});
    const rateLimit: RateLimit = { acquire: () => Promise.reject(new Error('no slot')), throttled: async () => {} };
    const directory = createConnectDirectory(new ConnectClient(service.client()), INSTANCE, rateLimit, () => 0);

    await expect(directory.describeUser('agent-mary')).rejects.toThrow('no slot');
    expect(service.requests).toEqual([]);
  });

  it.each([
    ['ThrottlingException', error(429, 'ThrottlingException'), undefined],
    ['TooManyRequestsException', error(429, 'TooManyRequestsException'), undefined],
    ['no name', { status: 429, body: {} }, undefined],
    ['a time to wait', { status: 429, headers: { 'retry-after': '7' }, body: {} }, 7_000],
  ])('is told of a 429 with %s', async (_, answer, retryAfterMs) => {
    const { directory, rateLimited, throttles } = start();
    service.answer(answer);

    await expect(directory.updateIdentity('agent-mary', {})).rejects.toMatchObject({ throttled: true });
    expect(rateLimited).toHaveLength(1);
    expect(throttles).toEqual([['UpdateUserIdentityInfo', retryAfterMs]]);
  });

  it.each([
    ['503', error(503, 'ServiceUnavailable')],
    ['400', error(400, 'InvalidParameterException')],
    ['a resource quota, which is a 429 too', error(429, 'LimitExceededException')],
  ])('is not told of %s', async (_, answer) => {
    const { directory, throttles } = start();
    service.answer(answer);

    await expect(directory.describeUser('agent-mary')).rejects.toThrow();
    expect(throttles).toEqual([]);
  });

  it('shows the refusal of Connect also when the table fails', async () => {
    service.answer(error(429, 'ThrottlingException'));
    const rateLimit: RateLimit = {
      acquire: async () => {},
      throttled: () => Promise.reject(new TransientError('ThrottlingException', 'The table is busy.')),
    };
    const directory = createConnectDirectory(new ConnectClient(service.client()), INSTANCE, rateLimit, () => 0);

    await expect(directory.describeUser('agent-mary')).rejects.toMatchObject({ status: 429 });
  });

  it('passes the deadline of a caller to the rate limit, if there is one', async () => {
    const { directory, deadlines } = start();
    service.answer({ body: { User: {} } }, { body: { User: {} } });

    await directory.before(5_000).describeUser('agent-mary');
    await directory.describeUser('agent-mary');

    expect(deadlines).toEqual([5_000, Number.POSITIVE_INFINITY]);
  });

  it.each<readonly [string, Answer]>([
    ['no answer', { instead: 'hang' }],
    ['half an answer', { instead: 'hang half-way' }],
  ])(
    'ends a call with %s a second after the deadline of its caller, before the function runs out of time',
    async (_, answer) => {
      const { directory } = start(() => 1_000);
      service.answer(answer);

      const call = directory.before(2_000).updateIdentity('agent-mary', { FirstName: 'Mary' });
      const failed = expect(call).rejects.toMatchObject({
        name: 'TransientError',
        code: 'AbortError',
        status: undefined,
      });
      // Otherwise the request could arrive in the next test.
      await expect.poll(() => service.requests).toHaveLength(1);
      await failed;
    },
  );

  it('shares kept answers among callers with different deadlines', async () => {
    const { directory } = start();
    service.answer({ body: { Instance: { IdentityManagementType: 'SAML' } } });

    const types = [
      await directory.before(1_000).identityManagementType(),
      await directory.before(2_000).identityManagementType(),
      await directory.identityManagementType(),
    ];

    expect(types).toEqual(['SAML', 'SAML', 'SAML']);
    expect(service.requests).toHaveLength(1);
  });
});
