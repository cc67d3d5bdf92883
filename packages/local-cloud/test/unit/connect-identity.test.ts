import type { DescribeUserResponse, UserIdentityInfo } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import type { SettingsPatch } from '../../services/connect/settings.ts';
import { INSTANCE_ID, refusal, startConnect } from './connect-fixture.ts';

const MARY = {
  FirstName: 'Mary',
  LastName: 'Smith',
  Email: 'mary@example.com',
  SecondaryEmail: 'mary.home@example.com',
  Mobile: '+491701234567',
};

function withUser(identityManagementType = 'CONNECT_MANAGED', settings: SettingsPatch = {}, identity = MARY) {
  const { clock, connect, call } = startConnect({ identityManagementType, settings });
  const { Email: _email, ...withoutEmail } = identity;
  const [user] = connect.seedUsers([
    { Username: 'mary', IdentityInfo: identityManagementType === 'SAML' ? withoutEmail : identity },
  ]);
  const address = { InstanceId: INSTANCE_ID, UserId: user?.Id };
  return {
    clock,
    update: (IdentityInfo?: UserIdentityInfo) =>
      refusal(() => call('UpdateUserIdentityInfo', { ...address, IdentityInfo })),
    identity: () => call<DescribeUserResponse>('DescribeUser', address).User?.IdentityInfo,
    modified: () => call<DescribeUserResponse>('DescribeUser', address).User?.LastModifiedTime?.toISOString(),
  };
}

describe('UpdateUserIdentityInfo on an instance that manages its own users', () => {
  test('stores all five members and moves LastModifiedTime', async () => {
    const { clock, update, identity, modified } = withUser();
    await clock.advance(61_000);

    const answer = update({ ...MARY, LastName: 'Jones', Email: 'mary.jones@example.com' });

    expect(answer).toEqual({});
    expect(identity()).toEqual({
      FirstName: 'Mary',
      LastName: 'Jones',
      Email: 'mary.jones@example.com',
      SecondaryEmail: 'mary.home@example.com',
      Mobile: '+491701234567',
    });
    expect(modified()).toBe('2026-01-01T00:01:01.000Z');
  });

  test('clears the members left out, by default', () => {
    const { update, identity } = withUser();

    update({ FirstName: 'Mary', LastName: 'Jones' });

    expect(identity()).toEqual({ FirstName: 'Mary', LastName: 'Jones' });
  });

  test('keeps the members left out when identityUpdate is merge', () => {
    const { update, identity } = withUser('CONNECT_MANAGED', { identityUpdate: 'merge' });

    update({ FirstName: 'Mary', LastName: 'Jones' });

    expect(identity()).toEqual({ ...MARY, LastName: 'Jones' });
  });

  test('keeps an empty Email as it was sent', () => {
    const { update, identity } = withUser();

    update({ FirstName: 'Mary', LastName: 'Smith', Email: '' });

    expect(identity()).toEqual({ FirstName: 'Mary', LastName: 'Smith', Email: '' });
  });

  test('takes an empty Email for none where that is set', () => {
    const { update, identity } = withUser('CONNECT_MANAGED', { identityUpdate: 'merge', emptyEmail: 'none' });

    update({ FirstName: 'Mary', LastName: 'Smith', Email: '' });

    expect(identity()).toEqual({
      FirstName: 'Mary',
      LastName: 'Smith',
      SecondaryEmail: 'mary.home@example.com',
      Mobile: '+491701234567',
    });
  });

  test('takes names of the documented greatest lengths, counted in characters', () => {
    const { update } = withUser();

    expect(update({ FirstName: '😀'.repeat(255), LastName: 'b'.repeat(256) })).toEqual({});
  });

  test.each([
    ['no identity', undefined, '400 InvalidRequestException: IdentityInfo is required and was not given.'],
    ['no last name', { FirstName: 'Mary' }, '400 InvalidRequestException: LastName is required and was not given.'],
    [
      'an e-mail alone',
      { Email: 'mary@example.com' },
      '400 InvalidRequestException: FirstName is required and was not given.',
    ],
    [
      'an empty name',
      { ...MARY, LastName: '' },
      '400 InvalidParameterException: LastName must have at least 1 characters, got 0.',
    ],
    [
      'a first name too long',
      { ...MARY, FirstName: 'a'.repeat(256) },
      '400 InvalidParameterException: FirstName must have at most 255 characters, got 256.',
    ],
    [
      'a last name too long',
      { ...MARY, LastName: 'a'.repeat(257) },
      '400 InvalidParameterException: LastName must have at most 256 characters, got 257.',
    ],
    [
      'decomposed Unicode',
      { ...MARY, LastName: 'Mu\u0308ller' },
      '400 InvalidParameterException: LastName must be in Unicode Normalization Form C (NFC).',
    ],
    [
      'an apostrophe in the secondary address',
      { ...MARY, SecondaryEmail: "o'hara@example.com" },
      expect.stringMatching(/^400 InvalidParameterException: SecondaryEmail does not match the pattern/),
    ],
    [
      'a secondary address over 265 characters',
      { ...MARY, SecondaryEmail: `${'a'.repeat(254)}@example.com` },
      expect.stringMatching(/^400 InvalidParameterException: SecondaryEmail does not match the pattern/),
    ],
    [
      'a number without its plus sign',
      { ...MARY, Mobile: '491701234567' },
      expect.stringMatching(/^400 InvalidParameterException: Mobile does not match the pattern/),
    ],
    [
      'a number of 16 digits',
      { ...MARY, Mobile: '+4917012345678901' },
      expect.stringMatching(/^400 InvalidParameterException: Mobile does not match the pattern/),
    ],
    [
      'a name that is no string',
      { ...MARY, FirstName: 7 as never },
      '400 InvalidParameterException: FirstName must be a string, got number.',
    ],
  ])('refuses %s and changes nothing', (_case, identityInfo, expected) => {
    const { update, identity } = withUser();

    expect(update(identityInfo)).toEqual(expected);
    expect(identity()).toEqual(MARY);
  });

  test('holds Email to the pattern of SecondaryEmail only when told to', () => {
    const ohara = { ...MARY, Email: "o'hara@example.com" };

    expect(withUser().update(ohara)).toEqual({});
    expect(withUser('CONNECT_MANAGED', { primaryEmail: 'pattern' }).update(ohara)).toMatch(
      /^400 InvalidParameterException: Email does not match the pattern/,
    );
  });
});

describe('UpdateUserIdentityInfo on a SAML instance', () => {
  test('refuses Email', () => {
    const { update } = withUser('SAML');

    expect(update(MARY)).toBe(
      '400 InvalidRequestException: Email is not allowed on an instance that uses SAML for identity management.',
    );
  });

  test('takes empty names and names of 255 and 300 characters, but no more and no fewer members', () => {
    const { update, identity } = withUser('SAML');

    expect(update({ FirstName: 'a'.repeat(255), LastName: 'b'.repeat(300) })).toEqual({});
    expect(update({ FirstName: '', LastName: '' })).toEqual({});
    expect(identity()).toEqual({ FirstName: '', LastName: '' });
    expect(update({ FirstName: 'Mary', LastName: 'b'.repeat(301) })).toBe(
      '400 InvalidParameterException: LastName must have at most 300 characters, got 301.',
    );
    expect(update({ LastName: 'Smith' })).toBe('400 InvalidRequestException: FirstName is required and was not given.');
  });
});

describe('UpdateUserIdentityInfo on the instance of an existing directory', () => {
  test('refuses every member the directory owns, even unchanged', () => {
    const { update, identity } = withUser('EXISTING_DIRECTORY');

    expect(update({ FirstName: 'Mary', Email: 'mary@example.com' })).toBe(
      '400 InvalidRequestException: FirstName, Email cannot be updated: the existing directory of the instance owns them.',
    );
    expect(identity()).toEqual(MARY);
  });

  test('changes the mobile number and leaves what the directory owns', () => {
    const { update, identity } = withUser('EXISTING_DIRECTORY');

    expect(update({ Mobile: '+4930123456' })).toEqual({});
    expect(identity()).toEqual({
      FirstName: 'Mary',
      LastName: 'Smith',
      Email: 'mary@example.com',
      Mobile: '+4930123456',
    });
  });
});
