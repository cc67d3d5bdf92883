import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../../service.ts';
import { fromText, structMembers } from '../shapes.ts';
import { type FormNode, listElements } from './form.ts';

/**
 * Turns a form into request members by the schema: names, flattening and key names as its XML traits say.
 *
 * @throws {AwsError} MalformedInput for a node of a wrong kind, UnknownParameter for a node that is not in the schema.
 */
export function fromForm(schema: NormalizedSchema, node: FormNode, path = ''): unknown {
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    if (typeof node === 'string') throw malformed(path);
    const result: Record<string, unknown> = {};
    const unknown = new Set(Object.keys(node));
    for (const [name, member] of structMembers(schema)) {
      const wireName = member.getMergedTraits().xmlName ?? name;
      const child = node[wireName];
      if (child !== undefined) result[name] = fromForm(member, child, `${path}${wireName}.`);
      unknown.delete(wireName);
    }
    for (const name of unknown) throw unknownParameter(`${path}${name}`);
    return result;
  }
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    return elementsOf(schema, node, 'member', path).map((item, index) =>
      fromForm(element, item, `${path}${index + 1}.`),
    );
  }
  if (schema.isMapSchema()) {
    const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const value = schema.getValueSchema();
    const valueName = value.getMergedTraits().xmlName ?? 'value';
    return Object.fromEntries(
      elementsOf(schema, node, 'entry', path).map((entry) => {
        if (typeof entry === 'string' || typeof entry[key] !== 'string') throw malformed(path);
        return [entry[key], fromForm(value, entry[valueName] ?? '', path)];
      }),
    );
  }
  if (typeof node !== 'string') throw malformed(path);
  return fromText(schema, node, path.slice(0, -1));
}

function elementsOf(schema: NormalizedSchema, node: FormNode, wrapper: string, path: string): readonly FormNode[] {
  if (node === '') return [];
  const wrapped = schema.getMergedTraits().xmlFlattened || typeof node === 'string' ? node : (node[wrapper] ?? node);
  const elements = listElements(wrapped);
  if (elements === undefined) throw malformed(path);
  return elements;
}

const malformed = (path: string): AwsError =>
  new AwsError('MalformedInput', `The parameters below ${path === '' ? 'the request' : path} have no valid form.`);

/** The message of EC2. The other Query services ignore such a parameter. */
const unknownParameter = (path: string): AwsError =>
  new AwsError('UnknownParameter', `The parameter ${path} is not recognized.`);
