import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/errors.ts';
import type { Identity } from '../../../lambda/core/identity.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';

const HOUR = 60 * MINUTE;
const refusal = (code: string, status = 400, operation = 'connect:UpdateUserIdentityInfo') =>
  new PermanentError(code, `${operation}: ${code}`, { status, operation });

/** A worker whose Connect refuses identities with a given value in a given field. */
function startWith(
  refused: Partial<Identity>,
  world: Parameters<typeof startWorker>[0] = {},
  error = refusal('InvalidParameterException'),
) {
  const worker = startWorker(world);
  const { updateIdentity } = worker.directory;
  let refusing = true;
  worker.directory.updateIdentity = async (id, identity) => {
    const wrong = Object.entries(refused).some(([field, value]) => Reflect.get(identity, field) === value);
    if (refusing && wrong) worker.recorder.fail('directory.updateIdentity', error);
    return updateIdentity(id, identity);
  };
  return { ...worker, mend: () => (refusing = false) };
}

describe('sync-worker and an identity that Connect refuses', () => {
  it('tries the fields separately: the new address is written at once although the name is refused', async () => {
    const { deliver, table, writes, logger } = startWith({ LastName: 'Jones' });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toMatchObject([
      { LastName: 'Jones', Email: 'mary.jones@example.com' },
      { LastName: 'Jones', Email: 'mary.smith@example.com' },
      { LastName: 'Smith', Email: 'mary.jones@example.com' },
    ]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      changed: ['Email'],
      withheld: [
        { field: 'LastName', kind: 'rejected', reason: 'refused-by-connect', code: 'InvalidParameterException' },
      ],
      refused: { at: NOW, count: 1 },
    });
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { withheld: [{ field: 'LastName', code: 'InvalidParameterException' }] } },
    ]);
  });

  it('leaves the refused value out the next time, and tries it again after an hour, then after two', async () => {
    const { deliver, writes, table, clock } = startWith({ LastName: 'Jones' });
    await deliver(message('m1'));
    const tried: number[] = [writes().length];
    for (const [id, minutes] of [
      ['m2', 30],
      ['m3', 31],
      ['m4', 61],
      ['m5', 60],
    ] as const) {
      clock.advance(minutes * MINUTE);
      await deliver(message(id, { occurredAt: clock.now() }));
      tried.push(writes().length);
    }

    expect(tried).toEqual([3, 3, 4, 4, 5]);
    expect(table.rows.get(SUB)).toMatchObject({ refused: { count: 3 } });
  });

  it.each([
    ['an operator asks', { cause: 'operator' }],
    ['the value is another one', {}],
  ] as const)('tries it at once when %s', async (_, change) => {
    const { deliver, writes, pool, clock } = startWith({ LastName: 'Jones' });
    await deliver(message('m1'));
    if (!('cause' in change)) pool.users.set(SUB, maryWith({ family_name: 'Miller' }));

    clock.advance(5 * MINUTE);
    await deliver(message('m2', { ...change, occurredAt: clock.now() }));

    expect(writes()).toHaveLength(4);
  });

  it('forgets a refusal once Connect takes the value', async () => {
    const { deliver, table, clock, mend } = startWith({ LastName: 'Jones' });
    await deliver(message('m1'));
    mend();

    clock.advance(HOUR);
    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName'] });
    expect(table.rows.get(SUB)).not.toHaveProperty('refused');
  });

  it('names the field that looks wrong where Connect refuses what it shows itself', async () => {
    const { deliver, table } = startWith(
      { SecondaryEmail: 'no address' },
      { agents: [{ ...AGENT_MARY, identity: { ...AGENT_MARY.identity, SecondaryEmail: 'no address' } }] },
    );

    await deliver(message('m1'));

    expect(table.rows.get(SUB)?.withheld).toContainEqual({
      field: 'SecondaryEmail',
      kind: 'rejected',
      reason: 'wrong-in-connect',
    });
  });

  it('sends what it only repeats in NFC', async () => {
    const { deliver, writes } = startWorker({
      users: [maryWith({ given_name: undefined })],
      agents: [{ ...AGENT_MARY, identity: { ...AGENT_MARY.identity, FirstName: 'Zoe\u0308' } }],
    });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ FirstName: 'Zo\u00eb' }]);
  });

  it('does not count a first address that Connect refused as settled', async () => {
    const { deliver, table } = startWith(
      { Email: 'mary.jones@example.com' },
      { row: { ...LINKED, firstEmail: true }, policy: { adoption: { trustFirstEmail: true } } },
    );

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ firstEmail: true });
  });

  it('gives the e-mail budget back for an address that was not written', async () => {
    const { deliver, table } = startWith({ Email: 'mary.jones@example.com' });

    await deliver(message('m1'));

    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[]]);
  });

  it('keeps a place in the budget that an earlier try had taken', async () => {
    const { deliver, table } = startWith({ Email: 'mary.jones@example.com' });
    await table.spendEmailBudget(SUB, NOW, 50);

    await deliver(message('m1'));

    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[SUB]]);
  });
});

describe('sync-worker and an answer of status 400 that is no verdict', () => {
  it('tries again with the fields separately, and counts it as a verdict after ten minutes', async () => {
    const { deliver, table, writes, clock, recorder } = startWith(
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

describe('sync-worker and a definite refusal', () => {
  it('restores the note of the write after a throttle, so that the next try does not wait', async () => {
    const before = { lastWriteAt: NOW - HOUR, lastWrite: { salt: 'a', hash: 'b' }, writeAnswered: true };
    const { deliver, recorder, table, writes } = startWorker({ row: { ...LINKED, ...before } });
    recorder.fail('directory.updateIdentity', new TransientError('TooManyRequestsException', 'slow', { status: 429 }));

    await deliver(message('m1'));
    const after = table.rows.get(SUB);
    const second = await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(after).toMatchObject(before);
    expect(second).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(2);
    expect(table.budgets.get('2026-01-01T12')).toEqual(new Set([SUB]));
  });

  it.each([
    ['a time-out', new TransientError('TimeoutError', 'no answer')],
    ['a 5xx', new TransientError('InternalServiceException', 'oops', { status: 500 })],
  ])('keeps the note after %s: the write may have been carried out', async (_, error) => {
    const { deliver, recorder, table } = startWorker();
    recorder.fail('directory.updateIdentity', error);

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ lastWriteAt: NOW });
    expect(table.budgets.get('2026-01-01T12')).toEqual(new Set([SUB]));
  });

  it('names the missing permission and keeps the message: a person can grant it', async () => {
    const { deliver, recorder, logger } = startWorker();
    const error = new PermanentError('AccessDeniedException', 'denied', {
      status: 403,
      missingPermission: 'connect:DescribeUser',
    });
    recorder.fail('directory.describeUser', error, 9);

    const response = await deliver(message('m1', {}, { receiveCount: 9 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { status: 'no-permission', detail: 'denied' } }]);
    expect(recorder.argsOf('messages.deadLetter')).toEqual([]);
  });
});

describe('sync-worker and another writer', () => {
  it('reports once, at the third time within a day, that another writer changes the identity back', async () => {
    const { deliver, table, directory, clock } = startWorker();
    const reasons: unknown[] = [];
    for (const id of ['m1', 'm2', 'm3', 'm4']) {
      await deliver(message(id, { occurredAt: clock.now() }));
      reasons.push(table.rows.get(SUB)?.reason);
      clock.advance(HOUR);
      directory.users.set('agent-mary', { ...AGENT_MARY, modifiedAt: clock.now() });
      clock.advance(HOUR);
    }

    expect(reasons).toEqual([undefined, undefined, 'overwritten-by-another', undefined]);
  });

  it('says so also when a read has confirmed each write before it is changed back', async () => {
    const { deliver, table, directory, clock } = startWorker();
    const reasons: unknown[] = [];
    for (const id of ['m1', 'm2', 'm3', 'm4']) {
      await deliver(message(id, { cause: 'sweep', occurredAt: clock.now() }));
      reasons.push(table.rows.get(SUB)?.reason);
      clock.advance(5 * MINUTE);
      await deliver(message(`${id}-confirmed`, { cause: 'sweep', occurredAt: clock.now() }));
      clock.advance(HOUR);
      directory.users.set('agent-mary', { ...AGENT_MARY, modifiedAt: clock.now() });
      clock.advance(HOUR);
    }

    expect(reasons).toEqual([undefined, undefined, 'overwritten-by-another', undefined]);
  });
});
