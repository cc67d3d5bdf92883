import { describe, expect, it } from 'vitest';
import { IN_STEP, MARY, UNLINKED, type World, whyMary } from './drift-world.ts';

describe('a user without a link', () => {
  const openSignUp = { selfSignUp: true, writableAttributes: new Set<string>() };
  const rule = { adoption: { rules: [{ kind: 'username', attribute: 'custom:connectUser' }] } };
  const named = { users: [{ ...MARY, attributes: { 'custom:connectUser': 'mary' } }] };
  const claims = {};

  it.each<[string, World, string | undefined]>([
    ['has no row, and Connect the name', { row: null, claims }, 'never-reconciled'],
    [
      'has no row, and Connect has the name in an attribute',
      { row: null, claims, policy: rule, ...named },
      'never-reconciled',
    ],
    ['has no row and no namesake', { row: null, connectUsers: [], claims }, undefined],
    ['has no row, and the attribute of the rule is empty', { row: null, claims, policy: rule }, undefined],
    ['still has no namesake', { row: UNLINKED, connectUsers: [], claims }, undefined],
    [
      'still has no namesake with another policy',
      { row: { ...UNLINKED, policyHash: 'policy-0' }, connectUsers: [], claims },
      undefined,
    ],
    [
      'has changed, and still has no namesake',
      { row: { ...UNLINKED, cognitoModifiedAt: 0 }, connectUsers: [], claims },
      undefined,
    ],
    [
      'has come into the scope, and has no namesake',
      { row: { ...UNLINKED, status: 'out-of-scope', reason: undefined }, connectUsers: [], claims },
      undefined,
    ],
    [
      'has come into the scope, and Connect has the name',
      { row: { ...UNLINKED, status: 'out-of-scope', reason: undefined }, claims },
      'entered-scope',
    ],
    [
      'has lost a namesake whom it was held from',
      { row: { ...UNLINKED, status: 'held', reason: 'open-sign-up' }, connectUsers: [], claims },
      'link-changed',
    ],
    ['now has a Connect user', { row: UNLINKED, claims }, 'link-changed'],
    [
      'now has a namesake that another user has claimed',
      { row: UNLINKED, claims: { 'connectUser-mary': 'other' } },
      'link-changed',
    ],
    [
      'has lost one and has another',
      { row: { ...UNLINKED, status: 'connect-user-missing', reason: 'connect-user-missing' }, claims },
      'link-changed',
    ],
  ])('%s', (_, world, expected) => {
    expect(whyMary(world)).toBe(expected);
  });

  it.each([['custom:connectUser'], ['custom:other']])('is found by any of several rules: %s', (attribute) => {
    const rules = ['custom:connectUser', 'custom:other'].map((name) => ({ kind: 'username', attribute: name }));
    const users = [{ ...MARY, username: 'no.connectUser', attributes: { [attribute]: 'mary' } }];

    expect(whyMary({ row: null, claims, users, policy: { adoption: { rules } } })).toBe('never-reconciled');
  });

  it.each<[string, World, string | undefined]>([
    ['while it is', { exposure: openSignUp }, undefined],
    ['once it no longer is', {}, 'link-changed'],
    ['once the Connect user is gone', { exposure: openSignUp, connectUsers: [] }, 'link-changed'],
  ])('is held because sign-up is open, %s', (_, world, expected) => {
    const row = { ...UNLINKED, status: 'held', reason: 'open-sign-up' };

    expect(whyMary({ row, claims, ...world })).toBe(expected);
  });

  it.each<[string, World, string | undefined]>([
    ['while it is', { claims: { 'connectUser-mary': 'other' } }, undefined],
    ['once it no longer is', { claims }, 'link-changed'],
    [
      'once it is one’s own, from a link that was never finished',
      { claims: { 'connectUser-mary': 'sub-mary' } },
      'link-changed',
    ],
  ])('finds the Connect user claimed by another, %s', (_, world, expected) => {
    const row = { ...UNLINKED, status: 'ambiguous', reason: 'claimed-by-another' };

    expect(whyMary({ row, ...world })).toBe(expected);
  });

  it('is not a candidate in each pass when the instance takes no user', () => {
    const row = { ...UNLINKED, status: 'rejected', reason: 'existing-directory' };

    expect(whyMary({ row, claims })).toBeUndefined();
    expect(whyMary({ row, claims, connectUsers: [] })).toBeUndefined();
  });
});

describe('the scope', () => {
  const group = { scope: { kind: 'group', group: 'connectUsers' } };
  const attribute = { scope: { kind: 'attribute', attribute: 'custom:desk', equals: 'yes' } };
  const outside = { ...IN_STEP, status: 'out-of-scope' };
  const [member, noMembers] = [new Set(['sub-mary']), new Set<string>()];
  const at = (desk: string) => [{ ...MARY, attributes: { 'custom:desk': desk } }];

  it.each<[string, World, string | undefined]>([
    ['a member', { policy: group, members: member }, undefined],
    ['a user who has left the group', { policy: group, members: noMembers }, 'left-scope'],
    ['a user who is known to have left it', { policy: group, members: noMembers, row: outside }, undefined],
    ['a user who has joined it', { policy: group, members: member, row: outside }, 'entered-scope'],
    ['no user when the members are not known', { policy: group, members: undefined, row: null }, undefined],
    [
      'a user outside of the group with the name of a Connect user',
      { policy: group, members: noMembers, row: null },
      undefined,
    ],
    ['a user with the attribute', { policy: attribute, users: at('yes') }, undefined],
    ['a user with another value', { policy: attribute, users: at('no') }, 'left-scope'],
    ['a user who now has the value', { policy: attribute, users: at('yes'), row: outside }, 'entered-scope'],
  ])('has %s looked at if need be', (_, world, expected) => {
    expect(whyMary(world)).toBe(expected);
  });
});
