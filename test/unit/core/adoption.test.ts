import { describe, expect, it } from 'vitest';
import { nameToAdopt, whyHeld } from '../../../lambda/core/adoption.ts';
import { NO_HISTORY } from '../../../lambda/core/exposure.ts';

const user = { username: 'mary.jones', attributes: { 'custom:agent': '  agent-mary ', preferred_username: ' ' } };

describe('nameToAdopt', () => {
  it.each([
    ['the Cognito user name', { kind: 'username' }, 'mary.jones'],
    ['the named attribute, trimmed', { kind: 'username', attribute: 'custom:agent' }, 'agent-mary'],
    ['nothing when the attribute is blank', { kind: 'username', attribute: 'preferred_username' }, undefined],
    ['nothing when the attribute is absent', { kind: 'username', attribute: 'custom:other' }, undefined],
  ] as const)('is %s', (_, rule, expected) => {
    expect(nameToAdopt(rule, user)).toBe(expected);
  });
});

describe('whyHeld', () => {
  const held = (reason: string) => ({ status: 'held', reason, changed: [], withheld: [] });

  it.each([
    ['holds every rule while anybody may sign up', { kind: 'username' }, true, [], held('open-sign-up')],
    [
      'holds a rule on an attribute that users may write',
      { kind: 'username', attribute: 'custom:agent' },
      false,
      ['email', 'custom:agent'],
      held('writable-attribute'),
    ],
    [
      'lets a rule on an attribute pass that nobody may write',
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
    });

    expect(result).toEqual(expected);
  });
});
