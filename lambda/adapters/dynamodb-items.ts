import type { AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** What the rows of the table are made of. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** A value in DynamoDB's notation; absent members of an object are left out. */
export function toAttribute(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  return { M: toItem(value) };
}

/** An object as a DynamoDB item or map. */
export const toItem = (object: Readonly<Record<string, Value | undefined>>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, toAttribute(value)]])),
  );

/** The reverse of {@link toItem}; sets come back as lists. */
export const fromItem = (item: Readonly<Record<string, AttributeValue>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, fromAttribute(attribute)]));

function fromAttribute({ S, N, BOOL, L, M, SS }: AttributeValue): unknown {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(fromAttribute);
  if (M !== undefined) return fromItem(M);
  return SS ?? null;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

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
