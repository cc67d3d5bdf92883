import { describe, expect, it } from 'vitest';
import {
  type ExposureHistory,
  mayHaveUnprovenAddress,
  NO_HISTORY,
  rememberExposure,
  wasCreatedWhileOpen,
} from '../../../../lambda/core/links/exposure.ts';

const NOW = 1_767_268_800_000;
const MINUTE = 60_000;
const settings = (selfSignUp: boolean, ...writable: readonly string[]) => ({
  selfSignUp,
  writableAttributes: new Set(writable),
});
const closedAt = (time: number): ExposureHistory => ({ signUp: { open: false, closedAt: time }, attributes: {} });

describe('the history of what strangers can do', () => {
  it('begins with what is read first: closed settings have no time, open ones have the time of the read', () => {
    expect(rememberExposure(NO_HISTORY, settings(false, 'email'), ['email', 'custom:agent'], NOW)).toEqual({
      signUp: { open: false },
      attributes: { email: { open: true, openedAt: NOW }, 'custom:agent': { open: false } },
    });
  });

  it('is the same object when nothing has changed, and another one when one of several attributes has', () => {
    const before = rememberExposure(NO_HISTORY, settings(false, 'email'), ['email', 'custom:agent'], NOW);
    const later = NOW + 60 * MINUTE;

    expect(rememberExposure(before, settings(false, 'email'), ['email', 'custom:agent'], later)).toBe(before);
    expect(rememberExposure(before, settings(false), ['email', 'custom:agent'], later)).toEqual({
      signUp: { open: false },
      attributes: { email: { open: false, closedAt: later }, 'custom:agent': { open: false } },
    });
    expect(rememberExposure(before, settings(true, 'email'), ['email', 'custom:agent'], later).signUp).toEqual({
      open: true,
      openedAt: later,
    });
  });

  it('keeps an attribute that no rule reads any more', () => {
    const before = rememberExposure(NO_HISTORY, settings(false, 'email'), ['email'], NOW);

    expect(rememberExposure(before, settings(true), [], NOW + MINUTE).attributes).toEqual(before.attributes);
  });

  it('has an attribute named as a member that every object has', () => {
    const { attributes } = rememberExposure(NO_HISTORY, settings(false, 'constructor'), ['constructor'], NOW);

    expect(Object.hasOwn(attributes, 'constructor') && attributes.constructor).toEqual({ open: true, openedAt: NOW });
  });

  it.each([
    ['within a minute of an open one', MINUTE - 1, { open: true, openedAt: NOW }],
    ['a minute after it', MINUTE, { open: false, closedAt: NOW + MINUTE }],
  ])('counts a closed read %s', (_, afterMs, signUp) => {
    const before = rememberExposure(NO_HISTORY, settings(true), [], NOW);

    expect(rememberExposure(before, settings(false), [], NOW + afterMs)).toEqual({ signUp, attributes: {} });
  });

  it('counts a closed read at once where it is not known when the setting was first read as open', () => {
    const before: ExposureHistory = { signUp: { open: true }, attributes: {} };

    expect(rememberExposure(before, settings(false), [], MINUTE).signUp).toEqual({ open: false, closedAt: MINUTE });
    expect(rememberExposure(before, settings(false), [], MINUTE - 1)).toBe(before);
  });

  it.each([
    ['older than the closed one', -1, { open: false, closedAt: NOW }],
    ['of the same time', 0, { open: true, openedAt: NOW }],
    ['newer', 1, { open: true, openedAt: NOW + 1 }],
  ])('counts an open read that is %s', (_, afterMs, signUp) => {
    expect(rememberExposure(closedAt(NOW), settings(true), [], NOW + afterMs).signUp).toEqual(signUp);
  });

  it('counts an open read where a closed one has no time', () => {
    const before = rememberExposure(NO_HISTORY, settings(false), [], NOW);

    expect(rememberExposure(before, settings(true), [], 5).signUp).toEqual({ open: true, openedAt: 5 });
  });
});

describe('a Cognito user', () => {
  const attributeClosed: ExposureHistory = {
    signUp: { open: false },
    attributes: { email: { open: false, closedAt: NOW } },
  };

  it.each<readonly [string, ExposureHistory, string | undefined, number | undefined, boolean]>([
    ['while sign-up is open', { signUp: { open: true }, attributes: {} }, undefined, NOW, true],
    ['a minute after sign-up was closed, as clocks differ', closedAt(NOW), undefined, NOW + MINUTE, true],
    ['more than a minute after it', closedAt(NOW), undefined, NOW + MINUTE + 1, false],
    ['at a time that is not known', closedAt(NOW), undefined, undefined, true],
    ['in a pool that was never open', { signUp: { open: false }, attributes: {} }, undefined, undefined, false],
    ['before any read', NO_HISTORY, 'email', undefined, false],
    ['before the attribute of the rule was closed', attributeClosed, 'email', NOW, true],
    ['long after it', attributeClosed, 'email', NOW + 2 * MINUTE, false],
    ['before an attribute was closed that the rule does not read', attributeClosed, 'custom:agent', NOW, false],
    ['before it was closed, for a rule over the user name', attributeClosed, undefined, NOW, false],
    [
      'while the attribute of the rule is open',
      { attributes: { email: { open: true, openedAt: NOW } } },
      'email',
      NOW + 2 * MINUTE,
      true,
    ],
  ])('created %s', (_, history, attribute, createdAt, expected) => {
    expect(wasCreatedWhileOpen(history, attribute, createdAt)).toBe(expected);
  });
});

describe('an address that a function before sign-up may have called verified', () => {
  const open = (preSignUp: boolean) => ({ ...settings(true), preSignUp });
  const before = rememberExposure(NO_HISTORY, open(true), [], NOW);

  it.each<readonly [string, ExposureHistory, number | undefined, boolean]>([
    ['while the function runs', before, NOW, true],
    [
      'before the pool was closed',
      rememberExposure(before, { ...settings(false), preSignUp: true }, [], NOW + 5 * MINUTE),
      NOW + 4 * MINUTE,
      true,
    ],
    ['before the function was removed', rememberExposure(before, open(false), [], NOW + 5 * MINUTE), NOW, true],
    ['at a time that is not known', rememberExposure(before, open(false), [], NOW + 5 * MINUTE), undefined, true],
    [
      'long after the function was removed',
      rememberExposure(before, open(false), [], NOW + 5 * MINUTE),
      NOW + 7 * MINUTE,
      false,
    ],
    ['in an open pool that never had one', rememberExposure(NO_HISTORY, open(false), [], NOW), NOW, false],
    ['while sign-up is open, by a history without the function', { signUp: { open: true }, attributes: {} }, NOW, true],
    ['before any read', NO_HISTORY, undefined, false],
  ])('counts for a user created %s', (_, history, createdAt, expected) => {
    expect(mayHaveUnprovenAddress(history, createdAt)).toBe(expected);
  });

  it('stays as it was known after a read that says nothing about the function', () => {
    expect(rememberExposure(before, settings(false), [], NOW + 5 * MINUTE).unprovenSignUp).toEqual({
      open: true,
      openedAt: NOW,
    });
  });
});
