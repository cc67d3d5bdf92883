/** Members of Amazon Connect's `UserIdentityInfo`, in the order in which people read them. */
export const IDENTITY_FIELDS = ['FirstName', 'LastName', 'Email', 'SecondaryEmail', 'Mobile'] as const;

/** One member of Amazon Connect's `UserIdentityInfo`. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** What Connect knows of a person; an absent member is empty in Connect. */
export type Identity = Readonly<Partial<Record<IdentityField, string>>>;

/**
 * Who owns the identities of a Connect instance; fixed when the instance is created.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-identity-management.html
 */
export const IDENTITY_MANAGEMENT_TYPES = ['CONNECT_MANAGED', 'SAML', 'EXISTING_DIRECTORY'] as const;

/** See {@link IDENTITY_MANAGEMENT_TYPES}. */
export type IdentityManagementType = (typeof IDENTITY_MANAGEMENT_TYPES)[number];

/** The two fields that hold an e-mail address: what is written there decides who receives Connect's mail. */
export const EMAIL_FIELDS: readonly IdentityField[] = ['Email', 'SecondaryEmail'];

/**
 * Longest value Connect takes, in characters, for each identity management type.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
const MAX_LENGTH: Readonly<Record<'CONNECT_MANAGED' | 'SAML', Readonly<Record<IdentityField, number>>>> = {
  CONNECT_MANAGED: { FirstName: 255, LastName: 256, Email: 265, SecondaryEmail: 265, Mobile: 16 },
  SAML: { FirstName: 255, LastName: 300, Email: 265, SecondaryEmail: 265, Mobile: 16 },
};

/** The pattern that the API reference gives for `SecondaryEmail`; `Email` has none of its own and is held to the same. */
const EMAIL_PATTERN = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;

/** E.164, as the CloudFormation schema of `AWS::Connect::User` writes it. */
const MOBILE_PATTERN = /^\+[1-9]\d{1,14}$/;

/** Why Connect would refuse a value. */
export type InvalidValue = 'too-long' | 'not-an-email-address' | 'not-e164' | 'email-on-saml';

/**
 * Tells why Connect would refuse `value` in `field`, or `undefined` when it would take it. Pure.
 *
 * @param value - non-empty, in Unicode NFC.
 */
export function findInvalid(
  field: IdentityField,
  value: string,
  type: 'CONNECT_MANAGED' | 'SAML',
): InvalidValue | undefined {
  if (field === 'Email' && type === 'SAML') return 'email-on-saml';
  if ([...value].length > MAX_LENGTH[type][field]) return 'too-long';
  if (EMAIL_FIELDS.includes(field) && !EMAIL_PATTERN.test(value)) return 'not-an-email-address';
  if (field === 'Mobile' && !MOBILE_PATTERN.test(value)) return 'not-e164';
  return undefined;
}
