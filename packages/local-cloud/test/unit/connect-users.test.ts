import type {
  CreateUserResponse,
  DescribeUserResponse,
  ListSecurityProfilesResponse,
  ListUsersResponse,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import { INSTANCE_ARN, INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

function withProfiles(options: Parameters<typeof startConnect>[0] = {}) {
  const world = startConnect(options);
  const { instance } = world.connect;
  const saml = instance.identityManagementType === 'SAML';
  const wanted = {
    InstanceId: INSTANCE_ID,
    Username: 'mary',
    ...(instance.identityManagementType === 'CONNECT_MANAGED' && { Password: 'Secret-Horse-1' }),
    IdentityInfo: { FirstName: 'Mary', LastName: 'Smith', ...(!saml && { Email: 'mary@example.com' }) },
    SecurityProfileIds: [instance.securityProfiles[1]?.id],
    RoutingProfileId: instance.routingProfiles[0]?.id,
  };
  const create = (change: object = {}) =>
    refusal(() => world.call<CreateUserResponse>('CreateUser', { ...wanted, ...change }));
  return { ...world, create };
}

describe('CreateUser', () => {
  test('makes a user that DescribeUser shows whole, by id and by ARN', () => {
    const { call, create, connect } = withProfiles();

    const { UserId, UserArn } = create({
      Tags: { team: 'north' },
      PhoneConfig: { PhoneType: 'SOFT_PHONE', AfterContactWorkTimeLimit: 30 },
    }) as CreateUserResponse;

    const byId = call<DescribeUserResponse>('DescribeUser', { InstanceId: INSTANCE_ID, UserId });
    expect(byId.User).toEqual({
      Id: UserId,
      Arn: `${INSTANCE_ARN}/agent/${UserId}`,
      Username: 'mary',
      IdentityInfo: { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' },
      PhoneConfig: { PhoneType: 'SOFT_PHONE', AfterContactWorkTimeLimit: 30 },
      SecurityProfileIds: [connect.instance.securityProfiles[1]?.id],
      RoutingProfileId: connect.instance.routingProfiles[0]?.id,
      Tags: { team: 'north' },
      LastModifiedTime: new Date('2026-01-01T00:00:00Z'),
      LastModifiedRegion: 'eu-central-1',
    });
    expect(call('DescribeUser', { InstanceId: INSTANCE_ARN, UserId: UserArn })).toEqual(byId);
  });

  test('refuses a name that is taken, but not the same name in other case or in another instance', () => {
    const { create, connect } = withProfiles();
    const other = connect.createInstance({ identityManagementType: 'SAML' });
    create();

    expect(create()).toBe(
      `409 DuplicateResourceException: Instance ${INSTANCE_ID} already has a user of this Username.`,
    );
    expect(create({ Username: 'Mary' })).toHaveProperty('UserId');
    const IdentityInfo = { FirstName: 'Mary', LastName: 'Smith' };
    expect(connect.seedUsers([{ InstanceId: other.arn, Username: 'mary', IdentityInfo }])).toHaveLength(1);
  });

  test('refuses one user more than the instance may hold, though seeding is not limited', () => {
    const { create, connect } = withProfiles({ settings: { usersPerInstance: 1 } });
    connect.seedUsers([{ Username: 'first', IdentityInfo: { FirstName: 'A', LastName: 'B' } }]);

    expect(create()).toBe(`429 LimitExceededException: Instance ${INSTANCE_ID} may hold 1 users.`);
    expect(
      connect.seedUsers([{ Username: 'second', IdentityInfo: { FirstName: 'A', LastName: 'B' } }])[0]?.Username,
    ).toBe('second');
  });

  test.each([
    [{ Username: 'a'.repeat(21) }, '400 InvalidParameterException: Username must have at most 20 characters, got 21.'],
    [{ Username: '' }, '400 InvalidParameterException: Username must have at least 1 characters, got 0.'],
    [
      { Username: 'mary@example' },
      '400 InvalidParameterException: Username may contain @ only in the form of an e-mail address.',
    ],
    [{ Password: undefined }, '400 InvalidRequestException: Password is required and was not given.'],
    [{ IdentityInfo: undefined }, '400 InvalidRequestException: IdentityInfo is required and was not given.'],
    [{ SecurityProfileIds: [] }, '400 InvalidParameterException: SecurityProfileIds must hold 1 to 10 ids.'],
    [
      { RoutingProfileId: 'nowhere' },
      `404 ResourceNotFoundException: RoutingProfileId: there is no routing-profile nowhere in instance ${INSTANCE_ID}.`,
    ],
    [{ DirectoryUserId: 'd-1', InstanceId: 'nowhere' }, '404 ResourceNotFoundException: There is no instance nowhere.'],
    [{ Tags: {} }, '400 InvalidParameterException: Tags must hold 1 to 50 tags, got 0.'],
    [
      { HierarchyGroupId: 'g' },
      '501 UnsupportedOperation: The local cloud does not model HierarchyGroupId of CreateUser in Amazon Connect. Supported: see packages/local-cloud/README.md.',
    ],
  ])('refuses %j', (change, expected) => {
    expect(withProfiles().create(change)).toBe(expected);
  });

  test.each([['secret-horse-1'], ['Short-1'], ['Has A Space 1']])('refuses the password %s', (Password) => {
    expect(withProfiles().create({ Password })).toMatch(/^400 InvalidParameterException: Password does not match/);
  });

  test('holds a SAML instance to its own rules', () => {
    const { create } = withProfiles({ identityManagementType: 'SAML' });

    expect(create({ Username: `${'m'.repeat(52)}@example.com` })).toHaveProperty('UserId');
    expect(create({ Username: 'm'.repeat(65) })).toBe(
      '400 InvalidParameterException: Username must have at most 64 characters, got 65.',
    );
    expect(create({ Username: 'mary+home@example.com' })).toMatch(/^400 InvalidParameterException: Username does not/);
    expect(create({ Password: 'Secret-Horse-1' })).toBe(
      '400 InvalidRequestException: Password is not allowed on a SAML instance.',
    );
    expect(create({ DirectoryUserId: 'd-1' })).toBe(
      '400 InvalidRequestException: DirectoryUserId is not allowed on a SAML instance.',
    );
    expect(create({ IdentityInfo: { FirstName: 'M', LastName: 'S', Email: 'mary@example.com' } })).toMatch(
      /^400 InvalidRequestException: Email is not allowed/,
    );
  });

  test('takes Email on a SAML instance when samlEmailOnCreate is accept', () => {
    const { create } = withProfiles({ identityManagementType: 'SAML', settings: { samlEmailOnCreate: 'accept' } });

    expect(create({ IdentityInfo: { FirstName: 'M', LastName: 'S', Email: 'mary@example.com' } })).toHaveProperty(
      'UserId',
    );
  });
});

describe('DescribeUser and DeleteUser', () => {
  test('a deleted user is not found any more and frees its name', () => {
    const { call, create } = withProfiles();
    const { UserId } = create() as CreateUserResponse;

    expect(call('DeleteUser', { InstanceId: INSTANCE_ID, UserId })).toEqual({});

    const expected = `404 ResourceNotFoundException: There is no user ${UserId} in instance ${INSTANCE_ID}.`;
    for (const operation of ['DescribeUser', 'DeleteUser'] as const)
      expect(refusal(() => call(operation, { InstanceId: INSTANCE_ID, UserId }))).toBe(expected);
    expect(create()).toHaveProperty('UserId');
  });

  test.each([
    [
      'arn:aws:connect:eu-central-1:111122223333:instance/other/agent/x',
      /^404 ResourceNotFoundException: UserId belongs/,
    ],
    [`${INSTANCE_ARN}/queue/x`, /^400 InvalidParameterException: UserId must be an ARN that ends in agent\/id/],
    ['arn:aws:sqs:eu-central-1:111122223333:queue', /^400 InvalidParameterException: UserId is not the ARN/],
    [
      INSTANCE_ARN.replace('eu-central-1', 'us-east-1').concat('/agent/x'),
      /^404 ResourceNotFoundException: UserId names/,
    ],
  ])('refuses the user ARN %s', (UserId, expected) => {
    const { call } = startConnect();

    expect(refusal(() => call('DescribeUser', { InstanceId: INSTANCE_ID, UserId }))).toMatch(expected);
  });
});

describe('ListUsers', () => {
  function withUsers(count: number) {
    const world = startConnect();
    world.connect.seedUsers(
      Array.from({ length: count }, (_, index) => ({
        Username: `user${index}`,
        IdentityInfo: { FirstName: 'A', LastName: 'B' },
      })),
    );
    const list = (request: object = {}) =>
      refusal(() => world.call<ListUsersResponse>('ListUsers', { InstanceId: INSTANCE_ID, ...request }));
    return { ...world, list: list as (request?: object) => ListUsersResponse };
  }

  test('shows id, ARN, name and modification of each user', () => {
    const { list } = withUsers(1);

    // Ids 1 to 5 are the instance's profiles.
    expect(list()).toEqual({
      UserSummaryList: [
        {
          Id: '00000000-0000-4000-8000-000000000006',
          Arn: `${INSTANCE_ARN}/agent/00000000-0000-4000-8000-000000000006`,
          Username: 'user0',
          LastModifiedTime: new Date('2026-01-01T00:00:00Z'),
          LastModifiedRegion: 'eu-central-1',
        },
      ],
    });
  });

  test('gives 100 a page unless asked, 1,000 at most, each user once', () => {
    const { list } = withUsers(1001);

    expect(list().UserSummaryList).toHaveLength(100);
    const first = list({ MaxResults: 1000 });
    const second = list({ MaxResults: 1000, NextToken: first.NextToken });
    expect(first.UserSummaryList).toHaveLength(1000);
    expect(second.UserSummaryList?.map(({ Username }) => Username)).toEqual(['user1000']);
    expect(second.NextToken).toBeUndefined();
    expect(list({ MaxResults: 1001 })).toBe(
      '400 InvalidParameterException: MaxResults must be a whole number from 1 to 1000, got 1001.',
    );
  });

  test('neither repeats nor hides a user when others change and go between two pages', () => {
    const { list, call } = withUsers(4);
    const first = list({ MaxResults: 2 });
    const [gone, changed] = first.UserSummaryList ?? [];

    call('DeleteUser', { InstanceId: INSTANCE_ID, UserId: gone?.Id });
    call('UpdateUserIdentityInfo', {
      InstanceId: INSTANCE_ID,
      UserId: changed?.Id,
      IdentityInfo: { FirstName: 'Other', LastName: 'Name' },
    });

    const second = list({ MaxResults: 2, NextToken: first.NextToken });
    expect(second.UserSummaryList?.map(({ Username }) => Username)).toEqual(['user2', 'user3']);
  });

  test('takes a token for 24 hours and no longer, and only its own', async () => {
    const { list, clock, call } = withUsers(3);
    const { NextToken } = list({ MaxResults: 1 });

    await clock.advance(24 * 3_600_000);
    expect(list({ MaxResults: 1, NextToken }).UserSummaryList?.[0]?.Username).toBe('user1');
    await clock.advance(1);
    expect(list({ NextToken })).toBe('400 InvalidParameterException: NextToken has expired: it is valid for 24 hours.');
    const foreign = '400 InvalidParameterException: NextToken was not returned by this operation for this instance.';
    expect(list({ NextToken: 'nonsense' })).toBe(foreign);
    expect(refusal(() => call('SearchUsers', { InstanceId: INSTANCE_ID, NextToken }))).toBe(foreign);
  });
});

describe('profiles', () => {
  test('an instance has the four default security profiles', () => {
    const { call } = startConnect();

    const { SecurityProfileSummaryList: profiles = [] } = call<ListSecurityProfilesResponse>('ListSecurityProfiles', {
      InstanceId: INSTANCE_ID,
    });
    expect(profiles.map(({ Name }) => Name)).toEqual(['Admin', 'Agent', 'CallCenterManager', 'QualityAnalyst']);
  });
});
