import { isObject, type Json, type JsonObject } from '../json.ts';
import { settleLegacyMembers } from './update-request.ts';

/** A setting that is not what it should be; `undefined` is absent. */
export interface Difference {
  /** Members from the pool inwards, joined by dots. */
  readonly path: string;
  readonly expected: Json | undefined;
  readonly found: Json | undefined;
}

/** What changes by itself, or by every update. */
const VOLATILE: readonly string[] = ['LastModifiedDate', 'EstimatedNumberOfUsers'];

/**
 * Compares two descriptions of one pool, member by member. Pure.
 *
 * @returns the innermost members that differ; none when the pools are the same but for what changes by itself. The order
 *   of a list carries no meaning in the settings of a pool.
 */
export function comparePools(expected: JsonObject, found: JsonObject): readonly Difference[] {
  return compare(settled(expected), settled(found), []);
}

/** Compares two answers of `GetUserPoolMfaConfig` for one pool, as {@link comparePools} does. Pure. */
export const compareMfa = (expected: JsonObject, found: JsonObject): readonly Difference[] =>
  compare(expected, found, ['GetUserPoolMfaConfig']);

const settled = (pool: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(settleLegacyMembers(pool)).filter(([name]) => !VOLATILE.includes(name)));

function compare(expected: Json | undefined, found: Json | undefined, path: readonly string[]): readonly Difference[] {
  if (isObject(expected) && isObject(found)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...names].flatMap((name) => compare(expected[name], found[name], [...path, name]));
  }
  if (isEmpty(expected) && isEmpty(found)) return [];
  return canonical(expected) === canonical(found) ? [] : [{ path: path.join('.'), expected, found }];
}

/** No triggers and an empty list of triggers are the same thing. */
const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'absent';
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
