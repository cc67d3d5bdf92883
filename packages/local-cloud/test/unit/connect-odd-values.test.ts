import type { DescribeUserResponse, User } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import type { ConnectOptions } from '../../services/connect/index.ts';
import { INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

const NAMES = { FirstName: 'Mary', LastName: 'Smith' };

function withMary(options: ConnectOptions = {}) {
  const world = startConnect(options);
  const [mary] = world.connect.seedUsers([{ Username: 'mary', IdentityInfo: NAMES }]);
  const address = { InstanceId: INSTANCE_ID, UserId: mary?.Id };
  const describeMary = () => world.call<DescribeUserResponse>('DescribeUser', address).User;
  const update = (IdentityInfo: object) =>
    refusal(() => world.call('UpdateUserIdentityInfo', { ...address, IdentityInfo }));
  return { ...world, address, describeMary, update };
}

/** Creates a user named `Username` and returns how Connect shows the name. */
const nameOf = (Username: string, identityManagementType: string): unknown =>
  refusal(() => {
    const { connect } = startConnect({ identityManagementType });
    return connect.seedUsers([{ Username, IdentityInfo: NAMES }])[0]?.Username;
  });

// https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html
describe('the name of a Connect user', () => {
  test.each([
    ['mary@jones@acme.test', 'CONNECT_MANAGED'],
    ['mjones@mary@acme', 'CONNECT_MANAGED'],
    ['mjones@mary.jones@acme.example.com.sandbox', 'SAML'],
  ])('may be alias@user@org: %s on %s', (name, type) => {
    expect(nameOf(name, type)).toBe(name);
  });

  test('with one @ is an e-mail address', () => {
    expect(nameOf('mary@example', 'SAML')).toBe(
      '400 InvalidParameterException: Username may contain @ only in the form of an e-mail address.',
    );
  });
});

// https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
describe('the identity of a Connect user', () => {
  test.each(["o'brien@example.com", 'a&b@example.com', 'x/y@example.com', 'x@example.xn--p1ai', 'ü@example.com'])(
    'may have the primary address %s, because no pattern is documented',
    (Email) => {
      const { update, describeMary } = withMary();

      expect(update({ ...NAMES, Email })).toEqual({});
      expect(describeMary()?.IdentityInfo).toEqual({ ...NAMES, Email });
    },
  );

  test('is shown as CreateUser was given it, the empty address and every space included', () => {
    const { connect, call } = startConnect();
    const IdentityInfo = { FirstName: ' mary ', LastName: 'SMITH', Email: '', Mobile: '+491701234567' };
    const [user] = connect.seedUsers([{ Username: 'mary', IdentityInfo }]);

    const read = call<DescribeUserResponse>('DescribeUser', { InstanceId: INSTANCE_ID, UserId: user?.Id });

    expect(read.User?.IdentityInfo).toEqual(IdentityInfo);
  });

  test('has no Email on SAML, and may have an empty last name of up to 300 characters there', () => {
    const { update, describeMary } = withMary({ identityManagementType: 'SAML' });

    expect(update({ FirstName: 'Madonna', LastName: '' })).toEqual({});
    expect(describeMary()?.IdentityInfo).toEqual({ FirstName: 'Madonna', LastName: '' });
    expect(update({ FirstName: 'Madonna', LastName: 'x'.repeat(300) })).toEqual({});
    expect(update({ FirstName: 'Madonna', LastName: 'x'.repeat(301) })).toMatch(
      /^400 InvalidParameterException: LastName/,
    );
    expect(update({ ...NAMES, Email: 'mary@example.com' })).toMatch(
      /^400 InvalidRequestException: Email is not allowed/,
    );
  });

  test('may hold values from before their rules, which are refused when they are sent back', () => {
    const { connect, address, update, describeMary } = withMary();
    const identity = { ...NAMES, SecondaryEmail: "mary.o'brien@example.com", Mobile: '0170 1234567' };

    connect.admin['set-identity']({ id: address.UserId, identity });

    expect(describeMary()?.IdentityInfo).toEqual(identity);
    expect(update(identity)).toMatch(/^400 InvalidParameterException: SecondaryEmail does not match/);
    expect(update({ ...identity, SecondaryEmail: 'mary@example.com' })).toMatch(
      /^400 InvalidParameterException: Mobile does not match/,
    );
  });

  test('is stored beside the rules for users who are there only, and with its own members only', () => {
    const { connect, address } = withMary();

    expect(refusal(() => connect.admin['set-identity']({ id: 'missing', identity: NAMES }))).toBe(
      '404 ResourceNotFoundException: There is no user missing.',
    );
    expect(refusal(() => connect.admin['set-identity']({ id: address.UserId, identity: { Nickname: 'Mia' } }))).toMatch(
      /^400 InvalidParameterException: .*Nickname/s,
    );
  });
});

test('DescribeUser leaves the security profiles out where that is set', () => {
  const { connect, describeMary } = withMary({ settings: { securityProfileIds: 'omitted' } });

  expect(describeMary()).not.toHaveProperty('SecurityProfileIds');
  const { users } = connect.admin.users() as { readonly users: readonly User[] };
  expect(users[0]?.SecurityProfileIds).toHaveLength(1);
});
