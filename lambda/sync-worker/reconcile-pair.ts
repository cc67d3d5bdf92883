import type { Cause } from '../core/events/change.ts';
import { LAST_READ_SECONDS, SETTLING_MS } from '../core/events/freshness.ts';
import { TransientError } from '../core/failures/errors.ts';
import type { UpdatableType } from '../core/identity/identity.ts';
import { mapIdentity } from '../core/identity/map-identity.ts';
import { attributesOfRules } from '../core/links/adoption.ts';
import { wasCreatedWhileOpen } from '../core/links/exposure.ts';
import { type Outcome, outcome, type Reason, summarize } from '../core/outcome.ts';
import { digestOf, matches } from '../core/rows/digest.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import { findSettled, type SettledFacts, settledText } from '../core/writes/settled.ts';
import type { CognitoUser, ConnectUser, LinkRead } from '../ports.ts';
import { type AdoptionResult, adoptConnectUser } from './adopt-connect-user.ts';
import type { IdentityConclusion, ReconcileResult } from './conclude-identity.ts';
import type { SyncDeps } from './deps.ts';
import { findVouching } from './email-facts.ts';
import { linkOf } from './linked-user.ts';
import { reconcileIdentity } from './reconcile-identity.ts';

/**
 * A Connect user can be invisible for a while after it was created, linked or changed.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/eventual-consistency.html
 */
const NOT_YET_VISIBLE_MS = 10 * 60_000;

/** Causes that ask to check Connect and the link again. */
const DOUBTING: readonly Cause[] = ['operator', 'sweep'];

/** How reconciling ended for a Cognito user that exists. */
export type PairResult =
  | {
      readonly kind: 'concluded';
      readonly conclusion: Pick<IdentityConclusion, 'outcome'> &
        Partial<IdentityConclusion> & { readonly candidateId?: string | undefined };
      readonly link: LinkRead;
      /** The Connect user of the outcome, also when the link to it was removed. */
      readonly connectUserId: string | undefined;
      /** The digest in the row that still applies. Connect was not asked. */
      readonly settled?: NonNullable<UserRow['settled']>;
    }
  | (ReconcileResult & { readonly kind: 'again' })
  | { readonly kind: 'again'; readonly delaySeconds: number; readonly why: 'too-early' | 'connect-user-missing' }
  | { readonly kind: 'left-to-sweep'; readonly why: Reason };

/** See {@link reconcilePair}. */
interface Occasion {
  /** When reconciling began to read, milliseconds since the epoch. */
  readonly readAt: number;
  readonly causes: ReadonlySet<Cause>;
  /** Cognito has stored every change that the messages announce. */
  readonly synced: boolean;
}

/** Finds the Connect user of a Cognito user that is in scope, and brings it in step. */
export async function reconcilePair(
  deps: SyncDeps,
  user: CognitoUser,
  row: UserRow | undefined,
  occasion: Occasion,
): Promise<PairResult> {
  const concluded = (result: Outcome): PairResult => conclusionOf(result, linkOf(row));
  if (!(await isInScope(deps, user))) return concluded({ status: 'out-of-scope', changed: [], withheld: [] });
  const type = deps.policy.identityManagementType ?? (await deps.directory.identityManagementType());
  if (type === 'EXISTING_DIRECTORY') return concluded(outcome('rejected', 'existing-directory'));
  const doubts = DOUBTING.some((cause) => occasion.causes.has(cause));
  const { synced } = occasion;
  const pair = { user, type, force: occasion.causes.has('operator'), readAt: occasion.readAt };
  if (row?.connectUserId !== undefined) {
    return reconcileLinked(deps, { ...pair, row, trustsSettled: !doubts, synced });
  }
  const adoption = await adoptConnectUser(deps, user, { now: occasion.readAt, asks: row !== undefined || doubts });
  if (adoption.kind === 'left-to-sweep') return adoption;
  if (adoption.kind === 'none') return withCandidate(concluded(adoption.outcome), adoption.candidateId);
  // change-intake ignores self-service calls of users without a row. Read again what changed before this row existed.
  const newest = row === undefined ? ((await deps.pool.findUser(user.sub)) ?? user) : user;
  return reconcileAdopted(deps, { ...pair, user: newest, row }, adoption);
}

/** Keeps the Connect user that a rule has found, for the person who decides about the link. */
const withCandidate = (result: PairResult, candidateId: string | undefined): PairResult =>
  result.kind === 'concluded' ? { ...result, conclusion: { ...result.conclusion, candidateId } } : result;

const conclusionOf = (result: Outcome, link: LinkRead, connectUserId = link.connectUserId): PairResult => ({
  kind: 'concluded',
  conclusion: { outcome: result },
  link,
  connectUserId,
});

async function isInScope({ pool, policy: { scope } }: SyncDeps, user: CognitoUser): Promise<boolean> {
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'attribute') return user.attributes[scope.attribute] === scope.equals;
  return (await pool.groupsOf(user.username)).includes(scope.group);
}

interface Pair {
  readonly user: CognitoUser;
  readonly type: UpdatableType;
  readonly force: boolean;
  readonly readAt: number;
}

interface LinkedPair extends Pair {
  readonly row: UserRow;
}

function reconcileAdopted(
  deps: SyncDeps,
  pair: Pair & { readonly row: UserRow | undefined },
  { observed }: AdoptionResult & { readonly kind: 'linked' },
): Promise<PairResult> {
  const link = { connectUserId: observed.id, linkedAt: pair.readAt };
  const row = { ...pair.row, sub: pair.user.sub, ...link, firstEmail: true };
  return reconcileObserved(deps, { ...pair, row }, observed);
}

async function reconcileLinked(
  deps: SyncDeps,
  pair: LinkedPair & { readonly trustsSettled: boolean; readonly synced: boolean },
): Promise<PairResult> {
  const { row, trustsSettled, synced } = pair;
  const { connectUserId = '' } = row;
  const { settled } = row;
  if (trustsSettled && settled !== undefined) {
    const state = findSettled(row, await readFacts(deps, pair));
    if (state !== undefined) {
      // Cognito may not have stored the announced change yet. Read it again later, without a call to Connect: most sign-ins
      // change nothing.
      if (!synced) return { kind: 'again', delaySeconds: LAST_READ_SECONDS, why: 'too-early' };
      const same = summarize([], state.withheld);
      return { kind: 'concluded', conclusion: { outcome: same }, link: linkOf(row), connectUserId, settled };
    }
  }
  const observed = await deps.directory.describeUser(connectUserId);
  if (observed === undefined) return findAgain(deps, pair);
  // Write this now, because the next steps may fail: a later read without the user must count as the first one.
  if (row.connectMissingSince !== undefined) await deps.table.noteConnectMissing(row.sub, undefined);
  return reconcileObserved(deps, pair, observed);
}

async function reconcileObserved(deps: SyncDeps, pair: LinkedPair, observed: ConnectUser): Promise<PairResult> {
  // Connect requires both names of a user whom it manages. A write over an identity that is not shown would clear the rest.
  if (pair.type === 'CONNECT_MANAGED' && Object.keys(observed.identity).length === 0)
    throw new TransientError('identity-not-shown', 'Connect showed the user without an identity.');
  // An address may be written now: settings from before the change of the user do not count.
  const facts = await readFacts(deps, pair, pair.user.modifiedAt);
  const { desired, vouching } = facts;
  const trustFirstEmail = await trustsFirstEmail(deps, pair);
  const result = await reconcileIdentity(deps, { ...pair, desired, vouching, observed, trustFirstEmail });
  if (result.kind === 'connect-user-missing') {
    // A read has just shown the user. Connect is eventually consistent, so the next read decides.
    throw new TransientError('connect-user-not-visible', 'Connect showed the user, but did not find it for the write.');
  }
  if (result.kind === 'again') return result;
  const { conclusion } = result;
  const firstEmail = pair.row.firstEmail === true && conclusion.emailSettled !== true;
  const releases = conclusion.releases?.left ?? pair.row.releases ?? {};
  const settles = conclusion.confirmed && Object.keys(releases).length === 0 && deps.policy.mode === 'sync';
  const text = settledText(facts, { withheld: conclusion.outcome.withheld, firstEmail });
  const known = matches(pair.row.settled, text) ? pair.row.settled : undefined;
  const settled = settles ? (known ?? digestOf(text, deps.newSalt())) : undefined;
  return {
    kind: 'concluded',
    conclusion: { ...conclusion, memory: { ...conclusion.memory, settled } },
    link: linkOf(pair.row),
    connectUserId: observed.id,
  };
}

/** The desired identity, with everything that decides whether it is settled. */
async function readFacts(deps: SyncDeps, { user, type, row }: LinkedPair, since?: number): Promise<SettledFacts> {
  const { connectUserId = '', linkedAt } = row;
  const desired = mapIdentity(user.attributes, deps.policy.mapping, type);
  const vouching = await findVouching(deps, user, desired, since);
  return { desired, connectUserId, linkedAt, policyHash: deps.policyHash, type, vouching };
}

/** Whether `trustFirstEmail` applies: only to a user that was created while strangers could not choose what a rule reads. */
async function trustsFirstEmail({ pool, table, policy }: SyncDeps, { user, row }: LinkedPair) {
  const { trustFirstEmail, rules } = policy.adoption;
  if (!trustFirstEmail || row.firstEmail !== true) return trustFirstEmail;
  const exposure = await pool.exposure(user.modifiedAt);
  const history = await table.rememberExposure(exposure, attributesOfRules(rules), exposure.readAt);
  return !rules.some(({ attribute }) => wasCreatedWhileOpen(history, attribute, user.createdAt));
}

/**
 * The linked Connect user is missing. Looks for another one with the name, after a second read two minutes later: while any
 * change of the user spreads, Connect may not find it, and a new link has to be checked by a person.
 */
async function findAgain(deps: SyncDeps, { row, ...pair }: LinkedPair): Promise<PairResult> {
  const { connectUserId = '', linkedAt = 0, lastWriteAt = 0 } = row;
  if (deps.clock.now() - Math.max(linkedAt, lastWriteAt) < NOT_YET_VISIBLE_MS) {
    throw new TransientError(
      'connect-user-not-visible',
      'Connect does not show a user that was linked or written minutes ago.',
    );
  }
  await deps.directory.checkInstance();
  const missingForMs = pair.readAt - (row.connectMissingSince ?? pair.readAt);
  if (row.connectMissingSince === undefined) await deps.table.noteConnectMissing(row.sub, pair.readAt);
  if (missingForMs < SETTLING_MS) {
    const delaySeconds = Math.ceil((SETTLING_MS - missingForMs) / 1_000);
    return { kind: 'again', delaySeconds, why: 'connect-user-missing' };
  }
  await deps.table.unlink(row.sub, connectUserId);
  const unlinked = linkOf(undefined);
  const adoption = await adoptConnectUser(deps, pair.user, { now: pair.readAt, asks: true });
  const { sub, hadEmail, lastTry } = row;
  if (adoption.kind === 'linked') return reconcileAdopted(deps, { ...pair, row: { sub, hadEmail, lastTry } }, adoption);
  if (adoption.kind === 'none' && adoption.outcome.reason !== 'no-connect-user')
    return withCandidate(conclusionOf(adoption.outcome, unlinked, connectUserId), adoption.candidateId);
  return conclusionOf(outcome('connect-user-missing', 'connect-user-missing'), unlinked, connectUserId);
}
