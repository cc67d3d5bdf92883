import { isDenied, isThrottled } from './failure-kinds.ts';
import type { PoolUser, UserRecord } from './ports.ts';

/** How far the product is with a user. Times in milliseconds since the epoch. */
export type Progress =
  /** What Cognito has was read, and the row says how that ended. */
  | { readonly state: 'in-step' }
  /** Cognito has changed since, and the change may still be on its way. */
  | { readonly state: 'waiting'; readonly changedAt: number; readonly queued: number }
  /** The worker tries, and fails. */
  | {
      readonly state: 'failing';
      readonly code: string;
      /** The call that failed, for example `connect:DescribeUser`; `null` where it is not known. */
      readonly operation: string | null;
      readonly tries: number;
      readonly lastTryAt: number;
      readonly nextTryAt: number;
    }
  /** Cognito has changed since, and no change has arrived in the time that one takes. */
  | { readonly state: 'not-announced'; readonly changedAt: number }
  /** Cognito does not have the user any more, and the worker has not read that yet. */
  | { readonly state: 'cognito-user-missing'; readonly queued: number }
  /** The worker has never reconciled the user. */
  | { readonly state: 'never-reconciled' };

/**
 * Time after which a change that no queue holds counts as not announced. AWS publishes no bound for CloudTrail events on
 * their way to EventBridge.
 */
const ANNOUNCED_WITHIN_MS = 15 * 60_000;
const SECOND_MS = 1_000;

/**
 * Tells how far the product is with a user, from what Cognito says now and what the row says of the last time. Pure.
 *
 * @param facts.user - `undefined` when the pool has no such user.
 * @param facts.queued - messages in the queue of changes, of all users.
 */
export function progressOf({
  row,
  user,
  queued,
  now,
}: Readonly<{ row: UserRecord | undefined; user: PoolUser | undefined; queued: number; now: number }>): Progress {
  const lastTry = row?.lastTry;
  if (lastTry !== undefined && lastTry.at > (row?.syncedReadAt ?? 0)) {
    const { code, count, at, nextAt, operation = null } = lastTry;
    return { state: 'failing', code, operation, tries: count, lastTryAt: at, nextTryAt: nextAt };
  }
  const reconciled = row?.status !== undefined;
  if (user !== undefined && !(reconciled && isReadSince(user.modifiedAt, row))) {
    const changedAt = user.modifiedAt;
    if (queued > 0 || now - changedAt < ANNOUNCED_WITHIN_MS) return { state: 'waiting', changedAt, queued };
    if (reconciled) return { state: 'not-announced', changedAt };
  }
  if (!reconciled) return { state: 'never-reconciled' };
  const missing = user === undefined && row.status !== 'cognito-user-missing';
  return missing ? { state: 'cognito-user-missing', queued } : { state: 'in-step' };
}

/**
 * Lists and reads of Cognito may give times of different precision: they are compared at the coarser one. A list that shows
 * an older time than the read does not show a change.
 */
function isReadSince(modifiedAt: number, { cognitoModifiedAt, concludedAt }: UserRecord): boolean {
  const readAt = cognitoModifiedAt ?? concludedAt ?? Number.POSITIVE_INFINITY;
  const unit = [modifiedAt, readAt].some((time) => time % SECOND_MS === 0) ? SECOND_MS : 1;
  return Math.floor(modifiedAt / unit) <= Math.floor(readAt / unit);
}

/** What a person can do about it; `undefined` when there is nothing to do. Pure. */
export function adviseOnProgress(sub: string, progress: Progress): string | undefined {
  if (progress.state === 'not-announced')
    return 'No event has announced the change: one record may be lost. If it happens again, connect-sync doctor checks the trail. To reconcile the user now:';
  if (progress.state === 'never-reconciled' || progress.state === 'cognito-user-missing')
    return 'To reconcile the user now:';
  if (progress.state !== 'failing') return undefined;
  if (isDenied(progress.code))
    return `The worker lacks a permission, ${progress.operation === null ? 'which its log line "user failed" names' : `for ${progress.operation}`}: deploy the stack again, and look for policies that deny.`;
  if (isThrottled(progress.code))
    return 'AWS is asked too often: the worker slows down and goes on by itself. If it lasts, compare the rate limit with the quotas, and look who else calls Connect in this account and Region.';
  return `The worker goes on trying by itself, until the change is a dead letter. What it met is in its log, by the sub ${sub}.`;
}
