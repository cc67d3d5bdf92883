import type { HostedService } from '../../gateway/hosted-service.ts';
import { toJson } from '../../gateway/shapes.ts';
import type { Cloud, Operation } from '../../service.ts';
import { createEngine } from './engine.ts';
import { createTableSettings } from './table-settings.ts';

/** What is assumed because AWS does not document it. */
export const ASSUMPTIONS = [
  {
    topic: 'dynamodb tables',
    assumed: 'tables are active as soon as they are created, and reads are always consistent',
  },
  { topic: 'dynamodb time to live', assumed: 'expired items stay: AWS only promises to delete them within a few days' },
] as const;

/** What is missing from operations that are served in part. */
export const PARTIAL = {
  CreateTable: 'keys, indexes and billing mode; encryption, class, streams and protection are ignored',
  UpdateTimeToLive: 'kept and shown; no item is deleted',
} as const;

/** Operations whose answers have the ARN of a table. The engine uses another account and Region in it. */
const TABLE_OPERATIONS = ['CreateTable', 'DeleteTable', 'DescribeTable'] as const;

const DATA_OPERATIONS = [
  'BatchWriteItem',
  'DeleteItem',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

/** The DynamoDB of the local cloud. */
export interface DynamoDb extends HostedService {
  /** Name of the partition key of a table. */
  readonly partitionKeyOf: (tableName: string) => string | undefined;
}

interface NewTable {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

/**
 * Creates Amazon DynamoDB. Dynalite keeps the data in memory and gets request bodies unchanged. Time to live is kept
 * separately. In process, members are those of AWS JSON: timestamps are seconds, binary values are base64.
 */
export function createDynamoDb(cloud: Cloud): DynamoDb {
  const engine = createEngine();
  const partitionKeys = new Map<string, string>();
  const keepPartitionKey = ({ TableName, KeySchema }: NewTable) => {
    const key = KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
    if (key !== undefined) partitionKeys.set(TableName, key);
  };
  const ownArns = (answer: Buffer) =>
    Buffer.from(
      answer
        .toString()
        .replace(/arn:aws:dynamodb:[a-z0-9-]*:\d*:/g, `arn:aws:dynamodb:${cloud.region}:${cloud.accountId}:`),
    );
  const settings = createTableSettings(async (TableName) => {
    await engine.run('DescribeTable', Buffer.from(toJson({ TableName })));
  });
  const forward = async (operation: string, body: Uint8Array): Promise<Uint8Array> => {
    if (Object.hasOwn(settings.operations, operation)) {
      const setting = settings.operations[operation as keyof typeof settings.operations];
      return Buffer.from(toJson(await setting(parse(body) as never)));
    }
    const answer = await engine.run(operation, body);
    if (operation === 'CreateTable') keepPartitionKey(parse(body) as NewTable);
    if (operation === 'DeleteTable') settings.forget((parse(body) as { readonly TableName: string }).TableName);
    return TABLE_OPERATIONS.some((name) => name === operation) ? ownArns(answer) : answer;
  };
  const passThrough =
    (operation: string): Operation =>
    async (input: object) =>
      parse(await forward(operation, Buffer.from(toJson(input))));
  const operations = [...TABLE_OPERATIONS, ...DATA_OPERATIONS].map((name) => [name, passThrough(name)] as const);
  return {
    operations: { ...Object.fromEntries(operations), ...settings.operations },
    forward,
    partitionKeyOf: (tableName) => partitionKeys.get(tableName),
    close: engine.close,
  };
}

const parse = (body: Uint8Array): unknown => (body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString()));
