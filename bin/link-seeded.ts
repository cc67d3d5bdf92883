import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { toItem } from '../lambda/adapters/dynamodb-items.ts';
import { claimKey, createSyncTable, userKey } from '../lambda/adapters/dynamodb-sync-table.ts';
import { policyHashOf } from '../lambda/adapters/policy-hash.ts';
import { createChangeSender } from '../lambda/adapters/sqs-change-queue.ts';
import { policySchema } from '../lambda/core/policy.ts';
import type { LinkSeeded } from '../local/environment.ts';
import type { SeededUser } from '../local/seed.ts';

/** Up to so many people the worker itself links, at its own speed; more are written into the table as it would. */
const LINKED_BY_WORKER = 8;
/** Five minutes: a worker that takes as long hangs. */
const LIMIT_MS = 300_000;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const ROWS_A_BATCH = 25;

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Brings seeded people to the state that the product aims at: linked, and in step. It is the worker that does it, asked
 * by a change for each, unless there are so many that the rate limit would make the start slow.
 *
 * @throws {Error} when the worker has not done it within five minutes, or `signal` aborts.
 */
export const linkSeeded: LinkSeeded = async (target, users, signal) => {
  const { endpoint, region, accessKeyId, secretAccessKey } = target;
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const clients = {
    dynamodb: new DynamoDBClient(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
  };
  try {
    if (users.length <= LINKED_BY_WORKER) await linkByWorker(clients, target, users, signal);
    else await writeRows(clients, target, users, signal);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
};

type Target = Parameters<LinkSeeded>[0];
interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
}

const eventIdOf = (sub: string): string => `seed-${sub}`;
const changeOf = ({ userPoolId }: Target, sub: string) =>
  ({ v: 1, userPoolId, sub, cause: 'operator', eventId: eventIdOf(sub), occurredAt: Date.now() }) as const;

async function linkByWorker(
  { dynamodb, sqs }: Clients,
  target: Target,
  users: readonly SeededUser[],
  signal: AbortSignal,
): Promise<void> {
  const table = createSyncTable(dynamodb, target.tableName, 'seed');
  const queue = createChangeSender(sqs, target.queueUrl, 60_000);
  await Promise.all(users.map(({ sub }) => queue.send(changeOf(target, sub))));
  const deadline = Date.now() + LIMIT_MS;
  for (const { sub, username } of users) {
    while ((await table.getUser(sub))?.syncedReadAt === undefined) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw new Error(`${username} was not linked within five minutes.`);
      await sleep(20);
    }
  }
}

/** The first person's rows are written as the worker writes them; all others get copies, many in one call. */
async function writeRows(
  clients: Clients,
  target: Target,
  [first, ...others]: readonly SeededUser[],
  signal: AbortSignal,
): Promise<void> {
  if (first === undefined) return;
  const { user, claim } = await writeModel(clients, target, first);
  const rows = others.flatMap(({ sub, connectUserId }): readonly Item[] => [
    { ...claim, ...toItem({ pk: claimKey(connectUserId), sub }) },
    { ...user, ...toItem({ pk: userKey(sub), sub, connectUserId, eventId: eventIdOf(sub) }) },
  ]);
  for (let start = 0; start < rows.length; start += ROWS_A_BATCH) {
    signal.throwIfAborted();
    const requests = rows.slice(start, start + ROWS_A_BATCH).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems = {} } = await clients.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [target.tableName]: requests } }),
    );
    if (Object.keys(UnprocessedItems).length > 0) throw new Error('The table has not taken all rows of a batch.');
  }
}

async function writeModel({ dynamodb, lambda }: Clients, target: Target, { sub, connectUserId }: SeededUser) {
  const { tableName: TableName, functions } = target;
  const worker = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functions.syncWorker }));
  const policy = policySchema.parse(JSON.parse(worker.Environment?.Variables?.POLICY ?? '{}'));
  const table = createSyncTable(dynamodb, TableName, policyHashOf(policy));
  const readAt = Date.now();
  await table.link(sub, connectUserId, readAt);
  const outcome = { status: 'unchanged', changed: [], withheld: [] } as const;
  // With the policy and the time of now the sweep finds nothing new about them.
  await table.conclude(sub, {
    outcome,
    change: changeOf(target, sub),
    readAt,
    link: { connectUserId, linkedAt: readAt },
    since: readAt,
    synced: true,
    emailSettled: true,
    cognitoModifiedAt: readAt,
  });
  const read = async (pk: string): Promise<Item> => {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: toItem({ pk }), ConsistentRead: true }));
    if (Item === undefined) throw new Error(`The table has no row ${pk}.`);
    return Item;
  };
  return { user: await read(userKey(sub)), claim: await read(claimKey(connectUserId)) };
}
