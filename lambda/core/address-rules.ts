import { EMAIL_FIELDS, type Identity, type IdentityField } from './identity.ts';
import type { Attributes, DesiredIdentity } from './map-identity.ts';
import { tidy } from './printable.ts';

/** Where a user's address comes from, as far as it tells whether to trust it. */
export interface AddressOwner {
  readonly attributes: Attributes;
  /** Identity providers the user comes from; empty for a user with a password in the pool. */
  readonly providers: readonly string[];
}

/** Whether Cognito has verified the attribute `email`. It keeps the text as it was sent, such as "True". Pure. */
export const isVerified = ({ attributes }: AddressOwner): boolean =>
  (attributes.email_verified ?? '').trim().toLowerCase() === 'true';

/** Whether all providers of the user are trusted: with several, the address came from the one that signed in last. Pure. */
export const comesFromTrusted = ({ providers }: AddressOwner, trusted: readonly string[]): boolean =>
  providers.length > 0 && providers.every((provider) => trusted.includes(provider));

/** Fields whose address is another one than that of the attribute `email`, of which alone a verification speaks. Pure. */
export const fieldsFromElsewhere = ({ attributes }: AddressOwner, desired: DesiredIdentity): readonly IdentityField[] =>
  EMAIL_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && wanted.value !== tidy(attributes.email ?? '');
  });

/** Whether Cognito asks for an address in one of these fields at all, and Connect has each one it asks for. Pure. */
export function hasAddresses(identity: Identity, desired: DesiredIdentity, fields: readonly IdentityField[]): boolean {
  const wanted = fields.flatMap((field) => {
    const address = desired[field];
    return address?.kind === 'value' ? [{ field, value: address.value }] : [];
  });
  return wanted.length > 0 && wanted.every(({ field, value }) => identity[field] === value);
}
