import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUserTable } from '../../../cli/adapters/dynamodb-user-table.ts';
import type { Claim, UserRecord, UserTable } from '../../../cli/users/ports.ts';
import type { Value } from '../../../lambda/adapters/dynamodb-items.ts';
import { startService } from '../adapters/canned-service.ts';
import { startDynamoDb } from '../adapters/dynamodb.ts';
import { createUserWorld, DIGEST, HELD, JOHN, MARY, NOW, ROLE } from './user-doubles.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

const CLAIM: Claim = { connectUserId: 'agent-mary', sub: MARY, claimedAt: NOW - 1 };
const ORPHANED: Claim = { ...CLAIM, orphanedAt: NOW };

interface Given {
  readonly rows?: readonly UserRecord[];
  readonly claims?: readonly Claim[];
}

async function openDynamoDb({ rows = [], claims = [] }: Given): Promise<UserTable> {
  const name = await dynamoDb.createTable();
  const write = (pk: string, members: object) => dynamoDb.write(name, { ...(members as Record<string, Value>), pk });
  for (const row of rows) await write(`user#${row.sub}`, row);
  for (const { connectUserId, ...claim } of claims) await write(`claim#${connectUserId}`, claim);
  return createUserTable(dynamoDb.client, name);
}

const subjects: readonly [string, (given: Given) => Promise<UserTable>][] = [
  ['DynamoDB', openDynamoDb],
  ['the double that other tests use', async (given) => createUserWorld(given).deps.table],
];

describe.each(subjects)('the table of an operator: %s', (_, open) => {
  it('finds a row with everything that is told of it', async () => {
    const table = await open({ rows: [HELD] });

    expect(await table.find(MARY)).toEqual(HELD);
    expect(await table.find(JOHN)).toBeUndefined();
  });

  it('goes through the rows of users, and of nothing else', async () => {
    const table = await open({ rows: [HELD, { sub: JOHN }], claims: [CLAIM] });

    const found: string[] = [];
    for await (const page of table.scan()) found.push(...page.map(({ sub }) => sub));

    expect(found.toSorted()).toEqual([MARY, JOHN]);
  });

  it('finds a claim', async () => {
    const table = await open({ claims: [ORPHANED] });

    expect(await table.findClaim('agent-mary')).toEqual(ORPHANED);
    expect(await table.findClaim('agent-john')).toBeUndefined();
  });

  it('releases what is held, beside what was released before', async () => {
    const before = { salt: 'a', hash: 'b' };
    const row = { ...HELD, releases: { Mobile: before } };
    const table = await open({ rows: [row] });

    const released = await table.release(row, ['Email'], BY);

    expect(released).toBe(true);
    expect(await table.find(MARY)).toEqual({
      ...HELD,
      releases: { Mobile: before, Email: DIGEST },
      releasedAt: NOW,
      releasedBy: BY,
    });
  });

  it.each([
    ['another value is held', { holds: { Email: { salt: 'salt', hash: 'new' } } }],
    ['nothing is held any more', { holds: undefined }],
    ['the outcome is another one', { status: 'waiting' }],
    ['the link is another one', { connectUserId: 'agent-john' }],
    ['the link is gone', { connectUserId: undefined }],
  ])('releases nothing when meanwhile %s', async (__, changes) => {
    const now = Object.fromEntries(Object.entries({ ...HELD, ...changes }).filter(([, value]) => value !== undefined));
    const table = await open({ rows: [now as unknown as UserRecord] });

    const released = await table.release(HELD, ['Email'], BY);

    expect(released).toBe(false);
    expect(await table.find(MARY)).toEqual(now);
  });

  it.each([
    ['link', 'linkedBy'],
    ['unlink', 'unlinkedBy'],
    ['redrive', 'redrivenBy'],
  ] as const)('keeps who ran %s last, and nothing of users without a row', async (command, member) => {
    const table = await open({ rows: [HELD] });

    await table.noteOperator(MARY, command, { role: 'before', at: 1 });
    await table.noteOperator(MARY, command, BY);
    await table.noteOperator(JOHN, command, BY);

    expect(await table.find(MARY)).toEqual({ ...HELD, [member]: BY });
    expect(await table.find(JOHN)).toBeUndefined();
  });

  it('releases no field that is not held', async () => {
    const table = await open({ rows: [HELD] });

    expect(await table.release(HELD, ['SecondaryEmail'], BY)).toBe(false);
    expect(await table.find(MARY)).toEqual(HELD);
  });

  it.each([
    ['a claim', CLAIM],
    ['an orphaned claim', ORPHANED],
  ])('gives %s to another user', async (__, claim) => {
    const table = await open({ claims: [claim] });

    expect(await table.takeClaim(claim, JOHN, NOW)).toBe(true);
    expect(await table.findClaim('agent-mary')).toEqual({ connectUserId: 'agent-mary', sub: JOHN, claimedAt: NOW });
  });

  it.each([
    ['made again', { ...CLAIM, claimedAt: NOW }],
    ['taken', { ...CLAIM, sub: JOHN }],
  ])('neither gives nor frees a claim that has been %s meanwhile', async (__, found) => {
    const table = await open({ claims: [found] });

    expect(await table.takeClaim(CLAIM, JOHN, NOW + 1)).toBe(false);
    await table.freeClaim(CLAIM);

    expect(await table.findClaim('agent-mary')).toEqual(found);
  });

  it('frees a claim, but no orphaned one, whatever was read', async () => {
    const [free, kept] = [await open({ claims: [CLAIM] }), await open({ claims: [ORPHANED] })];

    await free.freeClaim(CLAIM);
    await kept.freeClaim(CLAIM);

    expect(await free.findClaim('agent-mary')).toBeUndefined();
    expect(await kept.findClaim('agent-mary')).toEqual(ORPHANED);
  });
});

/** Who runs the commands. */
const BY = { role: ROLE, at: NOW };

describe('the table of an operator in DynamoDB', () => {
  it('goes through all pages', async () => {
    const subs = Array.from({ length: 5 }, (_, index) => `sub-${index}`);
    // A page of DynamoDB ends at one megabyte.
    const rows = subs.map((sub) => ({ sub, filler: 'x'.repeat(390_000) }));
    const table = await openDynamoDb({ rows });

    const pages: string[][] = [];
    for await (const page of table.scan()) pages.push(page.map(({ sub }) => sub));

    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().toSorted()).toEqual(subs);
  });

  it('tells the time of its answers, to the second', async () => {
    const service = await startService();
    service.answer({ headers: { date: 'Thu, 01 Jan 2026 12:00:05 GMT' } });
    const table = createUserTable(new DynamoDBClient(service.client()), 'state');

    const now = await table.now();

    expect(now).toBe(Date.UTC(2026, 0, 1, 12, 0, 5));
    await service.stop();
  });

  it('tells that it is not there as a refusal', async () => {
    const table = createUserTable(dynamoDb.client, 'no-such-table');

    await expect(table.scan()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'ResourceNotFoundException',
    });
  });
});
