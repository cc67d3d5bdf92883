import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';
import { findDrift } from '../../../../lambda/core/sweep/drift.ts';
import type { Inventory, ReconciledRow } from '../../../../lambda/core/sweep/inventory.ts';
import { AGENT, IN_STEP, MARY, MINUTE, NOW, UNLINKED, type World, whyMary } from './drift-world.ts';

describe('a user who is linked', () => {
  it.each<[string, World, string | undefined]>([
    ['nothing has changed', {}, undefined],
    ['Cognito has a later change', { users: [{ ...MARY, modifiedAt: MARY.modifiedAt + 1 }] }, 'cognito-user-changed'],
    ['a list lags behind the read', { users: [{ ...MARY, modifiedAt: MARY.modifiedAt - 1 }] }, undefined],
    [
      'a value that Connect did not keep, after a change in Cognito',
      { row: { ...IN_STEP, cognitoModifiedAt: undefined } },
      'cognito-user-changed',
    ],
    ['Connect was changed', { connectUsers: [{ ...AGENT, modifiedAt: NOW }] }, 'connect-user-changed'],
    [
      'Connect was changed back',
      { connectUsers: [{ ...AGENT, modifiedAt: NOW - 55 * MINUTE }] },
      'connect-user-changed',
    ],
    [
      'both times differ by less than a second',
      { connectUsers: [{ ...AGENT, modifiedAt: NOW - 50 * MINUTE + 999 }] },
      undefined,
    ],
    [
      'they differ by a second',
      { connectUsers: [{ ...AGENT, modifiedAt: NOW - 50 * MINUTE + 1_000 }] },
      'connect-user-changed',
    ],
    ['Connect tells no times', { connectUsers: [{ ...AGENT, modifiedAt: undefined }] }, undefined],
    ['the Connect user is gone', { connectUsers: [] }, 'connect-user-missing'],
    ['the Cognito user is gone', { users: [], absent: new Set(['sub-mary']) }, 'cognito-user-missing'],
    ['a list that is not complete lacks the Cognito user', { users: [] }, undefined],
    [
      'the Cognito user is known to be gone',
      { users: [], absent: new Set(['sub-mary']), row: { ...IN_STEP, status: 'cognito-user-missing' } },
      undefined,
    ],
    [
      'the Cognito user is gone, and has no row any more',
      { users: [], absent: new Set(['sub-mary']), row: null },
      undefined,
    ],
    ['the Cognito user is back', { row: { ...IN_STEP, status: 'cognito-user-missing' } }, 'cognito-user-changed'],
    ['the policy is another one', { row: { ...IN_STEP, policyHash: 'policy-0' } }, 'policy-changed'],
    ['the link was made by hand', { row: { connectUserId: 'connectUser-mary' } }, 'never-reconciled'],
    ['the link is younger than the last look', { row: { ...IN_STEP, linkedAt: NOW - MINUTE } }, 'never-reconciled'],
    ['the link is as old as the last look', { row: { ...IN_STEP, linkedAt: NOW - 30 * MINUTE } }, undefined],
    ['no look has ever settled', { row: { ...IN_STEP, syncedReadAt: undefined } }, 'never-reconciled'],
  ])('%s', (_, world, expected) => {
    expect(whyMary(world)).toBe(expected);
  });

  it.each([
    [120_000, undefined],
    [120_001, 'write-unconfirmed'],
  ])('is a candidate %i ms after a write that no read has confirmed', (agoMs, expected) => {
    const lastWriteAt = NOW - agoMs;
    const row = { ...IN_STEP, syncedReadAt: lastWriteAt - 200, lastWriteAt, connectModifiedAt: undefined };

    expect(whyMary({ row })).toBe(expected);
  });

  it.each(['connect-keeps-another'])('is not asked for again and again because of %s', (reason) => {
    const row = { ...IN_STEP, status: 'rejected', reason, lastWriteAt: NOW - 10 * MINUTE };

    expect(whyMary({ row })).toBeUndefined();
    expect(whyMary({ row, connectUsers: [{ ...AGENT, modifiedAt: NOW }] })).toBe('connect-user-changed');
  });

  it('is a candidate when the last read began in the same millisecond as the write', () => {
    const row = { ...IN_STEP, lastWriteAt: IN_STEP.syncedReadAt, connectModifiedAt: undefined };

    expect(whyMary({ row })).toBe('write-unconfirmed');
  });

  it('is no candidate after a read that began after the write', () => {
    const row = { ...IN_STEP, lastWriteAt: NOW - 40 * MINUTE };

    expect(whyMary({ row })).toBeUndefined();
  });
});

describe('a list and a read that show times of different precision', () => {
  const SECOND = NOW - 60 * MINUTE;

  it.each([
    [SECOND, SECOND + 999, 'the list knows seconds: what happened within one may be new', 'cognito-user-changed'],
    [SECOND + 999, SECOND, 'the read knew seconds: what happened within one may be new', 'cognito-user-changed'],
    [SECOND, SECOND, 'both know seconds: what happened within one may be new', 'cognito-user-changed'],
    [SECOND, SECOND - 1, 'the next second', 'cognito-user-changed'],
    [SECOND - 1, SECOND, 'the second before', undefined],
    [SECOND, SECOND + 1_000, 'the second before, both know seconds', undefined],
    [SECOND + 1, SECOND + 1, 'the same millisecond', undefined],
    [SECOND + 2, SECOND + 1, 'the next millisecond', 'cognito-user-changed'],
    [SECOND + 1, SECOND + 2, 'the millisecond before', undefined],
  ])('listed %i, read %i: %s', (listed, read, _, expected) => {
    const world = { users: [{ ...MARY, modifiedAt: listed }], row: { ...IN_STEP, cognitoModifiedAt: read } };

    expect(whyMary(world)).toBe(expected);
  });
});

describe('a user whom Connect has refused', () => {
  const HOUR = 60 * MINUTE;
  const rowOf = (count: number, agoMs: number): ReconciledRow => ({
    ...IN_STEP,
    status: 'rejected',
    refused: { at: NOW - agoMs, count },
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
    [6, 24],
    [40, 24],
    [0, 1],
  ])('is tried again after refusal %i in a row, %i hours later and not before', (count, hours) => {
    expect(whyMary({ row: rowOf(count, hours * HOUR - 1) })).toBeUndefined();
    expect(whyMary({ row: rowOf(count, hours * HOUR) })).toBe('refused-before');
  });

  it.each<[string, World, string]>([
    ['the user changes', { users: [{ ...MARY, modifiedAt: MARY.modifiedAt + 1 }] }, 'cognito-user-changed'],
    ['the Connect user changes', { connectUsers: [{ ...AGENT, modifiedAt: NOW }] }, 'connect-user-changed'],
    ['the link changes', { row: { ...rowOf(3, HOUR), linkedAt: NOW - MINUTE } }, 'never-reconciled'],
    ['the policy changes', { row: { ...rowOf(3, HOUR), policyHash: 'policy-0' } }, 'policy-changed'],
  ])('is tried again at once when %s', (_, world, expected) => {
    expect(whyMary({ row: rowOf(3, HOUR), ...world })).toBe(expected);
  });

  it('is tried again when other fields were written and one was refused', () => {
    const row = { ...rowOf(1, HOUR), reason: undefined };

    expect(whyMary({ row })).toBe('refused-before');
  });

  it('is tried again without a link, too', () => {
    const row = { ...UNLINKED, status: 'held', reason: 'open-sign-up', refused: { at: NOW - HOUR, count: 1 } };

    expect(whyMary({ row, claims: {} })).toBe('refused-before');
  });

  it('is tried again when a wrong clock dated the refusal in the future', () => {
    expect(whyMary({ row: rowOf(6, -1) })).toBe('refused-before');
    expect(whyMary({ row: rowOf(6, 0) })).toBeUndefined();
  });
});

it('lists each candidate once, in order', () => {
  const people = ['c', 'a', 'd', 'b'].map((sub) => ({ ...MARY, sub, username: sub }));
  const inventory: Inventory = {
    users: people.filter(({ sub }) => sub !== 'd'),
    absent: new Set(['d']),
    whole: true,
    connectUsers: people.map(({ username }) => ({ ...AGENT, username })),
    members: undefined,
    exposure: { selfSignUp: false, writableAttributes: new Set() },
    history: NO_HISTORY,
    rows: new Map([['d', IN_STEP]]),
    claims: new Map(),
  };

  expect(findDrift(inventory, policySchema.parse({}), 'policy-1', NOW).candidates).toEqual([
    { sub: 'a', why: 'never-reconciled' },
    { sub: 'b', why: 'never-reconciled' },
    { sub: 'c', why: 'never-reconciled' },
    { sub: 'd', why: 'cognito-user-missing' },
  ]);
});
