import type { IdentityField } from '../identity/identity.ts';
import type { Withheld } from '../outcome.ts';
import type { Vouching } from './address-rules.ts';

/** Why an address is held until a person releases it. */
export const HOLD_REASONS = [
  'provider-address-changeable',
  'protected-profile',
  'unknown-profile',
  'first-email',
  'email-budget',
] as const satisfies readonly Withheld['reason'][];

/** The facts that the guards of an e-mail address use. An address is a credential, because password resets go there. */
export interface EmailFacts extends Vouching {
  /** Domains that an address may be in, in lower case. Empty allows all. */
  readonly allowedDomains: readonly string[];
  /** The Connect user holds a protected security profile, or Connect did not say which ones it holds. */
  readonly protectedProfile: boolean;
  /** Connect has no security profile with a configured name, so the holders of that profile are unknown. */
  readonly unknownProfile: boolean;
  /** The link is new and none of its addresses has been settled. */
  readonly firstEmail: boolean;
  /** The hourly number of users whose address may change is used up. */
  readonly budgetSpent: boolean;
  /** Fields whose desired value a person has released. */
  readonly released: readonly IdentityField[];
}

/** Why an address is not written: it is rejected, waits for Cognito, or is held for a person. `undefined` lets it pass. Pure. */
export function guardAddress(field: IdentityField, address: string, facts: EmailFacts): Withheld | undefined {
  const hold = (reason: (typeof HOLD_REASONS)[number]): Withheld => ({ field, kind: 'held', reason });
  const released = facts.released.includes(field);
  if (facts.unverifiable.includes(field)) return { field, kind: 'rejected', reason: 'not-verifiable' };
  if (!facts.verified) {
    if (!facts.changeableByUser) return { field, kind: 'waiting', reason: 'email-not-verified' };
    if (!released) return hold('provider-address-changeable');
  }
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (facts.allowedDomains.length > 0 && !facts.allowedDomains.includes(domain)) {
    return { field, kind: 'rejected', reason: 'domain-not-allowed' };
  }
  if (released) return undefined;
  if (facts.protectedProfile) return hold('protected-profile');
  if (facts.unknownProfile) return hold('unknown-profile');
  if (facts.firstEmail) return hold('first-email');
  if (facts.budgetSpent) return hold('email-budget');
  return undefined;
}
