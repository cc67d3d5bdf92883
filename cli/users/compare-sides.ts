import { IDENTITY_FIELDS, type Identity, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { type DesiredField, mapIdentity } from '../../lambda/core/identity/map-identity.ts';
import { adviseOn } from '../../lambda/core/outcome.ts';
import type { Policy } from '../../lambda/core/policy.ts';
import { matches } from '../../lambda/core/rows/digest.ts';
import { holdIdIn } from './hold-digest.ts';
import type { PoolUser, UserRecord } from './ports.ts';

/** One field on both sides, with its values. */
export interface ComparedField {
  readonly field: IdentityField;
  /** What Cognito asks for; `null` when it asks for nothing. */
  readonly cognito: string | null;
  readonly connect: string | null;
  /**
   * `same`, or nothing is asked for; `differs`: the worker would write it; `withheld`: it would not, and `reason` says why;
   * `kept`: Cognito has nothing, and the mapping keeps what Connect has; `not-synchronized`: the mapping leaves it alone;
   * `not-compared`: the Connect user was not read.
   */
  readonly state: 'same' | 'differs' | 'withheld' | 'kept' | 'not-synchronized' | 'not-compared';
  readonly reason: string | null;
  readonly advice: string | null;
  readonly holdId: string | null;
}

/** See {@link compareSides}. */
export interface Sides {
  readonly user: PoolUser;
  /** What Connect has; `undefined` when it was not read. */
  readonly identity: Identity | undefined;
  readonly policy: Policy;
  readonly type: 'CONNECT_MANAGED' | 'SAML';
  readonly row: UserRecord | undefined;
}

/** Compares what Cognito asks for with what Connect has, field by field; why a value stays away is in the row. Pure. */
export function compareSides({ user, identity, policy, type, row }: Sides): readonly ComparedField[] {
  const desired = mapIdentity(user.attributes, policy.mapping, type);
  return IDENTITY_FIELDS.map((field): ComparedField => {
    const wanted = desired[field];
    const connect = identity?.[field] ?? null;
    const cognito = wanted?.kind === 'value' ? wanted.value : null;
    const found = { field, cognito, connect, reason: null, advice: null, holdId: null };
    if (policy.mapping[field] === null) return { ...found, state: 'not-synchronized' };
    if (wanted === undefined) return { ...found, state: 'kept' };
    if (identity !== undefined && wanted.kind !== 'withheld' && cognito === connect) return { ...found, state: 'same' };
    const reason = wanted.kind === 'withheld' ? wanted.withheld.reason : whyWithheld(field, wanted, row);
    if (reason === undefined) return { ...found, state: identity === undefined ? 'not-compared' : 'differs' };
    const holdId = row?.holds !== undefined ? (holdIdIn(row.holds ?? {}, field) ?? null) : null;
    return { ...found, state: 'withheld', reason, advice: adviseOn(reason, user) ?? null, holdId };
  });
}

/** Why the worker left the field as it was; nothing for another value than the held one. */
function whyWithheld(field: IdentityField, wanted: DesiredField, row: UserRecord | undefined): string | undefined {
  const withheld = row?.withheld?.find((one) => one.field === field);
  const digest = row?.holds?.[field];
  const another = digest !== undefined && wanted.kind === 'value' && !matches(digest, wanted.value);
  return another ? undefined : withheld?.reason;
}
