import type { Change } from '../core/change.ts';
import { PermanentError, TransientError } from '../core/errors.ts';
import { isCovered, LAST_READ_SECONDS, maybeTooEarly, SECOND_READ_MS } from '../core/freshness.ts';
import { type Outcome, outcome } from '../core/outcome.ts';
import type { CognitoUser, UserRow } from '../ports.ts';
import { adoptConnectUser } from './adopt-connect-user.ts';
import type { SyncDeps } from './deps.ts';
import { endsAsBefore } from './ends-as-before.ts';
import { type ReconcileResult, reconcileIdentity } from './reconcile-identity.ts';

/** A Connect user can be invisible for a while after it was created or linked. */
const YOUNG_LINK_MS = 10 * 60_000;
/** Two complete reads that far apart, and all between them, must not find a Cognito user before it counts as missing. */
const MISSING_CONFIRMATION_MS = 60_000;

/** One message of the user whose turn it is. */
export interface UserMessage {
  readonly change: Change;
  /** From 1. */
  readonly receiveCount: number;
}

/** How reconciling a user ended. */
export type UserResult =
  /** Every message announces a change that was read before. */
  | { readonly kind: 'covered' }
  /** Reconcile again after so many seconds, although nothing failed. */
  | {
      readonly kind: 'again';
      readonly delaySeconds: number;
      readonly why: 'too-early' | 'cognito-user-missing' | 'settling';
    }
  | { readonly kind: 'concluded'; readonly outcome: Outcome; readonly connectUserId?: string | undefined };

/**
 * Brings one Connect user in step with Cognito: read, link, map, observe, plan, write, record. What the messages say
 * is only who and since when; safe to repeat at any point.
 *
 * @param messages - all messages of the user in the batch, oldest first, at least one.
 * @throws {TransientError} when the same may succeed later; {@link PermanentError} and others when it will not.
 */
export async function reconcileUser(
  deps: SyncDeps,
  sub: string,
  messages: readonly UserMessage[],
): Promise<UserResult> {
  const { table, clock } = deps;
  const readAt = clock.now();
  const row = await table.getUser(sub);
  const uncovered = messages.filter(({ change }) => !isCovered(change, row?.syncedReadAt, readAt));
  // An operator waits for the row to name the change that they have sent.
  const change = (uncovered.findLast(({ change: { cause } }) => cause === 'operator') ?? uncovered.at(-1))?.change;
  if (change === undefined) return { kind: 'covered' };

  const user = await readUser(deps, sub, changesOf(uncovered));
  if (user === undefined) {
    const missingForMs = readAt - (row?.missingSince ?? readAt);
    if (row?.missingSince === undefined) await table.noteMissing(sub, readAt);
    if (missingForMs < MISSING_CONFIRMATION_MS) {
      const delaySeconds = Math.ceil((MISSING_CONFIRMATION_MS - missingForMs) / 1_000);
      return { kind: 'again', delaySeconds, why: 'cognito-user-missing' };
    }
    if (row?.connectUserId !== undefined) await table.orphan(sub, row.connectUserId, readAt);
    const gone = outcome('cognito-user-missing', 'cognito-user-missing');
    await table.conclude(sub, { outcome: gone, change, readAt, settled: true });
    return { kind: 'concluded', outcome: gone, connectUserId: row?.connectUserId };
  }

  // At once: what follows may still fail, and a later read without the user must count as the first again.
  if (row?.missingSince !== undefined) await table.noteMissing(sub, undefined);

  const force = change.cause === 'operator';
  const { connectUserId, ...result } = await reconcile(deps, user, row, { readAt, force });
  if (result.kind === 'again') return result;
  const settled = !maybeTooEarly(changesOf(uncovered.filter(isBeforeLastRead(readAt))), user.modifiedAt);
  const since = endsAsBefore(row, result.conclusion) ? row?.since : readAt;
  const { modifiedAt: cognitoModifiedAt } = user;
  await table.conclude(sub, { ...result.conclusion, change, readAt, settled, since, cognitoModifiedAt });
  if (!settled) return { kind: 'again', delaySeconds: LAST_READ_SECONDS, why: 'too-early' };
  return { kind: 'concluded', outcome: result.conclusion.outcome, connectUserId };
}

/** Whether a message is to be read again if it came too early: its first receive, or one that came soon after a failed one. */
const isBeforeLastRead =
  (readAt: number) =>
  ({ change, receiveCount }: UserMessage): boolean =>
    receiveCount === 1 || Math.abs(readAt - change.occurredAt) < LAST_READ_SECONDS * 1_000;

const changesOf = (messages: readonly UserMessage[]): readonly Change[] => messages.map(({ change }) => change);

/** Reads Cognito, and once more shortly after when a trigger may have run before the value was stored. */
async function readUser({ pool, clock }: SyncDeps, sub: string, changes: readonly Change[]) {
  const user = await pool.findUser(sub);
  if (user === undefined || !maybeTooEarly(changes, user.modifiedAt)) return user;
  await clock.sleep(SECOND_READ_MS);
  return pool.findUser(sub);
}

async function isInScope({ pool, policy: { scope } }: SyncDeps, user: CognitoUser): Promise<boolean> {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return user.attributes[scope.attribute] === scope.equals;
  return (await pool.groupsOf(user.username)).includes(scope.group);
}

async function reconcile(
  deps: SyncDeps,
  user: CognitoUser,
  row: UserRow | undefined,
  { readAt, force }: { readonly readAt: number; readonly force: boolean },
): Promise<ReconcileResult & { readonly connectUserId?: string }> {
  const concluded = (result: Outcome) => ({ kind: 'concluded' as const, conclusion: { outcome: result } });
  if (!(await isInScope(deps, user))) return concluded({ status: 'out-of-scope', changed: [], withheld: [] });
  const type = deps.policy.identityManagementType ?? (await deps.directory.identityManagementType());
  if (type === 'EXISTING_DIRECTORY') return concluded(outcome('rejected', 'existing-directory'));

  let linked = row;
  let newest = user;
  if (row?.connectUserId === undefined) {
    const link = await adoptConnectUser(deps, user, readAt);
    if (link.kind === 'none') return concluded(link.outcome);
    linked = { ...row, sub: user.sub, connectUserId: link.connectUserId, linkedAt: readAt, firstEmail: true };
    // The intake drops what people without a row do themselves: only from now on does it let their changes through.
    if (row === undefined) newest = (await deps.pool.findUser(user.sub)) ?? user;
  }
  const connectUserId = linked?.connectUserId;
  if (linked === undefined || connectUserId === undefined) throw new PermanentError('unlinked', 'The row has no link.');

  const result = await reconcileIdentity(deps, { user: newest, row: linked, connectUserId, type, force });
  if (result.kind !== 'connect-user-missing') return { ...result, connectUserId };
  if (deps.clock.now() - (linked.linkedAt ?? 0) < YOUNG_LINK_MS) {
    throw new TransientError('connect-user-not-visible', 'Connect does not show a user that was linked minutes ago.');
  }
  await deps.directory.checkInstance();
  await deps.table.unlink(user.sub, connectUserId);
  return { ...concluded(outcome('connect-user-missing', 'connect-user-missing')), connectUserId };
}
