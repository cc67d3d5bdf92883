import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../lambda/core/failures/errors.ts';
import { AGENT_MARY, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';
import { refusal, startRefused } from './refusing-connect.ts';

describe('sync-worker and an answer of status 400 that is no verdict', () => {
  it('tries again with the fields separately, and counts it as a verdict after ten minutes', async () => {
    const { deliver, table, writes, clock, recorder } = startRefused(
      { LastName: 'Jones' },
      {},
      refusal('InvalidRequestException'),
    );

    const first = await deliver(message('m1'));
    const afterFirst = table.rows.get(SUB);
    clock.advance(5_000);
    const second = await deliver(message('m1', {}, { receiveCount: 2 }));
    const addressThen = writes().at(-1);
    clock.advance(10 * MINUTE);
    const third = await deliver(message('m1', {}, { receiveCount: 3 }));

    expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(afterFirst).toMatchObject({
      lastTry: {
        at: NOW,
        code: 'InvalidRequestException',
        count: 1,
        badRequestsSince: { 'connect:UpdateUserIdentityInfo': NOW },
      },
    });
    expect(afterFirst).not.toHaveProperty('lastWriteAt');
    expect(second).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(addressThen).toMatchObject({ LastName: 'Smith', Email: 'mary.jones@example.com' });
    expect(third).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      withheld: [{ field: 'LastName', reason: 'refused-by-connect', code: 'InvalidRequestException' }],
    });
    expect(recorder.argsOf('messages.deadLetter')).toEqual([]);
  });

  it('does not send parts while reads may show the state before the last write, which the parts would send back', async () => {
    const { deliver, directory, writes, recorder, clock, pool } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Miller', email: 'mary.miller@example.com' }));
    const whole = { FirstName: 'Mary', LastName: 'Miller', Email: 'mary.miller@example.com' };
    recorder.fail('directory.updateIdentity', refusal('SyntaxError'));

    clock.advance(5_000);
    await deliver(message('m2', { occurredAt: NOW + 4_000 }));
    clock.advance(5_000);
    await deliver(message('m2', { occurredAt: NOW + 4_000 }, { receiveCount: 2 }));

    expect(writes().slice(1)).toMatchObject([whole, whole]);
  });

  it('delays the parts of a refused identity until reads show the last write', async () => {
    const { deliver, directory, writes, recorder, clock, pool, table } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Miller', email: 'mary.miller@example.com' }));
    recorder.fail('directory.updateIdentity', refusal('InvalidParameterException'));

    clock.advance(5_000);
    const response = await deliver(message('m2', { occurredAt: NOW + 4_000 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(writes()).toHaveLength(2);
    expect(table.rows.get(SUB)).toMatchObject({ lastTry: { code: 'settling' }, lastWriteAt: NOW });
  });

  it('is no reason to give up where the table cannot be read', async () => {
    const { deliver, recorder, clock } = startWorker();
    recorder.fail('table.getUser', refusal('SyntaxError'), 99);

    clock.advance(11 * MINUTE);
    const response = await deliver(message('m1', {}, { receiveCount: 9, firstReceivedAt: NOW }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.deadLetter')).toEqual([]);
  });

  it('keeps the messages of a user whose read is answered so, by time and not by count', async () => {
    const { deliver, recorder, logger, clock } = startWorker();
    recorder.fail('directory.describeUser', refusal('InvalidRequestException'), 9);

    for (const receiveCount of [1, 5, 6, 7]) await deliver(message('m1', {}, { receiveCount }));
    const within = recorder.argsOf('messages.deadLetter').length;
    clock.advance(10 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 8 }));

    expect(within).toBe(0);
    expect(recorder.argsOf('messages.deadLetter')).toMatchObject([
      [{ reason: 'call-refused', code: 'InvalidRequestException' }],
    ]);
    expect(logger.lines.slice(0, 4).map(({ fields }) => fields.status)).toEqual(Array(4).fill('transient'));
  });

  it('is not forgotten because of a throttle in between', async () => {
    const { deliver, recorder, table, clock } = startWorker();
    recorder.fail('directory.describeUser', refusal('InvalidRequestException', 400, 'connect:DescribeUser'));
    await deliver(message('m1'));
    recorder.fail(
      'directory.describeUser',
      new TransientError('ThrottlingException', 'slow', { status: 429, operation: 'connect:DescribeUser' }),
    );
    clock.advance(MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(table.rows.get(SUB)).toMatchObject({
      lastTry: { code: 'ThrottlingException', count: 2, badRequestsSince: { 'connect:DescribeUser': NOW } },
    });
  });

  it('has ten minutes for each operation: those of a read do not shorten those of the write', async () => {
    const { deliver, recorder, table, clock } = startWorker();
    recorder.fail('directory.describeUser', refusal('InvalidRequestException', 400, 'connect:DescribeUser'));
    await deliver(message('m1'));
    clock.advance(11 * MINUTE);
    recorder.fail('directory.updateIdentity', refusal('InvalidRequestException'));
    const response = await deliver(message('m1', {}, { receiveCount: 5 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.deadLetter')).toEqual([]);
    expect(table.rows.get(SUB)?.lastTry).toMatchObject({
      badRequestsSince: { 'connect:UpdateUserIdentityInfo': NOW + 11 * MINUTE },
    });
    expect(table.rows.get(SUB)?.lastTry).not.toHaveProperty(['badRequestsSince', 'connect:DescribeUser']);
  });
});
