import { type AdminGetUserResponse, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { createUserPool } from '../../lambda/adapters/cognito-user-pool.ts';
import { createConnectDirectory } from '../../lambda/adapters/connect-directory.ts';
import { createRateLimit } from '../../lambda/adapters/dynamodb-rate-limit.ts';
import { createSyncTable } from '../../lambda/adapters/dynamodb-sync-table.ts';
import { newSalt } from '../../lambda/adapters/random-salt.ts';
import { createReceivedMessages } from '../../lambda/adapters/sqs-change-queue.ts';
import type { Change } from '../../lambda/core/change.ts';
import { policySchema } from '../../lambda/core/policy.ts';
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

/** The worker as it is deployed, in this process, between the services of a local cloud; all of it on virtual time. */
export interface Product {
  readonly local: LocalCloud;
  readonly users: readonly SeededUser[];
  /** A new first name in the pool, and the message that says that the user may have changed. */
  rename(user: SeededUser, firstName: string): Promise<void>;
  /** The first name that the pool has. */
  firstNameOf(user: SeededUser): Promise<string | undefined>;
  /** Lets the workers run until the queue has been empty for a while. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the product with linked users who are in step. */
export async function startProduct(time: VirtualTime, people: number): Promise<Product> {
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
  const table = createSyncTable(dynamodb, TableName, 'policy');
  let events = 0;
  const changeOf = (sub: string): Change => {
    events += 1;
    return { v: 1, userPoolId, sub, cause: 'cloudtrail', eventId: `event-${events}`, occurredAt: time.now() };
  };
  for (const { sub, connectUserId } of users) {
    const linkedAt = time.now();
    await table.link(sub, connectUserId, linkedAt);
    const outcome = { status: 'unchanged', changed: [], withheld: [] } as const;
    const link = { connectUserId, linkedAt };
    const conclusion = {
      outcome,
      link,
      change: changeOf(sub),
      readAt: linkedAt,
      since: linkedAt,
      synced: true,
      emailSettled: true,
    };
    await table.conclude(sub, conclusion);
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
      policy: policySchema.parse({}),
      policyHash: 'policy',
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
  const poll = async () => {
    const worker = createWorker();
    while (!isEmpty()) {
      const { Messages = [] } = await call<{ Messages?: Message[] }>('sqs', 'ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: MAPPING.batchSize,
        MessageSystemAttributeNames: ['All'],
      });
      if (Messages.length > 0) await invoke(worker, Messages);
      else await time.sleep(20);
    }
  };
  return {
    local,
    users,
    async rename({ username, sub }, firstName) {
      await call('cognito-idp', 'AdminUpdateUserAttributes', {
        UserPoolId: userPoolId,
        Username: username,
        UserAttributes: [{ Name: 'given_name', Value: firstName }],
      });
      const change = changeOf(sub);
      await call('sqs', 'SendMessage', {
        QueueUrl,
        MessageBody: JSON.stringify(change),
        MessageGroupId: sub,
        MessageDeduplicationId: change.eventId,
      });
    },
    async firstNameOf({ username }) {
      const { UserAttributes } = await call<AdminGetUserResponse>('cognito-idp', 'AdminGetUser', {
        UserPoolId: userPoolId,
        Username: username,
      });
      return UserAttributes?.find(({ Name }) => Name === 'given_name')?.Value;
    },
    async drain() {
      await Promise.all(Array.from({ length: MAPPING.concurrency }, poll));
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
