import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient, type User, type UserIdentityInfo } from '@aws-sdk/client-connect';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { linkSeeded } from '../../bin/link-seeded.ts';
import { fromItem } from '../../lambda/adapters/dynamodb-items.ts';
import type { UserRow } from '../../lambda/core/rows/user-row.ts';
import type { Conclusion } from '../../lambda/ports.ts';
import { type Environment, type EnvironmentOptions, startEnvironment } from '../../local/environment.ts';
import type { Person } from '../../local/seed.ts';
import type { Forecast } from '../../packages/local-cloud/weather/index.ts';
import type { LeapingClock } from './leaping-clock.ts';

/** The members of a row that tests read. */
export type StoredUser = UserRow & Conclusion['outcome'] & Readonly<Record<string, unknown>>;

/** A function of the product. */
export type FunctionKey = keyof Environment['description']['functions'];

/** The product, deployed into a local cloud, with clients and views for a test. */
export interface Deployed extends Environment {
  readonly clients: {
    readonly cognito: CognitoIdentityProviderClient;
    readonly connect: ConnectClient;
    readonly sqs: SQSClient;
    readonly dynamodb: DynamoDBClient;
  };
  /** The lines that a function has logged as JSON, oldest first. */
  logLines(name: FunctionKey): readonly Readonly<Record<string, unknown>>[];
  /** `GET /_local/stats`. */
  stats(): Promise<{ readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>> }>;
  close(): Promise<void>;
}

/** Options of a deployment for a test. */
type DeployOptions = Partial<
  Pick<EnvironmentOptions, 'identityManagementType' | 'configuration' | 'prepare' | 'clock'>
> & {
  /** The weather after the deployment. @default off */
  readonly weather?: Forecast;
};

/** Deploys the product with the real CDK CLI; takes some ten seconds, so once a test file. */
export async function deploy(
  people: readonly Person[],
  { weather, ...options }: DeployOptions = {},
): Promise<Deployed> {
  const environment = await startEnvironment({
    people,
    identityManagementType: 'CONNECT_MANAGED',
    linkSeeded,
    onLine: () => {},
    signal: new AbortController().signal,
    ...options,
  });
  if (weather !== undefined) environment.local.weather.change(weather);
  return withClients(environment);
}

/** Adds clients and views to an environment. */
export function withClients(environment: Environment): Deployed {
  const { description, local } = environment;
  const { endpoint, region, accessKeyId, secretAccessKey } = description;
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const clients = {
    cognito: new CognitoIdentityProviderClient(config),
    connect: new ConnectClient(config),
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
  };
  return {
    ...environment,
    clients,
    logLines: (name) =>
      local.services.lambda
        .logs(description.functions[name] ?? '')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [])),
    stats: async () =>
      (await (await fetch(`${endpoint}/_local/stats`)).json()) as Awaited<ReturnType<Deployed['stats']>>,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await local.close();
    },
  };
}

/** Ends a hanging test: many times longer than a change takes on a busy machine. */
const HANGS_AFTER_MS = 300_000;

/** Waits until `read` returns a value. Fails with the name of the value when it hangs. */
export async function eventually<Result>(
  what: string,
  read: () => Promise<Result | undefined | false> | Result | undefined | false,
): Promise<Result> {
  const deadline = performance.now() + HANGS_AFTER_MS;
  for (;;) {
    const result = await read();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`Waited ${HANGS_AFTER_MS} ms in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Moves time ahead unless a function runs: its request would be signed long before it arrives. Meant for {@link eventually}. */
export function leapWhileIdle({ local }: Environment, clock: LeapingClock, milliseconds: number): void {
  if (local.services.lambda.running() === 0) clock.leap(milliseconds);
}

/** Begins a pass of the sweep now, and waits for its end. Resolves to its log line. */
export async function sweep({ clients, description, local, logLines }: Deployed) {
  const { tableName: TableName, functions } = description;
  const Key = { pk: { S: 'sweep' } };
  const state = async () => (await clients.dynamodb.send(new GetItemCommand({ TableName, Key }))).Item;
  await eventually('no other pass to be under way', async () => {
    const item = await state();
    return item === undefined || item.finishedAt !== undefined;
  });
  await clients.dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  const request = { FunctionName: functions.sweep, Payload: new TextEncoder().encode('{}') };
  await local.cloud.call('lambda', 'Invoke', request, { kind: 'account' });
  // A pass that the schedule began earlier may end now as well.
  const mine = `sweep-${(await state())?.startedAt?.N}`;
  return eventually('the sweep to end', () =>
    logLines('sweep').find(({ message, pass }) => message === 'sweep finished' && pass === mine),
  );
}

/** The identity in Connect, read beside the API, which uses no quota. */
export function identityOf({ local }: Deployed, connectUserId: string): UserIdentityInfo {
  const { users } = local.services.connect.admin.users({ id: connectUserId }) as { readonly users: readonly User[] };
  return users[0]?.IdentityInfo ?? {};
}

/** The row of a Cognito user, once it satisfies `condition`. */
export const rowOf = (
  { clients, description }: Deployed,
  sub: string,
  condition: (row: StoredUser) => boolean = () => true,
): Promise<StoredUser> =>
  eventually(`a row of ${sub}`, async () => {
    const { Item } = await clients.dynamodb.send(
      new GetItemCommand({ TableName: description.tableName, Key: { pk: { S: `user#${sub}` } }, ConsistentRead: true }),
    );
    const row = Item && (fromItem(Item) as unknown as StoredUser);
    return row !== undefined && condition(row) && row;
  });

/** How many changes are in the queue. */
export function queued({ local, description }: Deployed) {
  const counts = local.services.sqs.stats()[description.queueUrl.split('/').at(-1) ?? ''];
  if (counts === undefined) throw new Error('There is no queue of changes.');
  return counts;
}

/** Resolves when no change is queued and no worker has one. */
export const quiet = (deployed: Deployed): Promise<true> =>
  eventually('an empty queue', () => Object.values(queued(deployed)).every((count) => count === 0));

/** Everything that the product has written: log lines of all functions, rows, and messages in its queues. */
export async function everythingStored({ clients, description, local }: Deployed): Promise<string> {
  const logs = Object.values(description.functions).flatMap((name) => local.services.lambda.logs(name));
  const { Items } = await clients.dynamodb.send(new ScanCommand({ TableName: description.tableName }));
  return JSON.stringify([logs, Items]);
}
