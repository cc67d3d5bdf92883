import { ConnectClient } from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectUsers } from '../../../cli/adapters/connect-users.ts';
import { createClock } from '../../support/ports.ts';
import { failure, startService } from '../adapters/canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

function start() {
  const slots: string[] = [];
  const rateLimit = {
    acquire: async (operation: string) => void slots.push(operation),
    throttled: async (operation: string) => void slots.push(`throttled ${operation}`),
  };
  const clock = createClock(0);
  return { slots, clock, users: createConnectUsers(new ConnectClient(service.client()), 'instance', rateLimit, clock) };
}
const calls = () => service.requests.map(({ method, path }) => `${method} ${path}`);

describe('a Connect user', () => {
  it('is described, with the fields that Connect has', async () => {
    const { users, slots } = start();
    service.answer({
      body: { User: { Username: 'mary', IdentityInfo: { FirstName: 'Mary', LastName: '', Mobile: '+1' } } },
    });

    expect(await users.describe('agent-mary')).toEqual({
      ...{ id: 'agent-mary', username: 'mary', identity: { FirstName: 'Mary', Mobile: '+1' } },
    });
    expect(slots).toEqual(['DescribeUser']);
    expect(calls()).toEqual(['GET /users/instance/agent-mary']);
  });

  it('may be missing', async () => {
    const { users } = start();
    service.answer({ status: 404, body: {}, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } });

    expect(await users.describe('agent-mary')).toBeUndefined();
  });

  it('is searched for on every page, each in its turn, and by exactly this name', async () => {
    const { users, slots } = start();
    service.answer(
      { body: { Users: [], NextToken: 'more' } },
      { body: { Users: [{ Id: 'a', Username: 'Mary' }], NextToken: 'last' } },
      { body: { Users: [{ Id: 'b', Username: 'mary' }], NextToken: '' } },
    );

    expect(await users.idsByUsername('mary')).toEqual(['b']);
    expect(calls()).toEqual(['POST /search-users', 'POST /search-users', 'POST /search-users']);
    expect(slots).toEqual(['SearchUsers', 'SearchUsers', 'SearchUsers']);
  });

  it('is asked for again after a throttle, of which the rate limit is told, and after a failure of the service', async () => {
    const { users, slots } = start();
    service.answer(failure('TooManyRequestsException', 429), failure('InternalServiceException', 500), {
      body: { User: { Username: 'mary' } },
    });

    expect(await users.describe('agent-mary')).toMatchObject({ username: 'mary' });
    expect(slots).toEqual(['DescribeUser', 'throttled DescribeUser', 'DescribeUser', 'DescribeUser']);
  });

  it('is given up after five failures', async () => {
    const { users, slots } = start();
    service.answer(...Array.from({ length: 5 }, () => failure('InternalServiceException', 500)));

    await expect(users.describe('agent-mary')).rejects.toMatchObject({ name: 'TransientError' });
    expect(slots).toHaveLength(5);
  });

  it('belongs to an instance that says how identities are managed', async () => {
    const { users } = start();
    service.answer({ body: { Instance: { IdentityManagementType: 'SAML' } } });

    expect(await users.identityManagementType()).toBe('SAML');
  });
});
