import { describe, expect, it } from 'vitest';
import {
  createSharedRateLimit,
  type KeptRateLimit,
  type RateLimitStore,
} from '../../../../lambda/adapters/throttling/shared-rate-limit.ts';
import type { RateLimitState } from '../../../../lambda/core/rate-limit.ts';
import { createClock } from '../../../support/ports.ts';

const NOW = 1_767_268_800_000;
const OPERATION = 'UpdateUserIdentityInfo';

/** A store in memory with the conditions of the real one. `disturb` is what the others do before each write. */
function createStore(disturb: () => void = () => {}) {
  const calls: string[] = [];
  const kept = new Map<string, KeptRateLimit>();
  const read = (operation: string): KeptRateLimit => kept.get(operation) ?? { state: undefined, version: undefined };
  const store: RateLimitStore = {
    async read(operation) {
      calls.push('read');
      return read(operation);
    },
    async write(operation, state, version) {
      calls.push('write');
      disturb();
      if (read(operation).version !== version) return { written: false, kept: read(operation) };
      const next = { state, version: (version ?? 0) + 1 };
      kept.set(operation, next);
      return { written: true, kept: next };
    },
  };
  /** Another caller changes the state. */
  const change = (members: Partial<RateLimitState>) => {
    const { state, version } = read(OPERATION);
    const fresh = { nextSlotAt: 0, rate: 2, loweredAt: 0, pausedUntil: 0 };
    kept.set(OPERATION, { state: { ...fresh, ...state, ...members }, version: (version ?? 0) + 1 });
  };
  return { store, calls, change, state: () => read(OPERATION).state };
}

const start = (perSecond = 2, disturb?: () => void) => {
  const world = createStore(disturb);
  const clock = createClock(NOW);
  return { ...world, clock, rateLimit: createSharedRateLimit(world.store, perSecond, clock) };
};

describe('acquire', () => {
  it('costs a lone caller one write and no wait', async () => {
    const { rateLimit, calls, clock } = start();

    await rateLimit.acquire(OPERATION);

    expect(calls).toEqual(['write']);
    expect(clock.sleeps).toEqual([]);
  });

  it('reserves the slots of callers who come together by one write, and none beyond theirs', async () => {
    const { rateLimit, calls, state } = start();

    await Promise.all(Array.from({ length: 4 }, () => rateLimit.acquire(OPERATION)));

    expect(calls).toEqual(['write']);
    expect(state()?.nextSlotAt).toBe(NOW + 375);
  });

  it('costs a caller that has waited one more read, because its slot may have been revoked', async () => {
    const { rateLimit, calls, change, clock } = start();
    change({ nextSlotAt: NOW + 1_000 });

    await rateLimit.acquire(OPERATION);

    expect(calls).toEqual(['write', 'write', 'read']);
    expect(clock.sleeps).toEqual([1_000]);
  });

  it('waits again when a throttle of another caller has revoked its slot', async () => {
    const { store, calls, change } = createStore();
    change({ nextSlotAt: NOW + 1_000 });
    const clock = createClock(NOW, () => {
      if (clock.sleeps.length === 1) change({ rate: 1.4, loweredAt: NOW + 900, nextSlotAt: NOW + 2_400 });
    });

    await createSharedRateLimit(store, 2, clock).acquire(OPERATION);

    expect(clock.sleeps).toEqual([1_000, 1_400]);
    expect(calls).toEqual(['write', 'write', 'read', 'write', 'read']);
  });

  it('fails at once when its slot comes after the deadline, and has reserved nothing', async () => {
    const { rateLimit, change, clock, state } = start();
    change({ nextSlotAt: NOW + 5_001 });

    const refused = rateLimit.acquire(OPERATION, { deadline: NOW + 5_000 });

    await expect(refused).rejects.toMatchObject({
      name: 'TransientError',
      code: 'rate-limit-too-slow',
      retryAfterMs: 5_001,
    });
    expect(clock.sleeps).toEqual([]);
    expect(state()?.nextSlotAt).toBe(NOW + 5_001);
  });

  it('takes a slot at the very deadline', async () => {
    const { rateLimit, change, clock } = start();
    change({ nextSlotAt: NOW + 5_000 });

    await rateLimit.acquire(OPERATION, { deadline: NOW + 5_000 });

    expect(clock.sleeps).toEqual([5_000]);
  });

  it('refuses those who have no time, and serves those beside them', async () => {
    const { rateLimit, change } = start();
    change({ nextSlotAt: NOW + 1_000 });

    const results = await Promise.allSettled([
      rateLimit.acquire(OPERATION, { deadline: NOW + 500 }),
      rateLimit.acquire(OPERATION, { deadline: NOW + 9_000 }),
      rateLimit.acquire(OPERATION, { deadline: NOW + 1_400 }),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });

  it('refuses no caller by its old state: there may be free slots again', async () => {
    const { rateLimit, change, clock } = start();
    change({ nextSlotAt: NOW + 30_000 });
    await expect(rateLimit.acquire(OPERATION, { deadline: NOW + 10 })).rejects.toThrow();
    change({ nextSlotAt: NOW + 10 });

    await rateLimit.acquire(OPERATION, { deadline: NOW + 10 });

    expect(clock.sleeps).toEqual([10]);
  });

  it('waits for a slot at most a minute, with or without a deadline', async () => {
    const { rateLimit, change } = start();
    change({ nextSlotAt: NOW + 60_001 });

    await expect(rateLimit.acquire(OPERATION)).rejects.toMatchObject({
      code: 'rate-limit-too-slow',
      retryAfterMs: 60_001,
    });
  });

  it('gives up, to be tried again, when others are faster every time', async () => {
    const world = createStore(() => world.change({}));

    const refused = createSharedRateLimit(world.store, 2, createClock(NOW)).acquire(OPERATION);

    await expect(refused).rejects.toMatchObject({ name: 'TransientError', code: 'rate-limit-contended' });
    expect(world.calls).toHaveLength(50);
  });

  it('rejects all waiting callers when the table fails, and serves the next', async () => {
    const { store } = createStore();
    let broken = true;
    const rateLimit = createSharedRateLimit(
      { ...store, write: (...args) => (broken ? Promise.reject(new Error('no table')) : store.write(...args)) },
      2,
      createClock(NOW),
    );

    const results = await Promise.allSettled([rateLimit.acquire(OPERATION), rateLimit.acquire(OPERATION)]);
    broken = false;
    await rateLimit.acquire(OPERATION);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('works with a clock that goes backwards', async () => {
    const { rateLimit, clock, state } = start();
    for (let request = 0; request < 5; request += 1) await rateLimit.acquire(OPERATION);
    clock.advance(-10_000);

    await rateLimit.acquire(OPERATION);

    // The fifth waited 375 ms; the sixth has the slot after it, which is 10.5 s away by the clock that went back.
    expect(clock.sleeps).toEqual([375, 10_500]);
    expect(state()?.nextSlotAt).toBe(NOW + 1_375);
  });
});

describe('throttled', () => {
  it('lowers the rate once for many refusals', async () => {
    const { rateLimit, calls, state } = start();

    await Promise.all(Array.from({ length: 5 }, () => rateLimit.throttled(OPERATION)));

    expect(state()).toMatchObject({ rate: 1.4, loweredAt: NOW });
    expect(calls.length).toBeLessThanOrEqual(5);
  });

  it('costs no call when the rate was lowered a moment ago', async () => {
    const { rateLimit, calls } = start();
    await rateLimit.throttled(OPERATION);

    await rateLimit.throttled(OPERATION);

    expect(calls).toEqual(['write']);
  });

  it('leaves other operations alone', async () => {
    const { rateLimit, clock } = start();
    await rateLimit.throttled(OPERATION, 30_000);

    await rateLimit.acquire('DescribeUser');

    expect(clock.sleeps).toEqual([]);
  });
});

describe('createSharedRateLimit', () => {
  it.each([0, -1, 0.009, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a rate of %s', (rate) => {
    expect(() => createSharedRateLimit(createStore().store, rate, createClock(NOW))).toThrow(
      `Connect requests per second: received ${rate}; expected 0.01 to 100: set connectRequestsPerSecond.`,
    );
  });

  it.each([0.01, 100])('takes a rate of %s', async (rate) => {
    const { rateLimit, clock } = start(rate);

    await rateLimit.acquire(OPERATION);

    expect(clock.sleeps).toEqual([]);
  });
});
