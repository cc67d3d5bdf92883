import type { Withheld } from '../outcome.ts';
import type { FieldMapping, Policy } from '../policy.ts';
import { EMAIL_FIELDS, IDENTITY_FIELDS, type IdentityField, type UpdatableType } from './identity.ts';
import { tidy } from './printable.ts';
import { type NameParts, restOfName, splitName } from './split-name.ts';

/** Cognito attributes by name. An absent attribute has no value. */
export type Attributes = Readonly<Record<string, string>>;

/** The value of an attribute. A name such as "constructor" has none, although every object has a member of this name. Pure. */
export const attributeOf = (attributes: Attributes, name: string): string | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined;

/** What a field should be according to Cognito. */
export type DesiredField =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'clear' }
  | { readonly kind: 'withheld'; readonly withheld: Withheld };

/** The fields that Cognito decides. All others keep what Connect has. */
export type DesiredIdentity = Readonly<Partial<Record<IdentityField, DesiredField>>>;

/** Sources that are a part of the attribute `name`. */
const NAME_PARTS: Readonly<Record<string, keyof NameParts>> = { 'name.first': 'first', 'name.last': 'last' };

/** The first source that is not empty. */
type Source =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'part'; readonly part: keyof NameParts };

/**
 * Maps Cognito attributes to the identity that Connect should have. Pure and total. Values are tidied. `planIdentity` checks
 * later whether Connect takes them.
 *
 * A SAML instance takes no `Email`, so the mapping of `Email` does not apply there.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UserIdentityInfo.html
 */
export function mapIdentity(attributes: Attributes, mapping: Policy['mapping'], type: UpdatableType): DesiredIdentity {
  const sourceOf = (field: IdentityField) => findSource(mapping[field], attributes);
  const desired: Partial<Record<IdentityField, DesiredField>> = {};
  for (const field of IDENTITY_FIELDS) {
    const rule = mapping[field];
    if (rule === null || (type === 'SAML' && field === 'Email')) continue;
    const wanted = mapField(field, rule, { source: sourceOf(field), other: otherName(field, sourceOf) }, attributes);
    if (wanted) desired[field] = wanted;
  }
  return desired;
}

/** Whether Cognito has an address for a field that is synchronized. Pure. */
export const hasAddress = (desired: DesiredIdentity): boolean =>
  EMAIL_FIELDS.some((field) => desired[field]?.kind === 'value');

/** The source of the other name: of the last name for the first name, and the reverse. */
function otherName<Found>(field: IdentityField, sourceOf: (field: IdentityField) => Found): Found | undefined {
  if (field === 'FirstName') return sourceOf('LastName');
  return field === 'LastName' ? sourceOf('FirstName') : undefined;
}

function findSource(rule: FieldMapping, attributes: Attributes): Source | undefined {
  for (const source of rule?.from ?? []) {
    const part = Object.hasOwn(NAME_PARTS, source) ? NAME_PARTS[source] : undefined;
    const text = tidy(attributeOf(attributes, part === undefined ? source : 'name') ?? '');
    if (text !== '') return part === undefined ? { kind: 'text', text } : { kind: 'part', part };
  }
  return undefined;
}

function mapField(
  field: IdentityField,
  { blank }: NonNullable<FieldMapping>,
  { source, other }: { readonly source: Source | undefined; readonly other: Source | undefined },
  attributes: Attributes,
): DesiredField | undefined {
  if (source === undefined) {
    if (blank === 'keep') return undefined;
    return blank === 'clear' ? { kind: 'clear' } : reject(field, 'blank');
  }
  if (source.kind === 'text') return { kind: 'value', value: source.text };
  const name = tidy(attributes.name ?? '');
  // When the other name has an attribute of its own, it shows where the full name divides.
  const value = other?.kind === 'text' ? restOfName(name, other.text) : splitName(name)?.[source.part];
  return value === undefined ? reject(field, 'name-not-split') : { kind: 'value', value };
}

const reject = (field: IdentityField, reason: Withheld['reason']): DesiredField => ({
  kind: 'withheld',
  withheld: { field, kind: 'rejected', reason },
});
