import type { Change } from '../core/change.ts';
import { PermanentError, TransientError } from '../core/errors.ts';
import { isCovered, LAST_LOOK_SECONDS, maybeTooEarly, SECOND_LOOK_MS } from '../core/freshness.ts';
import { type Outcome, outcome } from '../core/outcome.ts';
import type { PoolUser, UserRow } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { endsAsBefore } from './ends-as-before.ts';
import { linkUser } from './link-user.ts';
import { type ReconcileResult, reconcileIdentity } from './reconcile-identity.ts';

/** A Connect user can be invisible for a while after it was created or linked. */
const YOUNG_LINK_MS = 10 * 60_000;
/** Two looks that far apart, and all between them, must find nobody before a Cognito user counts as gone. */
const GONE_CONFIRMATION_MS = 60_000;

/** One message of the user whose turn it is. */
export interface UserMessage {
  readonly change: Change;
  /** From 1. */
  readonly receiveCount: number;
}

/** How a look at a user ended. */
export type SyncResult =
  /** Every message tells of something that an earlier look has seen. */
  | { readonly kind: 'covered' }
  /** Look again after so many seconds, although nothing failed. */
  | { readonly kind: 'again'; readonly delaySeconds: number; readonly why: 'too-early' | 'maybe-gone' | 'settling' }
  | { readonly kind: 'concluded'; readonly outcome: Outcome; readonly connectUserId?: string | undefined };

/**
 * Brings one Connect user in step with Cognito: read, link, map, observe, plan, write, record. What the messages say
 * is only who and since when; safe to repeat at any point.
 *
 * @param messages - all messages of the user in the batch, oldest first, at least one.
 * @throws {TransientError} when the same may succeed later; {@link PermanentError} and others when it will not.
 */
export async function syncUser(deps: SyncDeps, sub: string, messages: readonly UserMessage[]): Promise<SyncResult> {
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
    if (missingForMs < GONE_CONFIRMATION_MS) {
      const delaySeconds = Math.ceil((GONE_CONFIRMATION_MS - missingForMs) / 1_000);
      return { kind: 'again', delaySeconds, why: 'maybe-gone' };
    }
    if (row?.connectUserId !== undefined) await table.orphan(sub, row.connectUserId, readAt);
    const gone = outcome('gone', 'no-such-user');
    await table.conclude(sub, { outcome: gone, change, readAt, settled: true });
    return { kind: 'concluded', outcome: gone, connectUserId: row?.connectUserId };
  }

  // At once: this look may still fail, and the next that finds nobody is the first again.
  if (row?.missingSince !== undefined) await table.noteMissing(sub, undefined);

  const insistent = change.cause === 'operator';
  const { connectUserId, ...result } = await reconcile(deps, user, row, { readAt, insistent });
  if (result.kind === 'again') return result;
  const settled = !maybeTooEarly(changesOf(uncovered.filter(isBeforeLastLook(readAt))), user.modifiedAt);
  const since = endsAsBefore(row, result.conclusion) ? row?.since : readAt;
  const { modifiedAt: sourceModifiedAt } = user;
  await table.conclude(sub, { ...result.conclusion, change, readAt, settled, since, sourceModifiedAt });
  if (!settled) return { kind: 'again', delaySeconds: LAST_LOOK_SECONDS, why: 'too-early' };
  return { kind: 'concluded', outcome: result.conclusion.outcome, connectUserId };
}

/** Whether a message is to be looked at again if it came too early: its first look, or one that came soon after a failed one. */
const isBeforeLastLook =
  (readAt: number) =>
  ({ change, receiveCount }: UserMessage): boolean =>
    receiveCount === 1 || Math.abs(readAt - change.occurredAt) < LAST_LOOK_SECONDS * 1_000;

const changesOf = (messages: readonly UserMessage[]): readonly Change[] => messages.map(({ change }) => change);

/** Reads Cognito, and once more shortly after when a trigger may have run before the value was stored. */
async function readUser({ pool, clock }: SyncDeps, sub: string, changes: readonly Change[]) {
  const user = await pool.findUser(sub);
  if (user === undefined || !maybeTooEarly(changes, user.modifiedAt)) return user;
  await clock.sleep(SECOND_LOOK_MS);
  return pool.findUser(sub);
}

async function isInScope({ pool, policy: { scope } }: SyncDeps, user: PoolUser): Promise<boolean> {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return user.attributes[scope.attribute] === scope.equals;
  return (await pool.groupsOf(user.username)).includes(scope.group);
}

async function reconcile(
  deps: SyncDeps,
  user: PoolUser,
  row: UserRow | undefined,
  { readAt, insistent }: { readonly readAt: number; readonly insistent: boolean },
): Promise<ReconcileResult & { readonly connectUserId?: string }> {
  const concluded = (result: Outcome) => ({ kind: 'concluded' as const, conclusion: { outcome: result } });
  if (!(await isInScope(deps, user))) return concluded({ status: 'out-of-scope', changed: [], withheld: [] });
  const type = deps.policy.identityManagementType ?? (await deps.directory.identityManagementType());
  if (type === 'EXISTING_DIRECTORY') return concluded(outcome('rejected', 'existing-directory'));

  let linked = row;
  let newest = user;
  if (row?.connectUserId === undefined) {
    const link = await linkUser(deps, user, readAt);
    if (link.kind === 'none') return concluded(link.outcome);
    linked = { ...row, sub: user.sub, connectUserId: link.connectUserId, linkedAt: readAt, firstEmail: true };
    // The intake drops what people without a row do themselves: only from now on does it let their changes through.
    if (row === undefined) newest = (await deps.pool.findUser(user.sub)) ?? user;
  }
  const connectUserId = linked?.connectUserId;
  if (linked === undefined || connectUserId === undefined) throw new PermanentError('unlinked', 'The row has no link.');

  const result = await reconcileIdentity(deps, { user: newest, row: linked, connectUserId, type, insistent });
  if (result.kind !== 'target-gone') return { ...result, connectUserId };
  if (deps.clock.now() - (linked.linkedAt ?? 0) < YOUNG_LINK_MS) {
    throw new TransientError('connect-user-not-visible', 'Connect does not show a user that was linked minutes ago.');
  }
  await deps.directory.checkInstance();
  await deps.table.unlink(user.sub, connectUserId);
  return { ...concluded(outcome('lost', 'connect-user-gone')), connectUserId };
}
