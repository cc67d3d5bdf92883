import { describe, expect, it } from 'vitest';
import type { Cause, Change } from '../../../../lambda/core/events/change.ts';
import { isCovered, maybeTooEarly } from '../../../../lambda/core/events/freshness.ts';

const change = (cause: Cause, occurredAt: number): Change => ({
  v: 1,
  userPoolId: 'eu-central-1_EXAMPLE00',
  sub: '11111111-1111-4111-8111-111111111111',
  cause,
  eventId: 'event-1',
  occurredAt,
});

const NOW = 1_767_268_800_000;

describe('isCovered', () => {
  it.each([
    ['cloudtrail', 2_000, false],
    ['cloudtrail', 2_001, true],
    ['post-confirmation', 2_000, false],
    ['post-confirmation', 2_001, true],
    ['sweep', 2_001, false],
    ['operator', 2_001, false],
    ['trigger', 2_001, false],
    ['trigger', 5_000, false],
    ['trigger', 5_001, true],
  ] as const)('a %s change %d ms before a read of Cognito: %s', (cause, aheadMs, expected) => {
    expect(isCovered(change(cause, NOW - aheadMs), { syncedReadAt: NOW }, NOW)).toBe(expected);
  });

  it.each([
    ['sweep', 2_000, false],
    ['sweep', 2_001, true],
    ['operator', 2_001, false],
  ] as const)('a %s change %d ms before a comparison with Connect: %s', (cause, aheadMs, expected) => {
    expect(isCovered(change(cause, NOW - aheadMs), { syncedReadAt: NOW, comparedAt: NOW }, NOW)).toBe(expected);
  });

  it.each([
    ['another-event', 2_000, false],
    ['another-event', 2_001, true],
    ['event-1', 0, true],
  ] as const)(
    'a change of an operator, when %s was reconciled with a read %d ms later: %s',
    (eventId, aheadMs, expected) => {
      const row = { syncedReadAt: NOW, comparedAt: NOW, askedBy: { eventId, readAt: NOW } };

      expect(isCovered(change('operator', NOW - aheadMs), row, NOW)).toBe(expected);
    },
  );

  it('covers nothing without a row, and without a sync', () => {
    expect(isCovered(change('cloudtrail', 0), undefined, 10_000)).toBe(false);
    expect(isCovered(change('cloudtrail', 0), {}, 10_000)).toBe(false);
  });

  it('covers nothing by a sync in the future, which has the time of a wrong clock', () => {
    expect(isCovered(change('cloudtrail', 0), { syncedReadAt: 10_001 }, 10_000)).toBe(false);
    expect(isCovered(change('cloudtrail', 0), { syncedReadAt: 10_000 }, 10_000)).toBe(true);
  });
});

describe('maybeTooEarly', () => {
  it.each([
    ['trigger', 999, true],
    ['trigger', 1_000, false],
    ['trigger', 1_001, false],
    ['cloudtrail', 999, false],
    ['post-confirmation', 999, false],
  ] as const)('a %s change at 1000 and a user modified at %d: %s', (cause, modifiedAt, expected) => {
    expect(maybeTooEarly([change(cause, 1_000)], modifiedAt)).toBe(expected);
  });

  it('asks whether any of several changes may be missing', () => {
    const changes = [change('trigger', 1_000), change('trigger', 2_000), change('cloudtrail', 3_000)];

    expect(maybeTooEarly(changes, 1_500)).toBe(true);
    expect(maybeTooEarly(changes, 2_000)).toBe(false);
  });
});
