import { describe, expect, it } from 'vitest';
import { inStep, MINUTE, startSweep, subOf, usersOf } from './fixture.ts';
import { connectUsersOf, POOL, rowsOf } from './large-pool.ts';

describe('a scope that is a group', () => {
  const policy = { scope: { kind: 'group', group: 'agents' } };
  const members = (from: number, to: number) =>
    new Set(
      usersOf(to)
        .slice(from)
        .map(({ sub }) => sub),
    );

  it('has only the group listed, and those asked for who have left it', async () => {
    const sweep = startSweep({
      users: POOL,
      rows: rowsOf(200),
      connectUsers: connectUsersOf(200),
      policy,
      members: members(20, 200),
    });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan).toMatchObject({
      way: 'group',
      because: 'scope-is-a-group',
      calls: { cognito: 3 + 20, connect: 1 },
      why: { 'left-scope': 20 },
    });
    expect(sweep.recorder.argsOf('pool.users')).toEqual([]);
  });

  it('distinguishes a deleted user from one who has left the group', async () => {
    const users = POOL.filter(({ sub }) => sub !== subOf(0));
    const sweep = startSweep({
      users,
      rows: rowsOf(3),
      connectUsers: connectUsersOf(3),
      policy,
      members: members(2, 3),
    });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.candidates).toEqual([
      { sub: subOf(0), why: 'cognito-user-missing' },
      { sub: subOf(1), why: 'left-scope' },
    ]);
  });

  it('does not ask for those who are known to be outside', async () => {
    const rows = { ...rowsOf(3), [subOf(0)]: { ...inStep(0), status: 'out-of-scope' } };
    const sweep = startSweep({ users: POOL, rows, connectUsers: connectUsersOf(3), policy, members: members(1, 3) });

    const plan = await sweep.tick({ mode: 'plan' });

    expect(plan?.candidates).toEqual([]);
    expect(sweep.asked()).toEqual([]);
  });

  it('fails when there is no time to list the whole group, and reports no user as missing', async () => {
    const sweep = startSweep({ users: POOL, policy, members: members(0, 3_000), callMs: MINUTE });

    await expect(sweep.tick()).rejects.toMatchObject({ code: 'list-too-long' });
    expect(sweep.queued()).toEqual([]);
  });
});
