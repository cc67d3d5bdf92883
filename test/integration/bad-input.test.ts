import { describe, expect, it } from 'vitest';
import { act } from '../support/simulation/actions.ts';
import { begin, expectHarmless, HOUR, NEW_NAME, OLD_NAME, SECOND } from '../support/simulation/calm.ts';

describe('messages that cannot be processed', () => {
  it('go to the dead-letter queue with their reason, and other messages are processed at once', async () => {
    const calm = await begin(4);

    await act(calm.world, 0, { do: 'poison' });
    await act(calm.world, 0, { do: 'stray' });
    await calm.rename(0, 1, 2, 3);
    await calm.world.advance(10 * SECOND);

    expect([0, 1, 2, 3].map(calm.nameOf)).toEqual(Array(4).fill(NEW_NAME));
    expect([...(await calm.deadLetters())].sort()).toEqual(['another-user-pool', 'malformed-message']);
    expect(calm.world.watch.violations).toEqual([]);
    expect(calm.world.queued()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('stay in the queue while the dead-letter queue is down, do not delay other users, and are moved when it works again', async () => {
    const calm = await begin(2, { target: 'dead-letters', kind: 'unavailable' });

    await act(calm.world, 0, { do: 'poison' });
    await calm.rename(1);
    await calm.world.advance(10 * SECOND);
    const during = [calm.nameOf(1), await calm.deadLetters()];
    await calm.world.settle(HOUR);

    expect(during).toEqual([NEW_NAME, []]);
    expect(await calm.deadLetters()).toEqual(['malformed-message']);
    expect(calm.world.watch.violations).toEqual([]);
  });
});

describe('one user whom the worker may not read among nine whom it may', () => {
  it('does not affect the nine, stays in the queue, and is in step after the permission was granted', async () => {
    const calm = await begin(10);
    const until = Number.POSITIVE_INFINITY;
    const about = `"${calm.subs[4]}"`;
    calm.world.faults.begin({ target: 'cognito-idp', kind: 'denied', from: 0, until, every: 1, about });
    const others = [0, 1, 2, 3, 5, 6, 7, 8, 9];

    await calm.rename(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    await calm.world.advance(20 * SECOND);
    const soon = others.map(calm.nameOf);
    await calm.world.advance(HOUR);
    const { visible, inFlight, delayed } = calm.world.queued();
    const before = calm.nameOf(4);
    calm.world.faults.end();
    await calm.world.settle(HOUR);

    expect(soon).toEqual(Array(9).fill(NEW_NAME));
    expect(calm.linesOf(4, 'user tried again later')[0]?.fields).toMatchObject({ status: 'no-permission' });
    expect(visible + inFlight + delayed).toBe(1);
    expect(before).toBe(OLD_NAME);
    expect(calm.nameOf(4)).toBe(NEW_NAME);
    expect(await calm.deadLetters()).toEqual([]);
    expect(others.flatMap((person) => calm.linesOf(person, 'user tried again later'))).toEqual([]);
  });
});

describe('a message received a thousand times', () => {
  it('waits at most 15 minutes more, for a transient failure and for a missing permission', async () => {
    const calm = await begin(2, { target: 'connect', kind: 'unavailable' });
    const about = `"${calm.subs[1]}"`;
    calm.world.faults.begin({ target: 'cognito-idp', kind: 'denied', from: 0, until: HOUR, every: 1, about });

    const run = calm.receive(1_000, [0, 1]);
    await calm.world.advance(20 * SECOND);
    const { value } = await run;

    expect(value).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }] });
    // The queue knows nothing of these messages, and the lines that say so tell how long they were to wait.
    const delays = calm.world.lines.flatMap(({ fields }) => (fields.delaySeconds === undefined ? [] : [fields]));
    expect(delays).toHaveLength(2);
    for (const { delaySeconds } of delays) {
      expect(delaySeconds).toBeGreaterThanOrEqual(1);
      expect(delaySeconds).toBeLessThanOrEqual(900);
    }
    expect(await calm.deadLetters()).toEqual([]);
  });
});

describe('a clock that goes backwards', () => {
  it.each([
    ['an hour', -HOUR],
    ['a day', -24 * HOUR],
  ])('by %s loses no change', async (_, jumpMs) => {
    const calm = await begin(1);

    calm.world.setClocks(jumpMs);
    await calm.rename(0);
    await calm.world.settle(HOUR);

    expect(calm.nameOf(0)).toBe(NEW_NAME);
    await expectHarmless(calm);
  });

  it.each([
    ['an hour', HOUR],
    ['a day', 24 * HOUR],
  ])('after it had been %s ahead loses no change either', async (_, aheadMs) => {
    const calm = await begin(1);

    calm.world.setClocks(aheadMs);
    await act(calm.world, 0, { do: 'phone', number: 1 });
    await calm.world.settle(HOUR);
    calm.world.setClocks(0);
    await calm.rename(0);
    await calm.world.settle(HOUR);

    expect(calm.nameOf(0)).toBe(NEW_NAME);
    await expectHarmless(calm);
  });
});
