import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { HttpResponse } from '@smithy/core/transport';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { fromItem, toItem } from '../../lambda/adapters/dynamodb-items.ts';
import { claimKey, createSyncTable, userKey } from '../../lambda/adapters/dynamodb-sync-table.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { claimSchema, userRowSchema } from '../../lambda/core/rows/user-row.ts';
import type { Claim, UserRecord, UserTable } from '../users/ports.ts';
import { pagesOf } from './pages.ts';

/** Where the row says who ran a command. */
const ACT_MEMBERS = { link: 'linkedBy', unlink: 'unlinkedBy', redrive: 'redrivenBy' } as const;

/** Outcomes that may hold a value: in the mode observe, `would-write` comes before `held`. */
const HOLDING = '(#status = :held OR #status = :observed)';

const CHANGED = { ConditionalCheckFailedException: false } as const;

/** The table of the worker, for operators. Reads are strongly consistent. */
export function createUserTable(client: DynamoDBClient, TableName: string): UserTable {
  // What an operator does concludes nothing, so the hash of the policy never gets into a row.
  const { link, unlink, rememberExposure } = createSyncTable(client, TableName, 'operator');
  const read = (pk: string) => new GetItemCommand({ TableName, Key: toItem({ pk }), ConsistentRead: true });
  const get = async (pk: string) => {
    const { Item } = await callAws('dynamodb:GetItem', () => client.send(read(pk)));
    return Item && fromItem(Item);
  };
  return {
    link,
    unlink,
    rememberExposure,
    async now() {
      const command = read('now');
      let date: string | undefined;
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          if (HttpResponse.isInstance(result.response)) date = result.response.headers.date;
          return result;
        },
        { step: 'deserialize', priority: 'low', name: 'keepDate' },
      );
      await callAws('dynamodb:GetItem', () => client.send(command));
      const now = Date.parse(date ?? '');
      if (!Number.isNaN(now)) return now;
      throw new PermanentError('unexpected-answer', 'DynamoDB answered without a Date header.');
    },
    async find(sub) {
      const item = await get(userKey(sub));
      return item && readRecord(item);
    },
    async *scan() {
      const pages = paginateScan(
        { client },
        {
          TableName,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :user)',
          ExpressionAttributeValues: toItem({ ':user': userKey('') }),
        },
      );
      for await (const { Items = [] } of pagesOf('dynamodb:Scan', pages))
        yield Items.map((item) => readRecord(fromItem(item)));
    },
    async findClaim(connectUserId) {
      const item = await get(claimKey(connectUserId));
      return item && { connectUserId, ...claimSchema.parse(item) };
    },
    async release({ sub, connectUserId, holds = {}, releases }, fields, by) {
      const held = fields.flatMap((field) => (holds[field] ? [{ field, digest: { ...holds[field] } }] : []));
      if (connectUserId === undefined || held.length === 0) return false;
      const released = Object.fromEntries(held.map(({ field, digest }) => [field, digest]));
      const conditions = held.map((_, index) => `holds.#field${index}.#hash = :hash${index}`);
      const names = held.map(({ field }, index) => [`#field${index}`, field]);
      const hashes = held.map(({ digest }, index) => [`:hash${index}`, digest.hash]);
      return callAws(
        'dynamodb:UpdateItem',
        async () => {
          await client.send(
            new UpdateItemCommand({
              TableName,
              Key: toItem({ pk: userKey(sub) }),
              UpdateExpression: 'SET releases = :releases, releasedAt = :now, releasedBy = :by',
              ConditionExpression: [HOLDING, 'connectUserId = :connectUserId', ...conditions].join(' AND '),
              ExpressionAttributeNames: { '#status': 'status', '#hash': 'hash', ...Object.fromEntries(names) },
              ExpressionAttributeValues: toItem({
                ':releases': { ...releases, ...released },
                ':now': by.at,
                ':by': { ...by },
                ':held': 'held',
                ':observed': 'would-write',
                ':connectUserId': connectUserId,
                ...Object.fromEntries(hashes),
              }),
            }),
          );
          return true;
        },
        CHANGED,
      );
    },
    async noteOperator(sub, command, by) {
      await callAws(
        'dynamodb:UpdateItem',
        () =>
          client.send(
            new UpdateItemCommand({
              TableName,
              Key: toItem({ pk: userKey(sub) }),
              UpdateExpression: 'SET #act = :by',
              ConditionExpression: 'attribute_exists(pk)',
              ExpressionAttributeNames: { '#act': ACT_MEMBERS[command] },
              ExpressionAttributeValues: toItem({ ':by': { ...by } }),
            }),
          ),
        CHANGED,
      );
    },
    async takeClaim(claim, sub, now) {
      const { connectUserId } = claim;
      return callAws(
        'dynamodb:PutItem',
        async () => {
          await client.send(
            new PutItemCommand({
              TableName,
              Item: toItem({ pk: claimKey(connectUserId), sub, claimedAt: now }),
              ...unchanged(claim),
            }),
          );
          return true;
        },
        CHANGED,
      );
    },
    async freeClaim(claim) {
      const { ConditionExpression, ...bindings } = unchanged(claim);
      await callAws(
        'dynamodb:DeleteItem',
        () =>
          client.send(
            new DeleteItemCommand({
              TableName,
              Key: toItem({ pk: claimKey(claim.connectUserId) }),
              ConditionExpression: `${ConditionExpression} AND attribute_not_exists(orphanedAt)`,
              ...bindings,
            }),
          ),
        CHANGED,
      );
    },
  };
}

const readRecord = (item: Readonly<Record<string, unknown>>): UserRecord => userRowSchema.parse(item);

const unchanged = ({ sub, claimedAt }: Claim) => ({
  ConditionExpression: '#sub = :sub AND claimedAt = :claimedAt',
  ExpressionAttributeNames: { '#sub': 'sub' },
  ExpressionAttributeValues: toItem({ ':sub': sub, ':claimedAt': claimedAt }),
});
