import { findInvalid, IDENTITY_FIELDS, type IdentityField } from './identity.ts';
import type { Withheld } from './outcome.ts';
import type { FieldMapping, Policy } from './policy.ts';

/** Cognito attributes by name; a user lacks those that are not there. */
export type Attributes = Readonly<Record<string, string>>;

/** What Cognito says a field should be. */
export type DesiredField =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'clear' }
  | { readonly kind: 'withheld'; readonly withheld: Withheld };

/** The fields Cognito has an opinion on; all others keep what Connect has. */
export type DesiredIdentity = Readonly<Partial<Record<IdentityField, DesiredField>>>;

/**
 * Maps Cognito attributes to the identity that Connect should hold. Pure and total.
 *
 * Values are trimmed and in Unicode NFC, because Connect refuses every other form. A value that Connect would refuse
 * is withheld by itself: a bad phone number never stops a name.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
export function mapIdentity(
  attributes: Attributes,
  mapping: Policy['mapping'],
  type: 'CONNECT_MANAGED' | 'SAML',
): DesiredIdentity {
  const desired: Partial<Record<IdentityField, DesiredField>> = {};
  for (const field of IDENTITY_FIELDS) {
    const rule = mapping[field];
    const wanted = rule && mapField(field, rule, attributes, type);
    if (wanted) desired[field] = wanted;
  }
  return desired;
}

function mapField(
  field: IdentityField,
  rule: NonNullable<FieldMapping>,
  attributes: Attributes,
  type: 'CONNECT_MANAGED' | 'SAML',
): DesiredField | undefined {
  const value = rule.from.map((source) => readSource(source, attributes)).find((text) => text !== '');
  if (value === undefined) {
    if (rule.blank === 'keep') return undefined;
    return rule.blank === 'clear' ? { kind: 'clear' } : reject(field, 'blank');
  }
  const invalid = findInvalid(field, value, type);
  return invalid === undefined ? { kind: 'value', value } : reject(field, invalid);
}

const reject = (field: IdentityField, reason: Withheld['reason']): DesiredField => ({
  kind: 'withheld',
  withheld: { field, kind: 'rejected', reason },
});

function readSource(source: string, attributes: Attributes): string {
  const read = (name: string) => (attributes[name] ?? '').normalize('NFC').trim();
  if (source === 'name.first') return splitName(read('name')).first;
  if (source === 'name.last') return splitName(read('name')).last;
  return read(source);
}

/** Splits a full name at its last space; a single word is a first name. */
function splitName(name: string): { readonly first: string; readonly last: string } {
  const space = name.search(/\s\S*$/);
  return space < 0 ? { first: name, last: '' } : { first: name.slice(0, space).trim(), last: name.slice(space + 1) };
}
