import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from './dynamodb.ts';
import { ANN, BOB, CAROL, concludeAsRead, concluded, DIGEST, LINK, NOW, tableSubjects } from './table-subjects.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());
describe.each(tableSubjects(() => dynamoDb))('writes to Connect in the table: %s', (_, open) => {
  it('keeps when and what was written last', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    await table.noteWrite(ANN, LINK, DIGEST, NOW + 5);

    expect(await table.getUser(ANN)).toMatchObject({
      lastWriteAt: NOW + 5,
      lastWrite: DIGEST,
      connectUserId: 'agent-1',
    });
  });

  it('knows whether Connect has answered the write that was noted last', async () => {
    const { table } = await open();
    const answered = async () => (await table.getUser(ANN))?.writeAnswered;
    await table.link(ANN, 'agent-1', NOW);

    await table.noteWrite(ANN, LINK, DIGEST, NOW);
    const [noted] = [await answered(), await concludeAsRead(table, ANN, concluded({ writeAnswered: true }))];
    const [told] = [await answered(), await concludeAsRead(table, ANN, concluded())];
    await concludeAsRead(table, ANN, concluded({ writeAnswered: false, synced: false }));
    const [kept] = [await answered(), await concludeAsRead(table, ANN, concluded({ writeAnswered: false }))];
    const [shown] = [await answered(), await concludeAsRead(table, ANN, concluded({ writeAnswered: true }))];
    const [again] = [await answered(), await table.noteWrite(ANN, LINK, DIGEST, NOW + 1)];

    expect([noted, told, kept, shown, again, await answered()]).toEqual([
      undefined,
      true,
      true,
      undefined,
      true,
      undefined,
    ]);
  });

  it('counts users and not writes in the hourly budget, and begins again each hour', async () => {
    const { table } = await open();

    const results = [
      await table.spendEmailBudget(ANN, NOW, 2),
      await table.spendEmailBudget(BOB, NOW + 1, 2),
      await table.spendEmailBudget(CAROL, NOW + 2, 2),
      await table.spendEmailBudget(ANN, NOW + 3, 2),
      await table.spendEmailBudget(CAROL, NOW + 3_599_999, 2),
      await table.spendEmailBudget(CAROL, NOW + 3_600_000, 2),
    ];

    expect(results).toEqual(['taken', 'taken', 'spent', 'counted-before', 'spent', 'taken']);
  });

  it('has room again for a user who was removed from the budget', async () => {
    const { table } = await open();
    await table.spendEmailBudget(ANN, NOW, 1);

    await table.giveBackEmailBudget(ANN, NOW + 1);

    expect(await table.spendEmailBudget(BOB, NOW + 2, 1)).toBe('taken');
    expect(await table.spendEmailBudget(ANN, NOW + 3, 1)).toBe('spent');
  });

  it('restores what the row said before a write, unless another write was noted since', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const before = { lastWriteAt: NOW - 9, lastWrite: { salt: 'a', hash: 'before' }, writeAnswered: true };

    await table.noteWrite(ANN, LINK, DIGEST, NOW);
    await table.takeBackWrite(ANN, { salt: 'x', hash: 'another' }, before);
    const kept = await table.getUser(ANN);
    await table.takeBackWrite(ANN, DIGEST, before);

    expect(kept).toMatchObject({ lastWriteAt: NOW, lastWrite: DIGEST });
    expect(await table.getUser(ANN)).toMatchObject(before);
  });

  it('notes no write and concludes nothing once the link is another one', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const relinked = { connectUserId: 'agent-1', linkedAt: NOW - 1 };

    expect(await table.noteWrite(ANN, { connectUserId: 'agent-2', linkedAt: NOW }, DIGEST, NOW)).toBe(false);
    expect(await table.noteWrite(ANN, relinked, DIGEST, NOW)).toBe(false);
    expect(await table.conclude(ANN, concluded({ emailSettled: true, link: relinked }))).toBe(false);
    expect(await table.conclude(ANN, concluded({ link: { connectUserId: undefined, linkedAt: undefined } }))).toBe(
      false,
    );
    expect(await table.getUser(ANN)).toEqual({ sub: ANN, ...LINK, firstEmail: true });
  });

  it('allows no more users than the budget, with any number of calls at the same time', async () => {
    const { table } = await open();
    const subs = Array.from({ length: 12 }, (__, index) => `sub-${index}`);

    const results = await Promise.all(subs.map((sub) => table.spendEmailBudget(sub, NOW, 5)));

    expect(results.filter((result) => result === 'taken')).toHaveLength(5);
  });
});
