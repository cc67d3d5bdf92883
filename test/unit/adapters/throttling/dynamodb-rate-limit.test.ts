import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '../../../../lambda/adapters/dynamodb-items.ts';
import { createRateLimit } from '../../../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import { createClock } from '../../../support/ports.ts';
import { startService } from '../canned-service.ts';
import { startDynamoDb } from '../dynamodb.ts';

const NOW = 1_767_268_800_000;

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

/** A caller with a process and a clock of its own, which stands still but for its sleeping. */
function caller(table: string, perSecond = 2) {
  const clock = createClock(NOW);
  return { clock, ...createRateLimit(dynamoDb.client, table, perSecond, clock) };
}

const times = async (count: number, act: () => Promise<void>) => {
  for (let index = 0; index < count; index += 1) await act();
};

describe('the rate limit in the table', () => {
  it('lets four requests go at once and spaces the rest by half a second, over all callers', async () => {
    const table = await dynamoDb.createTable();
    const callers = Array.from({ length: 7 }, () => caller(table));

    for (const { acquire } of callers) await acquire('DescribeUser');

    expect(callers.map(({ clock }) => clock.now() - NOW)).toEqual([0, 0, 0, 0, 375, 875, 1_375]);
    expect(await dynamoDb.read(table, 'rate-limit#DescribeUser')).toEqual({
      pk: 'rate-limit#DescribeUser',
      version: 7,
      nextSlotAt: NOW + 1_875,
      rate: 2,
      loweredAt: 0,
      pausedUntil: 0,
    });
  });

  it('gives each of many simultaneous callers its own slot, and loses none', async () => {
    const table = await dynamoDb.createTable();
    const callers = Array.from({ length: 16 }, () => caller(table));

    await Promise.all(callers.map(({ acquire }) => acquire('DescribeUser')));

    const waits = callers.map(({ clock }) => clock.now() - NOW).sort((a, b) => a - b);
    expect(waits).toEqual([0, 0, 0, 0, 375, 875, 1_375, 1_875, 2_375, 2_875, 3_375, 3_875, 4_375, 4_875, 5_375, 5_875]);
  });

  it('paces each operation for itself', async () => {
    const table = await dynamoDb.createTable();
    const { acquire, clock } = caller(table);

    for (const operation of ['DescribeUser', 'UpdateUserIdentityInfo', 'SearchUsers']) {
      await times(4, () => acquire(operation));
    }

    expect(clock.sleeps).toEqual([]);
  });

  it('fills up again while there are no requests', async () => {
    const table = await dynamoDb.createTable();
    const { acquire, clock } = caller(table);
    await times(4, () => acquire('DescribeUser'));

    clock.advance(2_000);
    await times(4, () => acquire('DescribeUser'));

    expect(clock.sleeps).toEqual([]);
  });

  it('slows every caller down when one is throttled, and one at a time', async () => {
    const table = await dynamoDb.createTable();
    const [one, other] = [caller(table), caller(table)];
    await other.acquire('DescribeUser');

    await Promise.all([one.throttled('DescribeUser'), one.throttled('DescribeUser'), other.throttled('DescribeUser')]);
    await other.acquire('DescribeUser');

    expect(other.clock.sleeps).toEqual([2_143]);
    expect(await dynamoDb.read(table, 'rate-limit#DescribeUser')).toMatchObject({ rate: 1.4, loweredAt: NOW });
  });

  it('makes every caller wait for as long as Connect has asked one of them', async () => {
    const table = await dynamoDb.createTable();
    const [one, other] = [caller(table), caller(table)];

    await one.throttled('DescribeUser', 20_000);
    await other.acquire('DescribeUser');

    expect(other.clock.sleeps).toEqual([20_000]);
  });

  it.each([
    ['a slot that a clock gone wrong left far ahead', { nextSlotAt: NOW + 86_400_000, rate: 2, loweredAt: 0 }],
    ['a lowering that a clock gone wrong left far ahead', { nextSlotAt: 0, rate: 0.1, loweredAt: NOW + 86_400_000 }],
    ['members that are no numbers', { nextSlotAt: 'soon', rate: null, loweredAt: [], pausedUntil: true }],
    ['missing members', {}],
  ])('takes no notice of %s', async (_, stored) => {
    const table = await dynamoDb.createTable();
    await dynamoDb.write(table, { pk: 'rate-limit#DescribeUser', version: 3, pausedUntil: 0, ...stored });
    const { acquire, clock } = caller(table);

    await acquire('DescribeUser');

    expect(clock.sleeps).toEqual([]);
    expect(await dynamoDb.read(table, 'rate-limit#DescribeUser')).toMatchObject({ version: 4, rate: 2, loweredAt: 0 });
  });

  it('starts again when the item was deleted', async () => {
    const table = await dynamoDb.createTable();
    const { acquire, clock } = caller(table);
    await acquire('DescribeUser');

    await dynamoDb.client.send(
      new DeleteItemCommand({ TableName: table, Key: toItem({ pk: 'rate-limit#DescribeUser' }) }),
    );
    await acquire('DescribeUser');

    expect(clock.sleeps).toEqual([]);
    expect(await dynamoDb.read(table, 'rate-limit#DescribeUser')).toMatchObject({ version: 1 });
  });

  it('learns from the refusal of a write what another caller has stored, without a read', async () => {
    const service = await startService();
    const client = new DynamoDBClient(service.client());
    const kept = { version: 6, nextSlotAt: NOW + 900, rate: 2, loweredAt: 0, pausedUntil: 0 };
    service.answer(
      { status: 400, body: { __type: 'ConditionalCheckFailedException', Item: toItem(kept) } },
      { status: 200 },
      { body: { Item: toItem({ ...kept, version: 7, nextSlotAt: NOW + 1_400 }) } },
    );
    const clock = createClock(NOW);

    await createRateLimit(client, 'state', 2, clock).acquire('DescribeUser');
    await service.stop();

    expect(clock.sleeps).toEqual([900]);
    expect(service.requests.map(({ operation }) => operation)).toEqual(['UpdateItem', 'UpdateItem', 'GetItem']);
    expect(service.requests[1]?.body).toMatchObject({
      ConditionExpression: '#version = :old',
      ExpressionAttributeValues: { ':old': { N: '6' }, ':version': { N: '7' } },
    });
  });

  it('allows no request when the table is missing', async () => {
    const { acquire, throttled, clock } = caller('no-such-table');
    const missing = { name: 'PermanentError', code: 'ResourceNotFoundException' };

    await expect(acquire('DescribeUser')).rejects.toMatchObject(missing);
    await expect(throttled('DescribeUser')).rejects.toMatchObject(missing);
    expect(clock.sleeps).toEqual([]);
  });
});
