/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object, whatever its members are. */
export type JsonObject = { readonly [name: string]: Json };

/** Narrows a JSON value to an object. Pure. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member at a path of objects, or `undefined` where the path ends early. Pure. */
export const memberAt = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), value);

/** The text at a path of objects; `undefined` where there is none or an empty one. Pure. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = memberAt(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** An object with some members replaced, those that are `undefined` removed. Pure. */
export function withMembers(object: JsonObject, members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const merged = Object.entries({ ...object, ...members });
  return Object.fromEntries(merged.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Parses text that may be JSON; `undefined` when it is not. Pure. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Parses text that may be a JSON object; `undefined` when it is anything else. Pure. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}
