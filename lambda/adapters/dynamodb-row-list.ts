import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { claimSchema, userRowSchema } from '../core/rows/user-row.ts';
import type { ReconciledRow } from '../core/sweep/inventory.ts';
import type { RowList } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem } from './dynamodb-items.ts';
import { claimKey, userKey } from './dynamodb-sync-table.ts';
import { pagesOf } from './pages.ts';

/** The members of a row that the sweep needs. */
const reconciledRowSchema = z.object({
  ...z.pick(userRowSchema, { sub: true, connectUserId: true, status: true, reason: true }).shape,
  ...z.pick(userRowSchema, { linkedAt: true, syncedReadAt: true, lastWriteAt: true }).shape,
  ...z.pick(userRowSchema, { policyHash: true, cognitoModifiedAt: true, connectModifiedAt: true }).shape,
  ...z.pick(userRowSchema, { settled: true, withheld: true, firstEmail: true, releases: true }).shape,
  refused: z.catch(z.optional(z.object({ at: z.number(), count: z.number() })), undefined),
  lastTry: z.catch(z.optional(z.object({ at: z.number(), nextAt: z.optional(z.number()) })), undefined),
});

/** Members of rows and claims to read. */
const MEMBERS = [...Object.keys(reconciledRowSchema.shape), 'claimedAt'];

/** Reads the whole table, one megabyte at a time. This is cheaper than a read of each row by its key. */
export const createRowList = (client: DynamoDBClient, TableName: string): RowList => ({
  async rowsAndClaims() {
    const rows = new Map<string, ReconciledRow>();
    const claims = new Map<string, string>();
    const scan = (ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey']) =>
      callAws('dynamodb:Scan', () =>
        client.send(
          new ScanCommand({
            TableName,
            ExclusiveStartKey,
            ProjectionExpression: ['pk', ...MEMBERS.map((name) => `#${name}`)].join(', '),
            ExpressionAttributeNames: Object.fromEntries(MEMBERS.map((name) => [`#${name}`, name])),
          }),
        ),
      );
    for await (const page of pagesOf(scan, ({ LastEvaluatedKey }) => LastEvaluatedKey)) {
      for (const item of page.Items ?? []) {
        const pk = item.pk?.S ?? '';
        if (pk.startsWith(userKey(''))) {
          // A row that cannot be read counts as never reconciled, so that the worker reports what is wrong with it.
          rows.set(pk.slice(userKey('').length), reconciledRowSchema.safeParse(fromItem(item)).data ?? {});
        } else if (pk.startsWith(claimKey(''))) {
          const { data } = claimSchema.safeParse(fromItem(item));
          if (data !== undefined) claims.set(pk.slice(claimKey('').length), data.sub);
        }
      }
    }
    return { rows, claims };
  },
});
