import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';
import { refusal, startRefused } from './refusing-connect.ts';

const HOUR = 60 * MINUTE;

describe('sync-worker and an identity that Connect refuses', () => {
  it('tries the fields separately: the new address is written at once although the name is refused', async () => {
    const { deliver, table, writes, logger } = startRefused({ LastName: 'Jones' });

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
    const { deliver, writes, table, clock } = startRefused({ LastName: 'Jones' });
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
    const { deliver, writes, pool, clock } = startRefused({ LastName: 'Jones' });
    await deliver(message('m1'));
    if (!('cause' in change)) pool.users.set(SUB, maryWith({ family_name: 'Miller' }));

    clock.advance(5 * MINUTE);
    await deliver(message('m2', { ...change, occurredAt: clock.now() }));

    expect(writes()).toHaveLength(4);
  });

  it('tries it at once when the time of the refusal is in the future, because the clock was wrong then', async () => {
    const { deliver, writes, table, clock } = startRefused({ LastName: 'Jones' });
    await deliver(message('m1'));
    const row = table.rows.get(SUB);
    if (row?.refused !== undefined)
      table.rows.set(SUB, { ...row, refused: { ...row.refused, at: NOW + 100 * 24 * HOUR } });

    clock.advance(5 * MINUTE);
    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(writes()).toHaveLength(4);
    expect(table.rows.get(SUB)).toMatchObject({ refused: { at: NOW + 5 * MINUTE, count: 2 } });
  });

  it('forgets a refusal once Connect takes the value', async () => {
    const { deliver, table, clock, mend } = startRefused({ LastName: 'Jones' });
    await deliver(message('m1'));
    mend();

    clock.advance(HOUR);
    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName'] });
    expect(table.rows.get(SUB)).not.toHaveProperty('refused');
  });

  it('names the field that looks wrong where Connect refuses what it shows itself', async () => {
    const { deliver, table } = startRefused(
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
    const { deliver, table } = startRefused(
      { Email: 'mary.jones@example.com' },
      { row: { ...LINKED, firstEmail: true }, policy: { adoption: { trustFirstEmail: true } } },
    );

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ firstEmail: true });
  });

  it('gives the e-mail budget back for an address that was not written', async () => {
    const { deliver, table } = startRefused({ Email: 'mary.jones@example.com' });

    await deliver(message('m1'));

    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[]]);
  });

  it('keeps the place in the e-mail budget where the address was written and another part then failed', async () => {
    const { deliver, directory, table, recorder } = startWorker({
      users: [maryWith({ phone_number: '+12065550111' })],
      policy: { mapping: { Mobile: { from: ['phone_number'] } } },
    });
    const { updateIdentity } = directory;
    // The whole identity, then the names, the address and the number.
    const failures: readonly (Error | undefined)[] = [
      refusal('InvalidParameterException'),
      undefined,
      undefined,
      new TransientError('TooManyRequestsException', 'slow', { status: 429 }),
    ];
    let calls = 0;
    directory.updateIdentity = async (id, identity) => {
      const failure = failures[calls++];
      if (failure !== undefined) recorder.fail('directory.updateIdentity', failure);
      return updateIdentity(id, identity);
    };

    await deliver(message('m1'));

    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[SUB]]);
  });

  it('takes note and budget back when the rate limit has no slot in time: nothing was sent', async () => {
    const { deliver, table, recorder } = startWorker();
    recorder.fail('directory.updateIdentity', new TransientError('rate-limit-too-slow', 'No slot in time.'));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).not.toHaveProperty('lastWriteAt');
    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[]]);
  });

  it('keeps a place in the budget that an earlier try had taken', async () => {
    const { deliver, table } = startRefused({ Email: 'mary.jones@example.com' });
    await table.spendEmailBudget(SUB, NOW, 50);

    await deliver(message('m1'));

    expect([...table.budgets.values()].map((subs) => [...subs])).toEqual([[SUB]]);
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

  it('waits ten minutes for the end of a conflict with another change, then keeps what was refused', async () => {
    const { deliver, recorder, logger, clock, table } = startWorker();
    const conflict = refusal('ResourceConflictException', 409);
    recorder.fail('directory.updateIdentity', conflict, 99);

    const soon = await deliver(message('m1', {}, { receiveCount: 6 }));
    clock.advance(11 * MINUTE);
    const later = await deliver(message('m1', {}, { receiveCount: 7 }));

    expect(soon).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(logger.lines[0]).toMatchObject({ level: 'warn', fields: { status: 'transient' } });
    expect(later).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', refused: { count: 1 } });
    expect(recorder.argsOf('messages.deadLetter')).toEqual([]);
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
