import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaseMatches } from '../../../lambda/adapters/dynamodb-case-matches.ts';
import { createRowList } from '../../../lambda/adapters/dynamodb-row-list.ts';
import { createSweepStore } from '../../../lambda/adapters/dynamodb-sweep-store.ts';
import { createSyncTable } from '../../../lambda/adapters/dynamodb-sync-table.ts';
import { startDynamoDb } from './dynamodb.ts';

const NOW = 1_767_268_800_000;
const [SUB, OTHER_SUB] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

describe('the list of rows', () => {
  it('has what the worker has kept of all users, and nothing of other items', async () => {
    const name = await dynamodb.createTable();
    const table = createSyncTable(dynamodb.client, name, 'policy-1');
    const change = {
      v: 1,
      userPoolId: 'eu-west-1_EXAMPLE',
      sub: SUB,
      cause: 'sweep',
      eventId: 'event-1',
      occurredAt: NOW,
    } as const;
    const link = { connectUserId: 'agent-1', linkedAt: NOW };
    await table.link(SUB, 'agent-1', NOW);
    await table.noteWrite(SUB, link, { salt: 'salt', hash: 'hash' }, NOW + 1);
    await table.conclude(SUB, {
      outcome: { status: 'written', changed: ['LastName'], withheld: [] },
      change,
      readAt: NOW,
      link,
      since: NOW,
      synced: true,
      cognitoModifiedAt: NOW - 5_000,
      connectModifiedAt: NOW - 9_000,
    });
    await table.noteMissing(OTHER_SUB, NOW);
    await table.spendEmailBudget(SUB, NOW, 50);

    const { rows, claims } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect([...rows]).toHaveLength(2);
    expect(rows.get(SUB)).toEqual({
      sub: SUB,
      connectUserId: 'agent-1',
      linkedAt: NOW,
      firstEmail: true,
      status: 'written',
      withheld: [],
      policyHash: 'policy-1',
      syncedReadAt: NOW,
      lastWriteAt: NOW + 1,
      cognitoModifiedAt: NOW - 5_000,
      connectModifiedAt: NOW - 9_000,
    });
    expect(rows.get(OTHER_SUB)).toEqual({ sub: OTHER_SUB });
    expect(claims).toEqual(new Map([['agent-1', SUB]]));
  });

  it('counts a row that cannot be read as never reconciled, and ignores a claim that cannot be read', async () => {
    const name = await dynamodb.createTable();
    await dynamodb.write(name, { pk: `user#${SUB}`, sub: SUB, status: 7 });
    await dynamodb.write(name, { pk: 'claim#agent-1', sub: SUB });

    const { rows, claims } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect([...rows]).toEqual([[SUB, {}]]);
    expect([...claims]).toEqual([]);
  });

  it('leaves out members of a row that a later version has written in another form, and has the others', async () => {
    const name = await dynamodb.createTable();
    const later = { settled: { v: 2 }, releases: 'none', withheld: 'none', refused: { v: 2 }, lastTry: { v: 2 } };
    await dynamodb.write(name, { pk: `user#${SUB}`, sub: SUB, status: 'written', connectUserId: 'agent-1', ...later });

    const { rows } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect(rows.get(SUB)).toEqual({ sub: SUB, status: 'written', connectUserId: 'agent-1' });
  });

  it('has how often Connect has refused a user', async () => {
    const name = await dynamodb.createTable();
    await dynamodb.write(name, { pk: `user#${SUB}`, sub: SUB, status: 'rejected', refused: { at: NOW, count: 2 } });

    const { rows } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect(rows.get(SUB)).toEqual({ sub: SUB, status: 'rejected', refused: { at: NOW, count: 2 } });
  });

  it('has when a message that failed is tried again', async () => {
    const name = await dynamodb.createTable();
    const lastTry = { at: NOW, nextAt: NOW + 1, code: 'TimeoutError', count: 1 };
    await dynamodb.write(name, { pk: `user#${SUB}`, sub: SUB, lastTry });

    const { rows } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect(rows.get(SUB)).toEqual({ sub: SUB, lastTry: { at: NOW, nextAt: NOW + 1 } });
  });

  it('goes on where a megabyte ends', async () => {
    const name = await dynamodb.createTable();
    const filler = 'x'.repeat(300_000);
    for (const sub of ['a', 'b', 'c', 'd', 'e', 'f'])
      await dynamodb.write(name, { pk: `user#${sub}`, sub, status: 'cognito-user-missing', filler });

    const { rows } = await createRowList(dynamodb.client, name).rowsAndClaims();

    expect([...rows.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});

describe('pairs of names that differ in case', () => {
  const match = { connectUserId: 'agent-1', policyHash: 'policy-1' };
  const HOUR = 3_600_000;

  it('are kept for an hour, and are found by the worker', async () => {
    const name = await dynamodb.createTable();
    const matches = createCaseMatches(dynamodb.client, name);
    await matches.keepCaseMatch(SUB, { ...match, connectUserId: 'agent-0' }, NOW - HOUR);
    await matches.keepCaseMatch(SUB, match, NOW);
    const { findCaseMatch } = createSyncTable(dynamodb.client, name, 'policy-1');

    expect(await findCaseMatch(SUB, NOW + HOUR - 1)).toEqual(match);
    expect(await findCaseMatch(SUB, NOW + HOUR)).toBeUndefined();
    expect(await findCaseMatch(OTHER_SUB, NOW)).toBeUndefined();
    expect(await dynamodb.read(name, `sweep#match#${SUB}`)).toMatchObject({ expiresAt: (NOW + HOUR) / 1_000 });
  });

  it('are no rows', async () => {
    const name = await dynamodb.createTable();
    await createCaseMatches(dynamodb.client, name).keepCaseMatch(SUB, match, NOW);

    expect(await createRowList(dynamodb.client, name).rowsAndClaims()).toEqual({ rows: new Map(), claims: new Map() });
  });
});

describe('the sweep’s own item', () => {
  const pass = { startedAt: NOW, leaseUntil: NOW + 1_000 };

  it('is read as it was written, and forgets a cursor that is no longer there', async () => {
    const store = createSweepStore(dynamodb.client, await dynamodb.createTable());

    expect(await store.read()).toEqual({ state: undefined, version: 0 });
    expect(await store.write({ ...pass, cursor: SUB, countedUntil: NOW }, 0)).toBe(true);
    expect(await store.read()).toEqual({ state: { ...pass, cursor: SUB, countedUntil: NOW }, version: 1 });
    expect(await store.write({ ...pass, finishedAt: NOW + 5 }, 1)).toBe(true);
    expect(await store.read()).toEqual({ state: { ...pass, finishedAt: NOW + 5 }, version: 2 });
  });

  it('keeps whom no rule linked', async () => {
    const store = createSweepStore(dynamodb.client, await dynamodb.createTable());
    const nearMisses = { unmatched: 3, otherCase: 1, rulePointless: true, groupMissing: false };

    await store.write({ ...pass, nearMisses }, 0);

    expect(await store.read()).toEqual({ state: { ...pass, nearMisses }, version: 1 });
  });

  it('belongs to the first caller', async () => {
    const store = createSweepStore(dynamodb.client, await dynamodb.createTable());

    const first = await Promise.all([store.write(pass, 0), store.write(pass, 0)]);
    const second = await Promise.all([store.write(pass, 1), store.write(pass, 1), store.write(pass, 0)]);

    expect(first.filter(Boolean)).toHaveLength(1);
    expect(second.filter(Boolean)).toHaveLength(1);
  });
});
