import { EMAIL_FIELDS, IDENTITY_FIELDS, type Identity, type IdentityField } from './identity.ts';
import type { DesiredIdentity } from './map-identity.ts';
import type { Withheld } from './outcome.ts';

/** What the guards of an e-mail address know; an address is a credential, because password resets go there. */
export interface EmailFacts {
  /** Cognito verified the address, or its provider is trusted, or verification is not required. */
  readonly verified: boolean;
  /** Fields whose value is not that of the attribute `email`, the only one that a verification speaks of. */
  readonly unverifiable: readonly IdentityField[];
  /** Lower-case domains an address may be in; empty allows all. */
  readonly allowedDomains: readonly string[];
  /** The Connect user holds a protected security profile. */
  readonly protectedProfile: boolean;
  /** Connect has no security profile of a protected name: nobody can be told apart from its holders. */
  readonly unknownProfile: boolean;
  /** The link is new and none of its addresses has been settled. */
  readonly firstEmail: boolean;
  /** The hourly number of users whose address may change is used up. */
  readonly budgetSpent: boolean;
  /** Fields whose very value a person has released. */
  readonly released: readonly IdentityField[];
}

/** What to do about one user. */
export interface IdentityPlan {
  /** The whole identity to send, or `null` when Connect has it already. */
  readonly write: Identity | null;
  /** Owned fields that differ and are written. */
  readonly changed: readonly IdentityField[];
  /** Fields that keep what Connect has although Cognito says otherwise. */
  readonly withheld: readonly Withheld[];
}

/** See {@link planIdentity}. */
export interface PlanInput {
  readonly desired: DesiredIdentity;
  readonly observed: Identity;
  readonly type: 'CONNECT_MANAGED' | 'SAML';
  readonly email: EmailFacts;
  /** The observation may be older than our own last write: send the identity even when nothing seems to differ. */
  readonly rewrite?: boolean;
}

/**
 * Plans the write that brings a Connect user to the identity Cognito asks for. Pure, total, idempotent: planned again
 * on its own result, nothing differs.
 *
 * The whole identity is sent, with what Connect has in every field that is not ours or withheld, because it is not
 * documented whether Connect keeps or wipes what a request leaves out. A withheld address never stops a name.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 */
export function planIdentity({ desired, observed, type, email, rewrite = false }: PlanInput): IdentityPlan {
  const write: Partial<Record<IdentityField, string>> = { ...observed };
  const changed: IdentityField[] = [];
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
    // An old observation proves nothing: then an address that seems to be there already passes its guards again.
    if (value === observed[field] && !(rewrite && address !== undefined)) continue;
    const guard = address === undefined ? undefined : guardEmail(field, address, email);
    if (guard !== undefined) {
      withheld.push(guard);
      continue;
    }
    changed.push(field);
    if (value === undefined) delete write[field];
    else write[field] = value;
  }
  if (type === 'SAML') delete write.Email;
  if (changed.length === 0 && !rewrite) return { write: null, changed, withheld };
  const missing =
    type === 'CONNECT_MANAGED' ? (['FirstName', 'LastName'] as const).filter((field) => !write[field]) : [];
  if (missing.length === 0) return { write, changed, withheld };
  const refused = missing.map((field): Withheld => ({ field, kind: 'rejected', reason: 'missing-name' }));
  return { write: null, changed: [], withheld: [...withheld, ...refused] };
}

function guardEmail(field: IdentityField, address: string, facts: EmailFacts): Withheld | undefined {
  if (facts.unverifiable.includes(field)) return { field, kind: 'rejected', reason: 'not-verifiable' };
  if (!facts.verified) return { field, kind: 'waiting', reason: 'email-not-verified' };
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (facts.allowedDomains.length > 0 && !facts.allowedDomains.includes(domain)) {
    return { field, kind: 'rejected', reason: 'domain-not-allowed' };
  }
  if (facts.released.includes(field)) return undefined;
  if (facts.protectedProfile) return { field, kind: 'held', reason: 'protected-profile' };
  if (facts.unknownProfile) return { field, kind: 'held', reason: 'unknown-profile' };
  if (facts.firstEmail) return { field, kind: 'held', reason: 'first-email' };
  if (facts.budgetSpent) return { field, kind: 'held', reason: 'email-budget' };
  return undefined;
}
