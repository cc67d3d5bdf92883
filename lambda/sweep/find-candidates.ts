import { type Candidate, findDrift } from '../core/drift.ts';
import type { SweepDeps } from './deps.ts';
import { takeInventory } from './take-inventory.ts';

/** Who may differ, and of how many. */
export interface SweepFinding {
  readonly counts: {
    readonly users: number;
    /** Listed users that cannot be reconciled: without sub, user name or modification date. */
    readonly skipped: number;
    readonly connectUsers: number;
    readonly rows: number;
  };
  /** By sub. */
  readonly candidates: readonly Candidate[];
  /** How many there are, by reason. */
  readonly why: Readonly<Record<string, number>>;
}

/**
 * Lists both sides and finds who may differ.
 *
 * @param deadline - when listing has to end, milliseconds since the epoch.
 */
export async function findCandidates(deps: SweepDeps, deadline: number): Promise<SweepFinding> {
  const { inventory, users, skipped } = await takeInventory(deps, deadline);
  const candidates = findDrift(inventory, deps.policy, deps.policyHash, deps.clock.now());
  const counts = { users, skipped, connectUsers: inventory.connectUsers.length, rows: inventory.rows.size };
  return { counts, candidates, why: countReasons(candidates) };
}

/** How many candidates there are for each reason. */
export const countReasons = (candidates: readonly Candidate[]): SweepFinding['why'] =>
  Object.fromEntries(
    [...Map.groupBy(candidates, ({ why }) => why)].map(([why, those]) => [why, those.length] as const),
  );
