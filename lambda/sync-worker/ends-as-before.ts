import type { Outcome } from '../core/outcome.ts';
import type { FieldDigests, UserRow } from '../core/rows/user-row.ts';

/** Whether reconciling ends as it did last time: with the same outcome and the same held values. Pure. */
export const endsAsBefore = (
  row: UserRow | undefined,
  { outcome, holds }: { readonly outcome: Outcome; readonly holds?: FieldDigests | undefined },
): boolean => row !== undefined && describe(row, row.holds) === describe(outcome, holds);

const describe = ({ status, reason, withheld = [] }: UserRow | Outcome, holds: FieldDigests = {}): string =>
  JSON.stringify([
    status,
    reason,
    withheld.map(({ field, kind, reason }) => [field, kind, reason]),
    withheld.map(({ field }) => Object.entries(holds).find(([name]) => name === field)?.[1]?.hash),
  ]);
