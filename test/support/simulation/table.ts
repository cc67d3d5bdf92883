import type {
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  ScanCommandOutput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { fromItem, toAttribute, type Value } from '../../../lambda/adapters/dynamodb-items.ts';
import { AwsError } from '../../../packages/local-cloud/service.ts';
import { type Bindings, fulfils, type Item, updated } from './expressions.ts';

/** An item as plain values. */
export type PlainItem = Readonly<Record<string, unknown>>;

/** What an operation may have been called with. */
type Conditional = Bindings & {
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
};

/**
 * One DynamoDB table with partition key `pk`, in memory: reads are strongly consistent, each write happens at once and
 * only if its condition holds. Items are replaced, never changed.
 */
export function createTableDouble(onWrite: (pk: string, item: Item) => void = () => {}) {
  const items = new Map<string, Item>();
  const keyOf = (item: Item | undefined): string => {
    const pk = item?.pk?.S;
    if (pk === undefined) throw new AwsError('ValidationException', 'The key pk is missing.');
    return pk;
  };
  const check = (found: Item | undefined, input: Conditional): void => {
    const { ConditionExpression } = input;
    if (ConditionExpression === undefined || fulfils(found, ConditionExpression, input)) return;
    const old = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && found !== undefined;
    const members = old ? { Item: found } : {};
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, members);
  };
  const store = (pk: string, item: Item) => {
    items.set(pk, item);
    onWrite(pk, item);
  };
  return {
    operations: {
      GetItem({ Key }: GetItemCommandInput): Pick<GetItemCommandOutput, 'Item'> {
        const found = items.get(keyOf(Key));
        return found === undefined ? {} : { Item: found };
      },
      PutItem(input: PutItemCommandInput): object {
        const pk = keyOf(input.Item);
        check(items.get(pk), input);
        store(pk, input.Item ?? {});
        return {};
      },
      Scan(): Pick<ScanCommandOutput, 'Items'> {
        return { Items: [...items.values()] };
      },
      UpdateItem(input: UpdateItemCommandInput): object {
        const pk = keyOf(input.Key);
        const found = items.get(pk);
        check(found, input);
        store(pk, updated(found ?? { pk: { S: pk } }, input.UpdateExpression ?? '', input));
        return input.ReturnValues === 'ALL_OLD' && found !== undefined ? { Attributes: found } : {};
      },
    },
    get(pk: string): PlainItem | undefined {
      const item = items.get(pk);
      return item && fromItem(item);
    },
    /** All items whose key begins so. */
    all: (prefix: string): readonly PlainItem[] =>
      [...items].flatMap(([pk, item]) => (pk.startsWith(prefix) ? [fromItem(item)] : [])),
    /** As {@link all}, in DynamoDB's notation. */
    raw: (prefix: string): readonly Item[] => [...items].flatMap(([pk, item]) => (pk.startsWith(prefix) ? [item] : [])),
    put: (item: Item) => store(keyOf(item), item),
    /** Sets one attribute, as a person's tool does. */
    update(pk: string, name: string, value: Value) {
      store(pk, { ...items.get(pk), [name]: toAttribute(value) });
    },
  };
}

/** See {@link createTableDouble}. */
export type TableDouble = ReturnType<typeof createTableDouble>;
