import { TemplateError } from './errors.ts';
import { type Fields, isFields, unknown } from './values.ts';

/** The values of the names in a template at one moment of a deployment. */
export interface Scope {
  /** A parameter's or pseudo parameter's value, or undefined when there is none of that name. */
  parameter(name: string): unknown;
  /** A resource's reference value or attribute; {@link unknown} while it does not exist. */
  resource(logicalId: string, attribute?: string): unknown;
  condition(name: string): boolean;
  exported(name: string): unknown;
  readonly mappings: Readonly<Record<string, Fields>>;
}

/** The value of `AWS::NoValue`: the property or list item that has it is removed. */
const noValue = Symbol('AWS::NoValue');

/** The single key of an intrinsic function call, or undefined for plain data. */
const intrinsicOf = (value: Fields): string | undefined => {
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::')) ? key : undefined;
};

const reference = (name: string, scope: Scope): unknown => {
  if (name === 'AWS::NoValue') return noValue;
  const parameter = scope.parameter(name);
  return parameter === undefined ? scope.resource(name) : parameter;
};

const getAtt = (argument: unknown, scope: Scope): unknown => {
  const [logicalId, ...attribute] =
    typeof argument === 'string' ? argument.split('.') : listArgument('Fn::GetAtt', argument);
  if (logicalId === undefined || attribute.length === 0)
    throw new TemplateError(
      'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    );
  return scope.resource(
    String(logicalId),
    attribute.map((part) => textOf('Fn::GetAtt', resolve(part, scope))).join('.'),
  );
};

function listArgument(name: string, argument: unknown): readonly unknown[] {
  if (Array.isArray(argument)) return argument;
  throw new TemplateError(`Template error: ${name} takes a list, not ${JSON.stringify(argument)}`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`Template error: ${name} needs text here, not ${JSON.stringify(value)}`);
}

const join = (argument: unknown, scope: Scope): unknown => {
  const [delimiter, items] = listArgument('Fn::Join', argument);
  const resolved = resolve(items, scope);
  if (resolved === unknown) return unknown;
  const parts = listArgument('Fn::Join', resolved);
  return parts.includes(unknown) ? unknown : parts.map((part) => textOf('Fn::Join', part)).join(String(delimiter));
};

const substitute = (argument: unknown, scope: Scope): unknown => {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  let isKnown = true;
  const text = textOf('Fn::Sub', template).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const own = isFields(variables) && Object.hasOwn(variables, name);
    const value = own
      ? resolve(variables[name], scope)
      : name.includes('.')
        ? getAtt(name, scope)
        : reference(name, scope);
    if (value === unknown) isKnown = false;
    return value === unknown ? '' : textOf('Fn::Sub', value);
  });
  return isKnown ? text : unknown;
};

const select = (argument: unknown, scope: Scope): unknown => {
  const [index, list] = listArgument('Fn::Select', resolve(argument, scope));
  if (list === unknown || index === unknown) return unknown;
  const value = listArgument('Fn::Select', list)[Number(index)];
  if (value === undefined)
    throw new TemplateError(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
  return value;
};

const findInMap = (argument: unknown, scope: Scope): unknown => {
  const [map, first, second] = listArgument('Fn::FindInMap', resolve(argument, scope)).map(String);
  const row = scope.mappings[map ?? '']?.[first ?? ''];
  const value = isFields(row) ? row[second ?? ''] : undefined;
  if (value === undefined)
    throw new TemplateError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
  return value;
};

const functions: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => reference(String(name), scope),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': substitute,
  'Fn::Select': select,
  'Fn::FindInMap': findInMap,
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = listArgument('Fn::Split', resolve(argument, scope));
    return text === unknown ? unknown : textOf('Fn::Split', text).split(String(delimiter));
  },
  'Fn::Base64': (argument, scope) => {
    const text = resolve(argument, scope);
    return text === unknown ? unknown : Buffer.from(textOf('Fn::Base64', text)).toString('base64');
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = listArgument('Fn::If', argument);
    return evaluate(scope.condition(String(name)) ? whenTrue : whenFalse, scope);
  },
  'Fn::ImportValue': (argument, scope) => {
    const name = resolve(argument, scope);
    return name === unknown ? unknown : scope.exported(textOf('Fn::ImportValue', name));
  },
};

/** The intrinsic functions that values may use. */
const supportedIntrinsics: readonly string[] = Object.keys(functions);

function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (!isFields(value)) return value;
  const name = intrinsicOf(value);
  if (name === undefined)
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, evaluate(item, scope)])
        .filter(([, item]) => item !== noValue),
    );
  const apply = functions[name];
  if (apply === undefined)
    throw new TemplateError(
      `The local cloud does not model the intrinsic function ${name}. It models: ${supportedIntrinsics.join(', ')}.`,
    );
  return apply(value[name], scope);
}

/**
 * Replaces every intrinsic function in `value` by its value. Pure except for calls of `scope`.
 *
 * @returns plain JSON, with {@link unknown} for values of resources that do not exist yet; undefined for `AWS::NoValue`.
 * @throws {TemplateError} for a function that is not modelled, or an unknown name.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = evaluate(value, scope);
  return resolved === noValue ? undefined : resolved;
}
