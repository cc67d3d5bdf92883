import type { AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { convertToAttr, marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** What the rows of the table are made of. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** Absent members of an object are left out. */
const OPTIONS = { removeUndefinedValues: true } as const;

/** A value in DynamoDB's notation. */
export const toAttribute = (value: Value): AttributeValue => convertToAttr(value, OPTIONS);

/** An object as a DynamoDB item or map. */
export const toItem = (object: Readonly<Record<string, Value | undefined>>): Record<string, AttributeValue> =>
  marshall(object, OPTIONS);

/** The reverse of {@link toItem}; a set comes back as a `Set`. */
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

/** An update that is made only while all conditions hold. Pure. */
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

/** Whether a write was refused because its condition is not met. */
export const isConditionFailure = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
