import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { createUserPool } from '../../lambda/adapters/cognito-user-pool.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { type Answer, failure, startService } from '../unit/adapters/canned-service.ts';
import { maryWith, message, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** The role may not read the pool or its app clients: a stranger wants that to count as "nothing is writable, nothing is open". */
const DENIED = new PermanentError(
  'AccessDeniedException',
  'cognito-idp:DescribeUserPoolClient failed: AccessDeniedException, HTTP 400. The role lacks the permission cognito-idp:DescribeUserPoolClient.',
  { status: 400, missingPermission: 'cognito-idp:DescribeUserPoolClient' },
);
const undescribed = (given: Parameters<typeof startWorker>[0]) => {
  const world = startWorker(given);
  world.recorder.fail('pool.exposure', DENIED, Number.POSITIVE_INFINITY);
  return world;
};

describe('a stranger in a pool that cannot be described', () => {
  it('is not linked, and the log names the permission that is missing', async () => {
    const { deliver, table, writes, logger } = undescribed({ row: null });

    const response = await deliver(message('m1'));

    expect(response.batchItemFailures).toHaveLength(1);
    expect([table.claims.size, writes()]).toEqual([0, []]);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        fields: {
          status: 'no-permission',
          code: 'AccessDeniedException',
          detail: expect.stringContaining('cognito-idp:DescribeUserPoolClient'),
        },
      },
    ]);
  });

  it('gets no address of a trusted provider written', async () => {
    const { deliver, writes, table } = undescribed({
      users: [maryWith({ email_verified: 'false' }, { providers: ['Okta'] })],
      policy: { email: { trustedProviders: ['Okta'] } },
    });

    const response = await deliver(message('m1'));

    expect(response.batchItemFailures).toHaveLength(1);
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).not.toMatchObject({ status: 'written' });
  });

  it('gets no first address trusted', async () => {
    const { deliver, writes } = undescribed({
      row: { sub: SUB, connectUserId: 'agent-mary', linkedAt: 1, firstEmail: true },
      policy: { adoption: { trustFirstEmail: true } },
    });

    const response = await deliver(message('m1'));

    expect(response.batchItemFailures).toHaveLength(1);
    expect(writes()).toEqual([]);
  });
});

describe('the settings of a pool', () => {
  const read = async (...answers: readonly Answer[]) => {
    const service = await startService();
    try {
      service.answer(...answers);
      const client = new CognitoIdentityProviderClient(service.client());
      return await createUserPool(client, 'eu-central-1_EXAMPLE00', () => 0).exposure();
    } finally {
      await service.stop();
    }
  };
  const pool = { body: { UserPool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } } };

  it('are no settings where one client cannot be described', async () => {
    const clients = { body: { UserPoolClients: [{ ClientId: 'app' }] } };

    await expect(read(pool, clients, failure('AccessDeniedException'))).rejects.toMatchObject({
      code: 'AccessDeniedException',
      missingPermission: 'cognito-idp:DescribeUserPoolClient',
    });
  });

  it.each([
    ['nothing', {}],
    ['no pool', { UserPool: {} }],
    ['no answer to the question', { UserPool: { AdminCreateUserConfig: {} } }],
  ])('count as open where Cognito says %s', async (_, body) => {
    expect(await read({ body }, { body: { UserPoolClients: [] } })).toMatchObject({
      selfSignUp: true,
      keepsVerifiedEmail: false,
    });
  });

  it('count every attribute as writable by a client that has no list', async () => {
    const described = { body: { UserPool: { SchemaAttributes: [{ Name: 'custom:agent' }] } } };
    const clients = { body: { UserPoolClients: [{ ClientId: 'app' }] } };

    const { writableAttributes } = await read(described, clients, { body: { UserPoolClient: {} } });

    expect([...writableAttributes]).toEqual(['custom:agent']);
  });
});
