import type { CreateUserResponse, DescribeUserResponse, User } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import { ASSUMPTIONS, PARTIAL } from '../../services/connect/index.ts';
import { OPERATION_NAMES } from '../../services/connect/settings.ts';
import { INSTANCE_ARN, INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

const IDENTITY = { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' };

function withMary(options: Parameters<typeof startConnect>[0] = {}) {
  const world = startConnect(options);
  const [mary] = world.connect.seedUsers([{ Username: 'mary', IdentityInfo: IDENTITY }]);
  const address = { InstanceId: INSTANCE_ID, UserId: mary?.Id };
  const update = (change: object) =>
    world.call('UpdateUserIdentityInfo', { ...address, IdentityInfo: { ...IDENTITY, ...change } });
  const lastName = () => world.call<DescribeUserResponse>('DescribeUser', address).User?.IdentityInfo?.LastName;
  return { ...world, mary, address, update, lastName };
}

describe('eventual consistency', () => {
  test('reads show the old state until the delay is over, while writes build on the new one', async () => {
    const { update, lastName, clock, connect, address } = withMary({
      settings: { consistencyDelayMs: 2_000, identityUpdate: 'merge' },
    });

    update({ Mobile: '+491701234567' });
    update({ LastName: 'Jones' });
    await clock.advance(1_999);
    expect(lastName()).toBe('Smith');
    await clock.advance(1);

    expect(lastName()).toBe('Jones');
    expect(connect.admin.users({ id: address.UserId })).toMatchObject({
      users: [{ IdentityInfo: { LastName: 'Jones', Mobile: '+491701234567' } }],
    });
  });

  test('a new user is not found at first, neither by reads nor by writes, but its name is taken', async () => {
    const { call, clock, connect } = withMary({ settings: { consistencyDelayMs: 2_000 } });
    const request = {
      InstanceId: INSTANCE_ID,
      Username: 'john',
      Password: 'Secret-Horse-1',
      IdentityInfo: IDENTITY,
      SecurityProfileIds: [connect.instance.securityProfiles[1]?.id],
      RoutingProfileId: connect.instance.routingProfiles[0]?.id,
    };

    const { UserId } = call<CreateUserResponse>('CreateUser', request);

    const address = { InstanceId: INSTANCE_ID, UserId };
    expect(refusal(() => call('DescribeUser', address))).toMatch(/^404 ResourceNotFoundException/);
    expect(refusal(() => call('UpdateUserIdentityInfo', { ...address, IdentityInfo: IDENTITY }))).toMatch(/^404/);
    expect(refusal(() => call('CreateUser', request))).toMatch(/^409 DuplicateResourceException/);
    await clock.advance(2_000);
    expect(call('UpdateUserIdentityInfo', { ...address, IdentityInfo: IDENTITY })).toEqual({});
  });

  test('a deleted user is still read for a while, but can no longer be written', async () => {
    const { call, clock, address, lastName, update } = withMary({ settings: { consistencyDelayMs: 2_000 } });

    call('DeleteUser', address);

    expect(lastName()).toBe('Smith');
    expect(refusal(() => update({}))).toMatch(/^404 ResourceNotFoundException/);
    await clock.advance(2_000);
    expect(refusal(lastName)).toMatch(/^404 ResourceNotFoundException/);
  });
});

describe('watching without spending quota', () => {
  test('calls a listener after each applied write, and no longer once it has stopped', () => {
    const { connect, update, call, address } = withMary();
    const seen: string[] = [];
    const stop = connect.onChange(({ kind, user }) => seen.push(`${kind} ${user.IdentityInfo?.LastName}`));

    update({ LastName: 'Jones' });
    refusal(() => update({ LastName: '' }));
    connect.seedUsers([{ Username: 'john', IdentityInfo: { FirstName: 'John', LastName: 'Doe' } }]);
    call('DeleteUser', address);
    stop();
    connect.seedUsers([{ Username: 'jane', IdentityInfo: { FirstName: 'Jane', LastName: 'Roe' } }]);

    expect(seen).toEqual(['updated Jones', 'created Doe', 'deleted Jones']);
  });

  test('lists all users of an instance with their whole identity', () => {
    const { connect } = withMary();

    const { users } = connect.admin.users() as { users: readonly User[] };

    expect(users).toHaveLength(1);
    expect(users[0]).toMatchObject({ IdentityInfo: IDENTITY, LastModifiedTime: new Date('2026-01-01T00:00:00Z') });
    expect(connect.admin.users({ id: 'missing' })).toEqual({ users: [] });
  });
});

describe('settings', () => {
  test('are read, and changed one by one', () => {
    const { connect } = startConnect({ settings: { quotas: {} } });

    expect(connect.admin.settings()).toEqual({
      identityUpdate: 'replace',
      throttleErrorName: 'ThrottlingException',
      consistencyDelayMs: 0,
      quotas: { default: { ratePerSecond: 2, burst: 5 } },
      quotaScope: 'operation',
      usersPerInstance: 500,
      searchCase: 'insensitive',
      samlEmailOnCreate: 'refuse',
      primaryEmail: 'any',
      emptyEmail: 'kept',
      securityProfileIds: 'shown',
    });
    expect(connect.admin.settings({ identityUpdate: 'merge' })).toMatchObject({
      identityUpdate: 'merge',
      searchCase: 'insensitive',
    });
  });

  test('that are wrong are all named, and none is applied', () => {
    const { connect } = startConnect();

    const answer = refusal(() =>
      connect.admin.settings({ identityUpdate: 'merge', consistencyDelayMs: -1, quotas: { Nonsense: {} } }),
    );

    expect(answer).toMatch(/^400 InvalidParameterException: .*consistencyDelayMs: .*; .*quotas/);
    expect(connect.admin.settings()).toMatchObject({ identityUpdate: 'replace' });
  });

  test('each have an entry among the assumptions', () => {
    const { connect } = startConnect();

    const switches = ASSUMPTIONS.flatMap((entry) => entry.switch?.split(':')[0] ?? []);

    expect(switches.sort()).toEqual(Object.keys(connect.admin.settings() as object).sort());
  });
});

describe('instances', () => {
  test('the one from the start is described by id and by ARN', () => {
    const { call } = startConnect({ alias: 'acme-contact' });

    const answer = call('DescribeInstance', { InstanceId: INSTANCE_ID });

    expect(answer).toEqual({
      Instance: {
        Id: INSTANCE_ID,
        Arn: INSTANCE_ARN,
        IdentityManagementType: 'CONNECT_MANAGED',
        InstanceAlias: 'acme-contact',
        CreatedTime: new Date('2026-01-01T00:00:00Z'),
        ServiceRole:
          'arn:aws:iam::111122223333:role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect',
        InstanceStatus: 'ACTIVE',
        InboundCallsEnabled: true,
        OutboundCallsEnabled: true,
        InstanceAccessUrl: 'https://acme-contact.my.connect.aws',
      },
    });
    expect(call('DescribeInstance', { InstanceId: INSTANCE_ARN })).toEqual(answer);
  });

  test('are added with another identity management type', () => {
    const { connect, call } = startConnect();

    const { id } = connect.admin['create-instance']({ identityManagementType: 'SAML' }) as { id: string };

    expect(call('DescribeInstance', { InstanceId: id })).toMatchObject({
      Instance: { IdentityManagementType: 'SAML' },
    });
    expect(connect.admin.instances()).toMatchObject({ instances: [{ id: INSTANCE_ID }, { id }] });
  });

  test.each([
    [{ identityManagementType: 'LDAP' }, /^400 InvalidParameterException: identityManagementType must be one of/],
    [{ alias: 'd-directory' }, /^400 InvalidParameterException: alias does not match/],
    [{ instanceId: 'not-a-uuid' }, /^400 InvalidParameterException: instanceId does not match/],
  ])('are refused with %j', (options, expected) => {
    expect(refusal(() => startConnect().connect.createInstance(options))).toMatch(expected);
  });

  test.each([
    ['', /^400 InvalidParameterException: InstanceId must have at least 1/],
    ['a'.repeat(101), /^400 InvalidParameterException: InstanceId must have at most 100/],
    ['00000000-0000-4000-8000-000000000000', /^404 ResourceNotFoundException/],
    [INSTANCE_ARN.replace('111122223333', '999988887777'), /^404 ResourceNotFoundException: InstanceId names account/],
    [undefined, /^400 InvalidRequestException: InstanceId is required/],
  ])('the id %s is refused', (InstanceId, expected) => {
    const { call } = startConnect();

    expect(refusal(() => call('DescribeInstance', { InstanceId }))).toMatch(expected);
  });
});

test('what is served in part is served', () => {
  const { connect } = startConnect();

  expect(Object.keys(connect.operations)).toEqual([...OPERATION_NAMES]);
  expect(Object.keys(connect.operations)).toEqual(expect.arrayContaining(Object.keys(PARTIAL)));
});
