import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import type { CaseMatches } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem, toItem, updateOf } from './dynamodb-items.ts';

/** Lifetime of a match. The worker uses it within minutes, and the next pass finds it again. */
const VALID_MS = 60 * 60_000;

const itemSchema = z.object({
  connectUserId: z.string(),
  foundAt: z.number(),
  policyHash: z.string(),
  /** Seconds: when DynamoDB may delete the item. */
  expiresAt: z.number(),
});

/** Pairs of names that differ in case only: one item for each Cognito user. The items expire. */
export const createCaseMatches = (client: DynamoDBClient, TableName: string): CaseMatches => {
  const keyOf = (sub: string) => toItem({ pk: `${TABLE_KEYS.caseMatch}${sub}` });
  return {
    async keepCaseMatch(sub, { connectUserId, policyHash }, now) {
      const expiresAt = Math.ceil((now + VALID_MS) / 1_000);
      const change = updateOf({ connectUserId, policyHash, foundAt: now, expiresAt });
      await callAws('dynamodb:UpdateItem', () =>
        client.send(new UpdateItemCommand({ TableName, Key: keyOf(sub), ...change })),
      );
    },
    async findCaseMatch(sub, now) {
      const { Item } = await callAws('dynamodb:GetItem', () =>
        client.send(new GetItemCommand({ TableName, Key: keyOf(sub), ConsistentRead: true })),
      );
      if (Item === undefined) return undefined;
      const { connectUserId, policyHash, foundAt } = itemSchema.parse(fromItem(Item));
      // DynamoDB deletes expired items within days, not at once.
      return Math.abs(now - foundAt) < VALID_MS ? { connectUserId, policyHash } : undefined;
    },
  };
};
