import { hasInvisible, isPrintable } from './printable.ts';

/** Members of Amazon Connect's `UserIdentityInfo`, in the order in which they are shown. */
export const IDENTITY_FIELDS = ['FirstName', 'LastName', 'Email', 'SecondaryEmail', 'Mobile'] as const;

/** One member of Amazon Connect's `UserIdentityInfo`. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** What Connect knows of a user. An absent member is empty in Connect. */
export type Identity = Readonly<Partial<Record<IdentityField, string>>>;

/** A text of an identity. It does not depend on the order of the members. Pure. */
export const textOf = (identity: Identity): string =>
  JSON.stringify(IDENTITY_FIELDS.map((field) => identity[field] ?? null));

/**
 * Who owns the identities of a Connect instance; fixed when the instance is created.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-identity-management.html
 */
export const IDENTITY_MANAGEMENT_TYPES = ['CONNECT_MANAGED', 'SAML', 'EXISTING_DIRECTORY'] as const;

/** See {@link IDENTITY_MANAGEMENT_TYPES}. */
export type IdentityManagementType = (typeof IDENTITY_MANAGEMENT_TYPES)[number];

/** The types whose identities can be updated. */
export type UpdatableType = Exclude<IdentityManagementType, 'EXISTING_DIRECTORY'>;

/** The two names. Connect requires both in a request. */
export const NAME_FIELDS = ['FirstName', 'LastName'] as const satisfies readonly IdentityField[];

/** The two fields that hold an e-mail address. They decide who receives Connect's mail. */
export const EMAIL_FIELDS: readonly IdentityField[] = ['Email', 'SecondaryEmail'];

/**
 * Longest value Connect takes, in characters, for each identity management type. `Email` has no documented limit.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
const MAX_LENGTH: Readonly<Record<UpdatableType, Readonly<Record<IdentityField, number>>>> = {
  CONNECT_MANAGED: { FirstName: 255, LastName: 256, Email: 320, SecondaryEmail: 265, Mobile: 16 },
  SAML: { FirstName: 255, LastName: 300, Email: 320, SecondaryEmail: 265, Mobile: 16 },
};

/** One `@` with text on both sides, no white space. Connect checks everything else about `Email`. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/u;

/** The pattern that the API reference gives for `SecondaryEmail`, and for no other field. */
const SECONDARY_EMAIL_PATTERN = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;

/** E.164, as the CloudFormation schema of `AWS::Connect::User` writes it. */
const MOBILE_PATTERN = /^\+[1-9]\d{1,14}$/;

/** Why a value is not sent to Connect. */
export type InvalidValue = 'too-long' | 'not-an-email-address' | 'not-e164' | 'not-printable';

/**
 * Tells why `value` is not sent in `field`. `undefined` when it is sent and Connect decides. A value is invalid when AWS
 * documents that it is refused, or when its characters can show a name as another one. Pure.
 *
 * @param value - non-empty, in Unicode NFC.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-connect-user-useridentityinfo.html
 */
export function findInvalid(field: IdentityField, value: string, type: UpdatableType): InvalidValue | undefined {
  if (!isPrintable(value)) return 'not-printable';
  if ([...value].length > MAX_LENGTH[type][field]) return 'too-long';
  if (field === 'Email' && !ADDRESS.test(value)) return 'not-an-email-address';
  // With an invisible character before the @, an address looks like another address. In a domain, some scripts need
  // joiners.
  if (field === 'Email' && hasInvisible(value.slice(0, value.indexOf('@')))) return 'not-printable';
  if (field === 'SecondaryEmail' && !SECONDARY_EMAIL_PATTERN.test(value)) return 'not-an-email-address';
  if (field === 'Mobile' && !MOBILE_PATTERN.test(value)) return 'not-e164';
  return undefined;
}
