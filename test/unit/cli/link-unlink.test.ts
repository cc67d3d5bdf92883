import { describe, expect, it } from 'vitest';
import { linkByHand } from '../../../cli/users/link.ts';
import type { Claim, UserRecord } from '../../../cli/users/ports.ts';
import { release } from '../../../cli/users/release.ts';
import { syncUserNow } from '../../../cli/users/sync.ts';
import { unlinkUser } from '../../../cli/users/unlink.ts';
import { concluded, createUserWorld, HELD, JOHN, MARY, MINUTE, NOW, ROLE } from './user-doubles.ts';

const APPLY = { user: MARY, apply: true, json: false, waitMs: MINUTE };
const PLAN = { ...APPLY, apply: false };

const LINK = { ...APPLY, connectUserId: 'agent-1', replaceClaim: false };
const claimOf = (sub: string, more: Partial<Claim> = {}): Claim => ({
  connectUserId: 'agent-1',
  sub,
  claimedAt: NOW - 90 * MINUTE,
  ...more,
});
const JOHNS: UserRecord = { sub: JOHN, connectUserId: 'agent-1', linkedAt: NOW - 90 * MINUTE, status: 'written' };
const holdsFirst = (row: UserRecord | undefined, change: Parameters<typeof concluded>[1]) =>
  concluded(row, change, { status: 'held', withheld: HELD.withheld ?? [] });

describe('link', () => {
  it('shows the link, and writes nothing without --apply', async () => {
    const { deps, terminal, writes, claim } = createUserWorld({ pool: { mary: MARY } });

    const exit = await linkByHand(deps, { ...LINK, user: 'mary', apply: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([`+ ${MARY} -> agent-1`]);
    expect([writes(), claim('agent-1')]).toEqual([[], undefined]);
  });

  it('claims, links, and has the worker look, which holds the first address', async () => {
    const { deps, terminal, row, claim } = createUserWorld({ pool: { mary: MARY }, worker: holdsFirst });

    const exit = await linkByHand(deps, { ...LINK, user: 'mary' });

    expect(exit).toBe(1);
    expect(claim('agent-1')).toEqual({ sub: MARY, claimedAt: NOW - 1_000 });
    expect(row(MARY)).toMatchObject({ connectUserId: 'agent-1', linkedAt: NOW - 1_000, firstEmail: true });
    expect(terminal.lines).toContain('  held             Email: first-email');
  });

  const LOOKED_AT = { sub: MARY, connectUserId: 'agent-1', linkedAt: NOW - MINUTE, syncedReadAt: NOW };

  it.each([
    ['has never been looked at', undefined],
    ['was last looked at before it was linked', NOW - 2 * MINUTE],
  ])('asks for the look that a link is owed which %s', async (_, syncedReadAt) => {
    const { syncedReadAt: _then, ...linked } = LOOKED_AT;
    const { deps, writes } = createUserWorld({
      rows: [{ ...linked, ...(syncedReadAt !== undefined && { syncedReadAt }) }],
      claims: [claimOf(MARY)],
      worker: (row, change) => concluded(row, change, { status: 'written' }),
    });

    expect(await linkByHand(deps, LINK)).toBe(0);
    expect(writes().map(({ name }) => name)).toContain('queue.send');
  });

  it('has nothing to do where the two are linked, and does not make the address a first one again', async () => {
    const { deps, writes, row } = createUserWorld({
      rows: [LOOKED_AT],
      claims: [claimOf(MARY)],
    });

    expect(await linkByHand(deps, LINK)).toBe(0);
    expect([writes(), row(MARY)]).toEqual([[], LOOKED_AT]);
  });

  it('refuses a user whom Cognito does not have any more: the user who was created again has another sub', async () => {
    const gone: UserRecord = { sub: MARY, status: 'cognito-user-missing', reason: 'cognito-user-missing' };
    const { deps, writes } = createUserWorld({ rows: [gone], claims: [claimOf(MARY, { orphanedAt: NOW - MINUTE })] });

    await expect(linkByHand(deps, LINK)).rejects.toThrow(`Cognito has no user ${MARY} any more.`);
    expect(writes()).toEqual([]);
  });

  it('refuses a user who is linked to another Connect user', async () => {
    const { deps, writes } = createUserWorld({ rows: [HELD] });

    await expect(linkByHand(deps, LINK)).rejects.toMatchObject({
      message: `${MARY} is linked to agent-mary.`,
      reasons: [`To link it anew, remove that link first: npx connect-sync unlink ${MARY} --apply`],
    });
    expect(writes()).toEqual([]);
  });

  it('refuses a Connect user who is linked to another Cognito user', async () => {
    const { deps, writes, row } = createUserWorld({
      rows: [{ sub: MARY, status: 'ambiguous' }, JOHNS],
      claims: [claimOf(JOHN)],
    });

    await expect(linkByHand(deps, LINK)).rejects.toThrow(`agent-1 is linked to ${JOHN}.`);
    expect([writes(), row(JOHN)]).toEqual([[], JOHNS]);
  });

  it('takes it with --replace-claim, unlinks the other one, and has both looked at', async () => {
    const seen: string[] = [];
    const { deps, terminal, writes, row, claim } = createUserWorld({
      rows: [{ sub: MARY, status: 'ambiguous' }, JOHNS],
      claims: [claimOf(JOHN)],
      worker: (found, change) => {
        seen.push(change.sub);
        return concluded(found, change, {});
      },
    });
    await linkByHand(deps, { ...LINK, replaceClaim: true, apply: false });
    expect([terminal.lines, writes()]).toEqual([[`- ${JOHN} -> agent-1`, `+ ${MARY} -> agent-1`], []]);

    const exit = await linkByHand(deps, { ...LINK, replaceClaim: true });

    expect(exit).toBe(0);
    expect(claim('agent-1')).toEqual({ sub: MARY, claimedAt: NOW - 1_000 });
    expect(row(MARY)).toMatchObject({ connectUserId: 'agent-1', firstEmail: true });
    expect(row(JOHN)).not.toHaveProperty('connectUserId');
    expect(seen).toEqual([JOHN, MARY]);
  });

  it('links the Connect user of a deleted Cognito user to another one, without a flag', async () => {
    const { deps, row, claim, writes } = createUserWorld({
      rows: [
        { sub: MARY, status: 'ambiguous' },
        { ...JOHNS, status: 'cognito-user-missing' },
      ],
      claims: [claimOf(JOHN, { orphanedAt: NOW - MINUTE })],
      worker: (found, change) => concluded(found, change, {}),
    });

    expect(await linkByHand(deps, LINK)).toBe(0);
    expect(claim('agent-1')).toEqual({ sub: MARY, claimedAt: NOW - 1_000 });
    expect(row(JOHN)).not.toHaveProperty('connectUserId');
    expect(writes().filter(({ name }) => name === 'queue.send')).toHaveLength(1);
  });

  it.each([
    ['takes', 20, 'agent-1'],
    ['leaves', 10, undefined],
  ])('%s a claim without a link that is %d minutes old', async (_, minutes, expected) => {
    const { deps, row } = createUserWorld({
      pool: { mary: MARY },
      claims: [claimOf(JOHN, { claimedAt: NOW - minutes * MINUTE })],
    });

    await linkByHand(deps, { ...LINK, user: 'mary', waitMs: 0 }).catch(() => undefined);

    expect(row(MARY)?.connectUserId).toBe(expected);
  });

  it('makes no link when the other user is linked again in the meantime', async () => {
    const { deps, store, row } = createUserWorld({
      rows: [{ sub: MARY, status: 'ambiguous' }, JOHNS],
      claims: [claimOf(JOHN)],
    });
    const unlink: typeof deps.table.unlink = async (sub, connectUserId) => {
      await store.unlink(sub, connectUserId);
      await store.link(JOHN, 'agent-1', NOW);
    };

    await expect(
      linkByHand({ ...deps, table: { ...deps.table, unlink } }, { ...LINK, replaceClaim: true }),
    ).rejects.toThrow('has been linked meanwhile');
    expect([row(MARY)?.connectUserId, row(JOHN)?.connectUserId]).toEqual([undefined, 'agent-1']);
  });
});

it.each<[string, (deps: ReturnType<typeof createUserWorld>['deps']) => Promise<unknown>]>([
  ['link', (deps) => linkByHand(deps, { ...LINK, user: JOHN })],
  ['unlink', (deps) => unlinkUser(deps, { ...APPLY })],
  ['release', (deps) => release(deps, { ...APPLY, holds: ['hash'] })],
  ['sync', (deps) => syncUserNow(deps, APPLY)],
])('%s writes nothing when Ctrl-C is pressed before it does', async (_, run) => {
  const { deps, stop, writes, row } = createUserWorld({ rows: [HELD], pool: { mary: MARY, john: JOHN } });
  stop.abort();

  await expect(run(deps)).rejects.toThrow('Interrupted; nothing was written.');
  expect([writes(), row(MARY), row(JOHN)]).toEqual([[], HELD, undefined]);
});

describe('unlink', () => {
  const world = (orphanedAt?: number) =>
    createUserWorld({
      rows: [{ ...HELD, connectUserId: 'agent-1' }],
      claims: [claimOf(MARY, orphanedAt === undefined ? {} : { orphanedAt })],
    });

  it('shows the link, and writes nothing without --apply', async () => {
    const { deps, terminal, writes, claim } = world();

    expect(await unlinkUser(deps, PLAN)).toBe(1);
    expect(terminal.lines).toEqual([`- ${MARY} -> agent-1`]);
    expect([writes(), claim('agent-1')?.sub]).toEqual([[], MARY]);
  });

  it('forgets the link with its holds, and frees the Connect user', async () => {
    const { deps, row, claim } = world();

    expect(await unlinkUser(deps, APPLY)).toBe(0);
    expect(row(MARY)).toEqual({
      sub: MARY,
      unlinkedBy: { role: ROLE, at: NOW },
      cause: 'cloudtrail',
      eventId: 'event-1',
      occurredAt: NOW - 6 * MINUTE,
      concludedAt: NOW - 5 * MINUTE,
      syncedReadAt: NOW - 5 * MINUTE,
    });
    expect(claim('agent-1')).toBeUndefined();
  });

  it('leaves an orphaned claim: no rule may link that Connect user', async () => {
    const { deps, claim, json } = world(NOW - MINUTE);

    expect(await unlinkUser(deps, { ...APPLY, json: true })).toBe(0);
    expect(claim('agent-1')).toMatchObject({ sub: MARY, orphanedAt: NOW - MINUTE });
    expect(json()).toEqual({ applied: true, sub: MARY, connectUserId: 'agent-1' });
  });

  it('has nothing to do without a link', async () => {
    const { deps, writes } = createUserWorld({ pool: { mary: MARY } });

    expect(await unlinkUser(deps, { ...APPLY, user: 'mary' })).toBe(0);
    expect(writes()).toEqual([]);
  });

  it('leaves the claim of a link that the worker makes again meanwhile', async () => {
    const { deps, store, claim } = world();
    const unlink: typeof deps.table.unlink = async (sub, connectUserId) => {
      await store.unlink(sub, connectUserId);
      await store.link(MARY, 'agent-1', NOW);
    };

    await expect(unlinkUser({ ...deps, table: { ...deps.table, unlink } }, APPLY)).rejects.toThrow('linked anew');
    expect(claim('agent-1')).toEqual({ sub: MARY, claimedAt: NOW });
  });
});
