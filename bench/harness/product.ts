import { type AdminGetUserResponse, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { createCognitoUserList } from '../../lambda/adapters/cognito-user-list.ts';
import { createUserPool } from '../../lambda/adapters/cognito-user-pool.ts';
import { createConnectDirectory } from '../../lambda/adapters/connect-directory.ts';
import { createConnectUserList } from '../../lambda/adapters/connect-user-list.ts';
import { createCaseMatches } from '../../lambda/adapters/dynamodb-case-matches.ts';
import { createExposureStore } from '../../lambda/adapters/dynamodb-exposure.ts';
import { createRowList } from '../../lambda/adapters/dynamodb-row-list.ts';
import { createSweepStore } from '../../lambda/adapters/dynamodb-sweep-store.ts';
import { createSyncTable } from '../../lambda/adapters/dynamodb-sync-table.ts';
import { newSalt } from '../../lambda/adapters/random-salt.ts';
import {
  createChangeSender,
  createQueueDepth,
  createReceivedMessages,
} from '../../lambda/adapters/sqs-change-queue.ts';
import { createRateLimit } from '../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import { createProcessRateLimit } from '../../lambda/adapters/throttling/process-rate-limit.ts';
import type { Cause, Change } from '../../lambda/core/events/change.ts';
import { mapIdentity } from '../../lambda/core/identity/map-identity.ts';
import { LOG_MESSAGES } from '../../lambda/core/log-lines.ts';
import { policySchema } from '../../lambda/core/policy.ts';
import { digestOf } from '../../lambda/core/rows/digest.ts';
import { settledText } from '../../lambda/core/writes/settled.ts';
import { createHandler as createSweep } from '../../lambda/sweep/handler.ts';
import { createHandler } from '../../lambda/sync-worker/handler.ts';
import { numberedPeople, type SeededUser, seedPeople } from '../../local/seed.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import type { Caller } from '../../packages/local-cloud/service.ts';
import { sqsEvent } from '../../packages/local-cloud/services/lambda/sqs-event.ts';
import { createAgent, createRequestHandler } from './http.ts';
import type { VirtualTime } from './virtual-time.ts';
import { clockOf, FULL_RATE } from './ways.ts';

const ACCOUNT: Caller = { kind: 'account' };
const WORKER_TIMEOUT_MS = 30_000;
/** As the stack deploys them: workers at once, messages a batch, seconds out of sight. */
const MAPPING = { concurrency: 2, batchSize: 10, visibilitySeconds: 180 };
/** How long a call of the worker takes, milliseconds, when the service is well. */
const LATENCY = { there: () => 5, back: () => 25 };
const silent = { info: () => {}, warn: () => {}, error: () => {} };
/** As the stack deploys it. */
const SWEEP = { tickMs: 15 * 60_000, intervalMs: 60 * 60_000, requestsPerSecond: 1.95, listsPerSecond: 15 };
const POLICY = policySchema.parse({ identityManagementType: 'CONNECT_MANAGED' });
const POLICY_HASH = 'policy';
/** Between two looks at an empty queue, milliseconds. */
const POLL_MS = 20;

/** The worker as it is deployed, in this process, between the services of a local cloud; all of it on virtual time. */
export interface Product {
  readonly local: LocalCloud;
  readonly users: readonly SeededUser[];
  /** A new first name in the pool, and the message that says that the user may have changed. */
  rename(user: SeededUser, firstName: string): Promise<void>;
  /** Any change in the pool, and its message. */
  change(user: SeededUser, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** The message of a change that changes nothing, as a sign-in sends it. */
  announce(user: SeededUser, cause: Cause): Promise<void>;
  /** Runs ticks of the sweep until a pass has ended. */
  sweep(): Promise<void>;
  /** The first name that the pool has. */
  firstNameOf(user: SeededUser): Promise<string | undefined>;
  /** Lets the workers run until the queue is empty, and `until` has ended. */
  drain(until?: Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** What is there before the product. */
interface ProductOptions {
  /** Users are linked and in step, as reads of Connect have confirmed; true unless given. */
  readonly linked?: boolean;
  /** Connect has another address for every second user. */
  readonly otherAddresses?: boolean;
}

/** Starts the product with users in both services. */
export async function startProduct(
  time: VirtualTime,
  people: number,
  { linked = true, otherAddresses = false }: ProductOptions = {},
): Promise<Product> {
  const clock = { now: time.now, schedule: time.schedule };
  const local = await time.hold(() => createLocalCloud({ clock }));
  const { cloud, services, endpoint, credentials } = local;
  const call = <Output>(service: string, operation: string, input: object) =>
    time.hold(() => cloud.call<Output>(service, operation, input, ACCOUNT));
  const agent = createAgent();
  const config = {
    endpoint,
    region: cloud.region,
    credentials,
    requestHandler: createRequestHandler(time, agent, LATENCY),
  };
  const dynamodb = new DynamoDBClient(config);
  const TableName = 'state';
  await createTable(dynamodb, TableName);
  const { UserPool } = await call<{ UserPool: { Id: string } }>('cognito-idp', 'CreateUserPool', { PoolName: 'bench' });
  const userPoolId = UserPool.Id;
  const users = await time.hold(() => seedPeople(cloud, services.connect, userPoolId, numberedPeople(people)));
  const { QueueUrl } = await call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
    QueueName: 'changes.fifo',
    Attributes: { FifoQueue: 'true', VisibilityTimeout: String(MAPPING.visibilitySeconds) },
  });
  const table = createSyncTable(dynamodb, TableName, POLICY_HASH);
  const attributesOf = async (Username: string): Promise<Readonly<Record<string, string>>> => {
    const { UserAttributes = [] } = await call<AdminGetUserResponse>('cognito-idp', 'AdminGetUser', {
      UserPoolId: userPoolId,
      Username,
    });
    return Object.fromEntries(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value]));
  };
  const setAttributes = (Username: string, attributes: Readonly<Record<string, string>>) =>
    call('cognito-idp', 'AdminUpdateUserAttributes', {
      UserPoolId: userPoolId,
      Username,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    });
  let events = 0;
  const changeOf = (sub: string, cause: Cause = 'cloudtrail'): Change => {
    events += 1;
    return { v: 1, userPoolId, sub, cause, eventId: `event-${events}`, occurredAt: time.now() };
  };
  for (const { sub, connectUserId, username } of linked ? users : []) {
    const linkedAt = time.now();
    await table.link(sub, connectUserId, linkedAt);
    const outcome = { status: 'unchanged', changed: [], withheld: [] } as const;
    const type = 'CONNECT_MANAGED';
    const desired = mapIdentity(await attributesOf(username), POLICY.mapping, type);
    const vouching = { verified: true, changeableByUser: false, unverifiable: [] };
    const facts = { desired, connectUserId, linkedAt, policyHash: POLICY_HASH, type, vouching } as const;
    const settled = settledText(facts, { withheld: [], firstEmail: false });
    await table.conclude(sub, {
      outcome,
      link: { connectUserId, linkedAt },
      change: changeOf(sub),
      readAt: linkedAt,
      since: linkedAt,
      synced: true,
      emailSettled: true,
      memory: { settled: digestOf(settled, newSalt()) },
    });
  }
  if (otherAddresses) {
    for (const { username } of users.filter((_, index) => index % 2 === 1))
      await setAttributes(username, { email: `other.${username}@example.com`, email_verified: 'true' });
  }
  /** Each environment of the function has its own clients and its own view of the rate limit. */
  const createWorker = () => {
    const connect = new ConnectClient({ ...config, maxAttempts: 1 });
    const rateLimit = createRateLimit(new DynamoDBClient(config), TableName, FULL_RATE, clockOf(time));
    return createHandler({
      pool: createUserPool(new CognitoIdentityProviderClient(config), userPoolId, time.now),
      directory: createConnectDirectory(connect, services.connect.instance.id, rateLimit, time.now),
      table,
      messages: createReceivedMessages(new SQSClient(config), QueueUrl, QueueUrl, silent),
      policy: POLICY,
      policyHash: POLICY_HASH,
      newSalt,
      userPoolId,
      clock: clockOf(time),
      random: () => 0.5,
      logger: silent,
    });
  };
  const invoke = async (worker: ReturnType<typeof createWorker>, messages: readonly Message[]) => {
    const deadline = time.now() + WORKER_TIMEOUT_MS;
    const event = sqsEvent(messages, 'arn:aws:sqs:eu-west-1:000000000000:changes.fifo', cloud.region);
    const { batchItemFailures } = await worker(event as unknown as SQSEvent, {
      getRemainingTimeInMillis: () => deadline - time.now(),
    });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await call('sqs', 'DeleteMessageBatch', { QueueUrl, Entries });
  };
  const isEmpty = () =>
    Object.values(services.sqs.stats()).every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0);
  const poll = async (isOver: () => boolean) => {
    const worker = createWorker();
    while (!isOver() || !isEmpty()) {
      const { Messages = [] } = await call<{ Messages?: Message[] }>('sqs', 'ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: MAPPING.batchSize,
        MessageSystemAttributeNames: ['All'],
      });
      if (Messages.length > 0) await invoke(worker, Messages);
      else await time.sleep(POLL_MS);
    }
  };
  const announce = async ({ sub }: SeededUser, cause: Cause) => {
    const change = changeOf(sub, cause);
    await call('sqs', 'SendMessage', {
      QueueUrl,
      MessageBody: JSON.stringify(change),
      MessageGroupId: sub,
      MessageDeduplicationId: change.eventId,
    });
  };
  const change = async (user: SeededUser, attributes: Readonly<Record<string, string>>) => {
    await setAttributes(user.username, attributes);
    await announce(user, 'cloudtrail');
  };
  const createSweepHandler = (onMessage: (message: string) => void) => {
    const sqs = new SQSClient(config);
    const cognito = new CognitoIdentityProviderClient(config);
    const clock = clockOf(time);
    const rateLimit = createRateLimit(dynamodb, TableName, FULL_RATE, clock);
    const lists = createProcessRateLimit(SWEEP.listsPerSecond, clock);
    return createSweep({
      pool: {
        ...createCognitoUserList(cognito, userPoolId, lists, clock),
        ...createUserPool(cognito, userPoolId, time.now),
      },
      directory: createConnectUserList(
        new ConnectClient({ ...config, maxAttempts: 1 }),
        services.connect.instance.id,
        rateLimit,
        clock,
      ),
      table: {
        ...createRowList(dynamodb, TableName),
        ...createExposureStore(dynamodb, TableName),
        ...createCaseMatches(dynamodb, TableName),
      },
      store: createSweepStore(dynamodb, TableName),
      queue: { ...createChangeSender(sqs, QueueUrl, 20_000), ...createQueueDepth(sqs, QueueUrl) },
      policy: POLICY,
      policyHash: POLICY_HASH,
      userPoolId,
      sweepIntervalMs: SWEEP.intervalMs,
      connectRequestsPerSecond: SWEEP.requestsPerSecond,
      cognitoListsPerSecond: SWEEP.listsPerSecond,
      clock,
      logger: { ...silent, info: onMessage },
    });
  };
  return {
    local,
    users,
    change,
    announce,
    rename: (user, firstName) => change(user, { given_name: firstName }),
    firstNameOf: async ({ username }) => (await attributesOf(username)).given_name,
    async sweep() {
      let ended = false;
      const handler = createSweepHandler((message) => {
        ended ||= message === LOG_MESSAGES.sweepFinished;
      });
      while (!ended) {
        const tickedAt = time.now();
        await handler({}, { getRemainingTimeInMillis: () => tickedAt + SWEEP.tickMs - time.now() });
        if (!ended) await time.sleep(tickedAt + SWEEP.tickMs - time.now());
      }
    },
    async drain(until = Promise.resolve()) {
      let over = false;
      const ended = until.finally(() => {
        over = true;
      });
      await Promise.all([ended, ...Array.from({ length: MAPPING.concurrency }, () => poll(() => over))]);
    },
    async close() {
      agent.destroy();
      await time.hold(() => local.close());
    },
  };
}

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  while ((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus !== 'ACTIVE');
}
