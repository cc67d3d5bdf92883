import { describe, expect, it } from 'vitest';
import { nextPass, roomIn, type SweepState } from '../../../../lambda/core/sweep/sweep-pass.ts';

const NOW = 1_767_268_800_000;
const MINUTE = 60_000;
const limits = { sweepIntervalMs: 60 * MINUTE, leaseMs: 14.5 * MINUTE };
const leaseUntil = NOW + limits.leaseMs;

describe('nextPass', () => {
  const finished = (agoMs: number): SweepState => ({
    startedAt: NOW - agoMs,
    finishedAt: NOW - agoMs + 1_000,
    leaseUntil: NOW - agoMs + 1_000,
  });
  const resumable = { startedAt: NOW - 15 * MINUTE, cursor: 'sub-5', leaseUntil: NOW - 1 };

  it.each<[string, SweepState | undefined, ReturnType<typeof nextPass>]>([
    ['begins the first pass', undefined, { startedAt: NOW, leaseUntil }],
    ['waits for the next one', finished(58 * MINUTE), 'not-due'],
    ['begins it, also when the tick is a little early', finished(59 * MINUTE), { startedAt: NOW, leaseUntil }],
    ['goes on where the last tick ran out of time', resumable, { ...resumable, leaseUntil }],
    ['goes on however long ago that was', { ...resumable, startedAt: 1 }, { ...resumable, startedAt: 1, leaseUntil }],
    ['leaves a sweep alone that is at work', { ...resumable, leaseUntil: NOW + 1 }, 'busy'],
    ['takes over at the end of the lease', { ...resumable, leaseUntil: NOW }, { ...resumable, leaseUntil }],
    ['believes a lease by a clock a minute ahead', { ...resumable, leaseUntil: leaseUntil + MINUTE }, 'busy'],
    [
      'believes none by a clock further ahead',
      { ...resumable, leaseUntil: leaseUntil + MINUTE + 1 },
      { ...resumable, leaseUntil },
    ],
    ['has just ended one', { startedAt: NOW, finishedAt: NOW, leaseUntil: NOW }, 'not-due'],
    [
      'believes no pass of the future',
      { startedAt: NOW + 1, finishedAt: NOW + 1, leaseUntil: NOW },
      { startedAt: NOW, leaseUntil },
    ],
  ])('%s', (_, state, expected) => {
    expect(nextPass(state, NOW, limits)).toEqual(expected);
  });

  it('keeps what the last comparison found until there is a new one', () => {
    const nearMisses = { unmatched: 1, otherCase: 2, rulePointless: false, groupMissing: false };
    const next = { startedAt: NOW, leaseUntil, nearMisses };

    expect(nextPass({ ...finished(60 * MINUTE), nearMisses }, NOW, limits)).toEqual(next);
    expect(nextPass({ ...finished(MINUTE), nearMisses }, NOW, { ...limits, anew: true })).toEqual(next);
    expect(nextPass({ ...resumable, nearMisses }, NOW, limits)).toEqual({ ...resumable, nearMisses, leaseUntil });
  });

  it.each<[string, SweepState, ReturnType<typeof nextPass>]>([
    ['though none is due', finished(MINUTE), { startedAt: NOW, leaseUntil }],
    ['from the beginning, though one was left unfinished', resumable, { startedAt: NOW, leaseUntil }],
    ['but not beside one that is at work', { ...resumable, leaseUntil: NOW + 1 }, 'busy'],
  ])('begins one when told to, %s', (_, state, expected) => {
    expect(nextPass(state, NOW, { ...limits, anew: true })).toEqual(expected);
  });
});

describe('roomIn', () => {
  it.each([
    ['an empty queue takes what the worker does in one pause', 0, 0, 1.95, 10],
    ['a fuller one takes as much', 49, 0, 1.95, 10],
    ['it fills to half a minute of work', 55, 0, 1.95, 4],
    ['a full one takes nothing', 59, 0, 1.95, 0],
    ['nor does one that is too full', 500, 0, 1.95, 0],
    ['a higher rate fills it higher', 200, 0, 10, 50],
    ['the lowest rate still moves', 0, 0, 0.01, 1],
    ['what the worker has takes room', 38, 20, 1.95, 1],
    ['messages that are tried again later leave half of it', 25, 500, 1.95, 5],
    ['and all that the worker does in one pause, where none waits', 0, 10_000, 1.95, 10],
    ['also at the lowest rate', 0, 10_000, 0.01, 1],
  ])('%s', (_, waiting, hidden, rate, expected) => {
    expect(roomIn({ waiting, hidden }, rate)).toBe(expected);
  });
});
