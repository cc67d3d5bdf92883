import { describe, expect, it } from 'vitest';
import type { UserRecord } from '../../../cli/users/ports.ts';
import { release } from '../../../cli/users/release.ts';
import { syncUserNow } from '../../../cli/users/sync.ts';
import { POOL_ID } from './doubles.ts';
import { concluded, createUserWorld, DIGEST, HELD, MARY, MINUTE, NOW, ROLE } from './user-doubles.ts';

const APPLY = { user: MARY, apply: true, json: false, waitMs: MINUTE, holds: ['hash'] };
const PLAN = { ...APPLY, apply: false, holds: [] };
/** Who it is about, as every command says first. */
const WHO = `User without a record in the pool, sub ${MARY}`;
const PLAN_NOTE = 'This is a plan; nothing was written. Repeat the command with --apply.';
const CHANGE = {
  v: 1,
  userPoolId: POOL_ID,
  sub: MARY,
  cause: 'operator',
  eventId: expect.stringMatching(/^operator-[0-9a-f-]{36}$/),
  occurredAt: NOW - 1_000,
};

describe('sync', () => {
  it('shows the row, and sends nothing without --apply', async () => {
    const { deps, terminal, writes } = createUserWorld({ rows: [HELD] });

    const exit = await syncUserNow(deps, PLAN);

    expect(exit).toBe(1);
    expect(terminal.lines[0]).toBe(`User ${MARY}`);
    expect(terminal.notes.at(-1)).toBe(PLAN_NOTE);
    expect(writes()).toEqual([]);
  });

  it('sends a change with the time of the table, and waits for the row to name it', async () => {
    const { deps, terminal, writes } = createUserWorld({
      rows: [HELD],
      worker: (row, change) => concluded(row, change, { status: 'written', changed: ['Email'] }),
    });

    const exit = await syncUserNow(deps, APPLY);

    expect(exit).toBe(0);
    expect(writes()).toEqual([{ name: 'queue.send', args: [CHANGE] }]);
    expect(terminal.lines).toContain('  outcome          written, since 0 s ago');
  });

  it('counts a look for another operator that began later as an answer', async () => {
    const { deps } = createUserWorld({
      rows: [HELD],
      worker: (row, change) =>
        concluded(row, change, { eventId: 'another', askedBy: { eventId: 'another', readAt: NOW + 1_001 } }),
    });

    expect(await syncUserNow(deps, APPLY)).toBe(0);
  });

  it.each([
    ['another change', { eventId: 'another' }],
    ['a look that may have begun before', { eventId: 'another', askedBy: { eventId: 'another', readAt: NOW + 1_000 } }],
    ['a later look at another change', { eventId: 'another', syncedReadAt: NOW + 60_000 }],
  ])('does not take %s for an answer', async (_, members) => {
    const { deps, terminal } = createUserWorld({
      rows: [HELD],
      worker: (row, change) => concluded(row, change, members),
    });

    const exit = await syncUserNow(deps, APPLY);

    expect(exit).toBe(1);
    expect(terminal.notes).toEqual([
      WHO,
      'A change was sent; waiting for the worker.',
      'The worker has not concluded within 60 s. The change is in the queue, and nothing is lost.',
      `Look again: npx connect-sync explain ${MARY}`,
      'Whether the worker is paused or fails: npx connect-sync status',
    ]);
  });

  it('tells in JSON that the worker has not concluded', async () => {
    const { deps, json } = createUserWorld({ rows: [HELD] });

    expect(await syncUserNow(deps, { ...APPLY, json: true })).toBe(1);
    expect(json()).toEqual({ applied: true, concluded: false, user: null });
  });

  it('ends at Ctrl-C', async () => {
    const { deps, stop, terminal } = createUserWorld({ rows: [HELD] });

    const exit = await syncUserNow({ ...deps, sleep: async () => stop.abort() }, APPLY);

    expect(exit).toBe(1);
    expect(terminal.notes[2]).toBe('Interrupted: the change is in the queue all the same.');
  });

  it('queues a user who has no row yet', async () => {
    const { deps } = createUserWorld({
      pool: { mary: MARY },
      worker: (row, change) => concluded(row, change, { status: 'unlinked', reason: 'no-connect-user' }),
    });

    expect(await syncUserNow(deps, { ...APPLY, user: 'mary' })).toBe(1);
  });
});

describe('release', () => {
  const writing = (row: UserRecord | undefined, change: Parameters<typeof concluded>[1]) =>
    concluded(row, change, { status: 'written', changed: ['Email'], firstEmail: false });

  it('shows what it would let through, and writes nothing without --apply', async () => {
    const { deps, terminal, writes, row } = createUserWorld({ rows: [HELD] });

    const exit = await release(deps, PLAN);

    expect(exit).toBe(1);
    expect(terminal.lines.slice(0, 2)).toEqual([
      'SUB                                   CONNECT USER  FIELD  HOLD  REASON       HELD FOR',
      `${MARY}  agent-mary    Email  hash  first-email       1 h`,
    ]);
    expect(terminal.lines.at(-1)).toBe('Email: Whether Cognito has the held value now was not compared.');
    expect(terminal.notes).toEqual([
      WHO,
      'Not compared with Cognito: nothing is deployed.',
      'This is a plan; nothing was written. Repeat the command with --apply --hold hash.',
    ]);
    expect([writes(), row(MARY)]).toEqual([[], HELD]);
  });

  it('copies the digest of the held value, has the worker look, and tells what became of it', async () => {
    let released: UserRecord | undefined;
    const { deps, terminal, writes } = createUserWorld({
      rows: [HELD],
      worker: (row, change) => {
        released = row;
        return writing(row, change);
      },
    });

    const exit = await release(deps, APPLY);

    expect(exit).toBe(0);
    expect(released).toMatchObject({
      releases: { Email: DIGEST },
      releasedAt: NOW,
      releasedBy: { role: ROLE, at: NOW },
    });
    expect(writes()).toEqual([{ name: 'queue.send', args: [CHANGE] }]);
    expect(terminal.lines.slice(0, 2)).toEqual(['Email: written', `User ${MARY}`]);
  });

  it('releases in the mode observe, and says that nothing was written', async () => {
    const { deps, terminal } = createUserWorld({
      rows: [{ ...HELD, status: 'would-write' }],
      worker: (row, change) => concluded(row, change, { status: 'would-write', changed: ['Email'] }),
    });

    expect(await release(deps, APPLY)).toBe(0);
    expect(terminal.lines[0]).toBe('Email: would be written');
    expect(terminal.lines).toContainEqual(expect.stringMatching(/^ {2}would be written +Email$/));
  });

  it('releases one field of two when told so, beside an earlier release', async () => {
    const second = { field: 'SecondaryEmail', kind: 'held', reason: 'first-email' };
    const earlier = { salt: 'a', hash: 'b' };
    const { deps, row } = createUserWorld({
      rows: [
        {
          ...HELD,
          withheld: [...(HELD.withheld ?? []), second],
          holds: { Email: DIGEST, SecondaryEmail: DIGEST },
          releases: { Mobile: earlier },
        },
      ],
    });

    await release(deps, { ...APPLY, field: 'SecondaryEmail', waitMs: 0 });

    expect(row(MARY)?.releases).toEqual({ Mobile: earlier, SecondaryEmail: DIGEST });
  });

  it.each([
    ['held again', { status: 'held', withheld: HELD.withheld ?? [] }, 'held, first-email'],
    [
      'waiting',
      { status: 'waiting', withheld: [{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }] },
      'waiting, email-not-verified',
    ],
    ['refused by Connect', { status: 'rejected', reason: 'connect-refused' }, 'connect-refused'],
    ['in step already', {}, 'in step'],
  ])('tells when the value is %s', async (_, members, became) => {
    const { deps, json } = createUserWorld({
      rows: [HELD],
      worker: (row, change) => concluded(row, change, members),
    });

    await release(deps, { ...APPLY, json: true });

    expect(json()).toMatchObject({ applied: true, concluded: true, fields: [{ field: 'Email', became }] });
  });

  it.each([
    ['nothing is held', { status: 'written', withheld: [] }, undefined, 'its status is written'],
    ['another field is held', {}, 'SecondaryEmail' as const, 'no value for SecondaryEmail'],
    ['the digest is missing', { holds: {} }, undefined, 'its status is held'],
  ])('refuses when %s', async (_, members, field, message) => {
    const { deps, writes } = createUserWorld({ rows: [{ ...HELD, ...members }] });

    await expect(release(deps, { ...APPLY, field })).rejects.toThrow(message);
    expect(writes()).toEqual([]);
  });

  it('refuses where it is the link that is held, and says what to do instead', async () => {
    const { deps } = createUserWorld({ rows: [{ sub: MARY, status: 'held', reason: 'open-sign-up', withheld: [] }] });

    await expect(release(deps, APPLY)).rejects.toMatchObject({
      reasons: [expect.stringMatching(/connect-sync link [0-9a-f-]{36} CONNECT_USER_ID/)],
    });
  });

  it('releases nothing when the value changes while the operator decides', async () => {
    const { deps, store, row, writes } = createUserWorld({ rows: [HELD] });
    const find = async (sub: string) => {
      const found = await deps.table.find(sub);
      store.rows.set(MARY, { ...HELD, holds: { Email: { salt: 'new', hash: 'new' } } });
      return found;
    };

    await expect(release({ ...deps, table: { ...deps.table, find } }, APPLY)).rejects.toThrow(
      'What is held has changed meanwhile',
    );
    expect(row(MARY)).not.toHaveProperty('releases');
    expect(writes()).toEqual([]);
  });
});
