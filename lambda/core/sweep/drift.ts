import { SETTLING_MS } from '../events/freshness.ts';
import { whyHeld } from '../links/adoption.ts';
import type { Reason } from '../outcome.ts';
import type { Policy } from '../policy.ts';
import { isRefusalOver } from '../writes/field-groups.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser, ReconciledRow } from './inventory.ts';
import { NO_NAMESAKE } from './list-plan.ts';
import { compareNames, type Namesakes } from './namesakes.ts';
import { isSettledInList } from './settled-in-list.ts';

/** Why a user may differ. */
export const DRIFT_REASONS = [
  'never-reconciled',
  'cognito-user-changed',
  'cognito-user-missing',
  'connect-user-changed',
  'connect-user-missing',
  'write-unconfirmed',
  'refused-before',
  'link-changed',
  'entered-scope',
  'left-scope',
  'policy-changed',
] as const;

/** See {@link DRIFT_REASONS}. */
export type DriftReason = (typeof DRIFT_REASONS)[number];

/** A user who may differ, to be reconciled by the worker. */
export interface Candidate {
  readonly sub: string;
  readonly why: DriftReason;
}

/** Reasons of rows whose last write Connect did not keep. */
const NOT_KEPT: readonly string[] = ['connect-keeps-another'] satisfies readonly Reason[];

/** What the sweep found. */
export interface Drift {
  /** Sorted by sub, each user once. */
  readonly candidates: readonly Candidate[];
  readonly namesakes: Namesakes;
}

/**
 * Finds the candidates, from the two lists and the table. It needs no call for a single user. A user in doubt is a
 * candidate. A user without a row and without a namesake in Connect is not, and neither is a user whose message is tried
 * again soon after a failure. Pure.
 *
 * @param policyHash - of the policy that applies now.
 * @param now - milliseconds since the epoch.
 */
export function findDrift(inventory: Inventory, policy: Policy, policyHash: string, now: number): Drift {
  const scoped = (user: ListedCognitoUser) => isListedInScope(policy, inventory.members, user);
  const namesakes = compareNames(inventory, policy, scoped);
  const connectUserById = new Map(inventory.connectUsers.map((connectUser) => [connectUser.id, connectUser]));
  const comparison = { ...inventory, policy, policyHash, now, connectUserById, namesakes };
  const present = inventory.users.flatMap((user): readonly Candidate[] => {
    const why = whyReconcile(comparison, user, inventory.rows.get(user.sub));
    return why === undefined ? [] : [{ sub: user.sub, why }];
  });
  const missing = [...inventory.absent].flatMap((sub): readonly Candidate[] => {
    const row = inventory.rows.get(sub);
    return row === undefined || row.status === 'cognito-user-missing' ? [] : [{ sub, why: 'cognito-user-missing' }];
  });
  const isTriedAgain = ({ sub }: Candidate) => waitsForNextTry(inventory.rows.get(sub), now);
  const found = [...present, ...missing].filter((candidate) => !isTriedAgain(candidate));
  const candidates = found.sort((left, right) => (left.sub < right.sub ? -1 : 1));
  return { candidates, namesakes };
}

/** Whether a message of the user is in the queue and is tried again at a known time. A second one would only wait behind it. */
const waitsForNextTry = (row: ReconciledRow | undefined, now: number): boolean => {
  const { at, nextAt = 0 } = row?.lastTry ?? { at: now };
  // A try with a time in the future comes from a wrong clock.
  return at <= now && now < nextAt;
};

interface Comparison extends Inventory {
  readonly policy: Policy;
  readonly policyHash: string;
  readonly now: number;
  readonly connectUserById: ReadonlyMap<string, ListedConnectUser>;
  readonly namesakes: Namesakes;
}

function whyReconcile(
  comparison: Comparison,
  user: ListedCognitoUser,
  row: ReconciledRow | undefined,
): DriftReason | undefined {
  if (!isListedInScope(comparison.policy, comparison.members, user))
    return row === undefined || row.status === 'out-of-scope' ? undefined : 'left-scope';
  if (row === undefined) return hasNamesake(comparison, user) ? 'never-reconciled' : undefined;
  if (row.status === undefined) return 'never-reconciled';
  if (hasNothingToCompare(row) && !hasNamesake(comparison, user)) return undefined;
  if (row.status === 'out-of-scope') return 'entered-scope';
  if (row.policyHash !== comparison.policyHash) return 'policy-changed';
  if (hasCognitoUserChanged(user, row) && !isSettledInList(user, row, comparison)) return 'cognito-user-changed';
  if (mayTryRefused(row, comparison.now)) return 'refused-before';
  if (row.connectUserId === undefined) return hasLinkChanged(comparison, user, row) ? 'link-changed' : undefined;
  return whyReconcileConnectUser(comparison, row, comparison.connectUserById.get(row.connectUserId));
}

function whyReconcileConnectUser(
  { now }: Comparison,
  row: ReconciledRow,
  connectUser: ListedConnectUser | undefined,
): DriftReason | undefined {
  const { reason = '', linkedAt = 0, syncedReadAt, lastWriteAt, connectModifiedAt } = row;
  if (connectUser === undefined) return 'connect-user-missing';
  if (syncedReadAt === undefined || syncedReadAt < linkedAt) return 'never-reconciled';
  // Connect does not have a value that it did not keep, so no read will confirm it.
  if (!NOT_KEPT.includes(reason) && lastWriteAt !== undefined && syncedReadAt <= lastWriteAt) {
    // Within this time a read may still show the state before the write.
    return now - lastWriteAt > SETTLING_MS ? 'write-unconfirmed' : undefined;
  }
  if (connectModifiedAt === undefined || connectUser.modifiedAt === undefined) return undefined;
  return isSameTime(connectUser.modifiedAt, connectModifiedAt) ? undefined : 'connect-user-changed';
}

/**
 * Whether two times of one Connect user are the same. AWS does not document whether `LastModifiedTime` has the same
 * precision in a list and in `DescribeUser`, or how it is rounded. If one of them is in whole seconds, a difference of less
 * than a second counts as the same.
 */
function isSameTime(listed: number, read: number): boolean {
  return isInWholeSeconds(listed) || isInWholeSeconds(read) ? Math.abs(listed - read) < 1_000 : listed === read;
}

const isInWholeSeconds = (time: number): boolean => time % 1_000 === 0;

/**
 * Whether the Cognito user was modified after the last read, or may have been. Both times come from Cognito's clock. A list
 * and a read may show times of different precision, so the coarser one decides. Equal whole seconds count as a change,
 * because the user may have changed a second time within that second. Pure.
 */
export function hasCognitoUserChanged({ modifiedAt }: ListedCognitoUser, { status, cognitoModifiedAt }: ReconciledRow) {
  if (status === 'cognito-user-missing' || cognitoModifiedAt === undefined) return true;
  return isInWholeSeconds(modifiedAt) || isInWholeSeconds(cognitoModifiedAt)
    ? secondOf(modifiedAt) >= secondOf(cognitoModifiedAt)
    : modifiedAt > cognitoModifiedAt;
}

const secondOf = (time: number): number => Math.floor(time / 1_000);

/** Whether it is time to try a refused user again: Connect may take later what it has refused. */
const mayTryRefused = ({ refused }: ReconciledRow, now: number): boolean =>
  refused !== undefined && isRefusalOver(refused, now);

/** Whether a listed user is synchronized at all. Pure. */
export function isListedInScope(
  { scope }: Policy,
  members: Inventory['members'],
  { sub, attributes }: ListedCognitoUser,
): boolean {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return attributes[scope.attribute] === scope.equals;
  return members?.has(sub) ?? false;
}

/** Whether the row of a user says that there is nothing in Connect to compare with. */
const hasNothingToCompare = ({ connectUserId, status, reason }: ReconciledRow): boolean =>
  connectUserId === undefined && (status === 'out-of-scope' || NO_NAMESAKE.has(reason));

/** Whether any rule finds a Connect user for this Cognito user. */
const hasNamesake = ({ policy, namesakes }: Comparison, user: ListedCognitoUser): boolean =>
  policy.adoption.rules.some((rule) => namesakes.find(rule, user) !== undefined);

/** Whether a Connect user to link with has appeared or disappeared since the last reconciliation, or a hold has ended. */
function hasLinkChanged(
  comparison: Comparison,
  user: ListedCognitoUser,
  { status, reason = '' }: ReconciledRow,
): boolean {
  // The instance takes its identities from a directory: no user of it can be synchronized.
  if (status === 'rejected') return false;
  return NO_NAMESAKE.has(reason) === hasNamesake(comparison, user) || isAdoptable(comparison, user);
}

/** Whether the first rule that finds a Connect user would link to it now. */
function isAdoptable({ policy, namesakes, claims, exposure, history }: Comparison, user: ListedCognitoUser): boolean {
  const { trustedProviders } = policy.email;
  for (const rule of policy.adoption.rules) {
    const connectUser = namesakes.find(rule, user);
    if (connectUser === undefined) continue;
    return (
      whyHeld(rule, { exposure, history, createdAt: user.createdAt, user, trustedProviders }) === undefined &&
      (claims.get(connectUser.id) ?? user.sub) === user.sub
    );
  }
  return false;
}
