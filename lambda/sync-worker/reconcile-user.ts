import type { Change } from '../core/events/change.ts';
import { isCovered, LAST_READ_SECONDS, maybeTooEarly } from '../core/events/freshness.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import type { CognitoUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { endsAsBefore } from './ends-as-before.ts';
import { concludeMissing, readCognitoUser } from './read-cognito-user.ts';
import { type PairResult, reconcilePair } from './reconcile-pair.ts';
import { LINK_CHANGED_SECONDS, type UserResult } from './user-result.ts';

/** One message of the user. */
export interface UserMessage {
  readonly change: Change;
  /** From 1. */
  readonly receiveCount: number;
}

/**
 * Brings one Connect user in step with Cognito: read, link, map, observe, plan, write, record. The messages say only which
 * user may have changed, and when. Idempotent: it can be repeated at any point.
 *
 * @param messages - all messages of the user in the batch, oldest first, at least one.
 * @throws {TransientError} when a later try may succeed; {@link PermanentError} and others when it will not.
 */
export async function reconcileUser(
  deps: SyncDeps,
  sub: string,
  messages: readonly UserMessage[],
): Promise<UserResult> {
  const { table, clock } = deps;
  const readAt = clock.now();
  const row = await table.getUser(sub);
  const uncovered = messages.filter(({ change }) => !isCovered(change, row, readAt));
  const change = changeToRecord(uncovered);
  if (change === undefined) return { kind: 'covered' };

  const user = await readCognitoUser(deps, sub, changesOf(uncovered));
  if (user === undefined) return concludeMissing(deps, { sub, row, change, readAt });
  // Write this now, because the next steps may fail: a later read without the user must count as the first one.
  if (row?.missingSince !== undefined) await table.noteMissing(sub, undefined);

  const causes = new Set(uncovered.map(({ change: { cause } }) => cause));
  const synced = !maybeTooEarly(changesOf(uncovered.filter(isBeforeLastRead(readAt))), user.modifiedAt);
  const result = await reconcilePair(deps, user, row, { readAt, causes, synced });
  if (result.kind === 'again' || result.kind === 'left-to-sweep') return result;
  if (!(await conclude(deps, user, row, { result, change, readAt, synced }))) {
    return { kind: 'again', delaySeconds: LINK_CHANGED_SECONDS, why: 'link-changed' };
  }
  if (!synced) return { kind: 'again', delaySeconds: LAST_READ_SECONDS, why: 'too-early' };
  const { conclusion, connectUserId } = result;
  return { kind: 'concluded', outcome: conclusion.outcome, connectUserId, released: conclusion.releases?.used };
}

/**
 * The change that the row records: the last change of an operator, because the operator waits for it. Without one, the last
 * change.
 */
const changeToRecord = (messages: readonly UserMessage[]): Change | undefined =>
  (messages.findLast(({ change: { cause } }) => cause === 'operator') ?? messages.at(-1))?.change;

async function conclude(
  { table }: SyncDeps,
  user: CognitoUser,
  row: UserRow | undefined,
  {
    result: { conclusion, link, settled },
    change,
    readAt,
    synced,
  }: Readonly<{
    result: PairResult & { readonly kind: 'concluded' };
    change: Change;
    readAt: number;
    synced: boolean;
  }>,
): Promise<boolean> {
  const since = (endsAsBefore(row, conclusion) ? row?.since : undefined) ?? readAt;
  const common = { change, readAt, since, cognitoModifiedAt: user.modifiedAt };
  if (settled !== undefined) {
    const { withheld, status } = conclusion.outcome;
    return table.concludeUnchanged(user.sub, { ...common, status, withheld, settled });
  }
  return table.conclude(user.sub, { ...conclusion, ...common, link, synced });
}

/**
 * Whether Cognito is read once more when it has not stored the change of a message: at the first receive, or within
 * {@link LAST_READ_SECONDS} of the change.
 */
const isBeforeLastRead =
  (readAt: number) =>
  ({ change, receiveCount }: UserMessage): boolean =>
    receiveCount === 1 || Math.abs(readAt - change.occurredAt) < LAST_READ_SECONDS * 1_000;

const changesOf = (messages: readonly UserMessage[]): readonly Change[] => messages.map(({ change }) => change);
