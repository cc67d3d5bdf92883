import { describe, expect, it } from 'vitest';
import { AGENT_MARY, MARY, MINUTE, maryWith, message, NOW, OTHER_SUB, SUB, startWorker } from './fixture.ts';

const TRUSTING = { adoption: { trustFirstEmail: true } };

describe('sync-worker and a user without a link', () => {
  it('links the only Connect user of the same name, writes names, and holds the first e-mail', async () => {
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
          advice: [`Email: First address of a newly linked user: check the link, then: connect-sync release ${SUB}.`],
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
          advice: [expect.stringMatching(`^No Connect user matches .*: connect-sync link ${SUB} CONNECT_USER_ID\\.$`)],
        },
      },
    ]);
  });

  it('makes no link when two Connect users match', async () => {
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

  it('does not link a Connect user that another Cognito user has claimed', async () => {
    const { deliver, table, writes } = startWorker({ row: null });
    table.claims.set('agent-mary', { sub: OTHER_SUB, claimedAt: NOW - 1_000 });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'ambiguous', reason: 'claimed-by-another' });
  });

  it.each([
    ['strangers may sign up', { selfSignUp: true }, {}, 'open-sign-up'],
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

    const response = await deliver(message('m1', { cause: 'sweep' }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(calls('table')).not.toContain('table.link');
    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason });
  });

  it('does not ask Connect for a stranger, and keeps no row: the lists of the sweep decide', async () => {
    const { deliver, table, calls, logger } = startWorker({ row: null, exposure: { selfSignUp: true } });

    const response = await deliver(message('m1', { cause: 'post-confirmation' }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('directory')).toEqual(['directory.identityManagementType']);
    expect(table.rows.size).toBe(0);
    expect(logger.lines).toMatchObject([{ message: 'user left to the sweep', fields: { why: 'open-sign-up' } }]);
  });

  it('does not link a user who was created while sign-up was open, also long after it was closed', async () => {
    const { deliver, table, pool, clock } = startWorker({ row: null, exposure: { selfSignUp: true } });
    await deliver(message('m1', { cause: 'sweep' }));

    clock.advance(60 * MINUTE);
    pool.exposure = async () => ({
      selfSignUp: false,
      writableAttributes: new Set(),
      keepsVerifiedEmail: true,
      readAt: clock.now(),
    });
    await deliver(message('m2', { cause: 'sweep', occurredAt: clock.now() }));
    const closed = table.rows.get(SUB);
    pool.users.set(SUB, { ...MARY, createdAt: clock.now() + 2 * MINUTE });
    await deliver(message('m3', { cause: 'sweep', occurredAt: clock.now() }));

    expect(closed).toMatchObject({ status: 'held', reason: 'earlier-sign-up' });
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
  });

  it('tries the rules in their order', async () => {
    const { deliver, table, recorder } = startWorker({
      row: null,
      users: [maryWith({ 'custom:agent': 'missing.user' })],
      policy: { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }, { kind: 'username' }] } },
    });

    await deliver(message('m1'));

    expect(recorder.argsOf('directory.findIdsByUsername')).toEqual([['missing.user'], ['mary.user']]);
    expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
  });
});
