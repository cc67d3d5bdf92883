import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { invalid } from './context.ts';

const text = (Name: string, MinLength = '0', MaxLength = '2048'): SchemaAttributeType => ({
  Name,
  AttributeDataType: 'String',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  StringAttributeConstraints: { MinLength, MaxLength },
});
const flag = (Name: string): SchemaAttributeType => ({
  Name,
  AttributeDataType: 'Boolean',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
});

/**
 * The attributes that every pool has.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export const STANDARD_ATTRIBUTES: readonly SchemaAttributeType[] = [
  { ...text('sub', '1'), Mutable: false, Required: true },
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile'].map((name) =>
    text(name),
  ),
  ...['picture', 'website'].map((name) => text(name)),
  text('email'),
  flag('email_verified'),
  text('gender'),
  text('birthdate', '10', '10'),
  ...['zoneinfo', 'locale', 'phone_number'].map((name) => text(name)),
  flag('phone_number_verified'),
  text('address'),
  {
    Name: 'updated_at',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: '0' },
  },
  { ...text('identities'), StringAttributeConstraints: {} },
];

const STANDARD_NAMES = new Set(STANDARD_ATTRIBUTES.map(({ Name }) => Name));

function customAttribute(attribute: SchemaAttributeType): SchemaAttributeType {
  const { Name = '', AttributeDataType = 'String', DeveloperOnlyAttribute = false } = attribute;
  if (Name.length < 1 || Name.length > 20) throw invalid(`Custom attribute name ${Name} must have 1 to 20 characters.`);
  if (attribute.Required === true) throw invalid('Required custom attributes are not supported currently.');
  return {
    ...attribute,
    Name: `${DeveloperOnlyAttribute ? 'dev' : 'custom'}:${Name}`,
    AttributeDataType,
    DeveloperOnlyAttribute,
    // assumption: immutable by default, as in the console and the CDK.
    Mutable: attribute.Mutable ?? false,
    Required: false,
    ...(AttributeDataType === 'String' && { StringAttributeConstraints: attribute.StringAttributeConstraints ?? {} }),
    ...(AttributeDataType === 'Number' && { NumberAttributeConstraints: attribute.NumberAttributeConstraints ?? {} }),
  };
}

/**
 * Adds custom attributes to a schema. Pure.
 *
 * @throws {AwsError} `InvalidParameterException` for a name too long or taken, a required attribute, or more than 50.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html
 */
export function addToSchema(
  schema: readonly SchemaAttributeType[],
  added: readonly SchemaAttributeType[],
): readonly SchemaAttributeType[] {
  const custom = added.map(customAttribute);
  const taken = custom.find(({ Name }) => schema.some((existing) => existing.Name === Name));
  if (taken !== undefined) throw invalid(`${taken.Name}: Existing attribute already has name ${taken.Name}.`);
  const next = [...schema, ...custom];
  if (next.length - STANDARD_ATTRIBUTES.length > 50) throw invalid('Custom attributes can be at most 50.');
  return next;
}

/**
 * The schema of a new pool: the standard attributes with overrides, and the custom attributes with their prefix. Pure.
 *
 * @throws {AwsError} as {@link addToSchema} does.
 */
export function buildSchema(requested: readonly SchemaAttributeType[]): readonly SchemaAttributeType[] {
  const overrides = new Map(requested.map((attribute) => [attribute.Name, attribute]));
  return addToSchema(
    STANDARD_ATTRIBUTES.map((standard) => ({ ...standard, ...overrides.get(standard.Name) })),
    requested.filter(({ Name }) => !STANDARD_NAMES.has(Name)),
  );
}
