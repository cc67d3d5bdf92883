import { isInert } from './inert.ts';
import type { Provider } from './provider.ts';
import { membersOf, type Property, type PropertyType, type ResourceSpec } from './spec.ts';
import { type Fields, isFields, unknown } from './values.ts';

/** Properties as the services need them, and every problem in them with its path. */
export interface Conformed {
  readonly properties: Fields;
  readonly problems: readonly string[];
}

interface Checker {
  readonly type: string;
  readonly models: readonly string[];
  readonly problems: string[];
}

const wrong = (value: unknown, expected: string, path: string, checker: Checker): unknown => {
  checker.problems.push(`#/${path.replaceAll('.', '/')}: expected type: ${expected}, found: ${JSON.stringify(value)}`);
  return value;
};

const scalar = (value: unknown, expected: string): unknown => {
  if (expected === 'string' || expected === 'date-time')
    return typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : undefined;
  if (expected === 'boolean')
    return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
  const number =
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
  return Number.isFinite(number) && (expected === 'number' || Number.isInteger(number)) ? number : undefined;
};

/** A value of one schema type, converted where CloudFormation converts (`"10"` for an integer). */
const convert = (value: unknown, type: PropertyType, path: string, checker: Checker): unknown => {
  if (value === unknown) return value;
  switch (type.type) {
    case 'json':
      return value;
    case 'union': {
      const fits = type.types.find((option) => {
        const trial = { ...checker, problems: [] };
        convert(value, option, path, trial);
        return trial.problems.length === 0;
      });
      return convert(value, fits ?? (type.types[0] as PropertyType), path, checker);
    }
    case 'array':
      if (!Array.isArray(value)) return wrong(value, 'JSONArray', path, checker);
      return value.map((item) => convert(item, type.element, path, checker));
    case 'map':
      if (!isFields(value)) return wrong(value, 'JSONObject', path, checker);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, convert(item, type.element, `${path}.${key}`, checker)]),
      );
    case 'ref':
      return isFields(value)
        ? members(value, membersOf(type), path, checker)
        : wrong(value, 'JSONObject', path, checker);
    case 'tag':
      return isFields(value) && 'Key' in value && 'Value' in value ? value : wrong(value, 'Tag', path, checker);
    case 'null':
      return value;
    default: {
      const converted = scalar(value, type.type);
      if (converted === undefined)
        return wrong(
          value,
          type.type === 'boolean' ? 'Boolean' : type.type === 'string' ? 'String' : 'Number',
          path,
          checker,
        );
      const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
      if (allowed !== undefined && !allowed.includes(converted))
        checker.problems.push(
          `#/${path.replaceAll('.', '/')}: ${JSON.stringify(converted)} is not a valid enum value. Valid: ${allowed.join(', ')}`,
        );
      return converted;
    }
  }
};

const isModelled = (path: string, { models }: Checker) =>
  models.some((model) => path === model || path.startsWith(`${model}.`) || model.startsWith(`${path}.`));

function members(value: Fields, declared: Readonly<Record<string, Property>>, path: string, checker: Checker): Fields {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const [name, { required }] of Object.entries(declared))
    if (required && value[name] === undefined)
      checker.problems.push(`#${path === '' ? '' : `/${path.replaceAll('.', '/')}`}: required key [${name}] not found`);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const property = declared[name];
      if (property === undefined) {
        checker.problems.push(
          `Encountered unsupported property ${at(name)} of ${checker.type}. It has: ${Object.keys(declared).sort().join(', ')}.`,
        );
        return [name, item];
      }
      if (isInert(checker.type, at(name)))
        return [name, convert(item, property.type, at(name), { ...checker, models: [at(name)] })];
      if (!isModelled(at(name), checker))
        checker.problems.push(
          `The local cloud does not model the property ${at(name)} of ${checker.type}. It models: ${checker.models.join(', ') || 'none'}.`,
        );
      return [name, convert(item, property.type, at(name), checker)];
    }),
  );
}

/**
 * Checks properties against AWS's schema of the type and against the properties that the local cloud models, and converts
 * scalars to their schema types. Pure. Unknown values are not checked.
 */
export const conform = (spec: ResourceSpec, provider: Provider, properties: Fields): Conformed => {
  const checker = { type: provider.type, models: provider.models, problems: [] as string[] };
  return { properties: members(properties, spec.properties, '', checker), problems: checker.problems };
};
