import { holdIdOf } from '../../lambda/core/holds/hold-digests.ts';
import { IDENTITY_FIELDS } from '../../lambda/core/identity/identity.ts';
import type { Status } from '../../lambda/core/outcome.ts';
import type { FieldDigests } from '../../lambda/core/rows/user-row.ts';

/** The id of the value that is held for a field; `undefined` when there is none. Pure. */
export function holdIdIn(holds: FieldDigests, name: string): string | undefined {
  const field = IDENTITY_FIELDS.find((known) => known === name);
  const digest = field === undefined ? undefined : holds[field];
  return digest && holdIdOf(digest);
}

/** Outcomes with which a row may hold values: in the mode observe, `would-write` comes before `held`. */
const HOLDING: readonly string[] = ['held', 'would-write'] satisfies readonly Status[];

/** The fields that are held of a user, as the row says it. Pure. */
export const heldFields = <Field extends { readonly kind: string }>({
  status,
  withheld = [],
}: {
  readonly status?: string | null | undefined;
  readonly withheld?: readonly Field[] | undefined;
}): readonly Field[] => (HOLDING.includes(status ?? '') ? withheld.filter(({ kind }) => kind === 'held') : []);
