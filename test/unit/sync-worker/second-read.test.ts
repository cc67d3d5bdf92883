import { describe, expect, it } from 'vitest';
import { MARY, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';

/** Cognito ran its trigger and has not stored the value yet. */
const BEFORE = maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' }, { modifiedAt: NOW - 60_000 });
const AFTER = { ...MARY, modifiedAt: NOW + 100 };
const announced = (id: string, receiveCount = 1) =>
  message(id, { cause: 'trigger', occurredAt: NOW }, { receiveCount });

describe('sync-worker and a trigger that runs before Cognito stores the value', () => {
  it('reads once more after 300 ms and writes what it finds then', async () => {
    const { deliver, clock, recorder, writes, table } = startWorker({
      users: [BEFORE],
      onSleep: ({ users }) => users.set(SUB, AFTER),
    });

    const response = await deliver(announced('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(clock.sleeps).toEqual([300]);
    expect(recorder.argsOf('pool.findUser')).toEqual([[SUB], [SUB]]);
    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'mary.jones@example.com' }]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', syncedReadAt: NOW });
  });

  it('does not sleep when the value is there at once', async () => {
    const { deliver, clock } = startWorker({ users: [AFTER] });

    await deliver(announced('m1'));

    expect(clock.sleeps).toEqual([]);
  });

  it('does not sleep for a change that was announced after it was stored', async () => {
    const { deliver, clock } = startWorker({ users: [BEFORE] });

    await deliver(message('m1', { cause: 'cloudtrail', occurredAt: NOW }));

    expect(clock.sleeps).toEqual([]);
  });

  it('reads a last time after 2 s by visibility, and does the other work before', async () => {
    const { deliver, recorder, table, logger } = startWorker({
      users: [maryWith({ email: 'mary.smith@example.com' }, { modifiedAt: NOW - 60_000 })],
    });

    const response = await deliver(announced('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 2]]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName'] });
    expect(table.rows.get(SUB)).not.toHaveProperty('syncedReadAt');
    expect(logger.lines).toMatchObject([
      { level: 'info', fields: { why: 'too-early', delaySeconds: 2, eventIds: ['event-m1'] } },
    ]);
  });

  it('finds the value at the last read', async () => {
    const { deliver, pool, clock, writes, table } = startWorker({ users: [BEFORE] });
    await deliver(announced('m1'));

    clock.advance(2_000);
    pool.users.set(SUB, AFTER);
    const response = await deliver(announced('m1', 2));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'mary.jones@example.com' }]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', syncedReadAt: NOW + 2_300 });
  });

  it('ends after the last read when the value did not come: a pending address changes nothing', async () => {
    const { deliver, table, clock } = startWorker({ users: [BEFORE] });
    clock.advance(2_000);

    const response = await deliver(announced('m1', 2));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged', syncedReadAt: NOW + 2_000 });
  });

  it('keeps the last read of a change whose first try failed and was repeated sooner', async () => {
    const { deliver, table, clock } = startWorker({ users: [BEFORE] });
    clock.advance(1_999);

    const response = await deliver(announced('m1', 2));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).not.toHaveProperty('syncedReadAt');
  });

  it('gives a new change its last read, also with an old message that was received before', async () => {
    const { deliver, recorder } = startWorker({ users: [BEFORE] });

    const response = await deliver(message('m1', {}, { receiveCount: 3 }), announced('m2'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([
      ['receipt-m1', 2],
      ['receipt-m2', 2],
    ]);
  });
});
