import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';

const membersOf = new WeakMap<object, ReadonlyMap<string, NormalizedSchema>>();

/** The members of a structure by name. An operation without input or output has none. */
export function structMembers(schema: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  const key = schema.getSchema();
  if (typeof key !== 'object' || key === null || schema.isUnitSchema()) return new Map();
  let members = membersOf.get(key);
  if (members === undefined) {
    members = new Map(schema.structIterator());
    membersOf.set(key, members);
  }
  return members;
}

/** Names of the required members. The SDK's schemas have them first, and their number at the end. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const stated: unknown = schema.getSchema();
  if (!Array.isArray(stated) || typeof stated[6] !== 'number') return [];
  return (stated[4] as readonly string[]).slice(0, stated[6]);
}

/**
 * Turns parsed JSON into request members by the schema: `Date` for timestamps, `Uint8Array` for blobs, `null` left out.
 *
 * @param path - the place of the value, for messages.
 * @throws {AwsError} SerializationException for a value of a wrong type, and for a member that is not in the schema.
 */
export function fromJson(schema: NormalizedSchema, value: unknown, path = ''): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    const result: Record<string, unknown> = {};
    const members = structMembers(schema);
    for (const [name, member] of Object.entries(asObject(value, path))) {
      const memberSchema = members.get(name);
      if (memberSchema === undefined) throw unknownMember(schema, `${path}/${name}`);
      if (member !== null) result[name] = fromJson(memberSchema, member, `${path}/${name}`);
    }
    return result;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mistyped('List', value, path);
    const element = schema.getValueSchema();
    return value.map((item, index) => fromJson(element, item, `${path}/${index}`));
  }
  if (schema.isMapSchema()) {
    const element = schema.getValueSchema();
    const entries = Object.entries(asObject(value, path)).filter(([, item]) => item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, fromJson(element, item, `${path}/${key}`)]));
  }
  return scalarFromJson(schema, value, path);
}

function scalarFromJson(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string') throw mistyped('Blob', value, path);
    return new Uint8Array(Buffer.from(value, 'base64'));
  }
  if (schema.isTimestampSchema()) return toDate(value, path);
  if (schema.isStringSchema() && typeof value !== 'string') throw mistyped('String', value, path);
  if (schema.isNumericSchema() && typeof value !== 'number') throw mistyped('Integer', value, path);
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw mistyped('Boolean', value, path);
  return value;
}

/**
 * Turns text from a URL, a header or a form into a value of the schema's type.
 *
 * @throws {AwsError} SerializationException for text that is not such a value.
 */
export function fromText(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  if (schema.isTimestampSchema()) return toDate(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text, path);
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') throw mistyped('Boolean', text, path);
    return text === 'true';
  }
  if (!schema.isNumericSchema()) return text;
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw mistyped('Integer', text, path);
  return number;
}

/** Writes response members as JSON: timestamps in seconds with milliseconds as decimals, blobs in base64. */
export const toJson = (value: unknown): string => JSON.stringify(value, replaceForJson);

function replaceForJson(this: Record<string, unknown>, key: string, value: unknown): unknown {
  // JSON.stringify has already called toJSON of a Date or a Buffer. The holder still has the original.
  const original = this[key];
  if (original instanceof Date) return original.getTime() / 1000;
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}

function toDate(value: unknown, path: string): Date {
  if (typeof value !== 'number' && typeof value !== 'string') throw mistyped('Timestamp', value, path);
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(value);
  if (Number.isNaN(date.getTime())) throw mistyped('Timestamp', value, path);
  return date;
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mistyped('Map', value, path);
  return value as Record<string, unknown>;
}

/** The name of a value's type in the messages of AWS's JSON reader. */
function tokenOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}

/** SerializationException for a value of a wrong type, in AWS's words with the place added. */
export function mistyped(expected: string, value: unknown, path: string): AwsError {
  const isScalar = typeof value !== 'object' || value === null;
  const found = Array.isArray(value) ? 'list' : 'structure or map';
  const words = isScalar
    ? `${tokenOf(value)} can not be converted to ${expected}`
    : `Start of ${found} found where not expected`;
  return new AwsError('SerializationException', `${words} (at ${path === '' ? 'the request' : path})`);
}

/** SerializationException for a member that is not in the schema. */
export const unknownMember = (schema: NormalizedSchema, path: string): AwsError =>
  new AwsError('SerializationException', `${path} is not a member of ${schema.getName() ?? 'the request'}.`);
