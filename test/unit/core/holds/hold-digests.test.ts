import { describe, expect, it } from 'vitest';
import { holdIdOf, holdsOf, useUpReleases } from '../../../../lambda/core/holds/hold-digests.ts';
import type { DesiredIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { digestOf } from '../../../../lambda/core/rows/digest.ts';

const value = (text: string) => ({ kind: 'value', value: text }) as const;
const EMAIL = digestOf('new@example.com', 'salt-1');
const HOME = digestOf('home@example.net', 'salt-2');
const DESIRED: DesiredIdentity = { Email: value('new@example.com'), SecondaryEmail: value('home@example.net') };
const ROW = { sub: 'sub-mary', releases: { Email: EMAIL, SecondaryEmail: HOME }, releasedAt: 5 };

describe('releases', () => {
  it('are used up once Connect has their value, and the others are left', () => {
    expect(useUpReleases(ROW, DESIRED, { Email: 'new@example.com', SecondaryEmail: 'old@example.net' })).toEqual({
      left: { SecondaryEmail: HOME },
      givenAt: 5,
      used: [{ field: 'Email', holdId: holdIdOf(EMAIL) }],
    });
  });

  it('are void once Cognito asks for another value, and are not counted as used', () => {
    const desired = { ...DESIRED, Email: value('other@example.com') };

    expect(useUpReleases(ROW, desired, { Email: 'other@example.com' })).toEqual({
      left: { SecondaryEmail: HOME },
      givenAt: 5,
      used: [],
    });
  });

  it('all stay while Connect has other values', () => {
    expect(useUpReleases(ROW, DESIRED, { Email: 'old@example.com' })).toBeUndefined();
    expect(useUpReleases({ sub: 'sub-mary' }, DESIRED, {})).toBeUndefined();
  });
});

describe('holds', () => {
  const held = (field: 'Email' | 'SecondaryEmail', kind: 'held' | 'waiting' = 'held') =>
    ({ field, kind, reason: 'first-email' }) as const;

  it('keep the digest of a value that is held already', () => {
    expect(holdsOf(DESIRED, [held('Email')], { Email: EMAIL }, () => 'new-salt')).toEqual({ Email: EMAIL });
  });

  it('have a new digest for another value', () => {
    expect(holdsOf(DESIRED, [held('SecondaryEmail')], { SecondaryEmail: EMAIL }, () => 'new-salt')).toEqual({
      SecondaryEmail: digestOf('home@example.net', 'new-salt'),
    });
  });

  it('are none where nothing is held', () => {
    expect(holdsOf(DESIRED, [held('Email', 'waiting')], {}, () => 'new-salt')).toBeUndefined();
  });
});
