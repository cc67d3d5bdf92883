import type { Change } from './change.ts';

/** A change counts as older than a read only when it is older by this much: clocks differ, CloudTrail knows seconds. */
const MARGIN_MS = 2_000;
/** The same for a change announced by a trigger, which runs before Cognito stores the value. */
const TRIGGER_MARGIN_MS = 5_000;
/** How long a read of Connect may show the state before our own last write. */
export const SETTLING_MS = 120_000;
/** How long to wait for Cognito to store what its trigger announced, before reading once more. */
export const SECOND_READ_MS = 300;
/** When to read for the last time, if the value had not been stored by then. */
export const LAST_READ_SECONDS = 2;

/**
 * Tells whether a successful sync of the user has surely seen this change already. Pure.
 *
 * @param syncedReadAt - when the last successful sync began to read, milliseconds since the epoch.
 * @param now - milliseconds since the epoch.
 */
export function isCovered({ cause, occurredAt }: Change, syncedReadAt: number | undefined, now: number): boolean {
  // A sync that is yet to come was dated by a clock gone wrong: it proves nothing.
  if (syncedReadAt === undefined || syncedReadAt > now) return false;
  return occurredAt + (cause === 'trigger' ? TRIGGER_MARGIN_MS : MARGIN_MS) < syncedReadAt;
}

/**
 * Tells whether Cognito may not yet have stored what a trigger announced: the user was last modified before. Pure.
 *
 * @param modifiedAt - Cognito's `UserLastModifiedDate`, milliseconds since the epoch.
 */
export const maybeTooEarly = (changes: readonly Change[], modifiedAt: number): boolean =>
  changes.some(({ cause, occurredAt }) => cause === 'trigger' && modifiedAt < occurredAt);
