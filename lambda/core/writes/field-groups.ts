import {
  findInvalid,
  IDENTITY_FIELDS,
  type Identity,
  type IdentityField,
  type UpdatableType,
} from '../identity/identity.ts';
import type { Withheld } from '../outcome.ts';
import { digestOf, matches } from '../rows/digest.ts';
import type { UserRow } from '../rows/user-row.ts';
import type { Changes } from './plan-identity.ts';

/** Fields that are tried together when Connect refuses an identity: the two names, and each other field by itself. */
const GROUPS = {
  Names: ['FirstName', 'LastName'],
  Email: ['Email'],
  SecondaryEmail: ['SecondaryEmail'],
  Mobile: ['Mobile'],
} as const satisfies Readonly<Record<string, readonly IdentityField[]>>;

/** See {@link GROUPS}. */
type FieldGroup = keyof typeof GROUPS;

const FIELD_GROUPS: readonly FieldGroup[] = ['Names', 'Email', 'SecondaryEmail', 'Mobile'];

/** What a row keeps of refusals. */
export type Refused = NonNullable<UserRow['refused']>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The part of the changes that belongs to one group. */
export interface GroupChange {
  readonly group: FieldGroup;
  readonly changes: Changes;
}

/** Splits changes into groups, in the order of the fields. Pure. */
export function splitChanges(changes: Changes): readonly GroupChange[] {
  return FIELD_GROUPS.flatMap((group) => {
    const part = new Map([...changes].filter(([field]) => fieldsOf(group).includes(field)));
    return part.size === 0 ? [] : [{ group, changes: part }];
  });
}

const fieldsOf = (group: FieldGroup): readonly IdentityField[] => GROUPS[group];

/** When a refused value may be sent once more: 1, 2, 4 … hours after it was refused, at most a day. Pure. */
export const retryRefusedAt = ({ at, count }: Pick<Refused, 'at' | 'count'>): number =>
  at + Math.min(DAY_MS, HOUR_MS * 2 ** Math.min(Math.max(count, 1) - 1, 10));

/** Whether a refused value may be sent once more. A refusal with a time in the future comes from a wrong clock. Pure. */
export const isRefusalOver = (refused: Pick<Refused, 'at' | 'count'>, now: number): boolean =>
  refused.at > now || now >= retryRefusedAt(refused);

/**
 * Leaves out changes that Connect has already refused with the same values, and withholds their fields. Pure.
 *
 * @param refused - of the row; `undefined` to try every change.
 */
export function leaveOutRefused(
  changes: Changes,
  refused: Refused | undefined,
): { readonly changes: Changes; readonly withheld: readonly Withheld[] } {
  const left = splitChanges(changes).flatMap((part) => {
    const known = refused?.values[part.group];
    return matches(known, changesText(part.changes)) ? [{ ...part, code: known?.code ?? '' }] : [];
  });
  const without = new Map(changes);
  for (const part of left) for (const field of part.changes.keys()) without.delete(field);
  return { changes: without, withheld: left.flatMap(({ changes: part, code }) => refusedFields(part, code)) };
}

/** A part of the changes that Connect has refused. */
export interface GroupRefusal extends GroupChange {
  readonly code: string;
}

/** Fields of a refused part, as an outcome names them. Pure. */
export const refusedFields = (changes: Changes, code: string): readonly Withheld[] =>
  [...changes.keys()].map((field) => ({ field, kind: 'rejected', reason: 'refused-by-connect', code }));

/**
 * What the row keeps of refusals after a try. Pure except for the salts.
 *
 * @param refusals - of this try.
 * @param withheld - from this try, for any reason.
 */
export function keepRefusals(
  before: Refused | undefined,
  refusals: readonly GroupRefusal[],
  withheld: readonly Withheld[],
  now: number,
  newSalt: () => string,
): Refused | undefined {
  const stillLeftOut = withheld.filter(({ reason }) => reason === 'refused-by-connect');
  const old = FIELD_GROUPS.flatMap((group) => {
    const known = before?.values[group];
    const applies = stillLeftOut.some(({ field }) => fieldsOf(group).includes(field));
    return known !== undefined && applies ? [[group, known] as const] : [];
  });
  const added = refusals.map(
    ({ group, changes, code }) => [group, { ...digestOf(changesText(changes), newSalt()), code }] as const,
  );
  const values = Object.fromEntries([...old, ...added]);
  if (Object.keys(values).length === 0) return undefined;
  if (refusals.length === 0) return { at: before?.at ?? now, count: before?.count ?? 1, values };
  return { at: now, count: (before?.count ?? 0) + 1, values };
}

/**
 * Fields that a write repeats unchanged, and whose value in Connect has a form that AWS documents as refused. Pure.
 */
export const findWrongInConnect = (observed: Identity, changes: Changes, type: UpdatableType): readonly Withheld[] =>
  IDENTITY_FIELDS.flatMap((field): readonly Withheld[] => {
    const shown = changes.has(field) || (type === 'SAML' && field === 'Email') ? undefined : observed[field];
    if (shown === undefined || findInvalid(field, shown, type) === undefined) return [];
    return [{ field, kind: 'rejected', reason: 'wrong-in-connect' }];
  });

/** One text for a set of changes, whatever their order. */
const changesText = (changes: Changes): string =>
  JSON.stringify(IDENTITY_FIELDS.map((field) => (changes.has(field) ? [changes.get(field) ?? null] : null)));
