import { describe, expect, it } from 'vitest';
import { countLevels, countUnannounced, spanToCount } from '../../../../lambda/core/sweep/levels.ts';

const NOW = 1_767_268_800_000;
const MINUTE = 60_000;

it('levels count users who are held, and whose last try failed', () => {
  const rows = new Map([
    ['a', { status: 'held' }],
    ['b', { status: 'held', lastTry: { at: NOW } }],
    ['c', { status: 'written' }],
    ['d', { lastTry: { at: NOW } }],
    ['e', { status: 'unchanged' }],
  ]);

  expect(countLevels(rows)).toEqual({ held: 2, failing: 2 });
  expect(countLevels(new Map())).toEqual({ held: 0, failing: 0 });
});

describe('the span of changes that a pass counts', () => {
  const UNTIL = NOW - 15 * MINUTE;

  it.each<[string, number | undefined, number]>([
    ['is an interval before the first count', undefined, UNTIL - 60 * MINUTE],
    ['begins where the last one ended, a short time ago', UNTIL - MINUTE, UNTIL - MINUTE],
    ['begins where the last one ended, a long time ago', UNTIL - 1_440 * MINUTE, UNTIL - 1_440 * MINUTE],
    ['is empty where the last one ended later', UNTIL + MINUTE, UNTIL],
    ['is an interval where the last one ended in the future', NOW + 1, UNTIL - 60 * MINUTE],
  ])('%s', (_, countedUntil, since) => {
    expect(spanToCount({ countedUntil, intervalMs: 60 * MINUTE, now: NOW })).toEqual({ since, until: UNTIL });
  });
});

describe('changes that no event has announced', () => {
  const count = (
    agoMs: number,
    why: 'cognito-user-changed' | 'policy-changed' | undefined,
    connectUserId = 'agent',
  ) => {
    const user = {
      sub: 'a',
      username: 'a',
      attributes: {},
      modifiedAt: NOW - agoMs,
      createdAt: undefined,
      providers: [],
    };
    const rows = new Map([['a', connectUserId === '' ? {} : { connectUserId }]]);
    const candidates = why === undefined ? [] : [{ sub: 'a', why }];
    return countUnannounced({ users: [user], rows }, candidates, {
      since: NOW - 75 * MINUTE,
      until: NOW - 15 * MINUTE,
    });
  };

  it.each([
    ['too young: its event may be under way', 15 * MINUTE - 1, 0],
    ['as old as an event takes', 15 * MINUTE, 1],
    ['as old as the interval before that', 75 * MINUTE - 1, 1],
    ['counted by the pass before', 75 * MINUTE, 0],
  ])('%s', (_, agoMs, expected) => {
    expect(count(agoMs, 'cognito-user-changed')).toEqual({ changed: expected, unannounced: expected });
  });

  it('are those that the sweep finds, not those that were reconciled', () => {
    expect(count(30 * MINUTE, undefined)).toEqual({ changed: 1, unannounced: 0 });
    expect(count(30 * MINUTE, 'policy-changed')).toEqual({ changed: 1, unannounced: 0 });
  });

  it('are those of linked users', () => {
    expect(count(30 * MINUTE, 'cognito-user-changed', '')).toEqual({ changed: 0, unannounced: 0 });
  });
});
