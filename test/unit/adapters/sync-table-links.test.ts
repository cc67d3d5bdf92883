import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserRow } from '../../../lambda/core/rows/user-row.ts';
import { startDynamoDb } from './dynamodb.ts';
import {
  ANN,
  BOB,
  CAROL,
  concludeAsRead,
  concluded,
  DIGEST,
  LINK,
  NOW,
  QUARTER_HOUR,
  tableSubjects,
} from './table-subjects.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

describe.each(tableSubjects(() => dynamoDb))('links in the table: %s', (_, open) => {
  it('has no row for a user whom it never saw', async () => {
    const { table } = await open();

    expect(await table.getUser(ANN)).toBeUndefined();
  });

  it('links by a claim and a row', async () => {
    const { table, row, claim } = await open();

    const result = await table.link(ANN, 'agent-1', NOW);

    expect(result).toBe('linked');
    expect(await claim('agent-1')).toEqual({ sub: ANN, claimedAt: NOW });
    expect(await row(ANN)).toEqual({ sub: ANN, connectUserId: 'agent-1', linkedAt: NOW, firstEmail: true });
    expect(await table.getUser(ANN)).toEqual({ sub: ANN, connectUserId: 'agent-1', linkedAt: NOW, firstEmail: true });
  });

  it('links the same pair again', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    expect(await table.link(ANN, 'agent-1', NOW + 1)).toBe('linked');
  });

  it('gives a Connect user to one of many who want it at the same time', async () => {
    const { table, claim } = await open();
    const subs = Array.from({ length: 12 }, (__, index) => `sub-${index}`);

    const results = await Promise.all(subs.map((sub) => table.link(sub, 'agent-1', NOW)));

    const winners = subs.filter((__, index) => results[index] === 'linked');
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => result === 'claimed-by-another')).toHaveLength(11);
    expect(await claim('agent-1')).toMatchObject({ sub: winners[0] });
    const links = await Promise.all(subs.map((sub) => table.getUser(sub)));
    expect(links.filter((row) => row?.connectUserId === 'agent-1')).toHaveLength(1);
  });

  it('does not give a second Connect user to the same Cognito user', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    expect(await table.link(ANN, 'agent-2', NOW)).toBe('claimed-by-another');
    expect((await table.getUser(ANN))?.connectUserId).toBe('agent-1');
  });

  it('never gives away a claim with a link, of any age', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    expect(await table.link(BOB, 'agent-1', NOW + 1_000 * QUARTER_HOUR)).toBe('claimed-by-another');
  });

  it.each([
    ['keeps', QUARTER_HOUR, 'claimed-by-another'],
    ['gives away', QUARTER_HOUR + 1, 'linked'],
  ])('%s a claim without a link after %d ms', async (__, laterMs, expected) => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    await table.link(ANN, 'agent-2', NOW);

    expect(await table.link(BOB, 'agent-2', NOW + laterMs)).toBe(expected);
  });

  it('does not count a claim as abandoned that its holder has just renewed', async () => {
    const { table, claim } = await open();
    await table.link(ANN, 'agent-1', NOW);
    await table.unlink(ANN, 'agent-1');
    const later = NOW + 2 * QUARTER_HOUR;

    const again = await table.link(ANN, 'agent-1', later);
    await table.unlink(ANN, 'agent-1');

    expect(again).toBe('linked');
    expect(await claim('agent-1')).toEqual({ sub: ANN, claimedAt: later });
    expect(await table.link(BOB, 'agent-1', later + QUARTER_HOUR)).toBe('claimed-by-another');
  });

  it('gives an abandoned claim to one of many', async () => {
    const { table, claim } = await open();
    await table.link(ANN, 'agent-1', NOW);
    await table.link(ANN, 'agent-2', NOW);
    const later = NOW + 2 * QUARTER_HOUR;

    const results = await Promise.all(
      [BOB, CAROL, 'sub-dave', 'sub-eve'].map((sub) => table.link(sub, 'agent-2', later)),
    );

    expect(results.filter((result) => result === 'linked')).toHaveLength(1);
    expect(await claim('agent-2')).toMatchObject({ claimedAt: later });
  });

  it('gives an orphaned claim to no user, also not to its last holder', async () => {
    const { table, claim } = await open();
    await table.link(ANN, 'agent-1', NOW);
    await table.orphan(ANN, 'agent-1', NOW + 1);
    await table.unlink(ANN, 'agent-1');

    expect(await claim('agent-1')).toEqual({ sub: ANN, claimedAt: NOW, orphanedAt: NOW + 1 });
    expect(await table.link(BOB, 'agent-1', NOW + 2 * QUARTER_HOUR)).toBe('claimed-by-another');
    expect(await table.link(ANN, 'agent-1', NOW + 2 * QUARTER_HOUR)).toBe('claimed-by-another');
  });

  it('orphans only the claim of its holder, and no missing claim', async () => {
    const { table, claim } = await open();
    await table.link(ANN, 'agent-1', NOW);

    await table.orphan(BOB, 'agent-1', NOW + 1);
    await table.orphan(BOB, 'agent-2', NOW + 1);

    expect(await claim('agent-1')).toEqual({ sub: ANN, claimedAt: NOW });
    expect(await claim('agent-2')).toBeUndefined();
  });

  it('removes with a link everything that is about that Connect user only', async () => {
    const { table, row, writeRow } = await open();
    await table.link(ANN, 'agent-1', NOW);
    await concludeAsRead(table, ANN, concluded({ holds: { Email: DIGEST } }));
    await table.noteWrite(ANN, LINK, DIGEST, NOW);
    const linked = (await row(ANN)) as unknown as UserRow;
    await writeRow({
      ...linked,
      releases: { Email: DIGEST },
      releasedAt: NOW,
      settled: DIGEST,
      shownEmail: { ...DIGEST, at: NOW },
      refused: { at: NOW, count: 1, values: {} },
      repeats: { count: 1, since: NOW },
      writeAnswered: true,
      earlierWriteAt: NOW,
    });

    await table.unlink(ANN, 'agent-1');

    const left = Object.keys((await row(ANN)) ?? {}).sort();
    expect(left).toEqual([
      'cause',
      'cognitoModifiedAt',
      'concludedAt',
      'eventId',
      'occurredAt',
      'policyHash',
      'sub',
      'syncedReadAt',
    ]);
  });

  it('does not remove a link to another Connect user', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    await table.unlink(ANN, 'agent-2');
    await table.unlink(BOB, 'agent-1');

    expect((await table.getUser(ANN))?.connectUserId).toBe('agent-1');
    expect(await table.getUser(BOB)).toBeUndefined();
  });
});
