import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTableOwner, readTableOwner } from '../../../lambda/adapters/dynamodb-table-owner.ts';
import { startDynamoDb } from './dynamodb.ts';

const OWN = { userPoolId: 'eu-west-1_EXAMPLE1', connectInstanceId: '11111111-2222-3333-4444-555555555555' };

let dynamodb: Awaited<ReturnType<typeof startDynamoDb>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

it('a table without an owner gets one, and keeps it', async () => {
  const name = await dynamodb.createTable();

  expect(await readTableOwner(dynamodb.client, name)).toBeUndefined();
  await createTableOwner(dynamodb.client, name, OWN)();
  await createTableOwner(dynamodb.client, name, OWN)();

  expect(await readTableOwner(dynamodb.client, name)).toEqual(OWN);
});

it.each([
  ['pool', { ...OWN, userPoolId: 'eu-west-1_EXAMPLE2' }],
  ['instance', { ...OWN, connectInstanceId: '99999999-2222-3333-4444-555555555555' }],
])('a table of another %s is refused at every call, and stays as it was', async (_, other) => {
  const name = await dynamodb.createTable();
  await createTableOwner(dynamodb.client, name, OWN)();
  const claim = createTableOwner(dynamodb.client, name, other);

  for (const attempt of [claim, claim])
    await expect(attempt()).rejects.toMatchObject({
      name: 'ConfigError',
      code: 'table-of-another',
      message: `Table ${name} belongs to the deployment of user pool eu-west-1_EXAMPLE1 and Connect instance 11111111-2222-3333-4444-555555555555; this deployment is of ${other.userPoolId} and ${other.connectInstanceId}. Nothing was written to it. Correct existingTableName, or leave it out for a new table, and deploy again.`,
    });
  expect(await readTableOwner(dynamodb.client, name)).toEqual(OWN);
});

it('is asked once only', async () => {
  const name = await dynamodb.createTable();
  const claim = createTableOwner(dynamodb.client, name, OWN);
  await claim();
  await dynamodb.write(name, { pk: 'deployment', userPoolId: 'another', connectInstanceId: 'another' });

  await expect(claim()).resolves.toBeUndefined();
});

it('a table of something else is refused', async () => {
  await dynamodb.client.send(
    new CreateTableCommand({
      TableName: 'orders',
      AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );

  await expect
    .poll(() => createTableOwner(dynamodb.client, 'orders', OWN)().catch(({ code }) => code))
    .toBe('not-our-table');
  await expect(readTableOwner(dynamodb.client, 'orders')).rejects.toMatchObject({
    name: 'ConfigError',
    code: 'not-our-table',
    message:
      'Table orders does not have the keys of a table of this product. Nothing was read from it. Correct --table or --stack.',
  });
});
