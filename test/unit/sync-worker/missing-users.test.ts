import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { AGENT_MARY, MARY, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';

describe('sync-worker and a Connect user that is not there', () => {
  const linkedAgo = (milliseconds: number) => ({
    sub: SUB,
    connectUserId: 'agent-mary',
    linkedAt: NOW - milliseconds,
  });

  it('waits when the link is younger than ten minutes', async () => {
    const { deliver, table, logger, recorder } = startWorker({ agents: [], row: linkedAgo(599_999) });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 1]]);
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { status: 'transient', code: 'connect-user-not-visible' } },
    ]);
  });

  it('searches for another Connect user with the name when a second read, two minutes later, does not find it either', async () => {
    const agents = [{ ...AGENT_MARY, id: 'agent-new' }];
    const { deliver, table, clock, recorder, logger } = startWorker({ agents, row: linkedAgo(600_000) });

    expect(await deliver(message('m1'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary', connectMissingSince: NOW });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 120]]);
    expect(logger.lines).toMatchObject([{ level: 'info', fields: { why: 'connect-user-missing' } }]);

    clock.advance(119_999);
    expect(await deliver(message('m1', {}, { receiveCount: 2 }))).not.toEqual({ batchItemFailures: [] });
    clock.advance(1);
    await deliver(message('m1', {}, { receiveCount: 3 }));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-new', firstEmail: true, status: 'held' });
    expect(table.rows.get(SUB)).not.toHaveProperty('connectMissingSince');
  });

  it('keeps the link of one that a read does not find while a change of another caller spreads', async () => {
    const { deliver, table, clock, directory } = startWorker({ row: linkedAgo(MINUTE * 60), agents: [] });

    for (const days of [0, 1, 2]) {
      directory.users.delete('agent-mary');
      await deliver(message(`m${days}`, { occurredAt: clock.now() }));
      directory.users.set('agent-mary', AGENT_MARY);
      clock.advance(2 * MINUTE);
      await deliver(message(`m${days}`, { occurredAt: clock.now() }, { receiveCount: 2 }));
      clock.advance(24 * 60 * MINUTE);
    }

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary', linkedAt: NOW - MINUTE * 60 });
    expect(table.rows.get(SUB)).not.toHaveProperty('firstEmail');
    expect(directory.users.get('agent-mary')?.identity.Email).toBe('mary.jones@example.com');
  });

  it('takes no deleted Connect user that a stale search still finds', async () => {
    const { deliver, table, directory, recorder } = startWorker({ row: null });
    directory.findIdsByUsername = async () => ['agent-deleted', 'agent-mary'];

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
    expect(table.claims.has('agent-deleted')).toBe(false);
    expect(recorder.argsOf('directory.describeUser')).toEqual([['agent-deleted'], ['agent-mary']]);
  });

  it('records an older link as missing, removes it, and links again the next time', async () => {
    const row = { ...linkedAgo(600_000), connectMissingSince: NOW - 2 * MINUTE };
    const { deliver, table, directory, logger } = startWorker({ agents: [], row });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'connect-user-missing', reason: 'connect-user-missing' });
    expect(table.rows.get(SUB)).not.toHaveProperty('connectUserId');
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { status: 'connect-user-missing', connectUserId: 'agent-mary' } },
    ]);

    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new' });
    await deliver(message('m2', { occurredAt: NOW }));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-new', firstEmail: true, status: 'held' });
  });

  it('keeps what a repeated address is checked by, when another Connect user with the name is linked', async () => {
    const { deliver, table, directory } = startWorker({
      row: { ...linkedAgo(600_000), hadEmail: true, connectMissingSince: NOW - 2 * MINUTE },
      agents: [],
      users: [maryWith({ email: undefined, email_verified: undefined })],
    });
    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new' });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-new', hadEmail: true });
    expect(table.rows.get(SUB)).toHaveProperty('shownEmail');
  });

  it('keeps the Connect user that a rule has found, where a person has to decide', async () => {
    const { deliver, table, directory } = startWorker({
      row: { ...linkedAgo(600_000), connectMissingSince: NOW - 2 * MINUTE },
      agents: [],
      exposure: { selfSignUp: true },
    });
    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new' });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason: 'open-sign-up', candidateId: 'agent-new' });
  });

  it('does not count as missing when the whole instance is missing', async () => {
    const { deliver, recorder, table, logger } = startWorker({ row: linkedAgo(600_000), agents: [] });
    recorder.fail(
      'directory.checkInstance',
      new PermanentError('ResourceNotFoundException', 'No such instance.', { status: 404 }),
    );

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { status: 'call-refused', code: 'ResourceNotFoundException' } },
    ]);
  });

  it('reads a user again that disappears between read and write', async () => {
    const { deliver, directory, recorder, table, clock } = startWorker({ row: linkedAgo(600_000) });
    recorder.before('directory.updateIdentity', () => directory.users.delete('agent-mary'));

    const first = await deliver(message('m1'));
    const linkThen = table.rows.get(SUB)?.connectUserId;
    await deliver(message('m1', {}, { receiveCount: 2 }));
    clock.advance(2 * MINUTE);
    const second = await deliver(message('m1', {}, { receiveCount: 3 }));

    expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(linkThen).toBe('agent-mary');
    expect(second).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'connect-user-missing' });
  });

  it('keeps the link to one that a write does not find and the next read shows', async () => {
    const { deliver, directory, table } = startWorker({ row: linkedAgo(600_000) });
    const { updateIdentity } = directory;
    directory.updateIdentity = async () => 'connect-user-missing';
    await deliver(message('m1'));
    directory.updateIdentity = updateIdentity;

    await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(table.rows.get(SUB)).toMatchObject({
      connectUserId: 'agent-mary',
      linkedAt: NOW - 600_000,
      status: 'written',
    });
  });

  it('waits for one that was written less than ten minutes ago', async () => {
    const { deliver, table } = startWorker({
      agents: [],
      row: { ...linkedAgo(3_600_000), lastWriteAt: NOW - 599_999 },
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
  });
});

describe('sync-worker and a Cognito user that is not there', () => {
  const again = (firstReceivedAt: number) => message('m1', {}, { receiveCount: 2, firstReceivedAt });
  const missingFor = (milliseconds: number) => ({
    users: [],
    row: { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE, missingSince: NOW - milliseconds },
  });

  it('notes it, and reads again a minute later to confirm it', async () => {
    const { deliver, table, recorder, logger } = startWorker({ users: [] });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 60]]);
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary', missingSince: NOW });
    expect(table.rows.get(SUB)).not.toHaveProperty('status');
    expect(logger.lines).toMatchObject([
      {
        level: 'info',
        message: 'user reconciled again later',
        fields: { why: 'cognito-user-missing', delaySeconds: 60 },
      },
    ]);
  });

  it('waits for the rest of the minute when the second read comes too soon', async () => {
    const { deliver, recorder } = startWorker(missingFor(45_000));

    const response = await deliver(again(NOW - 45_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 15]]);
  });

  it('never confirms it by the first empty answer, after any number of receives', async () => {
    const { deliver, table } = startWorker({ users: [] });

    const response = await deliver(message('m1', {}, { receiveCount: 9, firstReceivedAt: NOW - 60 * MINUTE }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.claims.get('agent-mary')).not.toHaveProperty('orphanedAt');
  });

  it('then records the user as missing, and no rule links the Connect user to another user', async () => {
    const { deliver, table, writes, logger } = startWorker(missingFor(60_000));

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.claims.get('agent-mary')).toMatchObject({ sub: SUB, orphanedAt: NOW });
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'cognito-user-missing',
      reason: 'cognito-user-missing',
      syncedReadAt: NOW,
    });
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { status: 'cognito-user-missing', connectUserId: 'agent-mary' } },
    ]);
  });

  it('reads the user again where an operator has changed the link meanwhile', async () => {
    const { deliver, table, recorder, logger } = startWorker(missingFor(60_000));
    const row = table.rows.get(SUB);
    recorder.before('table.conclude', () => {
      if (row !== undefined) table.rows.set(SUB, { ...row, connectUserId: 'agent-other', linkedAt: NOW });
    });

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 1]]);
    expect(logger.lines).toMatchObject([{ level: 'info', fields: { why: 'link-changed', delaySeconds: 1 } }]);
  });

  it.each(['table.orphan', 'table.conclude', 'table.noteMissing'])('keeps the message when %s fails', async (port) => {
    const { deliver, recorder } = startWorker(port === 'table.noteMissing' ? { users: [] } : missingFor(60_000));
    recorder.fail(port, new TransientError('TimeoutError', 'dynamodb:UpdateItem failed.'));

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('counts the second read for the user, with any message', async () => {
    const { deliver, table } = startWorker(missingFor(60_000));

    const response = await deliver(again(NOW - 60_000), message('m2'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'cognito-user-missing', eventId: 'event-m2' });
  });

  it('forgets that a user was missing when it exists again', async () => {
    const { deliver, table } = startWorker({ ...missingFor(30_000), users: [MARY] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)?.missingSince).toBeUndefined();
  });

  it('does not count a message that has waited an hour for Connect as a second read', async () => {
    const { deliver, table } = startWorker({ users: [], row: null });

    const response = await deliver(again(NOW - 60 * MINUTE));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toEqual({ sub: SUB, missingSince: NOW });
  });

  it('forgets that a user was missing also when reconciling fails', async () => {
    const { deliver, recorder, table } = startWorker({ ...missingFor(30_000), users: [MARY] });
    recorder.fail('directory.describeUser', new TransientError('ThrottlingException', 'connect:DescribeUser failed.'));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)?.missingSince).toBeUndefined();
  });

  it('records a sub that never existed as missing, and says so', async () => {
    const { deliver, table, logger } = startWorker({ users: [], row: { sub: SUB, missingSince: NOW - MINUTE } });

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'cognito-user-missing', reason: 'cognito-user-missing' });
    expect(logger.lines).toMatchObject([
      {
        fields: {
          status: 'cognito-user-missing',
          advice: [
            'Cognito has no user with this sub: nothing to do. A user who was created again has another sub and needs a link of its own.',
          ],
        },
      },
    ]);
  });

  it('continues as usual when the user is found', async () => {
    const { deliver, pool, writes } = startWorker({ users: [] });
    await deliver(message('m1'));

    pool.users.set(SUB, MARY);
    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });
});
