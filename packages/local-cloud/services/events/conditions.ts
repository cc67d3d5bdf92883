import { BlockList, isIP } from 'node:net';

/** A JSON value that is neither object nor array. */
export type Leaf = string | number | boolean | null;

/** Whether one value of an event satisfies one element of a pattern's list. */
export type Condition = (value: Leaf) => boolean;

/** Why a pattern cannot be used; `pattern.ts` turns it into AWS's error. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** The elements that describe a value rather than being one. */
export const CONDITION_NAMES: readonly string[] = [
  'exact',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'anything-but',
  'numeric',
  'exists',
  'wildcard',
  'cidr',
];

const NUMERIC_LIMIT = 5e9;

const onText =
  (test: (text: string) => boolean): Condition =>
  (value) =>
    typeof value === 'string' && test(value);

function text(name: string, operand: unknown): string {
  if (typeof operand === 'string') return operand;
  throw new PatternError(`${name} match pattern must be a string`);
}

function only(name: string, operand: object): readonly [key: string, value: unknown] {
  const [entry, ...rest] = Object.entries(operand);
  if (entry === undefined) throw new PatternError(`${name} expression name not found`);
  if (rest.length > 0) throw new PatternError('Only one key allowed in match expression');
  return entry;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `prefix` and `suffix`: a text, or `{"equals-ignore-case": text}`. */
function affix(name: 'prefix' | 'suffix', operand: unknown): Condition {
  const test = (value: string, part: string) => (name === 'prefix' ? value.startsWith(part) : value.endsWith(part));
  if (!isObject(operand)) {
    const part = text(name, operand);
    return onText((value) => test(value, part));
  }
  const [key, inner] = only(name, operand);
  if (key !== 'equals-ignore-case') throw new PatternError(`Unsupported ${name} pattern: ${key}`);
  const part = text(key, inner).toLowerCase();
  return onText((value) => test(value.toLowerCase(), part));
}

function equalsIgnoreCase(operand: unknown): Condition {
  const wanted = text('equals-ignore-case', operand).toLowerCase();
  return onText((value) => value.toLowerCase() === wanted);
}

/** `*` stands for any text; a backslash makes `*` and itself literal. */
function wildcard(operand: unknown): Condition {
  const pattern = text('wildcard', operand);
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (pattern[at + 1] === '*') throw new PatternError(`Consecutive wildcard characters at pos ${at}`);
      source += '.*';
    } else if (character === '\\') {
      at += 1;
      const escaped = pattern[at];
      if (escaped !== '*' && escaped !== '\\') throw new PatternError(`Invalid escape character at pos ${at - 1}`);
      source += `\\${escaped}`;
    } else source += character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  }
  const expression = new RegExp(`^${source}$`, 's');
  return onText((value) => expression.test(value));
}

function limit(value: unknown): number {
  if (typeof value !== 'number') throw new PatternError('Value of numeric must be a number');
  if (Math.abs(value) <= NUMERIC_LIMIT) return value;
  throw new PatternError('Value must be between -5.0E9 and 5.0E9, inclusive');
}

const COMPARE: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
]);

/** `["=", n]`, one comparison, or a lower and an upper bound in this order. */
function numeric(operand: unknown): Condition {
  if (!Array.isArray(operand)) throw new PatternError('Value of numeric must be an array.');
  const [operator, first, upper, second, ...rest]: unknown[] = operand;
  const compare = COMPARE.get(operator);
  if (compare === undefined) throw new PatternError(`Unrecognized numeric range operator: ${String(operator)}`);
  const bound = limit(first);
  const within = (value: Leaf): value is number => typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT;
  if (operand.length === 2) return (value) => within(value) && compare(value, bound);
  const compareUpper = COMPARE.get(upper);
  if (
    !String(operator).startsWith('>') ||
    !String(upper).startsWith('<') ||
    compareUpper === undefined ||
    rest.length > 0
  ) {
    throw new PatternError('Too many terms in numeric range expression');
  }
  const top = limit(second);
  if (bound >= top) throw new PatternError('Bottom must be less than top');
  return (value) => within(value) && compare(value, bound) && compareUpper(value, top);
}

function cidr(operand: unknown): Condition {
  const block = text('cidr', operand);
  const [address = '', bits = '', ...rest] = block.split('/');
  const family = isIP(address);
  const prefix = Number(bits);
  if (rest.length > 0 || bits === '') throw new PatternError("Malformed CIDR, one '/' required");
  if (family === 0) throw new PatternError(`Malformed IP address: ${address}`);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) {
    throw new PatternError(`Malformed CIDR, bad mask bits: ${bits}`);
  }
  const blocks = new BlockList();
  blocks.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return onText((value) => isIP(value) === family && blocks.check(value, family === 4 ? 'ipv4' : 'ipv6'));
}

/** What `anything-but` may turn round. */
const TEXT_CONDITIONS: ReadonlyMap<string, (operand: unknown) => Condition> = new Map([
  ['prefix', (operand: unknown) => affix('prefix', operand)],
  ['suffix', (operand: unknown) => affix('suffix', operand)],
  ['equals-ignore-case', equalsIgnoreCase],
  ['wildcard', wildcard],
]);

/** `anything-but`: one value, a list of texts or a list of numbers, or one of the text conditions over one or more. */
function anythingBut(operand: unknown): Condition {
  if (isObject(operand)) {
    const [key, inner] = only('Anything-But', operand);
    const make = TEXT_CONDITIONS.get(key);
    if (make === undefined) throw new PatternError(`Unsupported anything-but pattern: ${key}`);
    const parts: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    if (parts.length === 0) throw new PatternError('Empty arrays are not allowed');
    if (parts.includes('')) throw new PatternError('Null prefix/suffix not allowed');
    const excluded = parts.map((part) => make(part));
    return (value) => !excluded.some((matches) => matches(value));
  }
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const types = new Set(values.map((value) => typeof value));
  if (types.size !== 1 || !(types.has('string') || types.has('number'))) {
    throw new PatternError(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return (value) => !values.includes(value);
}

/**
 * Compiles one element of a pattern's list other than `exists`.
 *
 * @throws {PatternError} naming what is wrong with it.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileCondition(element: unknown): Condition {
  if (!isObject(element)) {
    if (Array.isArray(element)) throw new PatternError('Match value must be String, number, true, false, or null');
    return (value) => value === element;
  }
  const [name, operand] = only('Match', element);
  switch (name) {
    case 'exact': {
      const wanted = text(name, operand);
      return (value) => value === wanted;
    }
    case 'prefix':
    case 'suffix':
      return affix(name, operand);
    case 'equals-ignore-case':
      return equalsIgnoreCase(operand);
    case 'anything-but':
      return anythingBut(operand);
    case 'numeric':
      return numeric(operand);
    case 'wildcard':
      return wildcard(operand);
    case 'cidr':
      return cidr(operand);
    default:
      throw new PatternError(`Unrecognized match type ${name}`);
  }
}
