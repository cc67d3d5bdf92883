import type { NormalizedSchema } from '@smithy/core/schema';
import { structMembers } from '../shapes.ts';

/** Escapes text for XML content and attributes. It also escapes carriage returns, which a reader would drop. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** One element. Its content is XML. */
export const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** Writes members without a schema: lists as `<member>` elements, timestamps in ISO 8601, blobs in base64. */
export function writeUntypedXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element('member', writeUntypedXml(item))).join('');
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
    return writeScalar(value);
  }
  return Object.entries(value)
    .filter(([, item]) => item !== undefined && item !== null)
    .map(([name, item]) => element(name, writeUntypedXml(item)))
    .join('');
}

/** Writes a structure's members by its schema: names, flattening and key names as its XML traits say. */
export function writeXml(schema: NormalizedSchema, value: unknown): string {
  if (!schema.isStructSchema()) return writeScalar(value);
  const values = (value ?? {}) as Readonly<Record<string, unknown>>;
  let xml = '';
  for (const [name, member] of structMembers(schema)) {
    const item = values[name];
    if (item !== undefined && item !== null) xml += writeMember(member.getMergedTraits().xmlName ?? name, member, item);
  }
  return xml;
}

function writeMember(name: string, schema: NormalizedSchema, value: unknown): string {
  const flattened = Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const elements = (value as readonly unknown[]).map((entry) =>
      element(flattened ? name : 'member', writeXml(item, entry)),
    );
    return flattened ? elements.join('') : element(name, elements.join(''));
  }
  if (!schema.isMapSchema()) return element(name, writeXml(schema, value));
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const item = schema.getValueSchema();
  const valueName = item.getMergedTraits().xmlName ?? 'value';
  const entries = Object.entries(value as object).map(([key, entry]) =>
    element(flattened ? name : 'entry', element(keyName, escapeXml(key)) + element(valueName, writeXml(item, entry))),
  );
  return flattened ? entries.join('') : element(name, entries.join(''));
}

function writeScalar(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return escapeXml(String(value));
}
