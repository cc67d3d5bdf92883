import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSyncTable } from '../../../lambda/adapters/dynamodb-sync-table.ts';
import { outcome, summarize } from '../../../lambda/core/outcome.ts';
import { startDynamoDb } from './dynamodb.ts';
import { ANN, BOB, CHANGE, concludeAsRead, concluded, DIGEST, LINK, NOW, tableSubjects } from './table-subjects.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

describe.each(tableSubjects(() => dynamoDb))('the table: %s', (_, open) => {
  it('reads releases that a person left', async () => {
    const { table, writeRow } = await open();
    await writeRow({ sub: ANN, connectUserId: 'agent-1', releases: { Email: DIGEST } });

    expect(await table.getUser(ANN)).toEqual({ sub: ANN, connectUserId: 'agent-1', releases: { Email: DIGEST } });
  });

  it('keeps other members of the row in a conclusion, and removes what the conclusion lacks', async () => {
    const { table, row } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const held = { field: 'Email', kind: 'held', reason: 'first-email' } as const;
    await concludeAsRead(
      table,
      ANN,
      concluded({
        outcome: { ...summarize([], [held]), reason: 'connect-keeps-another' },
        holds: { Email: DIGEST },
        connectModifiedAt: 7,
      }),
    );
    const first = await row(ANN);

    await concludeAsRead(
      table,
      ANN,
      concluded({ synced: false, readAt: NOW + 9, since: NOW + 9, cognitoModifiedAt: undefined }),
    );

    expect(first).toEqual({
      sub: ANN,
      connectUserId: 'agent-1',
      linkedAt: NOW,
      firstEmail: true,
      status: 'held',
      reason: 'connect-keeps-another',
      changed: [],
      withheld: [held],
      holds: { Email: DIGEST },
      cause: 'cloudtrail',
      eventId: 'event-1',
      occurredAt: NOW - 1_000,
      concludedAt: NOW,
      since: NOW,
      syncedReadAt: NOW,
      cognitoModifiedAt: NOW - 2_000,
      connectModifiedAt: 7,
      policyHash: 'policy-1',
    });
    expect(await row(ANN)).toEqual({
      sub: ANN,
      connectUserId: 'agent-1',
      linkedAt: NOW,
      firstEmail: true,
      status: 'written',
      changed: ['LastName'],
      withheld: [],
      cause: 'cloudtrail',
      eventId: 'event-1',
      occurredAt: NOW - 1_000,
      concludedAt: NOW + 9,
      since: NOW + 9,
      syncedReadAt: NOW,
      policyHash: 'policy-1',
    });
  });

  it('forgets that an address is the first one once it is settled', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);

    await concludeAsRead(table, ANN, concluded({ emailSettled: false }));
    const before = await table.getUser(ANN);
    await concludeAsRead(table, ANN, concluded({ emailSettled: true }));

    expect(before?.firstEmail).toBe(true);
    expect(await table.getUser(ANN)).not.toHaveProperty('firstEmail');
  });

  it('concludes about a user who has no row yet', async () => {
    const { table, row } = await open();

    await concludeAsRead(table, ANN, concluded({ outcome: outcome('unlinked', 'no-connect-user') }));

    expect(await row(ANN)).toMatchObject({ sub: ANN, status: 'unlinked', reason: 'no-connect-user' });
    expect(await table.getUser(ANN)).toMatchObject({ syncedReadAt: NOW, withheld: [], since: NOW });
  });

  it('keeps since when the outcome is the same', async () => {
    const { table } = await open();
    await concludeAsRead(table, ANN, concluded());

    await concludeAsRead(table, ANN, concluded({ readAt: NOW + 9, since: NOW }));

    expect(await table.getUser(ANN)).toMatchObject({ since: NOW });
  });

  it.each([
    ['all releases that are used up', {}, NOW, { sub: ANN, connectUserId: 'agent-1' }],
    ['releases without a date', {}, undefined, { sub: ANN, connectUserId: 'agent-1' }],
    [
      'a release beside one that still waits',
      { Email: DIGEST },
      NOW,
      { sub: ANN, connectUserId: 'agent-1', releases: { Email: DIGEST }, releasedAt: NOW },
    ],
    [
      'a release without a date beside one that still waits',
      { Email: DIGEST },
      undefined,
      { sub: ANN, connectUserId: 'agent-1', releases: { Email: DIGEST } },
    ],
  ])('takes away %s', async (__, left, givenAt, expected) => {
    const { table, writeRow } = await open();
    const releases = { Email: DIGEST, SecondaryEmail: { salt: 'a', hash: 'b' } };
    await writeRow({ sub: ANN, connectUserId: 'agent-1', releases, ...(givenAt && { releasedAt: givenAt }) });

    await concludeAsRead(table, ANN, concluded({ releases: { left, givenAt, used: [] } }));

    const { sub, connectUserId, releases: kept, releasedAt } = (await table.getUser(ANN)) ?? {};
    expect({ sub, connectUserId, ...(kept && { releases: kept }), ...(releasedAt && { releasedAt }) }).toEqual(
      expected,
    );
  });

  it.each([
    ['the first', undefined],
    ['another', NOW],
  ])('leaves releases alone after %s one was given since they were read', async (__, givenAt) => {
    const { table, writeRow } = await open();
    await writeRow({ sub: ANN, connectUserId: 'agent-1', releases: { Email: DIGEST }, releasedAt: NOW + 1 });

    await concludeAsRead(table, ANN, concluded({ releases: { left: {}, givenAt, used: [] } }));

    expect(await table.getUser(ANN)).toMatchObject({ releases: { Email: DIGEST }, status: 'written' });
  });

  it('keeps a failed try of a user with a row, and forgets it with a conclusion', async () => {
    const { table } = await open();
    const lastTry = { at: NOW, code: 'ThrottlingException', count: 2, nextAt: NOW + 4 };

    await table.noteTry(BOB, lastTry);
    await table.link(ANN, 'agent-1', NOW);
    await table.noteTry(ANN, lastTry);
    const failing = await table.getUser(ANN);
    await concludeAsRead(table, ANN, concluded());

    expect(await table.getUser(BOB)).toBeUndefined();
    expect(failing).toMatchObject({ lastTry });
    expect(await table.getUser(ANN)).not.toHaveProperty('lastTry');
  });

  it('concludes by what is settled only while it is, and leaves writes and addresses as they are', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const settled = { salt: 's', hash: 'settled' };
    await concludeAsRead(table, ANN, concluded({ memory: { settled }, connectModifiedAt: NOW - 3 }));
    const withheld = [{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }] as const;
    const outcome = { status: 'waiting', withheld } as const;
    const unchanged = { ...outcome, settled, change: CHANGE, readAt: NOW + 9, since: NOW, cognitoModifiedAt: NOW + 8 };

    expect(await table.concludeUnchanged(ANN, unchanged)).toBe(true);
    const row = await table.getUser(ANN);
    await table.noteWrite(ANN, LINK, DIGEST, NOW + 10);

    expect(row).toMatchObject({
      status: 'waiting',
      withheld,
      syncedReadAt: NOW + 9,
      cognitoModifiedAt: NOW + 8,
      firstEmail: true,
      connectModifiedAt: NOW - 3,
    });
    expect(await table.concludeUnchanged(ANN, unchanged)).toBe(false);
  });

  it('keeps when both sides were compared, and what is settled only while they are', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const settled = { salt: 's', hash: 'settled' };
    await concludeAsRead(table, ANN, concluded({ memory: { settled } }));
    const compared = await table.getUser(ANN);

    await concludeAsRead(table, ANN, concluded({ readAt: NOW + 9 }));

    expect(compared).toMatchObject({ comparedAt: NOW, settled });
    expect(await table.getUser(ANN)).toMatchObject({ comparedAt: NOW, syncedReadAt: NOW + 9 });
    expect(await table.getUser(ANN)).not.toHaveProperty('settled');
  });

  it('keeps which change of an operator was reconciled, until that of another', async () => {
    const { table } = await open();
    await table.link(ANN, 'agent-1', NOW);
    const operator = { ...CHANGE, cause: 'operator', eventId: 'operator-1' } as const;
    await concludeAsRead(table, ANN, concluded({ change: operator, synced: false, readAt: NOW - 1 }));
    const early = await table.getUser(ANN);
    await concludeAsRead(table, ANN, concluded({ change: operator }));
    await concludeAsRead(table, ANN, concluded({ readAt: NOW + 9 }));

    expect(early).not.toHaveProperty('askedBy');
    expect(await table.getUser(ANN)).toMatchObject({ askedBy: { eventId: 'operator-1', readAt: NOW } });
  });

  it('remembers when sign-up was closed after it had been open', async () => {
    const { table } = await open();
    const exposure = (selfSignUp: boolean) => ({
      selfSignUp,
      writableAttributes: new Set<string>(),
      keepsVerifiedEmail: true,
    });

    await table.rememberExposure(exposure(true), ['custom:agent'], NOW);
    const closed = await table.rememberExposure(exposure(false), ['custom:agent'], NOW + 60_000);
    const later = await table.rememberExposure(exposure(false), ['custom:agent'], NOW + 90_000);

    expect(closed).toEqual({
      signUp: { open: false, closedAt: NOW + 60_000 },
      changeableEmail: { open: false },
      attributes: { 'custom:agent': { open: false } },
    });
    expect(later).toEqual(closed);
  });
});

describe('the table in DynamoDB', () => {
  it('lets budgets expire after a day, and nothing else', async () => {
    const name = await dynamoDb.createTable();
    const table = createSyncTable(dynamoDb.client, name, 'policy-1');

    await table.link(ANN, 'agent-1', NOW);
    await concludeAsRead(table, ANN, concluded());
    await table.spendEmailBudget(ANN, NOW, 5);

    expect(await dynamoDb.read(name, 'budget#2026-01-01T12')).toEqual({
      pk: 'budget#2026-01-01T12',
      subs: new Set([ANN]),
      expiresAt: 1_767_355_200,
    });
    expect(await dynamoDb.read(name, `user#${ANN}`)).not.toHaveProperty('expiresAt');
    expect(await dynamoDb.read(name, 'claim#agent-1')).not.toHaveProperty('expiresAt');
  });

  it('refuses a row with an unknown form', async () => {
    const name = await dynamoDb.createTable();
    const table = createSyncTable(dynamoDb.client, name, 'policy-1');
    await dynamoDb.write(name, { pk: `user#${ANN}`, sub: ANN, linkedAt: 'yesterday' });

    await expect(table.getUser(ANN)).rejects.toThrow();
  });

  it('reports a missing table as a refusal, not as an absent row', async () => {
    const table = createSyncTable(dynamoDb.client, 'no-such-table', 'policy-1');

    await expect(table.getUser(ANN)).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'ResourceNotFoundException',
    });
    await expect(table.spendEmailBudget(ANN, NOW, 1)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});
