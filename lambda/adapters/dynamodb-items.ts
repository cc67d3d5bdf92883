import type { AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { convertToAttr, marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** A value of a row. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** Members of an object that are `undefined` are left out. */
const OPTIONS = { removeUndefinedValues: true } as const;

/** Converts a value to DynamoDB's notation. */
export const toAttribute = (value: Value): AttributeValue => convertToAttr(value, OPTIONS);

/** Converts an object to a DynamoDB item or map. */
export const toItem = (object: Readonly<Record<string, Value | undefined>>): Record<string, AttributeValue> =>
  marshall(object, OPTIONS);

/** The reverse of {@link toItem}. A set becomes a `Set`. */
export const fromItem = (item: Readonly<Record<string, AttributeValue>>): Readonly<Record<string, unknown>> =>
  unmarshall(item);

/** `SET` and `REMOVE` clauses for an update: members with a value are set, those that are `undefined` are removed. */
export function updateOf(changes: Readonly<Record<string, Value | undefined>>) {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const set: string[] = [];
  const remove: string[] = [];
  for (const [name, value] of Object.entries(changes)) {
    names[`#${name}`] = name;
    if (value === undefined) {
      remove.push(`#${name}`);
    } else {
      values[`:${name}`] = toAttribute(value);
      set.push(`#${name} = :${name}`);
    }
  }
  const expression = [set.length > 0 && `SET ${set.join(', ')}`, remove.length > 0 && `REMOVE ${remove.join(', ')}`];
  return {
    UpdateExpression: expression.filter(Boolean).join(' '),
    ExpressionAttributeNames: names,
    ...(set.length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

/** A condition of an update. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, Value>>;
}

/** Adds conditions to an update. All must be true. Pure. */
export function onlyIf(update: ReturnType<typeof updateOf>, ...conditions: readonly Condition[]) {
  const values = { ...update.ExpressionAttributeValues };
  const names = { ...update.ExpressionAttributeNames };
  for (const condition of conditions) {
    Object.assign(names, condition.names);
    Object.assign(values, toItem(condition.values ?? {}));
  }
  return {
    ...update,
    ConditionExpression: conditions.map(({ expression }) => `(${expression})`).join(' AND '),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** Whether DynamoDB refused a write because its condition is false. */
export const isConditionFailure = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
