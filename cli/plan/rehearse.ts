import { PermanentError, TransientError } from '../../lambda/core/failures/errors.ts';
import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { mapIdentity } from '../../lambda/core/identity/map-identity.ts';
import type { Outcome } from '../../lambda/core/outcome.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import type { ListedCognitoUser } from '../../lambda/core/sweep/inventory.ts';
import type { Clock, ConnectDirectory, ConnectUser, SyncTable, UserPool } from '../../lambda/ports.ts';
import type { SyncDeps } from '../../lambda/sync-worker/deps.ts';
import { reconcileUser } from '../../lambda/sync-worker/reconcile-user.ts';
import type { UserResult } from '../../lambda/sync-worker/user-result.ts';
import type { PlanSources } from './ports.ts';

/** A field of a user on both sides, and what the worker does with it. */
export interface RehearsedField {
  readonly field: IdentityField;
  readonly connect: string | null;
  /** What Cognito asks for; `null` when it asks for nothing. */
  readonly cognito: string | null;
  readonly what: 'written' | 'held' | 'waiting' | 'rejected' | 'same' | 'left-alone';
  readonly reason: string | null;
}

/** How reconciling a user would end now. */
export interface RehearsedUser {
  readonly sub: string;
  readonly connectUserId: string | null;
  readonly outcome: Outcome;
  readonly fields: readonly RehearsedField[];
}

/** What {@link createRehearsal} works with. */
export interface RehearsalDeps {
  readonly reads: PlanSources['connectReads'];
  readonly exposure: UserPool['exposure'];
  readonly table: SyncTable;
  readonly policy: Policy;
  readonly policyHash: string;
  /** By sub. */
  readonly users: ReadonlyMap<string, ListedCognitoUser>;
  /** Subs of the members of the group that is the scope. */
  readonly members: ReadonlySet<string> | undefined;
  /** Ids of Connect users, by user name. */
  readonly idsByUsername: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How many times a result that is not final is tried, each at the time at which the worker would try again. */
const MAX_ROUNDS = 4;
/** How long the worker accepts that Connect may not show a user yet. */
const NOT_VISIBLE_SECONDS = 600;

/**
 * Reconciles users one after the other as the worker does, by the worker's own code, on ports that write nothing. Cognito users
 * and names are those of the lists, so that no user counts as active and no search is made; each linked Connect user is read
 * once. Where the worker would read again later, the rehearsal reads again at once.
 *
 * @returns how it ends, or the code of the failure that the worker would meet.
 * @throws {PermanentError} when a permission is missing: the next user would meet the same.
 */
export function createRehearsal(
  deps: RehearsalDeps,
): (sub: string) => Promise<RehearsedUser | { readonly failure: string }> {
  const { policy, policyHash, table, users, reads } = deps;
  const pool = createListedPool(deps);
  return async (sub) => {
    const seen = new Map<string, ConnectUser | undefined>();
    const clock = createForwardClock(deps.now);
    const directory: ConnectDirectory = {
      ...reads,
      findIdsByUsername: async (username) => deps.idsByUsername.get(username) ?? [],
      updateIdentity: async () => 'updated',
      async describeUser(id) {
        if (!seen.has(id)) seen.set(id, await reads.describeUser(id));
        return seen.get(id);
      },
    };
    const worker: SyncDeps = { pool, directory, table, policy, policyHash, clock, newSalt: () => '' };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const result = await tryOnce(worker, sub);
      if (result.kind === 'again') {
        await clock.sleep(result.delaySeconds * 1_000);
        continue;
      }
      if (result.kind !== 'concluded') return { failure: result.kind === 'failed' ? result.code : result.kind };
      const { outcome, connectUserId } = result;
      const observed = connectUserId === undefined ? undefined : seen.get(connectUserId);
      const fields = observed === undefined ? [] : await compareSidesOf(deps, users.get(sub), observed, outcome);
      return { sub, connectUserId: connectUserId ?? null, outcome, fields };
    }
    return { failure: 'unclear' };
  };
}

/** How one try of the worker ends; a failure is told by its code. */
async function tryOnce(
  worker: SyncDeps,
  sub: string,
): Promise<UserResult | { readonly kind: 'failed'; readonly code: string }> {
  try {
    return await reconcileUser(worker, sub, [{ change: changeNow(sub, worker.clock.now()), receiveCount: 1 }]);
  } catch (error) {
    // The worker goes on trying until a linked user that Connect does not show counts as missing.
    if (error instanceof TransientError && error.code === 'connect-user-not-visible')
      return { kind: 'again', delaySeconds: NOT_VISIBLE_SECONDS, why: 'settling' };
    if (error instanceof TransientError) return { kind: 'failed', code: error.code };
    if (error instanceof PermanentError && !/AccessDenied|NotAuthorized/.test(error.code))
      return { kind: 'failed', code: error.code };
    throw error;
  }
}

const changeNow = (sub: string, now: number) =>
  ({ v: 1, userPoolId: 'plan', sub, cause: 'sweep', eventId: 'plan', occurredAt: now }) as const;

/** The pool as the lists have shown it. */
function createListedPool({ users, members, policy: { scope }, exposure }: RehearsalDeps): UserPool {
  const bySubOfName = new Map([...users.values()].map(({ username, sub }) => [username, sub]));
  const group = scope.kind === 'group' ? [scope.group] : [];
  return {
    findUser: async (sub) => users.get(sub),
    groupsOf: async (username) => (members?.has(bySubOfName.get(username) ?? '') ? group : []),
    exposure,
  };
}

/** The clock of this machine. A sleep does not wait: it moves the clock ahead. */
function createForwardClock(now: () => number): Clock {
  let aheadMs = 0;
  return {
    now: () => now() + aheadMs,
    sleep: async (milliseconds) => {
      aheadMs += milliseconds;
    },
  };
}

async function compareSidesOf(
  { policy, reads }: RehearsalDeps,
  user: ListedCognitoUser | undefined,
  { identity }: ConnectUser,
  { changed, withheld }: Outcome,
): Promise<readonly RehearsedField[]> {
  const type = policy.identityManagementType ?? (await reads.identityManagementType());
  if (user === undefined || type === 'EXISTING_DIRECTORY') return [];
  const desired = mapIdentity(user.attributes, policy.mapping, type);
  return IDENTITY_FIELDS.map((field): RehearsedField => {
    const wanted = desired[field];
    const connect = identity[field] ?? null;
    const cognito = wanted?.kind === 'value' ? wanted.value : null;
    const found = { field, connect, cognito, reason: null };
    const kept = withheld.find((each) => each.field === field);
    if (kept !== undefined) return { ...found, what: kept.kind, reason: kept.reason };
    if (changed.includes(field)) return { ...found, what: 'written' };
    return { ...found, what: wanted === undefined ? 'left-alone' : 'same' };
  });
}
