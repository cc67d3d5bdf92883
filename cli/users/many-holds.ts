import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { heldFields, holdIdIn } from './hold-digest.ts';
import type { UserRecord, UserTable } from './ports.ts';
import { requirePairs } from './read-pairs.ts';

/** A value that is held. */
export interface ManyHold {
  readonly row: UserRecord;
  readonly field: IdentityField;
  readonly reason: string;
  readonly holdId: string;
}

/** Which holds are wanted. A hold must match every member that is given. */
export interface WantedHolds {
  /** Why the value is held. */
  readonly reason?: string | undefined;
  readonly field?: IdentityField | undefined;
}

/** Names a hold: the sub of the user and the id of the hold. */
export type HoldName = `${string} ${string}`;

/** The name of a hold. Pure. */
export const nameOfHold = ({ row, holdId }: ManyHold): HoldName => `${row.sub} ${holdId}`;

/** Whether a hold is one of those that are wanted. Pure. */
export const isWanted = (hold: ManyHold, { reason, field }: WantedHolds): boolean =>
  (reason ?? hold.reason) === hold.reason && (field ?? hold.field) === hold.field;

/** Everything that is held in the table. */
export async function readHolds(table: Pick<UserTable, 'scan'>): Promise<readonly ManyHold[]> {
  const holds: ManyHold[] = [];
  for await (const page of table.scan())
    for (const row of page)
      for (const { field: name, reason } of heldFields(row)) {
        const field = IDENTITY_FIELDS.find((known) => known === name);
        const holdId = holdIdIn(row.holds ?? {}, name);
        if (field !== undefined && holdId !== undefined) holds.push({ row, field, reason, holdId });
      }
  return holds;
}

/**
 * The holds that a file with the columns `sub` and `hold` names. Pure.
 *
 * @throws {ConfigError} for a file that cannot be used.
 */
export const readHoldNames = (path: string, text: string): ReadonlySet<HoldName> =>
  new Set(requirePairs(path, text, ['sub', 'hold']).map(([sub, holdId]): HoldName => `${sub} ${holdId}`));
