import { type Candidate, findDrift, type Inventory } from '../core/drift.ts';
import type { Policy } from '../core/policy.ts';
import type { CognitoUserList, Logger } from '../ports.ts';
import type { SweepDeps } from './deps.ts';

/** Who may differ, and of how many. */
export interface SweepFinding {
  readonly counts: { readonly users: number; readonly connectUsers: number; readonly rows: number };
  /** By sub. */
  readonly candidates: readonly Candidate[];
  /** How many there are, by reason. */
  readonly why: Readonly<Record<string, number>>;
}

/**
 * Lists both sides and finds who may differ. Both lists come first and the table after them: what is done meanwhile then
 * shows in the rows, and is nothing new.
 *
 * @param deadline - when listing has to end, milliseconds since the epoch.
 */
export async function findCandidates(deps: SweepDeps, deadline: number): Promise<SweepFinding> {
  const { pool, directory, table, policy, policyHash, clock, logger } = deps;
  const [users, connectUsers, members, exposure] = await Promise.all([
    pool.users(attributesIn(policy), deadline),
    directory.users(deadline),
    listMembers(pool, policy, { logger, deadline }),
    pool.exposure(),
  ]);
  const inventory: Inventory = { users, connectUsers, members, exposure, ...(await table.rowsAndClaims()) };
  const candidates = findDrift(inventory, policy, policyHash, clock.now());
  const counts = { users: users.length, connectUsers: connectUsers.length, rows: inventory.rows.size };
  return { counts, candidates, why: countReasons(candidates) };
}

/** Attributes by which scope and adoption decide. */
const attributesIn = ({ scope, adoption }: Policy): ReadonlySet<string> =>
  new Set([
    ...(scope.kind === 'attribute' ? [scope.attribute] : []),
    ...adoption.rules.flatMap(({ attribute }) => attribute ?? []),
  ]);

/** Of a group that is gone nobody is a member: as the worker sees it, which asks for the groups of each user. */
async function listMembers(
  pool: CognitoUserList,
  { scope }: Policy,
  { logger, deadline }: { readonly logger: Logger; readonly deadline: number },
) {
  if (scope.kind !== 'group') return undefined;
  const members = await pool.membersOf(scope.group, deadline);
  if (members === undefined)
    logger.warn('no group to synchronize', {
      advice: 'The group that scope names does not exist in the pool: everybody is out of scope.',
    });
  return members ?? new Set<string>();
}

/** How many candidates there are for each reason. */
export const countReasons = (candidates: readonly Candidate[]): SweepFinding['why'] =>
  Object.fromEntries(
    [...Map.groupBy(candidates, ({ why }) => why)].map(([why, those]) => [why, those.length] as const),
  );
