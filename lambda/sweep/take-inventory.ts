import { attributesOfRules } from '../core/links/adoption.ts';
import type { Inventory } from '../core/sweep/inventory.ts';
import { COGNITO_PAGE_SIZE, type ListPlan, type ListWay, planLists } from '../core/sweep/list-plan.ts';
import type { PoolTraits } from '../core/sweep/near-misses.ts';
import { collectUsers, type UserCollection } from './collect-users.ts';
import type { InventoryDeps } from './deps.ts';

/** How the Cognito users were found: counts and codes for the log. */
export interface Listing {
  readonly way: ListWay;
  readonly because: ListPlan['because'] | 'pool-is-larger-than-estimated';
  readonly calls: { readonly cognito: number; readonly connect: number };
  /** Cognito users that were listed or found. */
  readonly users: number;
  /** Listed users that cannot be reconciled, because they lack sub, user name or modification date. */
  readonly skipped: number;
  /** What a complete list of the pool would have shown, and this way does not show. */
  readonly notLookedFor: readonly NotLookedFor[];
}

/** See {@link Listing.notLookedFor}. */
type NotLookedFor =
  /** Names that differ from names of Connect users in case only, and are not in lower case. */
  | 'names-in-another-case'
  /** Namesakes of Connect users whose names cannot be put into a filter. */
  | 'names-that-cannot-be-asked'
  /** Names of Connect users that there was no time to ask for. */
  | 'rest-of-the-names'
  /** Users without a row, on pages that there was no time to read. */
  | 'rest-of-the-pool'
  /** Rows that there was no time to ask for. */
  | 'rest-of-the-rows';

/** See {@link takeInventory}. */
export interface TakenInventory {
  readonly inventory: Inventory;
  readonly traits: PoolTraits;
  readonly listing: Listing;
}

/**
 * Reads both sides in the cheapest way that is exact. The table is read before Cognito, to know which users to ask for, and
 * again after it, so that users who were reconciled in between are no candidates. Memory grows with Connect users and rows,
 * not with the pool.
 *
 * @param deadline - when listing has to end, milliseconds since the epoch.
 */
export async function takeInventory(deps: InventoryDeps, deadline: number): Promise<TakenInventory> {
  const { pool, directory, table, policy } = deps;
  const [connect, before, exposure, facts] = await Promise.all([
    directory.users(deadline),
    table.rowsAndClaims(),
    pool.exposure(),
    pool.facts(),
  ]);
  const connectUsers = connect.users;
  const watched = attributesOfRules(policy.adoption.rules);
  const history = await table.rememberExposure(exposure, watched, exposure.readAt);
  const plan = planLists({ policy, connectUsers, rows: before.rows, estimatedUsers: facts.estimatedUsers });
  const collection = collectUsers(deps, { rows: before.rows, connectUsers, deadline });
  const {
    way,
    because,
    members,
    groupMissing = false,
    notLookedFor,
  } = await collect(deps, plan, collection, {
    deadline,
    estimatedUsers: facts.estimatedUsers,
  });
  const whole = way !== 'known-users' && notLookedFor.length === 0;
  const asked = await collection.askForRows();
  const { users, listed, calls, skipped } = collection.found();
  const inventory: Inventory = {
    users,
    absent: asked.absent,
    whole,
    connectUsers,
    members,
    exposure,
    history,
    ...(await table.rowsAndClaims()),
  };
  return {
    inventory,
    traits: { generatedUsernames: facts.generatedUsernames, groupMissing },
    listing: {
      way,
      because,
      calls: { cognito: calls, connect: connect.calls },
      users: listed,
      skipped,
      notLookedFor: [...notLookedFor, ...(asked.complete ? [] : (['rest-of-the-rows'] as const))],
    },
  };
}

interface Collected extends Pick<Listing, 'way' | 'because' | 'notLookedFor'> {
  readonly members: ReadonlySet<string> | undefined;
  readonly groupMissing?: boolean;
}

async function collect(
  deps: InventoryDeps,
  plan: ListPlan,
  collection: UserCollection,
  { deadline, estimatedUsers }: { readonly deadline: number; readonly estimatedUsers: number | undefined },
): Promise<Collected> {
  const { way, because, mostPages } = plan;
  if (way === 'group') return { way, because, notLookedFor: [], ...(await listGroup(deps, collection)) };
  if (way === 'known-users') return askForKnown(plan, collection, because);
  if (mostPages === undefined) warnOfTooLargePool(deps, estimatedUsers, deadline);
  if (await collection.listPool(mostPages)) return { way, because, notLookedFor: [], members: undefined };
  // The list did not end. The users that were listed so far are kept.
  if (mostPages !== undefined) return askForKnown(plan, collection, 'pool-is-larger-than-estimated');
  warnOfUnlistedRest(deps);
  return { way, because, notLookedFor: ['rest-of-the-pool'], members: undefined };
}

async function askForKnown(
  { names, unsearchable }: ListPlan,
  collection: UserCollection,
  because: Listing['because'],
): Promise<Collected> {
  const notLookedFor: NotLookedFor[] = ['names-in-another-case'];
  if (!(await collection.ask(names))) notLookedFor.push('rest-of-the-names');
  if (unsearchable > 0) notLookedFor.push('names-that-cannot-be-asked');
  return { way: 'known-users', because, notLookedFor, members: undefined };
}

/** A group that does not exist has no members. The worker, which asks for the groups of each user, sees the same. */
async function listGroup({ logger, policy: { scope } }: InventoryDeps, collection: UserCollection) {
  const members = scope.kind === 'group' ? await collection.listGroup(scope.group) : undefined;
  if (members !== undefined) return { members };
  logger.warn('no group to synchronize', {
    advice: 'The group that scope names does not exist in the pool: every user is out of scope.',
  });
  return { members: new Set<string>(), groupMissing: true };
}

const SCOPE_ADVICE =
  'Set scope to a group: then only its members are listed. Or use adoption rules over the user name or a standard attribute, which Cognito can search.';

function warnOfTooLargePool(
  { clock, cognitoListsPerSecond, logger }: InventoryDeps,
  estimatedUsers: number | undefined,
  deadline: number,
): void {
  const seconds = Math.max(0, deadline - clock.now()) / 1_000;
  const usersInTime = Math.floor(seconds * cognitoListsPerSecond) * COGNITO_PAGE_SIZE;
  if (estimatedUsers === undefined || estimatedUsers <= usersInTime) return;
  logger.warn('pool too large for a whole list', { estimatedUsers, usersInTime, advice: SCOPE_ADVICE });
}

const warnOfUnlistedRest = ({ logger }: InventoryDeps): void =>
  logger.warn('pool not listed to its end', {
    advice: `There was no time to read all pages. Users with a row were compared; users without a row on the other pages were not. ${SCOPE_ADVICE}`,
  });
