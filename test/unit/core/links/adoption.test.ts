import { describe, expect, it } from 'vitest';
import { nameToAdopt, whyHeld } from '../../../../lambda/core/links/adoption.ts';
import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';

const user = { username: 'mary.jones', attributes: { 'custom:agent': '  agent-mary ', preferred_username: ' ' } };

describe('nameToAdopt', () => {
  it.each([
    ['the Cognito user name', { kind: 'username' }, 'mary.jones'],
    ['the named attribute, trimmed', { kind: 'username', attribute: 'custom:agent' }, 'agent-mary'],
    ['nothing when the attribute is blank', { kind: 'username', attribute: 'preferred_username' }, undefined],
    ['nothing when the attribute is absent', { kind: 'username', attribute: 'custom:other' }, undefined],
    ['nothing for the name of a member of every object', { kind: 'username', attribute: 'constructor' }, undefined],
  ] as const)('is %s', (_, rule, expected) => {
    expect(nameToAdopt(rule, user)).toBe(expected);
  });
});

describe('whyHeld', () => {
  const held = (reason: string) => ({ status: 'held', reason, changed: [], withheld: [] });

  it.each([
    ['holds every rule while strangers may sign up', { kind: 'username' }, true, [], held('open-sign-up')],
    [
      'holds a rule on an attribute that users may write',
      { kind: 'username', attribute: 'custom:agent' },
      false,
      ['email', 'custom:agent'],
      held('writable-attribute'),
    ],
    [
      'allows a rule on an attribute that users cannot write',
      { kind: 'username', attribute: 'custom:agent' },
      false,
      ['email'],
      undefined,
    ],
    ['lets the user name pass when administrators create users', { kind: 'username' }, false, ['email'], undefined],
  ] as const)('%s', (_, rule, selfSignUp, writable, expected) => {
    const result = whyHeld(rule, {
      exposure: { selfSignUp, writableAttributes: new Set<string>(writable) },
      history: NO_HISTORY,
      createdAt: 0,
      user: { attributes: { email_verified: 'true' }, providers: [] },
      trustedProviders: [],
    });

    expect(result).toEqual(expected);
  });
});

describe('a rule over the address', () => {
  const PROVEN = {
    exposure: {
      selfSignUp: true,
      writableAttributes: new Set(['email']),
      keepsVerifiedEmail: true,
      preSignUp: false,
    },
    history: { signUp: { open: true }, unprovenSignUp: { open: false }, attributes: { email: { open: true } } },
    createdAt: 0,
    user: { attributes: { email: 'mary@example.com', email_verified: 'true' }, providers: [] as readonly string[] },
    trustedProviders: ['Okta'],
  };
  const byAddress = { kind: 'username', attribute: 'email' } as const;

  it.each([
    ['a verified address in a pool that keeps the old one until the new one is verified', {}, undefined],
    ['an address of a trusted provider', { user: { ...PROVEN.user, providers: ['Okta'] } }, undefined],
    [
      'a function before sign-up, where administrators create users',
      { exposure: { ...PROVEN.exposure, selfSignUp: false, preSignUp: true } },
      undefined,
    ],
    [
      'an address that is not verified',
      { user: { attributes: { email_verified: 'false' }, providers: [] } },
      'open-sign-up',
    ],
    [
      'a pool that takes a new address at once',
      { exposure: { ...PROVEN.exposure, keepsVerifiedEmail: false } },
      'open-sign-up',
    ],
    ['another provider beside', { user: { ...PROVEN.user, providers: ['Okta', 'Other'] } }, 'open-sign-up'],
    [
      'a function before sign-up that may call any address verified',
      { exposure: { ...PROVEN.exposure, preSignUp: true } },
      'open-sign-up',
    ],
    [
      'a user who signed up while a function may have called any address verified',
      {
        exposure: { ...PROVEN.exposure, selfSignUp: false },
        history: { signUp: { open: false }, unprovenSignUp: { open: false, closedAt: 1 }, attributes: {} },
      },
      'writable-attribute',
    ],
    [
      'a pool of which nothing is known but sign-up',
      { exposure: { selfSignUp: true, writableAttributes: new Set<string>() } },
      'open-sign-up',
    ],
  ])('decides for %s', (_, change, reason) => {
    expect(whyHeld(byAddress, { ...PROVEN, ...change })?.reason).toBe(reason);
  });

  it('is the only one that a verified address opens', () => {
    expect(whyHeld({ kind: 'username' }, PROVEN)?.reason).toBe('open-sign-up');
    expect(whyHeld({ kind: 'username', attribute: 'nickname' }, PROVEN)?.reason).toBe('open-sign-up');
  });
});
