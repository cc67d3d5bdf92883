/** A JSON object, for example a resource's properties. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value that exists only after its resource was created, for example the ARN of a queue. */
export const unknown: unique symbol = Symbol('known after the resource is created');

/** Whether `value` is a JSON object (neither array nor null). */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether `value` is, or contains, a value that is not known yet. */
export const isUnknown = (value: unknown): boolean =>
  value === unknown ||
  (Array.isArray(value) && value.some(isUnknown)) ||
  (isFields(value) && Object.values(value).some(isUnknown));

/** Whether two JSON values are equal; the order of object keys does not count. Pure. */
export const isSame = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  if (!isFields(left) || !isFields(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
};

/** A boolean in a request. The Query protocol has only strings. */
export const isOn = (value: unknown): boolean => value === true || value === 'true';

/** A list in a request. An absent or empty one may be undefined. */
export const listOf = <Item>(value: readonly Item[] | undefined): readonly Item[] =>
  Array.isArray(value) ? value : [];
