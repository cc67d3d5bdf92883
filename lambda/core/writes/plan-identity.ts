import { type EmailFacts, guardAddress } from '../holds/email-guards.ts';
import {
  EMAIL_FIELDS,
  findInvalid,
  IDENTITY_FIELDS,
  type Identity,
  type IdentityField,
  NAME_FIELDS,
  type UpdatableType,
} from '../identity/identity.ts';
import type { DesiredIdentity } from '../identity/map-identity.ts';
import type { Withheld } from '../outcome.ts';
import type { Policy } from '../policy.ts';

/** What a write changes: the new value by field, `undefined` to clear it. */
export type Changes = ReadonlyMap<IdentityField, string | undefined>;

/** What to do about one user. */
export interface IdentityPlan {
  /** The identity to send, or `null` when Connect has it already. */
  readonly write: Identity | null;
  /** Owned fields that differ and are written, with their values. */
  readonly changes: Changes;
  /** Fields whose desired value differs and is not written. */
  readonly withheld: readonly Withheld[];
}

/** See {@link planIdentity}. */
export interface PlanInput {
  readonly desired: DesiredIdentity;
  readonly observed: Identity;
  readonly type: UpdatableType;
  readonly email: EmailFacts;
  /** See {@link composeWrite}. */
  readonly update: Policy['identityUpdate'];
  /** The observed identity may predate the last write: send the identity also when nothing differs. */
  readonly rewrite?: boolean;
}

/**
 * Plans the write that gives a Connect user the desired identity. Pure, total and idempotent: a plan for its own result
 * writes nothing.
 *
 * Both sides are compared first. Only fields that differ are checked and guarded. A withheld address never stops a name.
 */
export function planIdentity({ desired, observed, type, email, update, rewrite = false }: PlanInput): IdentityPlan {
  const changes = new Map<IdentityField, string | undefined>();
  const withheld: Withheld[] = [];
  for (const field of IDENTITY_FIELDS) {
    const wanted = desired[field];
    if (wanted === undefined) continue;
    if (wanted.kind === 'withheld') {
      withheld.push(wanted.withheld);
      continue;
    }
    const value = wanted.kind === 'value' ? wanted.value : undefined;
    const address = EMAIL_FIELDS.includes(field) ? value : undefined;
    const differs = value !== observed[field];
    // With an old observation, an address that seems to be equal passes its guards again, and a write of single fields
    // names every field.
    if (!differs && !(rewrite && (address !== undefined || update === 'changed'))) continue;
    const refusal =
      judge(field, value, type, differs) ?? (address === undefined ? undefined : guardAddress(field, address, email));
    if (refusal === undefined) changes.set(field, value);
    else withheld.push(refusal);
  }
  if (changes.size === 0 && !rewrite) return { write: null, changes, withheld };
  const missing = findMissingNames(observed, changes, type);
  if (missing.length > 0) return { write: null, changes: new Map(), withheld: [...withheld, ...missing] };
  return { write: composeWrite(observed, changes, type, update), changes, withheld };
}

/**
 * The identity to send. Pure.
 *
 * @param update - `whole` sends every member, with what Connect shows in those that do not change, because AWS does not say
 *   whether Connect keeps or clears what a request leaves out. `changed` sends what changes, and the two names, which
 *   AWS requires.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 */
export function composeWrite(
  observed: Identity,
  changes: Changes,
  type: UpdatableType,
  update: Policy['identityUpdate'],
): Identity {
  const write: Partial<Record<IdentityField, string>> = {};
  for (const field of IDENTITY_FIELDS) {
    if (type === 'SAML' && field === 'Email') continue;
    const isName = NAME_FIELDS.some((name) => name === field);
    // Connect takes Unicode in NFC only, but may show values in another form.
    const shown = observed[field]?.normalize('NFC');
    if (changes.has(field)) {
      const value = changes.get(field);
      if (value !== undefined) write[field] = value;
      else if (update === 'changed') write[field] = '';
    } else if (shown !== undefined && (update === 'whole' || isName)) {
      write[field] = shown;
    }
    // A SAML instance may have users without a name. Connect shows such a name as empty.
    if (type === 'SAML' && isName) write[field] ??= '';
  }
  return write;
}

function findMissingNames(observed: Identity, changes: Changes, type: UpdatableType): readonly Withheld[] {
  if (type === 'SAML') return [];
  const missing = NAME_FIELDS.filter((field) => !(changes.get(field) ?? observed[field]));
  return missing.map((field) => ({ field, kind: 'rejected', reason: 'missing-name' }));
}

function judge(
  field: IdentityField,
  value: string | undefined,
  type: UpdatableType,
  differs: boolean,
): Withheld | undefined {
  const invalid = value === undefined || !differs ? undefined : findInvalid(field, value, type);
  return invalid === undefined ? undefined : { field, kind: 'rejected', reason: invalid };
}
