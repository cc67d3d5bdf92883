import type { UserRow } from '../rows/user-row.ts';
import type { Change } from './change.ts';

/** A change counts as older than a read only with this margin: clocks differ, and CloudTrail gives whole seconds. */
const MARGIN_MS = 2_000;
/** The margin for a change that a trigger announced. Cognito runs the trigger before it stores the value. */
const TRIGGER_MARGIN_MS = 5_000;
/** How long a read of Connect may show the state before the last write. */
export const SETTLING_MS = 120_000;
/** How long to wait for Cognito to store what its trigger announced, before the second read. */
export const SECOND_READ_MS = 300;
/** How long to wait before the last read, when the second read did not show the value. */
export const LAST_READ_SECONDS = 2;

/** What a row says about the reads of successful reconciliations. */
export type ReadTimes = Pick<UserRow, 'syncedReadAt' | 'comparedAt' | 'askedBy'>;

/**
 * Whether a successful reconciliation has certainly read the state after this change. A candidate of the sweep needs one
 * that has read Connect. A change of an operator needs one for an operator, because only that one tries everything again.
 * Pure.
 *
 * @param now - milliseconds since the epoch.
 */
export function isCovered({ cause, eventId, occurredAt }: Change, row: ReadTimes | undefined, now: number): boolean {
  const { syncedReadAt, comparedAt, askedBy } = row ?? {};
  if (cause === 'operator' && askedBy?.eventId === eventId) return true;
  const readAt = cause === 'operator' ? askedBy?.readAt : cause === 'sweep' ? comparedAt : syncedReadAt;
  // A time in the future comes from a wrong clock.
  if (readAt === undefined || readAt > now) return false;
  return occurredAt + (cause === 'trigger' ? TRIGGER_MARGIN_MS : MARGIN_MS) < readAt;
}

/**
 * Whether Cognito has perhaps not stored what a trigger announced: the user was last modified before the trigger ran. Pure.
 *
 * @param modifiedAt - Cognito's `UserLastModifiedDate`, milliseconds since the epoch.
 */
export const maybeTooEarly = (changes: readonly Change[], modifiedAt: number): boolean =>
  changes.some(({ cause, occurredAt }) => cause === 'trigger' && modifiedAt < occurredAt);
