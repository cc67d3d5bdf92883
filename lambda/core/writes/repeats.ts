import type { UserRow } from '../rows/user-row.ts';

/** This many writes of the same identity within a day mean that another writer changes it back each time. */
const REPEATS_OF_ANOTHER_WRITER = 3;
const DAY_MS = 24 * 3_600_000;

/** What a row keeps of repeated writes. */
type Repeats = NonNullable<UserRow['repeats']>;

/**
 * Counts a write. Pure.
 *
 * @param same - an earlier write sent the same identity, Connect took it, and has shown another one since.
 */
export function countRepeats(before: Repeats | undefined, same: boolean, now: number): Repeats {
  if (!same || before === undefined || now - before.since > DAY_MS) return { count: 1, since: now };
  return { count: before.count + 1, since: before.since };
}

/** Whether to report another writer now: once a day. Pure. */
export const reportsAnotherWriter = ({ count }: Repeats): boolean => count === REPEATS_OF_ANOTHER_WRITER;
