import { IDENTITY_FIELDS, type Identity, type IdentityField } from '../identity/identity.ts';
import type { DesiredIdentity } from '../identity/map-identity.ts';
import type { Withheld } from '../outcome.ts';
import { type Digest, digestOf, matches } from '../rows/digest.ts';
import type { FieldDigests, UserRow } from '../rows/user-row.ts';

/** Characters of a hold id. They tell the holds of one user apart, and a person can type them. */
const HOLD_ID_LENGTH = 8;

/** A short id of a held value, for people. Another value has another id. Pure. */
export const holdIdOf = ({ hash }: Digest): string => hash.replace(/[^A-Za-z0-9]/g, '').slice(0, HOLD_ID_LENGTH);

/**
 * Digests of the held values. While a value is held, its digest stays the same, because a person releases it by its digest.
 * Pure except for the salts.
 */
export function holdsOf(
  desired: DesiredIdentity,
  withheld: readonly Withheld[],
  before: FieldDigests = {},
  newSalt: () => string,
): FieldDigests | undefined {
  const held = withheld.flatMap(({ field, kind }) => {
    const wanted = desired[field];
    if (kind !== 'held' || wanted?.kind !== 'value') return [];
    const known = before[field];
    return [[field, known && matches(known, wanted.value) ? known : digestOf(wanted.value, newSalt())] as const];
  });
  return held.length === 0 ? undefined : Object.fromEntries(held);
}

/** Fields whose desired value a person has released. Pure. */
export const releasedFields = (desired: DesiredIdentity, { releases }: UserRow): readonly IdentityField[] =>
  IDENTITY_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && matches(releases?.[field], wanted.value);
  });

/** Releases that are left, and when the last release was given according to the row that was read. */
export interface ReleasesLeft {
  readonly left: FieldDigests;
  readonly givenAt: number | undefined;
  /** The releases whose value Connect has now, without void ones. */
  readonly used: readonly UsedRelease[];
}

/** A release whose value was written, and the hold id under which a person gave it. */
interface UsedRelease {
  readonly field: IdentityField;
  readonly holdId: string;
}

/**
 * The releases that still wait for their value to be written. A release is used up once Connect has its value, and void
 * once Cognito asks for another one. Pure.
 *
 * @returns `undefined` when none has been used up.
 */
export function useUpReleases(
  { releases, releasedAt }: UserRow,
  desired: DesiredIdentity,
  identity: Identity,
): ReleasesLeft | undefined {
  if (releases === undefined) return undefined;
  const given = IDENTITY_FIELDS.flatMap((field) => {
    const release = releases[field];
    const wanted = desired[field];
    const value = wanted?.kind === 'value' && matches(release, wanted.value) ? wanted.value : undefined;
    return release === undefined ? [] : [{ field, release, value }];
  });
  const left = given.filter(({ field, value }) => value !== undefined && identity[field] !== value);
  if (left.length === given.length) return undefined;
  const used = given.filter(({ field, value }) => value !== undefined && identity[field] === value);
  return {
    left: Object.fromEntries(left.map(({ field, release }) => [field, release])),
    givenAt: releasedAt,
    used: used.map(({ field, release }) => ({ field, holdId: holdIdOf(release) })),
  };
}
