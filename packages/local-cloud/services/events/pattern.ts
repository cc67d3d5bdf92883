import { AwsError, unsupported } from '../../service.ts';

/** A compiled event pattern: whether an event matches it. Pure. */
export type EventPattern = (event: object) => boolean;

/** A part of a pattern, for the same part of the event. `root` is the whole event. */
type Test = (value: unknown, root: unknown) => boolean;
type Path = readonly string[];
/** A JSON value that is neither object nor array. */
type Leaf = string | number | boolean | null;

/** Why a pattern cannot be used. */
class PatternError extends Error {
  override readonly name = 'PatternError';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field of the event, not an inherited one of JavaScript objects. */
const member = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The values of a field: the elements of arrays, without objects. */
const leaves = (value: unknown): readonly Leaf[] => {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return value === undefined || isObject(value) ? [] : [value as Leaf];
};

/** Whether the event has a value at a path, in any element of the arrays on it. */
function hasLeaf(value: unknown, [key, ...rest]: Path): boolean {
  if (key === undefined) return leaves(value).length > 0;
  if (Array.isArray(value)) return value.some((element) => hasLeaf(element, [key, ...rest]));
  return hasLeaf(member(value, key), rest);
}

/** The operand of `exists`, the only operator that is modelled. */
function existsOperand(element: Readonly<Record<string, unknown>>): boolean {
  const [name, ...others] = Object.keys(element);
  if (name === undefined) throw new PatternError('Match expression name not found');
  if (others.length > 0) throw new PatternError('Only one key allowed in match expression');
  if (name !== 'exists') throw unsupported(`the operator "${name}" in an event pattern`);
  if (typeof element.exists !== 'boolean') throw new PatternError('exists match pattern must be either true or false.');
  return element.exists;
}

/** A list of alternatives for a field. `exists` checks the field, a plain value is compared with each value of the field. */
function compileField(elements: readonly unknown[], path: Path): Test {
  if (elements.length === 0) throw new PatternError('Empty arrays are not allowed');
  if (elements.some(Array.isArray)) throw new PatternError('Match value must be String, number, true, false, or null');
  const existence = new Set(elements.filter(isObject).map(existsOperand));
  return (value, root) => {
    const values = leaves(value);
    if (existence.has(true) && values.length > 0) return true;
    if (existence.has(false) && !hasLeaf(root, path)) return true;
    return values.some((leaf) => elements.includes(leaf));
  };
}

function compileMember(key: string, value: unknown, path: Path): Test {
  if (key === '$or') throw unsupported('$or in an event pattern');
  const below = [...path, key];
  let test: Test;
  if (Array.isArray(value)) test = compileField(value, below);
  else if (isObject(value)) test = compileObject(value, below);
  else throw new PatternError(`"${key}" must be an object or an array`);
  return (parent, root) => test(member(parent, key), root);
}

/** All members must match. For an array of objects, they must match within the same element. */
function compileObject(pattern: Readonly<Record<string, unknown>>, path: Path): Test {
  const members = Object.entries(pattern);
  if (members.length === 0) throw new PatternError('Empty objects are not allowed');
  const tests = members.map(([key, value]) => compileMember(key, value, path));
  const test: Test = (value, root) => {
    if (Array.isArray(value) && value.length > 0) return value.some((element) => test(element, root));
    return tests.every((matches) => matches(value, root));
  };
  return test;
}

/**
 * Compiles an event pattern of plain values and `exists`.
 *
 * @param text - the pattern as JSON; of duplicate keys the last one counts.
 * @throws {AwsError} `InvalidEventPatternException` with the reason; `UnsupportedOperation` for an operator other than `exists`.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(text: string): EventPattern {
  try {
    const pattern: unknown = JSON.parse(text);
    if (!isObject(pattern)) throw new PatternError('Filter is not an object');
    const test = compileObject(pattern, []);
    return (event) => test(event, event);
  } catch (error) {
    if (!(error instanceof PatternError || error instanceof SyntaxError)) throw error;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}
