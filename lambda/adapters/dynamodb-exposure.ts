import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { TransientError } from '../core/failures/errors.ts';
import { type ExposureHistory, exposureHistorySchema, NO_HISTORY, rememberExposure } from '../core/links/exposure.ts';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import type { SyncTable } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem, onlyIf, toItem, updateOf } from './dynamodb-items.ts';

/**
 * Most attempts to write. Several functions may write at the same time, and a function whose write is refused reads again
 * first.
 */
const MAX_ROUNDS = 5;

const itemSchema = z.object({ ...exposureHistorySchema.shape, version: z.number() });

const Key = toItem({ pk: TABLE_KEYS.exposure });

/** Reads the history of the pool's exposure. Version 0 when the table has none yet. */
export async function readExposureHistory(
  client: DynamoDBClient,
  TableName: string,
): Promise<{ readonly history: ExposureHistory; readonly version: number }> {
  const { Item } = await callAws('dynamodb:GetItem', () =>
    client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
  );
  if (Item === undefined) return { history: NO_HISTORY, version: 0 };
  const { version, ...history } = itemSchema.parse(fromItem(Item));
  return { history, version };
}

/** The history of the pool's exposure: the item `exposure`, changed by conditional writes only. */
export const createExposureStore = (client: DynamoDBClient, TableName: string): Pick<SyncTable, 'rememberExposure'> => {
  const write = (history: ExposureHistory, version: number): Promise<boolean> => {
    const change = updateOf({ ...history, version: version + 1 });
    const condition =
      version === 0
        ? { expression: 'attribute_not_exists(pk)' }
        : { expression: '#version = :read', values: { ':read': version } };
    return callAws(
      'dynamodb:UpdateItem',
      () => client.send(new UpdateItemCommand({ TableName, Key, ...onlyIf(change, condition) })).then(() => true),
      { ConditionalCheckFailedException: false },
    );
  };
  return {
    async rememberExposure(exposure, watched, readAt) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const { history, version } = await readExposureHistory(client, TableName);
        const next = rememberExposure(history, exposure, watched, readAt);
        if (next === history || (await write(next, version))) return next;
      }
      throw new TransientError(
        'exposure-contended',
        `The item "exposure" of the table could not be written in ${MAX_ROUNDS} rounds.`,
      );
    },
  };
};
