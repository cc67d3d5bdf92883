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

/** A span of time, milliseconds since the epoch: `since` is not in it, and `until` is. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/**
 * The span whose changes are counted now. It ends {@link EVENT_DELAY_MS} before `now` and begins where the last one ended, so
 * that each change is counted once. Pure.
 *
 * @param countedUntil - the end of the last span; `undefined` before the first count.
 * @param intervalMs - the length of the first span.
 */
export function spanToCount({
  countedUntil,
  intervalMs,
  now,
}: Readonly<{ countedUntil: number | undefined; intervalMs: number; now: number }>): Span {
  const until = now - EVENT_DELAY_MS;
  // Ignore an end in the future: the clock of the writer was wrong.
  const isKnown = countedUntil !== undefined && countedUntil <= now;
  return { since: isKnown ? Math.min(countedUntil, until) : until - intervalMs, until };
}

/**
 * Counts the linked users whom Cognito changed within a span, and those of them whom only the sweep found: no event announced
 * them, or the event was not processed. Pure.
 */
export function countUnannounced(
  { users, rows }: Pick<Inventory, 'users' | 'rows'>,
  candidates: readonly { readonly sub: string; readonly why: DriftReason }[],
  { since, until }: Span,
): { readonly changed: number; readonly unannounced: number } {
  const found = new Set(candidates.filter(({ why }) => why === 'cognito-user-changed').map(({ sub }) => sub));
  const changed = users.filter(
    ({ sub, modifiedAt }) => modifiedAt > since && modifiedAt <= until && rows.get(sub)?.connectUserId !== undefined,
  );
  return { changed: changed.length, unannounced: changed.filter(({ sub }) => found.has(sub)).length };
}
