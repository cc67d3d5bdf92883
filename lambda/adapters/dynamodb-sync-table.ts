import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { TABLE_KEYS } from '../core/rows/table-keys.ts';
import { claimSchema, type FieldDigests, mayBeAbandoned, type UserRow, userRowSchema } from '../core/rows/user-row.ts';
import type { Conclusion, LinkRead, SyncTable, UnchangedConclusion } from '../ports.ts';
import { callAws } from './aws-errors.ts';
import { createCaseMatches } from './dynamodb-case-matches.ts';
import { createEmailBudget } from './dynamodb-email-budget.ts';
import { createExposureStore } from './dynamodb-exposure.ts';
import { type Condition, fromItem, onlyIf, toAttribute, toItem, updateOf, type Value } from './dynamodb-items.ts';

/** Members that are about one Connect user. They are removed with the link. */
const FORGOTTEN_WITH_THE_LINK = {
  connectUserId: undefined,
  linkedAt: undefined,
  firstEmail: undefined,
  connectMissingSince: undefined,
  lastWriteAt: undefined,
  lastWrite: undefined,
  writeAnswered: undefined,
  earlierWriteAt: undefined,
  repeats: undefined,
  releases: undefined,
  releasedAt: undefined,
  holds: undefined,
  refused: undefined,
  settled: undefined,
  shownEmail: undefined,
  status: undefined,
  reason: undefined,
  changed: undefined,
  withheld: undefined,
  since: undefined,
} satisfies Readonly<Partial<Record<keyof UserRow, undefined>>>;

/** Key of the row of a user. */
export const userKey = (sub: string) => `${TABLE_KEYS.user}${sub}`;
/** Key of the claim on a Connect user. */
export const claimKey = (connectUserId: string) => `${TABLE_KEYS.claim}${connectUserId}`;

/**
 * The table behind {@link SyncTable}. One partition key, `pk`: `user#<sub>` for what is known of a Cognito user,
 * `claim#<Connect user id>` so that one Connect user has one Cognito user, `budget#<hour>` for the e-mail budget,
 * `exposure` for the history of the pool's exposure.
 * Reads are strongly consistent. Rows and claims never expire; budgets do.
 *
 * @param policyHash - written to every row, to recognize outcomes of an earlier policy.
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
    return item && userRowSchema.parse(item);
  };

  /** True when `sub` now holds the claim on the Connect user. */
  const claim = async (sub: string, connectUserId: string, now: number): Promise<boolean> => {
    const item = toItem({ pk: claimKey(connectUserId), sub, claimedAt: now });
    if (await put(item, 'attribute_not_exists(pk)')) return true;
    const found = await get(claimKey(connectUserId));
    if (found === undefined) return put(item, 'attribute_not_exists(pk)');
    const holder = claimSchema.parse(found);
    if (holder.sub === sub) {
      // Renew the claim, so that another caller that is about to take it over as abandoned fails.
      return update(claimKey(connectUserId), {
        UpdateExpression: 'SET claimedAt = :now',
        ConditionExpression: '#sub = :sub AND attribute_not_exists(orphanedAt)',
        ExpressionAttributeNames: { '#sub': 'sub' },
        ExpressionAttributeValues: toItem({ ':now': now, ':sub': sub }),
      });
    }
    const abandoned = mayBeAbandoned(holder, now) && (await getUser(holder.sub))?.connectUserId !== connectUserId;
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
    async noteConnectMissing(sub, connectMissingSince) {
      await update(userKey(sub), updateOf({ sub, connectMissingSince }));
    },
    async noteWrite(sub, link, digest, now, earlierWriteAt) {
      // An identity that was confirmed before the write is no longer confirmed.
      const answered = { writeAnswered: undefined, settled: undefined };
      const note = { lastWriteAt: now, lastWrite: { ...digest }, earlierWriteAt, ...answered };
      return update(userKey(sub), onlyIf(updateOf(note), linkIs(link)));
    },
    async takeBackWrite(sub, digest, { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt }) {
      const before = { lastWriteAt, lastWrite: lastWrite && { ...lastWrite }, writeAnswered, earlierWriteAt };
      await update(userKey(sub), onlyIf(updateOf(before), digestIs('lastWrite', digest)));
    },
    async noteShownEmail(sub, shownEmail) {
      await update(userKey(sub), updateOf({ shownEmail: { ...shownEmail } }));
    },
    async noteTry(sub, lastTry) {
      await update(userKey(sub), onlyIf(updateOf({ lastTry: { ...lastTry } }), { expression: 'attribute_exists(pk)' }));
    },
    async conclude(sub, conclusion) {
      const { link, releases } = conclusion;
      const members = toMembers(sub, conclusion, policyHash);
      if (releases !== undefined) {
        const whole = updateOf({ ...members, ...afterReleases(releases.left) });
        if (await update(userKey(sub), onlyIf(whole, linkIs(link), releasedAtIs(releases.givenAt)))) return true;
        // A person has given another release in the meantime. All releases stay; used ones have no effect.
      }
      return update(userKey(sub), onlyIf(updateOf(members), linkIs(link)));
    },
    async concludeUnchanged(sub, conclusion) {
      const members = updateOf(toUnchangedMembers(conclusion, policyHash));
      return update(userKey(sub), onlyIf(members, digestIs('settled', conclusion.settled)));
    },
    ...createEmailBudget(client, TableName),
    ...createExposureStore(client, TableName),
    findCaseMatch: createCaseMatches(client, TableName).findCaseMatch,
  };
}

type Members = Readonly<Record<string, Value | undefined>>;

function toMembers(sub: string, conclusion: Conclusion, policyHash: string): Members {
  const { outcome, change, readAt, synced, since, writeAnswered, emailSettled, holds, memory } = conclusion;
  const { status, reason, changed, withheld } = outcome;
  return {
    sub,
    status,
    reason,
    changed,
    withheld: withheld.map((field) => ({ ...field })),
    ...toChangeMembers(change, readAt),
    since,
    policyHash,
    missingSince: undefined,
    connectMissingSince: undefined,
    candidateId: conclusion.candidateId,
    cognitoModifiedAt: conclusion.cognitoModifiedAt,
    connectModifiedAt: conclusion.connectModifiedAt,
    holds: holds && { ...holds },
    ...(synced && { syncedReadAt: readAt }),
    ...(synced && memory && { comparedAt: readAt }),
    ...(synced && change.cause === 'operator' && { askedBy: { eventId: change.eventId, readAt } }),
    // Without a comparison nothing says what Connect has from now on.
    ...(memory === undefined && { settled: undefined }),
    // A read that was too early confirms nothing, so the row still says that Connect has answered the last write.
    ...(writeAnswered !== undefined && (writeAnswered || synced) && { writeAnswered: writeAnswered || undefined }),
    ...(emailSettled && { firstEmail: undefined }),
    ...(memory && {
      refused: memory.refused && { ...memory.refused },
      repeats: memory.repeats && { ...memory.repeats },
      settled: memory.settled && { ...memory.settled },
      shownEmail: memory.shownEmail && { ...memory.shownEmail },
      hadEmail: memory.hadEmail,
    }),
  };
}

const toUnchangedMembers = (
  { status, withheld, change, readAt, since, cognitoModifiedAt }: UnchangedConclusion,
  policyHash: string,
): Members => ({
  status,
  reason: undefined,
  changed: [],
  withheld: withheld.map((field) => ({ ...field })),
  ...toChangeMembers(change, readAt),
  since,
  policyHash,
  missingSince: undefined,
  connectMissingSince: undefined,
  cognitoModifiedAt,
  syncedReadAt: readAt,
});

const toChangeMembers = ({ cause, eventId, occurredAt }: Conclusion['change'], readAt: number): Members => ({
  cause,
  eventId,
  occurredAt,
  concludedAt: readAt,
  lastTry: undefined,
});

/** Releases that are left. When there are none, their time is removed as well. */
const afterReleases = (left: FieldDigests): Members =>
  Object.keys(left).length === 0 ? { releases: undefined, releasedAt: undefined } : { releases: { ...left } };

const digestIs = (member: string, { hash }: { readonly hash: string }): Condition => ({
  expression: `#${member}.#hash = :${member}Read`,
  names: { [`#${member}`]: member, '#hash': 'hash' },
  values: { [`:${member}Read`]: hash },
});

function linkIs({ connectUserId, linkedAt }: LinkRead): Condition {
  if (connectUserId === undefined) return { expression: 'attribute_not_exists(connectUserId)' };
  const link = { expression: 'connectUserId = :linkRead', values: { ':linkRead': connectUserId } };
  if (linkedAt === undefined) return link;
  return {
    expression: `${link.expression} AND linkedAt = :linkedAtRead`,
    values: { ...link.values, ':linkedAtRead': linkedAt },
  };
}

const releasedAtIs = (givenAt: number | undefined): Condition =>
  givenAt === undefined
    ? { expression: 'attribute_not_exists(releasedAt)' }
    : { expression: 'releasedAt = :givenAt', values: { ':givenAt': givenAt } };
