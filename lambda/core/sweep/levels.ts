import type { DriftReason } from './drift.ts';
import type { Inventory, ReconciledRow } from './inventory.ts';

/** How many users are held or failing now, according to the rows. */
export interface Levels {
  /** A guard holds something until a person decides. */
  readonly held: number;
  /** The last try to reconcile them failed. */
  readonly failing: number;
}

/** Counts the {@link Levels}. Pure. */
export function countLevels(rows: ReadonlyMap<string, ReconciledRow>): Levels {
  const all = [...rows.values()];
  return {
    held: all.filter(({ status }) => status === 'held').length,
    failing: all.filter(({ lastTry }) => lastTry !== undefined).length,
  };
}

/** How long an event may take to arrive. A later change is not counted yet, because its event may still come. */
const EVENT_DELAY_MS = 15 * 60_000;

/**
 * Counts the linked users whom Cognito changed within an interval, and those of them whom only the sweep found: no event
 * announced them, or the event was not processed. Pure.
 *
 * @param intervalMs - length of the interval. It ends {@link EVENT_DELAY_MS} before `now`, so the intervals of two passes meet.
 */
export function countUnannounced(
  { users, rows }: Pick<Inventory, 'users' | 'rows'>,
  candidates: readonly { readonly sub: string; readonly why: DriftReason }[],
  { intervalMs, now }: { readonly intervalMs: number; readonly now: number },
): { readonly changed: number; readonly unannounced: number } {
  const found = new Set(candidates.filter(({ why }) => why === 'cognito-user-changed').map(({ sub }) => sub));
  const until = now - EVENT_DELAY_MS;
  const changed = users.filter(
    ({ sub, modifiedAt }) =>
      modifiedAt > until - intervalMs && modifiedAt <= until && rows.get(sub)?.connectUserId !== undefined,
  );
  return { changed: changed.length, unannounced: changed.filter(({ sub }) => found.has(sub)).length };
}
