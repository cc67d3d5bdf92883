import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { clientDefaults } from '../../../lambda/adapters/client-defaults.ts';
import { fromItem, toItem, type Value } from '../../../lambda/adapters/dynamodb-items.ts';
import { LOCAL } from './canned-service.ts';

/** DynamoDB in this process, with a table for each test. */
export async function startDynamoDb() {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    ...LOCAL,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...clientDefaults({ requestTimeoutMs: 60_000, connectionTimeoutMs: 60_000, maxAttempts: 1 }),
  });
  let tables = 0;
  return {
    client,
    /** An empty table, ready for use. */
    async createTable(): Promise<string> {
      tables += 1;
      const TableName = `state-${tables}`;
      await client.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      // Tables pass through CREATING even when it takes no time.
      while (!(await isReady(TableName)));
      return TableName;
    },
    async read(TableName: string, pk: string): Promise<Readonly<Record<string, unknown>> | undefined> {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: toItem({ pk }), ConsistentRead: true }));
      return Item && fromItem(Item);
    },
    async write(TableName: string, item: Readonly<Record<string, Value>>): Promise<void> {
      await client.send(new PutItemCommand({ TableName, Item: toItem(item) }));
    },
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function isReady(TableName: string): Promise<boolean> {
    return client.send(new GetItemCommand({ TableName, Key: toItem({ pk: 'any' }) })).then(
      () => true,
      () => false,
    );
  }
}
