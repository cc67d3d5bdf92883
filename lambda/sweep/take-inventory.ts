import { nameToAdopt } from '../core/adoption.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser } from '../core/inventory.ts';
import type { Policy } from '../core/policy.ts';
import type { SweepDeps } from './deps.ts';

/** What the lists and the table show, and how much of it there was. */
export interface TakenInventory {
  readonly inventory: Inventory;
  /** Cognito users that were listed. */
  readonly users: number;
  readonly skipped: number;
}

/**
 * Lists both sides. Of the pool only those stay in memory who have a row or a namesake in Connect, so memory grows with
 * Connect users and not with the pool. The table is read before the pool, to know them, and again after it: what was
 * reconciled meanwhile is nothing new.
 *
 * @param deadline - when listing has to end, milliseconds since the epoch.
 */
export async function takeInventory(deps: SweepDeps, deadline: number): Promise<TakenInventory> {
  const { pool, directory, table, policy } = deps;
  const [connectUsers, before, exposure, members] = await Promise.all([
    directory.users(deadline),
    table.rowsAndClaims(),
    pool.exposure(),
    listMembers(deps, deadline),
  ]);
  const hasNamesake = findNamesakes(connectUsers, policy);
  const absent = new Set(before.rows.keys());
  const users: ListedCognitoUser[] = [];
  let listed = 0;
  const visit = (user: ListedCognitoUser) => {
    listed += 1;
    if (before.rows.has(user.sub) || hasNamesake(user)) users.push(user);
    absent.delete(user.sub);
  };
  const { skipped } = await pool.users({ attributes: attributesIn(policy), deadline }, visit);
  const inventory = { users, absent, connectUsers, members, exposure, ...(await table.rowsAndClaims()) };
  return { inventory, users: listed, skipped };
}

/** Attributes by which scope and adoption decide. */
const attributesIn = ({ scope, adoption }: Policy): ReadonlySet<string> =>
  new Set([
    ...(scope.kind === 'attribute' ? [scope.attribute] : []),
    ...adoption.rules.flatMap(({ attribute }) => attribute ?? []),
  ]);

/** Tells whether a rule finds a Connect user for a Cognito user, whatever the case of the name. */
function findNamesakes(connectUsers: readonly ListedConnectUser[], { adoption }: Policy) {
  const names = new Set(connectUsers.map(({ username }) => username.toLowerCase()));
  return (user: ListedCognitoUser): boolean =>
    adoption.rules.some((rule) => names.has((nameToAdopt(rule, user) ?? '').toLowerCase()));
}

/** A group that does not exist has no members: as the worker sees it, which asks for the groups of each user. */
async function listMembers({ pool, policy: { scope }, logger }: SweepDeps, deadline: number) {
  if (scope.kind !== 'group') return undefined;
  const members = new Set<string>();
  const visit = ({ sub }: ListedCognitoUser) => void members.add(sub);
  const end = await pool.members(scope.group, { attributes: new Set(), deadline }, visit);
  if (end === undefined)
    logger.warn('no group to synchronize', {
      advice: 'The group that scope names does not exist in the pool: every user is out of scope.',
    });
  return members;
}
