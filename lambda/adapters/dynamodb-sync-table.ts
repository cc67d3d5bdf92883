import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { TABLE_KEYS } from '../core/table-keys.ts';
import type { FieldDigests, SyncTable, UserRow } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { fromItem, toAttribute, toItem, updateOf } from './dynamodb-items.ts';

/** A claim without a link is what a crash between the two writes leaves; after this long anybody may take it. */
const ABANDONED_CLAIM_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

const digestSchema = z.object({ salt: z.string(), hash: z.string() });
const digestsSchema = z.record(z.string(), digestSchema);

/** A row of a user, as far as anybody reads it. Statuses and reasons of another version pass. */
export const rowSchema = z.object({
  sub: z.string(),
  connectUserId: z.optional(z.string()),
  linkedAt: z.optional(z.number()),
  firstEmail: z.optional(z.boolean()),
  missingSince: z.optional(z.number()),
  syncedReadAt: z.optional(z.number()),
  lastWriteAt: z.optional(z.number()),
  lastWrite: z.optional(digestSchema),
  writeAnswered: z.optional(z.boolean()),
  releases: z.optional(digestsSchema),
  releasedAt: z.optional(z.number()),
  status: z.optional(z.string()),
  reason: z.optional(z.string()),
  withheld: z.optional(z.array(z.object({ field: z.string(), kind: z.string(), reason: z.string() }))),
  since: z.optional(z.number()),
  holds: z.optional(digestsSchema),
});
/** A claim on a Connect user. */
export const claimSchema = z.object({ sub: z.string(), claimedAt: z.number(), orphanedAt: z.optional(z.number()) });

/** What was true of one Connect user only: the next one starts without its writes, outcome, holds and releases. */
const FORGOTTEN_WITH_THE_LINK = {
  connectUserId: undefined,
  linkedAt: undefined,
  firstEmail: undefined,
  lastWriteAt: undefined,
  lastWrite: undefined,
  writeAnswered: undefined,
  releases: undefined,
  releasedAt: undefined,
  holds: undefined,
  status: undefined,
  reason: undefined,
  changed: undefined,
  withheld: undefined,
  since: undefined,
};

/** Key of the row of a user. */
export const userKey = (sub: string) => `${TABLE_KEYS.user}${sub}`;
/** Key of the claim on a Connect user. */
export const claimKey = (connectUserId: string) => `${TABLE_KEYS.claim}${connectUserId}`;

/**
 * The table behind {@link SyncTable}. One partition key, `pk`: `user#<sub>` for what is known of a Cognito user,
 * `claim#<Connect user id>` so that one Connect user has one Cognito user, `budget#<hour>` for the e-mail budget.
 * Reads are strongly consistent. Users and claims never expire; budgets do.
 *
 * @param policyHash - stamped on every row, so that outcomes of an earlier policy are recognized.
 */
export function createSyncTable(client: DynamoDBClient, TableName: string, policyHash: string): SyncTable {
  const get = async (pk: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const { Item } = await callAws('dynamodb:GetItem', () =>
      client.send(new GetItemCommand({ TableName, Key: toItem({ pk }), ConsistentRead: true })),
    );
    return Item && fromItem(Item);
  };
  const update = (pk: string, input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>) =>
    callAws(
      'dynamodb:UpdateItem',
      () => client.send(new UpdateItemCommand({ TableName, Key: toItem({ pk }), ...input })).then(() => true),
      { ConditionalCheckFailedException: false },
    );
  const put = (item: ReturnType<typeof toItem>, condition: string, values: ReturnType<typeof toItem> = {}) =>
    callAws(
      'dynamodb:PutItem',
      () =>
        client
          .send(
            new PutItemCommand({
              TableName,
              Item: item,
              ConditionExpression: condition,
              // "sub" is a reserved word of expressions.
              ...(Object.keys(values).length > 0
                ? { ExpressionAttributeNames: { '#sub': 'sub' }, ExpressionAttributeValues: values }
                : {}),
            }),
          )
          .then(() => true),
      { ConditionalCheckFailedException: false },
    );

  const getUser = async (sub: string): Promise<UserRow | undefined> => {
    const item = await get(userKey(sub));
    return item && (rowSchema.parse(item) as UserRow);
  };

  /** True when `sub` now holds the claim on the Connect user. */
  const claim = async (sub: string, connectUserId: string, now: number): Promise<boolean> => {
    const item = toItem({ pk: claimKey(connectUserId), sub, claimedAt: now });
    if (await put(item, 'attribute_not_exists(pk)')) return true;
    const found = await get(claimKey(connectUserId));
    if (found === undefined) return put(item, 'attribute_not_exists(pk)');
    const holder = claimSchema.parse(found);
    if (holder.sub === sub) {
      // Made young again: whoever is about to take it as abandoned then fails.
      return update(claimKey(connectUserId), {
        UpdateExpression: 'SET claimedAt = :now',
        ConditionExpression: '#sub = :sub AND attribute_not_exists(orphanedAt)',
        ExpressionAttributeNames: { '#sub': 'sub' },
        ExpressionAttributeValues: toItem({ ':now': now, ':sub': sub }),
      });
    }
    const abandoned =
      holder.orphanedAt === undefined &&
      holder.claimedAt + ABANDONED_CLAIM_MS < now &&
      (await getUser(holder.sub))?.connectUserId !== connectUserId;
    if (!abandoned) return false;
    const old = toItem({ ':sub': holder.sub, ':claimedAt': holder.claimedAt });
    return put(item, '#sub = :sub AND claimedAt = :claimedAt AND attribute_not_exists(orphanedAt)', old);
  };

  return {
    getUser,
    async link(sub, connectUserId, now) {
      if (!(await claim(sub, connectUserId, now))) return 'claimed-by-another';
      const change = updateOf({ sub, connectUserId, linkedAt: now, firstEmail: true });
      const linked = await update(userKey(sub), {
        ...change,
        ConditionExpression: 'attribute_not_exists(connectUserId) OR connectUserId = :connectUserId',
      });
      return linked ? 'linked' : 'claimed-by-another';
    },
    async unlink(sub, connectUserId) {
      await update(userKey(sub), {
        ...updateOf(FORGOTTEN_WITH_THE_LINK),
        ConditionExpression: 'connectUserId = :old',
        ExpressionAttributeValues: toItem({ ':old': connectUserId }),
      });
    },
    async orphan(sub, connectUserId, now) {
      await update(claimKey(connectUserId), {
        ...updateOf({ orphanedAt: now }),
        ConditionExpression: '#sub = :sub',
        ExpressionAttributeNames: { '#orphanedAt': 'orphanedAt', '#sub': 'sub' },
        ExpressionAttributeValues: { ':orphanedAt': toAttribute(now), ':sub': toAttribute(sub) },
      });
    },
    async noteMissing(sub, missingSince) {
      await update(userKey(sub), updateOf({ sub, missingSince }));
    },
    async noteWrite(sub, digest, now) {
      await update(userKey(sub), updateOf({ lastWriteAt: now, lastWrite: { ...digest }, writeAnswered: undefined }));
    },
    async conclude(
      sub,
      { outcome, change, readAt, settled, since = readAt, writeAnswered, emailSettled, holds, releases, ...modified },
    ) {
      const { status, reason, changed, withheld } = outcome;
      const { cognitoModifiedAt, connectModifiedAt } = modified;
      await update(
        userKey(sub),
        updateOf({
          sub,
          status,
          reason,
          changed,
          withheld: withheld.map((field) => ({ ...field })),
          cause: change.cause,
          eventId: change.eventId,
          occurredAt: change.occurredAt,
          concludedAt: readAt,
          since,
          policyHash,
          missingSince: undefined,
          cognitoModifiedAt,
          connectModifiedAt,
          holds: holds && toMap(holds),
          ...(settled ? { syncedReadAt: readAt } : {}),
          ...(writeAnswered === undefined ? {} : { writeAnswered: writeAnswered || undefined }),
          ...(emailSettled ? { firstEmail: undefined } : {}),
        }),
      );
      if (releases === undefined) return;
      const used = Object.keys(releases.left).length === 0;
      const { ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = updateOf(
        used ? { releases: undefined, releasedAt: undefined } : { releases: toMap(releases.left) },
      );
      const { givenAt } = releases;
      await update(userKey(sub), {
        ...rest,
        // A release that a person has given meanwhile stays.
        ConditionExpression: givenAt === undefined ? 'attribute_not_exists(#releasedAt)' : '#releasedAt = :givenAt',
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#releasedAt': 'releasedAt' },
        ...((givenAt !== undefined || !used) && {
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ...(givenAt !== undefined && { ':givenAt': toAttribute(givenAt) }),
          },
        }),
      });
    },
    async spendEmailBudget(sub, now, maxUsersPerHour) {
      const hour = new Date(now).toISOString().slice(0, 13);
      return update(`${TABLE_KEYS.emailBudget}${hour}`, {
        UpdateExpression: 'ADD subs :subs SET expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(subs) OR contains(subs, :sub) OR size(subs) < :max',
        ExpressionAttributeValues: {
          ':subs': { SS: [sub] },
          ':sub': { S: sub },
          ':max': { N: String(maxUsersPerHour) },
          ':expiresAt': { N: String(Math.floor((now + 24 * HOUR_MS) / 1_000)) },
        },
      });
    },
  };
}

const toMap = (digests: FieldDigests) =>
  Object.fromEntries(Object.entries(digests).map(([field, digest]) => [field, { ...digest }]));
