import { describe, expect, it } from 'vitest';
import {
  currentRate,
  freshRateLimit,
  isRevoked,
  type RateLimitState,
  slowDown,
  takeSlots,
} from '../../../lambda/core/rate-limit.ts';

const NOW = 1_767_268_800_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FOREVER = Number.POSITIVE_INFINITY;

const state = (members: Partial<RateLimitState> = {}): RateLimitState => ({ ...freshRateLimit(2), ...members });
const lowered = (rate: number, agoMs = 0): RateLimitState => state({ rate, loweredAt: NOW - agoMs });
const callers = (count: number) => Array.from({ length: count }, () => FOREVER);
/** How long each of `count` callers waits at 2 requests a second, milliseconds. */
const waits = (before: RateLimitState, count: number, now = NOW) =>
  takeSlots(before, now, 2, callers(count)).slots.map(({ at }) => at - now);

describe('takeSlots at 2 requests a second', () => {
  it('lets four go at once after a quiet time and spaces the rest by half a second', () => {
    expect(waits(state(), 7)).toEqual([0, 0, 0, 0, 375, 875, 1_375]);
  });

  it('gives the same slots one by one', () => {
    const given: number[] = [];
    let current = state();
    for (let request = 0; request < 7; request += 1) {
      const { slots, state: next } = takeSlots(current, NOW, 2, [FOREVER]);
      given.push((slots[0]?.at ?? 0) - NOW);
      current = next;
    }

    expect(given).toEqual([0, 0, 0, 0, 375, 875, 1_375]);
  });

  it('stores when the next slot is free', () => {
    expect(takeSlots(state(), NOW, 2, callers(7)).state.nextSlotAt - NOW).toBe(1_875);
  });

  it('saves up no more than the burst in a long quiet time', () => {
    expect(waits(state({ nextSlotAt: NOW - 60 * MINUTE }), 5)).toEqual([0, 0, 0, 0, 375]);
  });

  it('refills one slot in half a second', () => {
    expect(waits(state({ nextSlotAt: NOW + 500 }), 2, NOW + 500)).toEqual([0, 500]);
  });

  it('reserves nothing for a caller whose deadline is nearer than its slot, and everything for the others', () => {
    const { slots, state: after } = takeSlots(state({ nextSlotAt: NOW + 1_000 }), NOW, 2, [
      NOW + 999,
      NOW + 1_000,
      NOW + 1_499,
      NOW + 1_500,
    ]);

    expect(slots.map(({ at, inTime }) => [at - NOW, inTime])).toEqual([
      [1_000, false],
      [1_000, true],
      [1_500, false],
      [1_500, true],
    ]);
    expect(after.nextSlotAt - NOW).toBe(2_000);
  });

  it('has nothing to store when no deadline can be met', () => {
    const before = state({ nextSlotAt: NOW + 1_000 });

    expect(takeSlots(before, NOW, 2, [NOW + 500, NOW + 999]).state).toBe(before);
  });

  it.each([
    ['a queue of requests, up to the longest wait', 90_000, 90_000],
    ['a clock gone wrong, further ahead than that', 90_001, 0],
    ['a clock gone wrong, a day ahead', 24 * 60 * MINUTE, 0],
  ])('takes a next slot for %s', (_, aheadMs, waitMs) => {
    expect(waits(state({ nextSlotAt: NOW + aheadMs }), 1)).toEqual([waitMs]);
  });

  it('allows no burst after a wrong clock', () => {
    expect(waits(state({ nextSlotAt: NOW + 60 * MINUTE }), 3)).toEqual([0, 500, 1_000]);
  });

  it('drops a pause that is longer than Connect can ask for', () => {
    const day = NOW + 24 * 60 * MINUTE;

    expect(waits(state({ nextSlotAt: day, pausedUntil: day }), 1)).toEqual([0]);
  });

  it('keeps the order of the slots when the clock goes backwards', () => {
    const { state: later } = takeSlots(state(), NOW, 2, callers(4));

    expect(waits(later, 2, NOW - 10_000)).toEqual([10_375, 10_875]);
  });

  it('spaces requests at the lowered rate, with a burst that is smaller by the same factor', () => {
    expect(waits(lowered(1), 5)).toEqual([0, 0, 375, 1_375, 2_375]);
  });
});

it('takeSlots rounds every slot up to a whole millisecond, and keeps the rate', () => {
  const { slots } = takeSlots({ ...freshRateLimit(1.95), nextSlotAt: NOW }, NOW, 1.95, callers(5));

  // Intervals of 512.82 ms.
  expect(slots.map(({ at }) => at - NOW)).toEqual([0, 513, 1_026, 1_539, 2_052]);
});

describe('currentRate at 1.95 requests a second', () => {
  const rateAfter = (seconds: number, rate: number) =>
    currentRate(state({ rate, loweredAt: NOW }), NOW + seconds * SECOND, 1.95);

  it('is the full rate while nothing was refused', () => {
    expect(currentRate(freshRateLimit(1.95), NOW, 1.95)).toBe(1.95);
  });

  it('rises by 0.02 for each second without a refusal', () => {
    expect(rateAfter(1, 1)).toBeCloseTo(1.02, 10);
    expect(rateAfter(10, 1)).toBeCloseTo(1.2, 10);
  });

  it.each([
    ['half of the quota', 0.975, 48.7, 48.8],
    ['the lowest rate', 0.0975, 92.6, 92.7],
  ])('is back at the full rate from %s within the time aimed at', (_, rate, notYet, full) => {
    expect(rateAfter(notYet, rate)).toBeLessThan(1.95);
    expect(rateAfter(full, rate)).toBe(1.95);
  });

  it('never exceeds the full rate, with any stored state', () => {
    expect(currentRate(state({ rate: 50, loweredAt: NOW }), NOW, 1.95)).toBe(1.95);
    expect(currentRate(state({ rate: 1.9, loweredAt: NOW }), NOW + 60 * MINUTE, 1.95)).toBe(1.95);
  });

  it.each([0, -3, 1e-12])('never falls below a twentieth of the full rate, even if %s is stored', (rate) => {
    expect(rateAfter(0, rate)).toBeCloseTo(0.0975, 10);
  });

  it('does not fall when the clock goes backwards', () => {
    expect(rateAfter(-30, 1)).toBe(1);
  });

  it('is the full rate when a wrong clock stored a cut one hour in the future', () => {
    expect(currentRate(state({ rate: 0.1, loweredAt: NOW + 60 * MINUTE }), NOW, 1.95)).toBe(1.95);
  });
});

describe('slowDown at 2 requests a second', () => {
  it('takes three tenths of the rate and lets three intervals pass', () => {
    const after = slowDown(state({ nextSlotAt: NOW - MINUTE }), NOW, 2);

    expect(after).toMatchObject({ rate: 1.4, loweredAt: NOW, pausedUntil: 0 });
    expect(after.nextSlotAt - NOW).toBeCloseTo(2_142.86, 2);
  });

  it('lowers the risen rate, not the rate after the last cut', () => {
    // 97.5 s raise the rate by 2: after 9.75 s it is 1.2.
    expect(slowDown(lowered(1, 9_750), NOW, 2).rate).toBeCloseTo(0.84, 10);
  });

  it('lowers at most once a second, for refusals of all callers together', () => {
    const before = { ...lowered(1, 999), nextSlotAt: NOW + 100 };

    expect(slowDown(before, NOW, 2)).toBe(before);
    expect(slowDown({ ...before, loweredAt: NOW - 1_000 }, NOW, 2).rate).toBeLessThan(1);
  });

  it('never lowers below a twentieth of the full rate', () => {
    expect(slowDown(lowered(0.1, 1_000), NOW, 2).rate).toBe(0.1);
  });

  it('revokes reserved slots that were not used: the next slot comes after the pause', () => {
    const reserved = takeSlots(state(), NOW, 2, callers(20));

    const after = slowDown(reserved.state, NOW, 2);

    expect(reserved.state.nextSlotAt - NOW).toBe(8_375);
    expect(after.nextSlotAt - NOW).toBeCloseTo(2_142.86, 2);
    expect(reserved.slots.every((slot) => isRevoked(slot, after))).toBe(true);
  });

  it('revokes nothing that is reserved after it', () => {
    const after = slowDown(state(), NOW, 2);
    const { slots, state: later } = takeSlots(after, NOW + 10, 2, callers(2));

    expect(slots.map((slot) => isRevoked(slot, later))).toEqual([false, false]);
  });

  it('makes all callers wait for as long as Connect asks', () => {
    const after = slowDown(state(), NOW, 2, 30 * SECOND);

    expect(waits(after, 1)).toEqual([30_000]);
  });

  it('keeps what Connect asks for also where the next slot is later already', () => {
    const before = { ...lowered(1, 999), nextSlotAt: NOW + 40 * SECOND };

    const after = slowDown(before, NOW, 2, 30 * SECOND);

    expect(after).toEqual({ ...before, pausedUntil: NOW + 30 * SECOND });
    expect(waits(slowDown(after, NOW + 2 * SECOND, 2), 1)).toEqual([30_000]);
  });

  it('makes all callers wait for at most 15 minutes', () => {
    const after = slowDown(state(), NOW, 2, 24 * 60 * MINUTE);

    expect(waits(after, 1)).toEqual([900_000]);
  });

  it('keeps the pause when a second refusal asks for none, and extends it when the second asks for more', () => {
    const paused = slowDown(state(), NOW, 2, 30 * SECOND);

    expect(waits(slowDown(paused, NOW + 200, 2), 1)).toEqual([30_000]);
    expect(waits(slowDown(paused, NOW + 5_000, 2), 1)).toEqual([30_000]);
    expect(waits(slowDown(paused, NOW + 200, 2, 40 * SECOND), 1)).toEqual([40_200]);
  });

  it('lowers again when a wrong clock stored a time in the future', () => {
    expect(slowDown(lowered(2, -30_000), NOW, 2)).toMatchObject({ rate: 1.4, loweredAt: NOW });
  });
});
