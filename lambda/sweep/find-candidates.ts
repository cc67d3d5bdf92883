import { type Candidate, findDrift } from '../core/sweep/drift.ts';
import { countLevels, countUnannounced, type Levels, spanToCount } from '../core/sweep/levels.ts';
import { findNearMisses, type NearMisses } from '../core/sweep/near-misses.ts';
import type { SweepDeps } from './deps.ts';
import { type Listing, takeInventory } from './take-inventory.ts';

/** The candidates, with counts of both sides. */
export interface SweepFinding {
  /** Counts and codes for the log and for people. */
  readonly counts: Listing & { readonly connectUsers: number; readonly rows: number };
  /** By sub. */
  readonly candidates: readonly Candidate[];
  /** How many candidates there are, by reason. */
  readonly why: Readonly<Record<string, number>>;
  readonly nearMisses: NearMisses;
  readonly levels: Levels;
  /** Linked users whom Cognito changed since the last count, and those of them whom only the sweep found. */
  readonly changes: ReturnType<typeof countUnannounced>;
  /** Where the next count begins, milliseconds since the epoch. */
  readonly countedUntil: number;
  /** Connect users that a rule links without regard to case, by sub. */
  readonly matches: ReadonlyMap<string, string>;
}

/**
 * Takes the inventory and finds the candidates.
 *
 * @param deadline - when listing has to end, milliseconds since the epoch.
 * @param countedUntil - until when changes in Cognito have been counted, milliseconds since the epoch.
 */
export async function findCandidates(deps: SweepDeps, deadline: number, countedUntil?: number): Promise<SweepFinding> {
  const { inventory, traits, listing } = await takeInventory(deps, deadline);
  const now = deps.clock.now();
  const { candidates, namesakes } = findDrift(inventory, deps.policy, deps.policyHash, now);
  const span = spanToCount({ countedUntil, intervalMs: deps.sweepIntervalMs, now });
  const counts = { ...listing, connectUsers: inventory.connectUsers.length, rows: inventory.rows.size };
  return {
    counts,
    candidates,
    why: countReasons(candidates),
    nearMisses: findNearMisses(inventory, namesakes, deps.policy, traits),
    levels: countLevels(inventory.rows),
    changes: countUnannounced(inventory, candidates, span),
    countedUntil: span.until,
    matches: new Map(namesakes.unique.map(({ sub, connectUserId }) => [sub, connectUserId])),
  };
}

/** How many candidates there are for each reason. */
export const countReasons = (candidates: readonly Candidate[]): SweepFinding['why'] =>
  Object.fromEntries(
    [...Map.groupBy(candidates, ({ why }) => why)].map(([why, those]) => [why, those.length] as const),
  );
