import { setImmediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGateway } from '../../gateway/gateway.ts';
import { createDynamoDb } from '../../services/dynamodb/index.ts';
import { putLocal } from '../support/local-requests.ts';
import { startGateway } from './gateway-fixture.ts';

async function startTable() {
  const { cloud } = createGateway({
    clock: { now: () => Date.UTC(2026, 0, 1), schedule: () => () => {} },
    accountId: '000000000000',
    region: 'eu-west-1',
  });
  const gateway = await startGateway({ dynamodb: createDynamoDb(cloud) });
  const client = new DynamoDBClient(gateway.client);
  const created = await client.send(
    new CreateTableCommand({
      TableName: 'links',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  return { gateway, client, created, table: { TableName: 'links' } };
}

describe('DynamoDB', () => {
  it('keeps time to live until the table is deleted', async () => {
    const { client, table } = await startTable();
    const timeToLive = () => client.send(new DescribeTimeToLiveCommand(table));
    const enable = () =>
      client.send(
        new UpdateTimeToLiveCommand({
          ...table,
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
        }),
      );

    const before = await timeToLive();
    await enable();

    expect(before.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect((await timeToLive()).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    await expect(enable()).rejects.toMatchObject({ message: 'TimeToLive is already enabled' });
    await client.send(new DeleteTableCommand(table));
    await expect(timeToLive()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('answers calls in process, and takes faults', async () => {
    const { client, gateway, table } = await startTable();
    const code = 'ProvisionedThroughputExceededException';
    await putLocal(gateway.endpoint, 'faults', [
      { service: 'dynamodb', operation: 'GetItem', status: 400, code, times: 1 },
    ]);

    const described = await gateway.cloud.call('dynamodb', 'DescribeTable', table, { kind: 'account' });
    const throttled = client.send(new GetItemCommand({ ...table, Key: { pk: { S: 'a' } } }));

    await expect(throttled).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(described).toMatchObject({ Table: { TableName: 'links', TableStatus: 'ACTIVE' } });
  });

  it('lets calls end that are under way when everything ends, and tells later ones that it is unavailable', async () => {
    const { gateway, table } = await startTable();
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    const put = (pk: string) =>
      gateway.cloud.call('dynamodb', 'PutItem', { ...table, Item: { pk: { S: pk } } }, { kind: 'account' });
    const calls = Array.from({ length: 50 }, (_, index) => put(`${index}`));
    await setImmediate();

    const ended = Promise.allSettled(calls);
    const closed = gateway.close();
    const late = put('late');

    await expect(late).rejects.toMatchObject({ code: 'ServiceUnavailable', status: 503 });
    await closed;
    expect((await ended).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(stderr).not.toHaveBeenCalled();
  });
});
