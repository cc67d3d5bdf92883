import { nameToAdopt, type PoolExposure, whyHeld } from './adoption.ts';
import { SETTLING_MS } from './freshness.ts';
import type { Attributes } from './map-identity.ts';
import type { Reason } from './outcome.ts';
import type { Policy } from './policy.ts';

/** A user of the Cognito user pool, as a list shows it. */
export interface ListedCognitoUser {
  readonly sub: string;
  readonly username: string;
  readonly attributes: Attributes;
  /** `UserLastModifiedDate`, milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A user of Amazon Connect, as a list shows it. */
export interface ListedConnectUser {
  readonly id: string;
  readonly username: string;
  /** `LastModifiedTime`, milliseconds since the epoch, when Connect says so. */
  readonly modifiedAt: number | undefined;
}

/** What the row of a user says of its last reconciliation; times in milliseconds since the epoch. */
export interface ReconciledRow {
  readonly connectUserId?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly policyHash?: string | undefined;
  readonly linkedAt?: number | undefined;
  readonly syncedReadAt?: number | undefined;
  readonly lastWriteAt?: number | undefined;
  readonly cognitoModifiedAt?: number | undefined;
  readonly connectModifiedAt?: number | undefined;
}

/** Both sides, and what the table keeps of them, at about the same time. */
export interface Inventory {
  readonly users: readonly ListedCognitoUser[];
  readonly connectUsers: readonly ListedConnectUser[];
  /** By sub. */
  readonly rows: ReadonlyMap<string, ReconciledRow>;
  /** Subs, by the Connect user that they have claimed. */
  readonly claims: ReadonlyMap<string, string>;
  /** Subs of the members of the group that is synchronized; `undefined` where no group decides. */
  readonly members: ReadonlySet<string> | undefined;
  readonly exposure: PoolExposure;
}

/** Why a user may differ. */
export const DRIFT_REASONS = [
  'never-reconciled',
  'cognito-user-changed',
  'cognito-user-missing',
  'connect-user-changed',
  'connect-user-missing',
  'write-unconfirmed',
  'link-changed',
  'scope-changed',
  'policy-changed',
] as const;

/** See {@link DRIFT_REASONS}. */
export type DriftReason = (typeof DRIFT_REASONS)[number];

/** A user who may differ, to be reconciled by the worker. */
export interface Candidate {
  readonly sub: string;
  readonly why: DriftReason;
}

/** Reasons of rows without a link that say that nobody in Connect has the name. */
const NOBODY_TO_LINK: readonly string[] = ['no-connect-user', 'connect-user-missing'] satisfies readonly Reason[];

/** Reasons of rows whose last write shows in no read. */
const REFUSED: readonly string[] = ['connect-refused', 'connect-keeps-another'] satisfies readonly Reason[];

/** Whether `LastModifiedTime` has the same precision in a list and in `DescribeUser` is not documented. */
const SAME_TIME_MS = 1_000;

/**
 * Tells who may differ, from two lists and the table: no call for a single user is needed. In doubt a user is a candidate; a
 * user who is in neither Connect nor the table is nobody's agent, and is left alone. Pure.
 *
 * @param policyHash - of the policy that holds now.
 * @param now - milliseconds since the epoch.
 * @returns sorted by sub, each user once.
 */
export function findDrift(inventory: Inventory, policy: Policy, policyHash: string, now: number): readonly Candidate[] {
  const comparison = { ...inventory, policy, policyHash, now, ...indexConnectUsers(inventory.connectUsers) };
  const present = new Set(inventory.users.map(({ sub }) => sub));
  const candidates = inventory.users.flatMap((user): readonly Candidate[] => {
    const why = whyReconcile(comparison, user, inventory.rows.get(user.sub));
    return why === undefined ? [] : [{ sub: user.sub, why }];
  });
  const gone = [...inventory.rows].flatMap(([sub, { status }]): readonly Candidate[] =>
    present.has(sub) || status === 'cognito-user-missing' ? [] : [{ sub, why: 'cognito-user-missing' }],
  );
  return [...candidates, ...gone].sort((left, right) => (left.sub < right.sub ? -1 : 1));
}

interface Comparison extends Inventory, ReturnType<typeof indexConnectUsers> {
  readonly policy: Policy;
  readonly policyHash: string;
  readonly now: number;
}

const indexConnectUsers = (connectUsers: readonly ListedConnectUser[]) => ({
  connectUserById: new Map(connectUsers.map((connectUser) => [connectUser.id, connectUser])),
  connectUserByName: new Map(connectUsers.map((connectUser) => [connectUser.username, connectUser])),
});

function whyReconcile(
  comparison: Comparison,
  user: ListedCognitoUser,
  row: ReconciledRow | undefined,
): DriftReason | undefined {
  if (!isInScope(comparison, user))
    return row === undefined || row.status === 'out-of-scope' ? undefined : 'scope-changed';
  if (row === undefined) return hasNamesake(comparison, user) ? 'never-reconciled' : undefined;
  if (row.status === undefined) return 'never-reconciled';
  if (row.status === 'out-of-scope') return 'scope-changed';
  if (row.policyHash !== comparison.policyHash) return 'policy-changed';
  // A clock of Cognito's only: a user modified again after our read has a later time.
  if (
    row.status === 'cognito-user-missing' ||
    row.cognitoModifiedAt === undefined ||
    user.modifiedAt > row.cognitoModifiedAt
  ) {
    return 'cognito-user-changed';
  }
  if (row.connectUserId === undefined) return hasLinkChanged(comparison, user, row) ? 'link-changed' : undefined;
  return whyReconcileConnectUser(comparison, row, comparison.connectUserById.get(row.connectUserId));
}

function whyReconcileConnectUser(
  { now }: Comparison,
  { reason = '', linkedAt = 0, syncedReadAt, lastWriteAt, connectModifiedAt }: ReconciledRow,
  connectUser: ListedConnectUser | undefined,
): DriftReason | undefined {
  if (connectUser === undefined) return 'connect-user-missing';
  if (syncedReadAt === undefined || syncedReadAt < linkedAt) return 'never-reconciled';
  // What Connect refused is not there: trying again unchanged would be refused again.
  if (!REFUSED.includes(reason) && lastWriteAt !== undefined && syncedReadAt <= lastWriteAt) {
    // Before that, a read may still show the state before our write.
    return now - lastWriteAt > SETTLING_MS ? 'write-unconfirmed' : undefined;
  }
  if (connectModifiedAt === undefined || connectUser.modifiedAt === undefined) return undefined;
  return Math.abs(connectUser.modifiedAt - connectModifiedAt) < SAME_TIME_MS ? undefined : 'connect-user-changed';
}

function isInScope({ policy: { scope }, members }: Comparison, { sub, attributes }: ListedCognitoUser): boolean {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return attributes[scope.attribute] === scope.equals;
  return members?.has(sub) ?? false;
}

/** Whether a rule finds a Connect user at all: then somebody should know how that ends. */
const hasNamesake = ({ policy, connectUserByName }: Comparison, user: ListedCognitoUser): boolean =>
  policy.adoption.rules.some((rule) => connectUserByName.has(nameToAdopt(rule, user) ?? ''));

/** Whether there is now somebody to link with where there was nobody, or the other way round, or a hold has ended. */
function hasLinkChanged(
  comparison: Comparison,
  user: ListedCognitoUser,
  { status, reason = '' }: ReconciledRow,
): boolean {
  // The instance itself takes nobody.
  if (status === 'rejected') return false;
  return NOBODY_TO_LINK.includes(reason) === hasNamesake(comparison, user) || isAdoptable(comparison, user);
}

/** Whether the first rule that finds a Connect user would link to it now. */
function isAdoptable({ policy, connectUserByName, claims, exposure }: Comparison, user: ListedCognitoUser): boolean {
  for (const rule of policy.adoption.rules) {
    const connectUser = connectUserByName.get(nameToAdopt(rule, user) ?? '');
    if (connectUser === undefined) continue;
    return whyHeld(rule, exposure) === undefined && (claims.get(connectUser.id) ?? user.sub) === user.sub;
  }
  return false;
}
