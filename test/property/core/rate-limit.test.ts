import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentRate,
  freshRateLimit,
  isRevoked,
  type RateLimitState,
  type Slot,
  slowDown,
  takeSlots,
} from '../../../lambda/core/rate-limit.ts';

/** Requests that may go at once after a quiet time. */
const BURST = 4.25;
const START = 1_767_268_800_000;

const rate = fc.double({ min: 0.5, max: 10, noNaN: true });
/** Mostly no time passes: what matters happens in crowds. */
const pauseMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 20_000 }));
const arrival = fc.record({ kind: fc.constant('arrive' as const), pauseMs, count: fc.integer({ min: 1, max: 3 }) });
const throttle = fc.record({
  kind: fc.constant('throttle' as const),
  pauseMs,
  retryAfterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 })),
});
/** The clock of this caller is behind that of the one before. */
const backwards = fc.record({ kind: fc.constant('backwards' as const), byMs: fc.integer({ min: 0, max: 5_000 }) });
const arrivals = fc.array(arrival, { minLength: 1, maxLength: 60 });
const anything = fc.array(fc.oneof({ weight: 4, arbitrary: arrival }, throttle, backwards), {
  minLength: 1,
  maxLength: 80,
});
type Step = typeof anything extends fc.Arbitrary<readonly (infer Item)[]> ? Item : never;

interface Given {
  readonly asked: number;
  readonly slot: Slot;
}

/** Every slot given, with the time at which it was asked for, in order; those that a throttle took back are left out. */
function run(steps: readonly Step[], fullRate: number): readonly Given[] {
  let given: Given[] = [];
  let state = freshRateLimit(fullRate);
  let now = START;
  for (const step of steps) {
    if (step.kind === 'backwards') {
      now -= step.byMs;
      continue;
    }
    now += step.pauseMs;
    if (step.kind === 'throttle') {
      state = slowDown(state, now, fullRate, step.retryAfterMs);
      const newest = state;
      given = given.filter(({ slot }) => slot.at <= now || !isRevoked(slot, newest));
      continue;
    }
    // No caller waits longer than an invocation of the worker.
    const deadlines = Array.from({ length: step.count }, () => now + 30_000);
    const taken = takeSlots(state, now, fullRate, deadlines);
    state = taken.state;
    given.push(...taken.slots.flatMap((slot) => (slot.inTime ? [{ asked: now, slot }] : [])));
  }
  return given;
}

const expectWithin = (given: readonly Given[], fullRate: number) => {
  const slots = given.map(({ slot }) => slot.at);
  for (const [first, from] of slots.entries()) {
    for (const [offset, to] of slots.slice(first).entries()) {
      // A slot is rounded up to a whole millisecond: as seen from it, the window is longer by up to one.
      expect(offset + 1).toBeLessThanOrEqual(BURST + ((to - from + 1) * fullRate) / 1_000 + 1e-6);
    }
  }
};

describe('the slots', () => {
  it('are never more in any window than the burst and the full rate allow, through throttles and pauses', () => {
    const noSteppingBack = fc.array(fc.oneof({ weight: 4, arbitrary: arrival }, throttle), { maxLength: 80 });
    fc.assert(fc.property(noSteppingBack, rate, (steps, fullRate) => expectWithin(run(steps, fullRate), fullRate)));
  });

  it('are never more than that while the clocks of the callers differ', () => {
    const clocks = fc.array(fc.oneof({ weight: 4, arbitrary: arrival }, backwards), { maxLength: 80 });
    fc.assert(fc.property(clocks, rate, (steps, fullRate) => expectWithin(run(steps, fullRate), fullRate)));
  });

  it('come in order and never before they are requested', () => {
    fc.assert(
      fc.property(anything, rate, (steps, fullRate) => {
        for (const { asked, slot } of run(steps, fullRate)) expect(slot.at).toBeGreaterThanOrEqual(asked);
      }),
    );
    fc.assert(
      fc.property(arrivals, rate, (steps, fullRate) => {
        const slots = run(steps, fullRate).map(({ slot }) => slot.at);

        expect(slots).toEqual([...slots].sort((a, b) => a - b));
      }),
    );
  });

  it('are not lost: each slot is one interval after the one before, except for rounding', () => {
    fc.assert(
      fc.property(arrivals, rate, (steps, fullRate) => {
        const given = run(steps, fullRate);

        for (const [index, { asked, slot }] of given.entries()) {
          if (slot.at === asked) continue;
          const before = given[index - 1]?.slot.at ?? START;
          expect(slot.at - before).toBeLessThanOrEqual(1_000 / fullRate + 1);
        }
      }),
    );
  });

  it('are the same whether reserved one by one or together', () => {
    fc.assert(
      fc.property(arrivals, rate, (steps, fullRate) => {
        const oneByOne = steps.flatMap(({ pauseMs: pause, count }) =>
          Array.from({ length: count }, (_, index) => ({
            kind: 'arrive' as const,
            pauseMs: index === 0 ? pause : 0,
            count: 1,
          })),
        );

        expect(run(oneByOne, fullRate)).toEqual(run(steps, fullRate));
      }),
    );
  });
});

describe('the rate', () => {
  const states = fc.record<RateLimitState>({
    nextSlotAt: fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    rate: fc.double({ min: -10, max: 1_000, noNaN: true }),
    loweredAt: fc.integer({ min: -1e12, max: START + 1e12 }),
    pausedUntil: fc.integer({ min: 0, max: START + 1e12 }),
  });

  it('is always between a twentieth of the full rate and the full rate, with any stored state', () => {
    fc.assert(
      fc.property(states, rate, (state, fullRate) => {
        const current = currentRate(state, START, fullRate);

        expect(current).toBeGreaterThanOrEqual(fullRate / 20 - 1e-12);
        expect(current).toBeLessThanOrEqual(fullRate);
      }),
    );
  });

  it('gives all callers a slot within 90 s and a pause of at most 15 minutes, with any stored state', () => {
    fc.assert(
      fc.property(states, rate, (state, fullRate) => {
        const [slot] = takeSlots(state, START, fullRate, [Number.POSITIVE_INFINITY]).slots;

        expect((slot?.at ?? Number.NaN) - START).toBeLessThanOrEqual(
          Math.max(60_000 + 60_000 / fullRate, Math.min(900_000, Math.max(0, state.pausedUntil - START))) + 1,
        );
      }),
    );
  });

  it('is lowered at most once a second over all callers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        rate,
        (gaps, fullRate) => {
          const cuts: number[] = [];
          let state = freshRateLimit(fullRate);
          let now = START;
          for (const gap of gaps) {
            now += gap;
            const next = slowDown(state, now, fullRate);
            if (next !== state) cuts.push(now);
            state = next;
          }

          for (const [index, cut] of cuts.entries()) {
            if (index > 0) expect(cut - (cuts[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
          }
          expect(cuts).not.toEqual([]);
        },
      ),
    );
  });
});
