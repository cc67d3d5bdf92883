import {
  ConnectClient,
  CreateUserCommand,
  DeleteUserCommand,
  DescribeInstanceCommand,
  DescribeSecurityProfileCommand,
  DescribeUserCommand,
  DuplicateResourceException,
  InternalServiceException,
  InvalidParameterException,
  InvalidRequestException,
  LimitExceededException,
  ListRoutingProfilesCommand,
  ListSecurityProfilesCommand,
  ListTagsForResourceCommand,
  ListUsersCommand,
  ResourceNotFoundException,
  SearchUsersCommand,
  TagResourceCommand,
  ThrottlingException,
  UntagResourceCommand,
  UpdateUserIdentityInfoCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, createConnect } from '../../../local/services/connect/index.ts';
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
  it('creates, describes, searches, changes, lists and deletes a user', async () => {
    const { client, InstanceId, gateway } = await startConnect({
      settings: { quotas: { default: { ratePerSecond: 99, burst: 99 } } },
    });
    const security = await client.send(new ListSecurityProfilesCommand({ InstanceId }));
    const routing = await client.send(new ListRoutingProfilesCommand({ InstanceId }));

    const created = await client.send(
      new CreateUserCommand({
        InstanceId,
        Username: 'jane',
        Password: 'Secret-Horse-1',
        IdentityInfo: { FirstName: 'Jane', LastName: 'Doe', Email: 'jane@example.com', Mobile: '+491701234567' },
        SecurityProfileIds: [security.SecurityProfileSummaryList?.[0]?.Id ?? ''],
        RoutingProfileId: routing.RoutingProfileSummaryList?.[0]?.Id,
        Tags: { sub: 'sub-1' },
      }),
    );
    await gateway.clock.advance(1_500);
    await client.send(
      new UpdateUserIdentityInfoCommand({
        InstanceId,
        UserId: created.UserId,
        IdentityInfo: { FirstName: 'Jané', LastName: 'Roe', Email: 'jane.roe@example.com' },
      }),
    );

    const { User } = await client.send(new DescribeUserCommand({ InstanceId, UserId: created.UserId }));
    expect(User).toMatchObject({
      Id: created.UserId,
      Arn: created.UserArn,
      Username: 'jane',
      IdentityInfo: { FirstName: 'Jané', LastName: 'Roe', Email: 'jane.roe@example.com' },
      Tags: { sub: 'sub-1' },
      LastModifiedTime: new Date('2026-01-01T00:00:01.500Z'),
      LastModifiedRegion: 'eu-west-1',
    });
    const found = await client.send(
      new SearchUsersCommand({
        InstanceId,
        SearchCriteria: { StringCondition: { FieldName: 'Username', ComparisonType: 'EXACT', Value: 'jane' } },
        SearchFilter: { TagFilter: { TagCondition: { TagKey: 'sub', TagValue: 'sub-1' } } },
        MaxResults: 2,
      }),
    );
    expect(found.ApproximateTotalCount).toBe(1);
    expect(found.Users?.[0]?.IdentityInfo).toEqual({ FirstName: 'Jané', LastName: 'Roe' });
    await client.send(new DeleteUserCommand({ InstanceId, UserId: created.UserId }));
    const listed = await client.send(new ListUsersCommand({ InstanceId, MaxResults: 10 }));
    expect(listed.UserSummaryList?.map(({ Username }) => Username)).toEqual(['mary']);
  });

  it('takes ARNs in the path in place of ids', async () => {
    const { client, connect, mary } = await startConnect();

    const { User } = await client.send(
      new DescribeUserCommand({ InstanceId: connect.instance.arn, UserId: mary?.Arn }),
    );

    expect(User?.IdentityInfo).toEqual(IDENTITY);
  });

  it('describes the instance and a security profile', async () => {
    const { client, connect, InstanceId } = await startConnect({ identityManagementType: 'SAML', alias: 'acme' });
    const admin = connect.instance.securityProfiles[0]?.id;

    const { Instance } = await client.send(new DescribeInstanceCommand({ InstanceId }));
    const profile = await client.send(new DescribeSecurityProfileCommand({ InstanceId, SecurityProfileId: admin }));

    expect(Instance).toMatchObject({
      Id: InstanceId,
      IdentityManagementType: 'SAML',
      InstanceAlias: 'acme',
      CreatedTime: new Date('2026-01-01T00:00:00Z'),
    });
    expect(profile.SecurityProfile?.SecurityProfileName).toBe('Admin');
  });

  it('tags a user, lists the tags and removes some of them', async () => {
    const { client, mary } = await startConnect();
    const resourceArn = mary?.Arn;

    await client.send(new TagResourceCommand({ resourceArn, tags: { sub: 'sub-1', team: 'north', old: 'x' } }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['old', 'team'] }));

    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ sub: 'sub-1' });
  });

  it('answers errors that the SDK knows by class', async () => {
    const { client, connect, InstanceId } = await startConnect({ settings: { usersPerInstance: 2 } });
    const create = (Username: string) =>
      client.send(
        new CreateUserCommand({
          InstanceId,
          Username,
          Password: 'Secret-Horse-1',
          IdentityInfo: IDENTITY,
          SecurityProfileIds: [connect.instance.securityProfiles[1]?.id ?? ''],
          RoutingProfileId: connect.instance.routingProfiles[0]?.id,
        }),
      );

    await expect(create('mary')).rejects.toBeInstanceOf(DuplicateResourceException);
    await create('jane');
    await expect(create('john')).rejects.toBeInstanceOf(LimitExceededException);
    await expect(client.send(new DescribeUserCommand({ InstanceId, UserId: 'nobody' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
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

  it('refuses settings that it does not know', async () => {
    const { local } = await startConnect();

    const { status, body } = await local('PUT', 'connect/settings', { identityUpdate: 'overwrite' });

    expect(status).toBe(400);
    expect(body).toMatchObject({ message: expect.stringMatching(/^identityUpdate: /) });
  });

  it('shows users and mails over HTTP', async () => {
    const { local, mary } = await startConnect();

    await local('PUT', 'connect/request-password-reset', { username: 'mary' });

    const user = { Username: 'mary', IdentityInfo: IDENTITY };
    expect((await local('GET', `connect/users?id=${mary?.Id}`)).body).toMatchObject({ users: [user] });
    expect((await local('GET', 'connect/users')).body).toMatchObject({ users: [user] });
    expect((await local('GET', 'outbox')).body).toMatchObject({
      connect: [{ kind: 'password-reset', to: 'mary@example.com' }],
    });
  });
});
