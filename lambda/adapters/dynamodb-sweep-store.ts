import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import type { SweepStore } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem, toAttribute, toItem, updateOf } from './dynamodb-items.ts';

const itemSchema = z.object({
  startedAt: z.number(),
  finishedAt: z.optional(z.number()),
  cursor: z.optional(z.string()),
  leaseUntil: z.number(),
  nearMisses: z.optional(
    z.object({
      unmatched: z.number(),
      otherCase: z.number(),
      rulePointless: z.boolean(),
      groupMissing: z.boolean(),
    }),
  ),
  intervalMs: z.optional(z.number()),
  changes: z.optional(z.object({ changed: z.number(), unannounced: z.number() })),
  countedUntil: z.optional(z.number()),
  scope: z.optional(z.object({ entered: z.number(), left: z.number() })),
  failure: z.optional(z.object({ at: z.number(), code: z.string(), operation: z.optional(z.string()) })),
  version: z.number(),
});

/** The state of the sweep: the item `sweep`, changed by conditional writes only. */
export const createSweepStore = (client: DynamoDBClient, TableName: string): SweepStore => {
  const Key = toItem({ pk: TABLE_KEYS.sweep });
  return {
    async read() {
      const { Item } = await callAws('dynamodb:GetItem', () =>
        client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
      );
      if (Item === undefined) return { state: undefined, version: 0 };
      const { version, ...state } = itemSchema.parse(fromItem(Item));
      return { state, version };
    },
    async write(written, version) {
      const { nearMisses, changes, scope, failure } = written;
      const { startedAt, finishedAt, cursor, leaseUntil, intervalMs, countedUntil } = written;
      const pass = { startedAt, finishedAt, cursor, leaseUntil, intervalMs, countedUntil };
      const found = {
        nearMisses: nearMisses && { ...nearMisses },
        changes: changes && { ...changes },
        scope: scope && { ...scope },
      };
      const change = updateOf({ ...pass, ...found, failure: failure && { ...failure }, version: version + 1 });
      return callAws(
        'dynamodb:UpdateItem',
        () =>
          client
            .send(
              new UpdateItemCommand({
                TableName,
                Key,
                ...change,
                ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : '#version = :read',
                ExpressionAttributeValues: {
                  ...change.ExpressionAttributeValues,
                  ...(version > 0 && { ':read': toAttribute(version) }),
                },
              }),
            )
            .then(() => true),
        { ConditionalCheckFailedException: false },
      );
    },
  };
};
