import { holdIdOf } from '../../lambda/core/holds/hold-digests.ts';
import { IDENTITY_FIELDS } from '../../lambda/core/identity/identity.ts';
import type { FieldDigests } from '../../lambda/core/rows/user-row.ts';

/** The id of the value that is held for a field; `undefined` when there is none. Pure. */
export function holdIdIn(holds: FieldDigests, name: string): string | undefined {
  const field = IDENTITY_FIELDS.find((known) => known === name);
  const digest = field === undefined ? undefined : holds[field];
  return digest && holdIdOf(digest);
}
