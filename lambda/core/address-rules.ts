import { EMAIL_FIELDS, type Identity, type IdentityField } from './identity.ts';
import type { Attributes, DesiredIdentity } from './map-identity.ts';
import { tidy } from './printable.ts';

/** What tells whether the address of a user can be trusted. */
export interface AddressOwner {
  readonly attributes: Attributes;
  /** Identity providers the user comes from; empty for a user with a password in the pool. */
  readonly providers: readonly string[];
}

/** Whether Cognito has verified the attribute `email`. Cognito keeps `email_verified` as it was sent, for example "True". Pure. */
export const isVerified = ({ attributes }: AddressOwner): boolean =>
  (attributes.email_verified ?? '').trim().toLowerCase() === 'true';

/** Whether all providers of the user are trusted. The provider that signed in last sets the address, so all must be. Pure. */
export const comesFromTrusted = ({ providers }: AddressOwner, trusted: readonly string[]): boolean =>
  providers.length > 0 && providers.every((provider) => trusted.includes(provider));

/** Fields whose address does not come from the attribute `email`. Cognito verifies this attribute only. Pure. */
export const fieldsFromElsewhere = ({ attributes }: AddressOwner, desired: DesiredIdentity): readonly IdentityField[] =>
  EMAIL_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && wanted.value !== tidy(attributes.email ?? '');
  });

/** Whether at least one of these fields has a desired address, and Connect has all of these addresses. Pure. */
export function hasAddresses(identity: Identity, desired: DesiredIdentity, fields: readonly IdentityField[]): boolean {
  const wanted = fields.flatMap((field) => {
    const address = desired[field];
    return address?.kind === 'value' ? [{ field, value: address.value }] : [];
  });
  return wanted.length > 0 && wanted.every(({ field, value }) => identity[field] === value);
}
