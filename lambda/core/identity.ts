import { isPrintable } from './printable.ts';

/** Members of Amazon Connect's `UserIdentityInfo`, in the order in which people read them. */
export const IDENTITY_FIELDS = ['FirstName', 'LastName', 'Email', 'SecondaryEmail', 'Mobile'] as const;

/** One member of Amazon Connect's `UserIdentityInfo`. */
export type IdentityField = (typeof IDENTITY_FIELDS)[number];

/** What Connect knows of a person; an absent member is empty in Connect. */
export type Identity = Readonly<Partial<Record<IdentityField, string>>>;

/** One text for an identity, whatever the order of its members. Pure. */
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

/** The two names. Connect wants them together. */
export const NAME_FIELDS = ['FirstName', 'LastName'] as const satisfies readonly IdentityField[];

/** The two fields that hold an e-mail address: what is written there decides who receives Connect's mail. */
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

/** One `@` with something on both sides, no white space. Everything else about `Email` is for Connect to say. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/u;

/** The pattern that the API reference gives for `SecondaryEmail`, and for no other field. */
const SECONDARY_EMAIL_PATTERN = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;

/** E.164, as the CloudFormation schema of `AWS::Connect::User` writes it. */
const MOBILE_PATTERN = /^\+[1-9]\d{1,14}$/;

/** Why a value is not sent to Connect. */
export type InvalidValue = 'too-long' | 'not-an-email-address' | 'not-e164' | 'not-printable';

/**
 * Tells why `value` is not sent in `field`, or `undefined` when Connect is to judge it. Only what AWS documents as
 * refused counts, and characters that would show a name as another one. Pure.
 *
 * @param value - non-empty, in Unicode NFC.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-connect-user-useridentityinfo.html
 */
export function findInvalid(field: IdentityField, value: string, type: UpdatableType): InvalidValue | undefined {
  if (!isPrintable(value)) return 'not-printable';
  if ([...value].length > MAX_LENGTH[type][field]) return 'too-long';
  if (field === 'Email' && !ADDRESS.test(value)) return 'not-an-email-address';
  if (field === 'SecondaryEmail' && !SECONDARY_EMAIL_PATTERN.test(value)) return 'not-an-email-address';
  if (field === 'Mobile' && !MOBILE_PATTERN.test(value)) return 'not-e164';
  return undefined;
}
