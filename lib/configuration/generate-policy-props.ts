import * as z from 'zod';
import { policySchema } from '../../lambda/config.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Parts of the policy that are objects, by path, with the name of the struct that describes each. */
const STRUCTS: Readonly<Record<string, string>> = {
  '': 'PolicyProps',
  scope: 'PolicyScope',
  mapping: 'PolicyMapping',
  'mapping.FirstName': 'PolicyFieldMapping',
  adoption: 'PolicyAdoption',
  'adoption.rules': 'PolicyAdoptionRule',
  email: 'PolicyEmail',
};

/** Sentences about the structs themselves: the schema describes members only. */
const PURPOSES: Readonly<Record<string, string>> = {
  PolicyProps:
    'What may be written, and to which users. Each member is the setting of the same name in connect-sync.json.',
  PolicyScope: 'Which users of the pool are synchronized. The members that belong to the kind are required.',
  PolicyMapping: 'Which Cognito attributes feed which field of Connect. `null` leaves the field alone.',
  PolicyFieldMapping: 'The sources of one field of Connect.',
  PolicyAdoption: 'How a Cognito user is linked to a Connect user.',
  PolicyAdoptionRule: 'A rule by which the Connect user of a Cognito user is found.',
  PolicyEmail: 'The guards of e-mail addresses.',
};

/** The plain structs in which a CDK app writes a policy, as TypeScript. They name no type of the schema's library. Pure. */
export function renderPolicyProps(): string {
  const schema: JsonSchema = z.toJSONSchema(policySchema, { io: 'input' });
  const structs = Object.entries(STRUCTS).map(([path, name]) => {
    const { properties = {}, required = [] } = mergeVariants(schemaAt(schema, path));
    const members = Object.entries(properties).map(([member, value]) =>
      renderMember(path === '' ? member : `${path}.${member}`, member, toSchema(value), required.includes(member)),
    );
    return `/** ${PURPOSES[name]} */\nexport interface ${name} {\n${members.join('\n')}\n}\n`;
  });
  return `// Written by \`npm run generate\` from \`lambda/core/policy.ts\`; do not edit.\n\n${structs.join('\n')}`;
}

function renderMember(path: string, name: string, schema: JsonSchema, isRequired: boolean): string {
  const defaultText = JSON.stringify(schema.default) === '{}' ? '- that of each member' : toLiteral(schema.default);
  const preset = schema.default === undefined || isRequired ? '' : ` @default ${defaultText}`;
  const meaning = schema.description ?? PURPOSES[STRUCTS[path] ?? ''] ?? 'Decides which of the other members apply.';
  const type = typeOf(path, schema);
  return `  /** ${meaning}${preset} */\n  readonly ${name}${isRequired ? `: ${type}` : `?: ${type} | undefined`};`;
}

function typeOf(path: string, schema: JsonSchema): string {
  // The fields of the mapping are all of one kind.
  const struct = STRUCTS[/^mapping\.\w+$/.test(path) ? 'mapping.FirstName' : path];
  if (schema.type === 'array') return `readonly ${struct ?? typeOf(`${path}[]`, toSchema(schema.items))}[]`;
  const isNullable = schema.anyOf?.some((one) => toSchema(one).type === 'null') ?? false;
  const isObject = schema.type === 'object' || schema.oneOf !== undefined || schema.anyOf !== undefined;
  if (isObject && struct === undefined) throw new Error(`${path} is an object: give it a name in STRUCTS.`);
  if (isObject) return isNullable ? `${struct} | null` : `${struct}`;
  if (schema.const !== undefined) return toLiteral(schema.const);
  if (schema.enum) return schema.enum.map(toLiteral).join(' | ');
  return schema.type === 'integer' ? 'number' : String(schema.type);
}

/** One struct for all variants of a union: what not all of them require is optional, and the kinds are listed. */
function mergeVariants(schema: JsonSchema): JsonSchema {
  const variants = (schema.oneOf ?? schema.anyOf ?? [schema]).map(toSchema).filter(({ type }) => type !== 'null');
  const kinds = variants.map(({ properties }) => toSchema(properties?.kind).const).filter((kind) => kind !== undefined);
  const properties = Object.assign({}, ...variants.map((variant) => variant.properties));
  return {
    properties: { ...properties, ...(kinds.length > 0 && { kind: { enum: kinds } }) },
    required: Object.keys(properties).filter((name) => variants.every(({ required }) => required?.includes(name))),
  };
}

const schemaAt = (schema: JsonSchema, path: string): JsonSchema =>
  (path === '' ? [] : path.split('.')).reduce((inner, key) => {
    const member = toSchema(mergeVariants(inner).properties?.[key]);
    return member.type === 'array' ? toSchema(member.items) : member;
  }, schema);

/** JSON Schema has `true` for "anything", and lists for tuples: the policy has neither. */
const toSchema = (schema: JsonSchema['items']): JsonSchema =>
  typeof schema === 'object' && !Array.isArray(schema) ? schema : {};

/** As TypeScript writes it. */
const toLiteral = (value: unknown): string =>
  (JSON.stringify(value) ?? '')
    .replaceAll(/"(\w+)":/g, '$1: ')
    .replaceAll('"', "'")
    .replaceAll(',', ', ')
    .replaceAll(/\{(.+?)\}/g, '{ $1 }');
