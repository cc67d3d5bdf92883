import type { AttributeType, SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { unsupported } from '../../service.ts';
import { invalid, notAuthorized } from './context.ts';
import { STANDARD_ATTRIBUTES } from './schema.ts';

/** Attribute values by name. An empty value in a request deletes the attribute. */
export type Values = ReadonlyMap<string, string>;

/**
 * Reads a request's attribute list; pure.
 *
 * @throws {AwsError} `InvalidParameterException` for a missing name or a value over 2,048 characters.
 */
export function toValues(list: readonly AttributeType[] = []): Values {
  const values = new Map<string, string>();
  for (const { Name, Value = '' } of list) {
    if (Name === undefined || Name.length < 1 || Name.length > 32)
      throw invalid(
        "1 validation error detected: Value at 'userAttributes.member.name' failed to satisfy constraint: Member must have length between 1 and 32",
      );
    if (Value.length > 2048)
      throw invalid(
        "1 validation error detected: Value at 'userAttributes.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048",
      );
    if (values.has(Name)) throw unsupported(`the attribute ${Name} twice in one request`);
    values.set(Name, Value);
  }
  return values;
}

/** The inverse of {@link toValues}. */
export const toList = (values: Values): AttributeType[] => [...values].map(([Name, Value]) => ({ Name, Value }));

const FORMATS: Readonly<Record<string, { readonly pattern: RegExp; readonly message: string }>> = {
  email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, message: 'Invalid email address format.' },
  phone_number: { pattern: /^\+[1-9]\d{1,14}$/, message: 'Invalid phone number format.' },
  birthdate: { pattern: /^\d{4}-\d{2}-\d{2}$/, message: 'Invalid birthdate format.' },
};

function valueProblem(attribute: SchemaAttributeType, value: string): string | undefined {
  const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
  const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
  switch (attribute.AttributeDataType) {
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'Value must be true or false';
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? 'Value must be a date and time' : undefined;
    case 'Number':
      if (!/^-?\d+$/.test(value)) return 'Value must be a number';
      if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Number must be at least ${MinValue}`;
      if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `Number must be at most ${MaxValue}`;
      return undefined;
    default:
      if (MinLength !== undefined && value.length < Number(MinLength))
        return `String must be no shorter than ${MinLength} characters`;
      if (MaxLength !== undefined && value.length > Number(MaxLength))
        return `String must be no longer than ${MaxLength} characters`;
      return undefined;
  }
}

/**
 * Whether the text of a boolean attribute means true, in any case. Values are stored as they were sent. Pure.
 *
 * @see https://github.com/aws-amplify/amplify-js/issues/8205
 */
export const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

/** Who writes, for {@link checkWrite}. */
export type Writer = 'creator' | 'admin' | 'self';

/**
 * Checks a write against the schema. Pure. AWS does not publish the text of some messages: these are assumed.
 *
 * @param writer - `creator` may set immutable attributes; `self` may not write developer-only attributes.
 * @throws {AwsError} `InvalidParameterException` naming the attribute.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export function checkWrite(
  schema: readonly SchemaAttributeType[],
  current: Values,
  changes: Values,
  writer: Writer,
): void {
  for (const [name, value] of changes) {
    const attribute = schema.find(({ Name }) => Name === name);
    if (attribute === undefined) throw invalid(`user.${name}: Attribute does not exist in the schema.`);
    if (attribute.DeveloperOnlyAttribute === true && writer === 'self')
      throw notAuthorized('A client attempted to write unauthorized attribute');
    // assumption: only linking and federation change `identities`.
    if (name === 'sub' || name === 'identities' || (attribute.Mutable === false && writer !== 'creator'))
      throw invalid(`user.${name}: Attribute cannot be updated.`);
    if (value === '' && attribute.Required === true && current.has(name))
      throw invalid(`user.${name}: Attribute is required.`);
    if (value === '') continue;
    const format = FORMATS[name];
    if (format !== undefined && !format.pattern.test(value)) throw invalid(format.message);
    const problem = valueProblem(attribute, value);
    if (problem !== undefined) throw invalid(`user.${name}: ${problem}.`);
  }
  for (const [name, label] of [
    ['email', 'Email'],
    ['phone_number', 'Phone number'],
  ] as const)
    if (isTrue(changes.get(`${name}_verified`)) && (changes.get(name) ?? current.get(name) ?? '') === '')
      throw invalid(`${label} is required to verify/un-verify a user's ${name}.`);
}

/**
 * Checks that all required attributes are present. Pure. Only sign-up requires them: an administrator may leave them out.
 *
 * @throws {AwsError} `InvalidParameterException` naming the first missing attribute.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
 */
export function checkRequired(schema: readonly SchemaAttributeType[], values: Values): void {
  for (const { Name = '', Required } of schema)
    if (Required === true && Name !== 'sub' && (values.get(Name) ?? '') === '')
      throw invalid(`Attributes did not conform to the schema: ${Name}: The attribute is required`);
}

const STANDARD_WRITABLE = new Set(
  STANDARD_ATTRIBUTES.flatMap(({ Name = '', AttributeDataType }) =>
    AttributeDataType === 'Boolean' || Name === 'sub' || Name === 'identities' ? [] : [Name],
  ),
);

/**
 * Checks that an app client may write the attributes. Pure. Required attributes are always writable, verification flags never.
 *
 * @param writable - the client's `WriteAttributes`; `undefined` means the default of `fallback`.
 * @throws {AwsError} `NotAuthorizedException`.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export function checkClientMayWrite(
  schema: readonly SchemaAttributeType[],
  writable: readonly string[] | undefined,
  fallback: 'standard' | 'all',
  names: Iterable<string>,
): void {
  for (const name of names) {
    const isCustom = name.startsWith('custom:');
    const allowed = writable?.includes(name) ?? (STANDARD_WRITABLE.has(name) || (isCustom && fallback === 'all'));
    const attribute = schema.find(({ Name }) => Name === name);
    if (attribute === undefined) throw invalid(`user.${name}: Attribute does not exist in the schema.`);
    if (!allowed && (attribute.Required !== true || name === 'sub'))
      throw notAuthorized('A client attempted to write unauthorized attribute');
  }
}

/** Applies a write. Pure. An empty value deletes the attribute. A deleted address also deletes its verification flag. */
export function applyValues(current: Values, changes: Values): Values {
  const next = new Map(current);
  for (const [name, value] of changes) {
    if (value !== '') next.set(name, value);
    else {
      next.delete(name);
      // assumption: a flag without its address has no meaning, so it is deleted as well.
      if (name === 'email' || name === 'phone_number') next.delete(`${name}_verified`);
    }
  }
  return next;
}
