import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { TABLE_KEYS } from '../../core/rows/table-keys.ts';
import type { Clock } from '../../ports.ts';
import { callAws } from '../aws-errors.ts';
import { fromItem, isConditionFailure, toAttribute, toItem, updateOf } from '../dynamodb-items.ts';
import type { RateLimit } from './rate-limited-call.ts';
import { createSharedRateLimit, type KeptRateLimit, type RateLimitStore } from './shared-rate-limit.ts';

const stateSchema = z.object({
  nextSlotAt: z.number(),
  rate: z.number(),
  loweredAt: z.number(),
  pausedUntil: z.number(),
});
const versionSchema = z.number();

/**
 * The rate limit of all callers that use the table: the item `rate-limit#<operation>`, changed by conditional writes only.
 *
 * @param fullRate - requests per second and Connect operation.
 * @throws {ConfigError} `invalid-rate` when the rate is outside of the allowed range.
 */
export const createRateLimit = (client: DynamoDBClient, tableName: string, fullRate: number, clock: Clock): RateLimit =>
  createSharedRateLimit(createRateLimitStore(client, tableName), fullRate, clock);

function createRateLimitStore(client: DynamoDBClient, TableName: string): RateLimitStore {
  const keyOf = (operation: string) => toItem({ pk: `${TABLE_KEYS.rateLimit}${operation}` });
  const read = async (operation: string): Promise<KeptRateLimit> => {
    const { Item } = await callAws('dynamodb:GetItem', () =>
      client.send(new GetItemCommand({ TableName, Key: keyOf(operation), ConsistentRead: true })),
    );
    return toKept(Item);
  };
  return {
    read,
    async write(operation, state, version) {
      const next = (version ?? 0) + 1;
      const change = updateOf({ ...state, version: next });
      const update = new UpdateItemCommand({
        TableName,
        Key: keyOf(operation),
        ...change,
        ConditionExpression: version === undefined ? 'attribute_not_exists(#version)' : '#version = :old',
        ExpressionAttributeValues: {
          ...change.ExpressionAttributeValues,
          ...(version === undefined ? {} : { ':old': toAttribute(version) }),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const lost = await callAws('dynamodb:UpdateItem', () =>
        client.send(update).then(
          () => undefined,
          (error: unknown) => {
            if (isConditionFailure(error)) return error;
            throw error;
          },
        ),
      );
      if (lost === undefined) return { written: true, kept: { state, version: next } };
      return { written: false, kept: lost.Item === undefined ? await read(operation) : toKept(lost.Item) };
    },
  };
}

function toKept(item: Record<string, AttributeValue> | undefined): KeptRateLimit {
  if (item === undefined) return { state: undefined, version: undefined };
  const { version, ...state } = fromItem(item);
  return { state: stateSchema.safeParse(state).data, version: versionSchema.safeParse(version).data };
}
