import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/** The type of a property, as AWS publishes it. */
export type PropertyType =
  | { readonly type: 'string'; readonly allowedValues?: readonly string[] }
  | { readonly type: 'integer'; readonly allowedValues?: readonly number[] }
  | { readonly type: 'number' | 'boolean' | 'json' | 'date-time' | 'null' | 'tag' }
  | { readonly type: 'ref'; readonly reference: { readonly $ref: string } }
  | { readonly type: 'array' | 'map'; readonly element: PropertyType }
  | { readonly type: 'union'; readonly types: readonly PropertyType[] };

/** One property of a resource type or of a nested type. */
export interface Property {
  readonly type: PropertyType;
  readonly required?: boolean;
  readonly causesReplacement?: 'yes' | 'no' | 'maybe';
}

/** One resource type, as AWS publishes it. */
export interface ResourceSpec {
  readonly properties: Readonly<Record<string, Property>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

let database: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

/** Reads the published schema of every resource type; once per process (about half a second). */
const loadSpec = (): ReturnType<typeof loadAwsServiceSpecSync> => {
  database ??= loadAwsServiceSpecSync();
  return database;
};

/** The schema of one resource type, or undefined when AWS has none of that name. */
export const specOf = (type: string): ResourceSpec | undefined =>
  // The CDK puts this type into every template. CloudFormation publishes no schema of it.
  type === 'AWS::CDK::Metadata'
    ? { properties: { Analytics: { type: { type: 'string' } } }, attributes: {} }
    : loadSpec().lookup('resource', 'cloudFormationType', 'equals', type)[0];

/** The members of a nested property type. */
export const membersOf = (type: Extract<PropertyType, { readonly type: 'ref' }>): ResourceSpec['properties'] =>
  loadSpec().get('typeDefinition', type.reference.$ref).properties;
