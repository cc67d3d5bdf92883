import { nameToAdopt, type PoolExposure, whyHeld } from './adoption.ts';
import { SETTLING_MS } from './freshness.ts';
import type { Attributes } from './map-identity.ts';
import type { Reason } from './outcome.ts';
import type { Policy } from './policy.ts';

/** A user of the Cognito user pool, as a list shows it. */
export interface ListedUser {
  readonly sub: string;
  readonly username: string;
  readonly attributes: Attributes;
  /** `UserLastModifiedDate`, milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A user of Amazon Connect, as a list shows it. */
export interface ListedAgent {
  readonly id: string;
  readonly username: string;
  /** `LastModifiedTime`, milliseconds since the epoch, when Connect says so. */
  readonly modifiedAt: number | undefined;
}

/** What the row of a user says of the looks at it; times in milliseconds since the epoch. */
export interface LookedAt {
  readonly connectUserId?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly policyHash?: string | undefined;
  readonly linkedAt?: number | undefined;
  readonly syncedReadAt?: number | undefined;
  readonly lastWriteAt?: number | undefined;
  readonly sourceModifiedAt?: number | undefined;
  readonly targetModifiedAt?: number | undefined;
}

/** Both sides, and what the table keeps of them, at about the same time. */
export interface Census {
  readonly users: readonly ListedUser[];
  readonly agents: readonly ListedAgent[];
  /** By sub. */
  readonly rows: ReadonlyMap<string, LookedAt>;
  /** Subs, by the Connect user that they have claimed. */
  readonly claims: ReadonlyMap<string, string>;
  /** Subs of the members of the group that is synchronized; `undefined` where no group decides. */
  readonly members: ReadonlySet<string> | undefined;
  readonly exposure: PoolExposure;
}

/** Why a user may differ. */
export const DRIFT_REASONS = [
  'never-looked-at',
  'source-changed',
  'source-gone',
  'target-changed',
  'target-gone',
  'write-unconfirmed',
  'link-changed',
  'scope-changed',
  'policy-changed',
] as const;

/** See {@link DRIFT_REASONS}. */
export type DriftReason = (typeof DRIFT_REASONS)[number];

/** A user who may differ: to be looked at, by whoever can tell. */
export interface Suspect {
  readonly sub: string;
  readonly why: DriftReason;
}

/** Reasons of rows without a link that say that nobody in Connect has the name. */
const NOBODY_TO_LINK: readonly string[] = ['no-connect-user', 'connect-user-gone'] satisfies readonly Reason[];

/** Reasons of rows whose last write shows in no read. */
const REFUSED: readonly string[] = ['connect-refused', 'connect-keeps-another'] satisfies readonly Reason[];

/** Whether `LastModifiedTime` has the same precision in a list and in `DescribeUser` is not documented. */
const SAME_TIME_MS = 1_000;

/**
 * Tells who may differ, from two lists and the table: no call for a single user is needed. It errs towards looking; a
 * user who is in neither Connect nor the table is nobody's agent, and is left alone. Pure.
 *
 * @param policyHash - of the policy that holds now.
 * @param now - milliseconds since the epoch.
 * @returns sorted by sub, each user once.
 */
export function findDrift(census: Census, policy: Policy, policyHash: string, now: number): readonly Suspect[] {
  const look = { ...census, policy, policyHash, now, ...indexAgents(census.agents) };
  const present = new Set(census.users.map(({ sub }) => sub));
  const suspects = census.users.flatMap((user): readonly Suspect[] => {
    const why = whyLookAt(look, user, census.rows.get(user.sub));
    return why === undefined ? [] : [{ sub: user.sub, why }];
  });
  const gone = [...census.rows].flatMap(([sub, { status }]): readonly Suspect[] =>
    present.has(sub) || status === 'gone' ? [] : [{ sub, why: 'source-gone' }],
  );
  return [...suspects, ...gone].sort((left, right) => (left.sub < right.sub ? -1 : 1));
}

interface Look extends Census, ReturnType<typeof indexAgents> {
  readonly policy: Policy;
  readonly policyHash: string;
  readonly now: number;
}

const indexAgents = (agents: readonly ListedAgent[]) => ({
  agentById: new Map(agents.map((agent) => [agent.id, agent])),
  agentByName: new Map(agents.map((agent) => [agent.username, agent])),
});

function whyLookAt(look: Look, user: ListedUser, row: LookedAt | undefined): DriftReason | undefined {
  if (!isInScope(look, user)) return row === undefined || row.status === 'out-of-scope' ? undefined : 'scope-changed';
  if (row === undefined) return hasNamesake(look, user) ? 'never-looked-at' : undefined;
  if (row.status === undefined) return 'never-looked-at';
  if (row.status === 'out-of-scope') return 'scope-changed';
  if (row.policyHash !== look.policyHash) return 'policy-changed';
  // A clock of Cognito's only: a user modified again after our read has a later time.
  if (row.status === 'gone' || row.sourceModifiedAt === undefined || user.modifiedAt > row.sourceModifiedAt) {
    return 'source-changed';
  }
  if (row.connectUserId === undefined) return hasLinkChanged(look, user, row) ? 'link-changed' : undefined;
  return whyLookAtAgent(look, row, look.agentById.get(row.connectUserId));
}

function whyLookAtAgent(
  { now }: Look,
  { reason = '', linkedAt = 0, syncedReadAt, lastWriteAt, targetModifiedAt }: LookedAt,
  agent: ListedAgent | undefined,
): DriftReason | undefined {
  if (agent === undefined) return 'target-gone';
  if (syncedReadAt === undefined || syncedReadAt < linkedAt) return 'never-looked-at';
  // What Connect refused is not there: trying again unchanged would be refused again.
  if (!REFUSED.includes(reason) && lastWriteAt !== undefined && syncedReadAt <= lastWriteAt) {
    // Before that, a read may still show the state before our write.
    return now - lastWriteAt > SETTLING_MS ? 'write-unconfirmed' : undefined;
  }
  if (targetModifiedAt === undefined || agent.modifiedAt === undefined) return undefined;
  return Math.abs(agent.modifiedAt - targetModifiedAt) < SAME_TIME_MS ? undefined : 'target-changed';
}

function isInScope({ policy: { scope }, members }: Look, { sub, attributes }: ListedUser): boolean {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return attributes[scope.attribute] === scope.equals;
  return members?.has(sub) ?? false;
}

/** Whether a rule finds a Connect user at all: then somebody should know how that ends. */
const hasNamesake = ({ policy, agentByName }: Look, user: ListedUser): boolean =>
  policy.adoption.rules.some((rule) => agentByName.has(nameToAdopt(rule, user) ?? ''));

/** Whether there is now somebody to link with where there was nobody, or the other way round, or a hold has ended. */
function hasLinkChanged(look: Look, user: ListedUser, { status, reason = '' }: LookedAt): boolean {
  // The instance itself takes nobody.
  if (status === 'rejected') return false;
  return NOBODY_TO_LINK.includes(reason) === hasNamesake(look, user) || isAdoptable(look, user);
}

/** Whether the first rule that finds a Connect user would link to it now. */
function isAdoptable({ policy, agentByName, claims, exposure }: Look, user: ListedUser): boolean {
  for (const rule of policy.adoption.rules) {
    const agent = agentByName.get(nameToAdopt(rule, user) ?? '');
    if (agent === undefined) continue;
    return whyHeld(rule, exposure) === undefined && (claims.get(agent.id) ?? user.sub) === user.sub;
  }
  return false;
}
