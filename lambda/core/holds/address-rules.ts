import { EMAIL_FIELDS, type Identity, type IdentityField } from '../identity/identity.ts';
import type { Attributes, DesiredIdentity } from '../identity/map-identity.ts';
import { tidy } from '../identity/printable.ts';
import type { Policy } from '../policy.ts';

/** What tells whether the address of a user can be trusted. */
export interface AddressOwner {
  readonly attributes: Attributes;
  /** Identity providers the user comes from; empty for a user with a password in the pool. */
  readonly providers: readonly string[];
  /** Identity providers that are linked to a user with a password in the pool. A sign-in through one sets attributes too. */
  readonly linkedProviders?: readonly string[];
}

/** Whether Cognito has verified the attribute `email`. Cognito keeps `email_verified` as it was sent, for example "True". Pure. */
export const isVerified = ({ attributes }: AddressOwner): boolean =>
  (attributes.email_verified ?? '').trim().toLowerCase() === 'true';

/** Whether all providers of the user are trusted. The provider that signed in last sets the address, so all must be. Pure. */
const comesFromTrusted = ({ providers }: AddressOwner, trusted: readonly string[]): boolean =>
  providers.length > 0 && providers.every((provider) => trusted.includes(provider));

/** Fields whose address does not come from the attribute `email`. Cognito verifies this attribute only. Pure. */
const fieldsFromElsewhere = ({ attributes }: AddressOwner, desired: DesiredIdentity): readonly IdentityField[] =>
  EMAIL_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && wanted.value !== tidy(attributes.email ?? '');
  });

/** Whether the addresses of a user can be trusted, and why not. */
export interface Vouching {
  /** Cognito verified the address, or a trusted provider vouches for it, or verification is not required. */
  readonly verified: boolean;
  /** A trusted provider would vouch for it, but the user can replace the address without verification, or could earlier. */
  readonly changeableByUser: boolean;
  /** Fields whose value does not come from the attribute `email`. Cognito verifies this attribute only. */
  readonly unverifiable: readonly IdentityField[];
}

/** Whether the settings of the pool decide about the address of a user: only for a trusted provider. Pure. */
export const dependsOnPool = (user: AddressOwner, { requireVerified, trustedProviders }: Policy['email']): boolean =>
  requireVerified && !isVerified(user) && comesFromTrusted(user, trustedProviders);

/**
 * Tells whether the addresses of a user can be trusted. Pure.
 *
 * @param keptVerifiedEmail - the pool has kept the address of a user until the new one was verified, as long as the user exists.
 */
export function vouchFor(
  user: AddressOwner,
  desired: DesiredIdentity,
  email: Policy['email'],
  keptVerifiedEmail: boolean,
): Vouching {
  if (!email.requireVerified) return { verified: true, changeableByUser: false, unverifiable: [] };
  const unverifiable = fieldsFromElsewhere(user, desired);
  if (!dependsOnPool(user, email)) return { verified: isVerified(user), changeableByUser: false, unverifiable };
  return { verified: keptVerifiedEmail, changeableByUser: !keptVerifiedEmail, unverifiable };
}

/** Whether at least one of these fields has a desired address, and Connect has all of these addresses. Pure. */
export function hasAddresses(identity: Identity, desired: DesiredIdentity, fields: readonly IdentityField[]): boolean {
  const wanted = fields.flatMap((field) => {
    const address = desired[field];
    return address?.kind === 'value' ? [{ field, value: address.value }] : [];
  });
  return wanted.length > 0 && wanted.every(({ field, value }) => identity[field] === value);
}
