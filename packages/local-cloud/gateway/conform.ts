import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers, structMembers } from './shapes.ts';

/** A place where a value does not fit its schema. */
export interface Mismatch {
  readonly kind: 'missing' | 'unknown' | 'mistyped';
  /** Member names and positions from the outside in. */
  readonly path: readonly (string | number)[];
  /** The schema at that place. For an unknown member it is the schema of the structure. */
  readonly schema: NormalizedSchema;
  readonly value: unknown;
}

/** Place of a value, innermost first. It is created for every value, so it must be cheap. */
interface Place {
  readonly name: string | number;
  readonly outer: Place | undefined;
}

/**
 * Compares request or response members with their schema: unknown members, required members and types. `undefined` and
 * `null` mean absent. Pure.
 *
 * @returns every mismatch, in order of the value.
 */
export function findMismatches(schema: NormalizedSchema, value: unknown): readonly Mismatch[] {
  const found: Mismatch[] = [];
  compare(schema, value ?? {}, undefined, found);
  return found;
}

function compare(schema: NormalizedSchema, value: unknown, place: Place | undefined, found: Mismatch[]): void {
  if (schema.isDocumentSchema()) return;
  if (schema.isListSchema() && Array.isArray(value)) {
    const element = schema.getValueSchema();
    for (const [index, item] of value.entries()) compare(element, item, { name: index, outer: place }, found);
  } else if (schema.isMapSchema() && isPlainObject(value)) {
    const element = schema.getValueSchema();
    for (const [name, item] of presentEntries(value)) compare(element, item, { name, outer: place }, found);
  } else if (isStructure(schema) && isPlainObject(value)) {
    compareMembers(schema, value, place, found);
  } else if (!isScalarOf(schema, value)) {
    report('mistyped', schema, value, place, found);
  }
}

function compareMembers(schema: NormalizedSchema, values: Values, place: Place | undefined, found: Mismatch[]): void {
  const members = structMembers(schema);
  for (const [name, item] of presentEntries(values)) {
    const member = members.get(name);
    const inner = { name, outer: place };
    if (member === undefined) report('unknown', schema, item, inner, found);
    else compare(member, item, inner, found);
  }
  for (const name of requiredMembers(schema)) {
    if (isAbsent(values[name])) report('missing', schema, undefined, { name, outer: place }, found);
  }
}

const presentEntries = (values: Values) => Object.entries(values).filter(([, item]) => !isAbsent(item));

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const isStructure = (schema: NormalizedSchema): boolean => schema.isStructSchema() || schema.isUnitSchema();

function isScalarOf(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isBlobSchema()) return value instanceof Uint8Array;
  if (schema.isTimestampSchema()) return value instanceof Date;
  if (schema.isBooleanSchema()) return typeof value === 'boolean';
  if (schema.isNumericSchema()) return typeof value === 'number';
  return schema.isStringSchema() && typeof value === 'string';
}

type Values = Readonly<Record<string, unknown>>;

const isPlainObject = (value: unknown): value is Values =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

function report(
  kind: Mismatch['kind'],
  schema: NormalizedSchema,
  value: unknown,
  place: Place | undefined,
  found: Mismatch[],
): void {
  const path: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.outer) path.unshift(at.name);
  found.push({ kind, path, schema, value });
}
