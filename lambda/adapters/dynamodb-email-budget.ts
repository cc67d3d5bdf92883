import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import type { SyncTable } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { toItem } from './dynamodb-items.ts';

const HOUR_MS = 3_600_000;

const keyAt = (now: number) => toItem({ pk: `${TABLE_KEYS.emailBudget}${new Date(now).toISOString().slice(0, 13)}` });

/** The users whose address may change within one clock hour: a set of subs in the item `budget#<hour>`, which expires. */
export const createEmailBudget = (
  client: DynamoDBClient,
  TableName: string,
): Pick<SyncTable, 'spendEmailBudget' | 'giveBackEmailBudget'> => ({
  async spendEmailBudget(sub, now, maxUsersPerHour) {
    const spent = await callAws(
      'dynamodb:UpdateItem',
      () =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: keyAt(now),
            UpdateExpression: 'ADD subs :subs SET expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(subs) OR contains(subs, :sub) OR size(subs) < :max',
            ExpressionAttributeValues: {
              ':subs': { SS: [sub] },
              ':sub': { S: sub },
              ':max': { N: String(maxUsersPerHour) },
              ':expiresAt': { N: String(Math.floor((now + 24 * HOUR_MS) / 1_000)) },
            },
            ReturnValues: 'ALL_OLD',
          }),
        ),
      { ConditionalCheckFailedException: undefined },
    );
    if (spent === undefined) return 'spent';
    return spent.Attributes?.subs?.SS?.includes(sub) ? 'counted-before' : 'taken';
  },
  async giveBackEmailBudget(sub, now) {
    await callAws('dynamodb:UpdateItem', () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyAt(now),
          UpdateExpression: 'DELETE subs :subs',
          ExpressionAttributeValues: { ':subs': { SS: [sub] } },
        }),
      ),
    );
  },
});

/** Subs of the users that are counted in the budget of the hour of `now`. */
export async function readEmailBudget(
  client: DynamoDBClient,
  TableName: string,
  now: number,
): Promise<ReadonlySet<string>> {
  const { Item } = await callAws('dynamodb:GetItem', () =>
    client.send(new GetItemCommand({ TableName, Key: keyAt(now), ConsistentRead: true })),
  );
  return new Set(Item?.subs?.SS ?? []);
}
