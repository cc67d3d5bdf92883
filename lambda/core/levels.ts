import type { DriftReason } from './drift.ts';
import type { Inventory, ReconciledRow } from './inventory.ts';

/** How many users wait for something, as the rows say it now. */
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

/** How long an event may be under way: what Cognito changed later is not yet a change that no event announced. */
const EVENT_DELAY_MS = 15 * 60_000;

/**
 * Tells how many linked users Cognito changed within a time, and how many of them only the sweep found: no event has announced
 * them, or none has been dealt with. Pure.
 *
 * @param intervalMs - of the time, which ends {@link EVENT_DELAY_MS} before `now`: so times of one pass after the other meet.
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
