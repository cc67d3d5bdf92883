import {
  ConnectClient,
  DeleteUserCommand,
  DescribeUserCommand,
  InternalServiceException,
  InvalidParameterException,
  InvalidRequestException,
  ResourceNotFoundException,
  ThrottlingException,
  UpdateUserIdentityInfoCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, createConnect } from '../../services/connect/index.ts';
import { startGateway } from './gateway-fixture.ts';

const IDENTITY = { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' };

async function startConnect(options: ConnectOptions = {}) {
  const gateway = await startGateway({});
  const connect = createConnect(gateway.cloud, options);
  gateway.register('connect', connect);
  const client = new ConnectClient(gateway.client);
  const InstanceId = connect.instance.id;
  const [mary] = connect.seedUsers([
    { Username: 'mary', IdentityInfo: connect.instance.identityManagementType === 'SAML' ? namesOnly : IDENTITY },
  ]);
  const address = { InstanceId, UserId: mary?.Id };
  const update = (IdentityInfo: object) =>
    client.send(new UpdateUserIdentityInfoCommand({ ...address, IdentityInfo })).catch((error: unknown) => error);
  const local = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${gateway.endpoint}/_local/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { gateway, connect, client, InstanceId, mary, address, update, local };
}

const namesOnly = { FirstName: 'Mary', LastName: 'Smith' };

describe('Amazon Connect through the SDK', () => {
  it('takes ARNs in the path in place of ids', async () => {
    const { client, connect, mary } = await startConnect();

    const { User } = await client.send(
      new DescribeUserCommand({ InstanceId: connect.instance.arn, UserId: mary?.Arn }),
    );

    expect(User?.IdentityInfo).toEqual(IDENTITY);
  });
});

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html */
describe('each documented exception of UpdateUserIdentityInfo', () => {
  it('InvalidParameterException: a name that is too long', async () => {
    const { update } = await startConnect();

    const error = await update({ ...IDENTITY, LastName: 'a'.repeat(257) });

    expect(error).toBeInstanceOf(InvalidParameterException);
    expect(error).toMatchObject({
      message: 'LastName must have at most 256 characters, got 257.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('InvalidRequestException: an e-mail address on a SAML instance', async () => {
    const { update } = await startConnect({ identityManagementType: 'SAML' });

    const error = await update(IDENTITY);

    expect(error).toBeInstanceOf(InvalidRequestException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('ResourceNotFoundException: a user who was deleted', async () => {
    const { update, client, address } = await startConnect();
    await client.send(new DeleteUserCommand(address));

    const error = await update(IDENTITY);

    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it('ThrottlingException: the sixth call at once, and not the next one half a second later', async () => {
    const { update, gateway } = await startConnect();
    for (let call = 0; call < 5; call += 1) expect(await update(IDENTITY)).not.toBeInstanceOf(Error);

    const error = await update(IDENTITY);
    await gateway.clock.advance(500);

    expect(error).toBeInstanceOf(ThrottlingException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 429 } });
    expect(await update(IDENTITY)).not.toBeInstanceOf(Error);
  });

  it('InternalServiceException: a fault put in place', async () => {
    const { update, local } = await startConnect();
    await local('PUT', 'faults', [
      {
        service: 'connect',
        operation: 'UpdateUserIdentityInfo',
        times: 1,
        status: 500,
        code: 'InternalServiceException',
      },
    ]);

    const error = await update(IDENTITY);

    expect(error).toBeInstanceOf(InternalServiceException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(await update(IDENTITY)).not.toBeInstanceOf(Error);
  });
});

describe('Amazon Connect beside its API', () => {
  it.each([
    ['TooManyRequestsException', 'TooManyRequestsException'],
    ['none', 'Unknown'],
  ])('answers a 429 under the name chosen in the settings: %s', async (throttleErrorName, name) => {
    const { update, local } = await startConnect();
    const { body } = await local('PUT', 'connect/settings', {
      throttleErrorName,
      quotas: { UpdateUserIdentityInfo: { ratePerSecond: 1, burst: 1 } },
    });
    expect(body).toMatchObject({ throttleErrorName });
    await update(IDENTITY);

    expect(await update(IDENTITY)).toMatchObject({ name, $metadata: { httpStatusCode: 429 } });
  });

  it('shows users over HTTP', async () => {
    const { local, mary } = await startConnect();

    const user = { Username: 'mary', IdentityInfo: IDENTITY };
    expect((await local('GET', `connect/users?id=${mary?.Id}`)).body).toMatchObject({ users: [user] });
    expect((await local('GET', 'connect/users')).body).toMatchObject({ users: [user] });
  });
});
