import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/errors.ts';
import { AGENT_MARY, MARY, MINUTE, maryWith, message, NOW, OTHER_SUB, SUB, startWorker } from './fixture.ts';

const TRUSTING = { adoption: { trustFirstEmail: true } };

describe('sync-worker and a user without a link', () => {
  it('adopts the one Connect user of the same name, and writes names but holds the first e-mail', async () => {
    const { deliver, writes, table, logger } = startWorker({ row: null });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([
      { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.smith@example.com', Mobile: '+12065550100' },
    ]);
    expect(table.claims.get('agent-mary')).toEqual({ sub: SUB, claimedAt: NOW });
    expect(table.rows.get(SUB)).toMatchObject({
      connectUserId: 'agent-mary',
      linkedAt: NOW,
      firstEmail: true,
      status: 'held',
      changed: ['LastName'],
      withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
      holds: { Email: { salt: expect.any(String), hash: expect.any(String) } },
    });
    expect(logger.lines).toMatchObject([
      {
        level: 'warn',
        message: 'user not wholly in step',
        fields: {
          status: 'held',
          connectUserId: 'agent-mary',
          advice: ['Email: First address of a newly linked user: check the link, then: connect-sync release USER.'],
        },
      },
    ]);
  });

  it('writes the first e-mail where the policy trusts it, and counts it as settled', async () => {
    const { deliver, writes, table } = startWorker({ row: null, policy: TRUSTING });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ Email: 'mary.jones@example.com' }]);
    expect(table.rows.get(SUB)).not.toHaveProperty('firstEmail');
  });

  it('settles a first e-mail that Connect has already', async () => {
    const { deliver, table } = startWorker({ row: null, users: [maryWith({ email: 'mary.smith@example.com' })] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['LastName'] });
    expect(table.rows.get(SUB)).not.toHaveProperty('firstEmail');
  });

  it('leaves it open while Cognito has none', async () => {
    const { deliver, table } = startWorker({ row: null, users: [maryWith({ email: undefined })] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', firstEmail: true });
  });

  it('does not let a stranger settle it with the agent’s own address, unverified', async () => {
    const { deliver, pool, table, writes } = startWorker({
      row: null,
      users: [maryWith({ email: 'mary.smith@example.com', email_verified: 'false' })],
    });
    await deliver(message('m1'));

    pool.users.set(SUB, maryWith({ email: 'mary.jones@example.com' }));
    await deliver(message('m2', { occurredAt: NOW }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', firstEmail: true });
    expect(JSON.stringify(writes())).not.toContain('mary.jones@example.com');
  });

  it('records and tells what to do when no Connect user matches', async () => {
    const { deliver, writes, table, logger } = startWorker({ row: null, agents: [] });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ sub: SUB, status: 'unlinked', reason: 'no-connect-user' });
    expect(logger.lines).toMatchObject([
      {
        level: 'warn',
        fields: {
          status: 'unlinked',
          reason: 'no-connect-user',
          connectUserId: undefined,
          advice: [expect.stringMatching(/^No Connect user matches .*: connect-sync link USER CONNECT_USER_ID\.$/)],
        },
      },
    ]);
  });

  it('links nobody when two match', async () => {
    const { deliver, calls, table } = startWorker({
      row: null,
      agents: [AGENT_MARY, { ...AGENT_MARY, id: 'agent-mary-2' }],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('table')).not.toContain('table.link');
    expect(table.rows.get(SUB)).toMatchObject({ status: 'ambiguous', reason: 'several-connect-users' });
    expect(table.rows.get(SUB)).not.toHaveProperty('connectUserId');
  });

  it('leaves a Connect user alone that another Cognito user has claimed', async () => {
    const { deliver, table, writes } = startWorker({ row: null });
    table.claims.set('agent-mary', { sub: OTHER_SUB, claimedAt: NOW - 1_000 });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'ambiguous', reason: 'claimed-by-another' });
  });

  it.each([
    ['anybody may sign up', { selfSignUp: true }, {}, 'open-sign-up'],
    [
      'users may write what the rule reads',
      { writableAttributes: new Set(['custom:agent']) },
      { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } },
      'writable-attribute',
    ],
  ] as const)('holds the adoption while %s', async (_, exposure, policy, reason) => {
    const { deliver, table, writes, calls } = startWorker({
      row: null,
      users: [maryWith({ 'custom:agent': 'mary.user' })],
      exposure,
      policy,
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(calls('table')).not.toContain('table.link');
    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason });
  });

  it('tries the rules in their order', async () => {
    const { deliver, table, recorder } = startWorker({
      row: null,
      users: [maryWith({ 'custom:agent': 'nobody.user' })],
      policy: { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }, { kind: 'username' }] } },
    });

    await deliver(message('m1'));

    expect(recorder.argsOf('directory.findIdsByUsername')).toEqual([['nobody.user'], ['mary.user']]);
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
  });
});

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

  it('calls an older link lost, forgets it, and adopts anew the next time', async () => {
    const { deliver, table, directory, logger } = startWorker({ agents: [], row: linkedAgo(600_000) });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'lost', reason: 'connect-user-gone' });
    expect(table.rows.get(SUB)).not.toHaveProperty('connectUserId');
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { status: 'lost', connectUserId: 'agent-mary' } }]);

    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new' });
    await deliver(message('m2', { occurredAt: NOW }));

    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-new', firstEmail: true, status: 'held' });
  });

  it('is not taken for lost where the whole instance is not there', async () => {
    const { deliver, recorder, table, logger } = startWorker({ row: linkedAgo(600_000), agents: [] });
    recorder.fail('directory.checkInstance', new PermanentError('ResourceNotFoundException', 'No such instance.'));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { status: 'bug', code: 'ResourceNotFoundException' } },
    ]);
  });

  it('treats one that vanishes between reading and writing the same', async () => {
    const { deliver, directory, recorder, table } = startWorker({ row: linkedAgo(600_000) });
    recorder.before('directory.updateIdentity', () => directory.users.delete('agent-mary'));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'lost' });
  });
});

describe('sync-worker and a Cognito user that is not there', () => {
  const again = (firstReceivedAt: number) => message('m1', {}, { receiveCount: 2, firstReceivedAt });
  const missingFor = (milliseconds: number) => ({
    users: [],
    row: { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE, missingSince: NOW - milliseconds },
  });

  it('notes it and looks again a minute later before it believes it', async () => {
    const { deliver, table, recorder, logger } = startWorker({ users: [] });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 60]]);
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary', missingSince: NOW });
    expect(table.rows.get(SUB)).not.toHaveProperty('status');
    expect(logger.lines).toMatchObject([
      { level: 'info', message: 'user looked at again later', fields: { why: 'maybe-gone', delaySeconds: 60 } },
    ]);
  });

  it('waits for the rest of the minute when the second look comes too soon', async () => {
    const { deliver, recorder } = startWorker(missingFor(45_000));

    const response = await deliver(again(NOW - 45_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 15]]);
  });

  it('never believes it at the first empty answer, however often the message has come', async () => {
    const { deliver, table } = startWorker({ users: [] });

    const response = await deliver(message('m1', {}, { receiveCount: 9, firstReceivedAt: NOW - 60 * MINUTE }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.claims.get('agent-mary')).not.toHaveProperty('orphanedAt');
  });

  it('then records the user as gone and keeps others from adopting the Connect user by rule', async () => {
    const { deliver, table, writes, logger } = startWorker(missingFor(60_000));

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.claims.get('agent-mary')).toMatchObject({ sub: SUB, orphanedAt: NOW });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'gone', reason: 'no-such-user', syncedReadAt: NOW });
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { status: 'gone', connectUserId: 'agent-mary' } }]);
  });

  it.each(['table.orphan', 'table.conclude', 'table.noteMissing'])('keeps the message when %s fails', async (port) => {
    const { deliver, recorder } = startWorker(port === 'table.noteMissing' ? { users: [] } : missingFor(60_000));
    recorder.fail(port, new TransientError('TimeoutError', 'dynamodb:UpdateItem failed.'));

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('takes the second look for one at the user, whichever message brings it', async () => {
    const { deliver, table } = startWorker(missingFor(60_000));

    const response = await deliver(again(NOW - 60_000), message('m2'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'gone', eventId: 'event-m2' });
  });

  it('forgets that a user was missing once it is there', async () => {
    const { deliver, table } = startWorker({ ...missingFor(30_000), users: [MARY] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)?.missingSince).toBeUndefined();
  });

  it('does not take a message that has waited for Connect for an hour for a second look', async () => {
    const { deliver, table } = startWorker({ users: [], row: null });

    const response = await deliver(again(NOW - 60 * MINUTE));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).toEqual({ sub: SUB, missingSince: NOW });
  });

  it('forgets that a user was missing even when the look at it fails', async () => {
    const { deliver, recorder, table } = startWorker({ ...missingFor(30_000), users: [MARY] });
    recorder.fail('directory.describeUser', new TransientError('ThrottlingException', 'connect:DescribeUser failed.'));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)?.missingSince).toBeUndefined();
  });

  it('records a sub that nobody ever knew, and says so', async () => {
    const { deliver, table, logger } = startWorker({ users: [], row: { sub: SUB, missingSince: NOW - MINUTE } });

    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'gone', reason: 'no-such-user' });
    expect(logger.lines).toMatchObject([
      {
        fields: {
          status: 'gone',
          advice: ['Cognito has no user with this sub: nothing to do, unless it was created in another pool.'],
        },
      },
    ]);
  });

  it('goes on as usual when the user turns up', async () => {
    const { deliver, pool, writes } = startWorker({ users: [] });
    await deliver(message('m1'));

    pool.users.set(SUB, MARY);
    const response = await deliver(again(NOW - 60_000));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });
});
