import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { ConfigError, PermanentError } from '../core/failures/errors.ts';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import type { TableOwner } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem, isConditionFailure, toItem, updateOf } from './dynamodb-items.ts';

const ownerSchema = z.object({ userPoolId: z.string(), connectInstanceId: z.string() });

const read = (item: Parameters<typeof fromItem>[0] | undefined): TableOwner | undefined =>
  item && ownerSchema.safeParse(fromItem(item)).data;

/**
 * Reads to which deployment a table belongs; `undefined` before the first function has run.
 *
 * @throws {ConfigError} `not-our-table` for a table with other keys.
 */
export async function readTableOwner(client: DynamoDBClient, TableName: string): Promise<TableOwner | undefined> {
  const Key = toItem({ pk: TABLE_KEYS.deployment });
  const { Item } = await callAws('dynamodb:GetItem', () =>
    client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
  ).catch((error: unknown) => {
    throw refuseKeys(error, TableName, 'Nothing was read from it. Correct --table or --stack.');
  });
  return read(Item);
}

/**
 * Makes sure that a table belongs to this deployment, before anything is written. Writes the deployment to a table without
 * an owner, and refuses the table of another deployment.
 *
 * @returns a function that checks once, by one conditional write. It rejects with a ConfigError: `table-of-another`, or
 *   `not-our-table` for a table with other keys.
 */
export function createTableOwner(client: DynamoDBClient, TableName: string, owner: TableOwner): () => Promise<void> {
  const { userPoolId, connectInstanceId } = owner;
  const claim = async (): Promise<void> => {
    const change = updateOf({ userPoolId, connectInstanceId });
    const update = new UpdateItemCommand({
      TableName,
      Key: toItem({ pk: TABLE_KEYS.deployment }),
      ...change,
      ConditionExpression:
        'attribute_not_exists(pk) OR (#userPoolId = :userPoolId AND #connectInstanceId = :connectInstanceId)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const refused = await callAws('dynamodb:UpdateItem', () =>
      client.send(update).then(
        () => undefined,
        (error: unknown) => {
          if (isConditionFailure(error)) return error;
          throw error;
        },
      ),
    ).catch((error: unknown) => {
      throw refuseKeys(error, TableName, ADVICE);
    });
    if (refused === undefined) return;
    const found = read(refused.Item) ?? (await readTableOwner(client, TableName));
    throw new ConfigError(
      'table-of-another',
      `Table ${TableName} belongs to the deployment of user pool ${found?.userPoolId} and Connect instance ${found?.connectInstanceId}; this deployment is of ${userPoolId} and ${connectInstanceId}. ${ADVICE}`,
    );
  };
  let claimed: Promise<void> | undefined;
  return () => {
    claimed ??= claim().catch((error: unknown) => {
      claimed = undefined;
      throw error;
    });
    return claimed;
  };
}

/** DynamoDB refuses a key with other members than the keys of the table. */
const refuseKeys = (error: unknown, tableName: string, advice: string): unknown =>
  error instanceof PermanentError && error.code === 'ValidationException'
    ? new ConfigError(
        'not-our-table',
        `Table ${tableName} does not have the keys of a table of this product. ${advice}`,
      )
    : error;

const ADVICE =
  'Nothing was written to it. Correct existingTableName, or leave it out for a new table, and deploy again.';
