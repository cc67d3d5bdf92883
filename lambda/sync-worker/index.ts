import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../adapters/client-defaults.ts';
import { createUserPool } from '../adapters/cognito-user-pool.ts';
import { createConnectDirectory } from '../adapters/connect-directory.ts';
import { createSyncTable } from '../adapters/dynamodb-sync-table.ts';
import { createTableOwner } from '../adapters/dynamodb-table-owner.ts';
import { policyHashOf } from '../adapters/policy-hash.ts';
import { createLogger } from '../adapters/powertools-logger.ts';
import { newSalt } from '../adapters/random-salt.ts';
import { createReceivedMessages } from '../adapters/sqs-change-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createRateLimit } from '../adapters/throttling/dynamodb-rate-limit.ts';
import { readsAppClients } from '../core/policy.ts';
import { parseEnvironment } from '../environment.ts';
import { syncWorkerEnv } from './environment.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(syncWorkerEnv, process.env);
const logger = createLogger();
const limits = { requestTimeoutMs: 5_000, connectionTimeoutMs: 1_000, maxAttempts: 3 };
const dynamodb = new DynamoDBClient(clientDefaults(limits));
// The SDK does not retry: each attempt takes its own slot, and the queue does the long waits.
const connect = new ConnectClient({
  region: env.CONNECT_REGION,
  ...clientDefaults({ ...limits, requestTimeoutMs: 10_000, maxAttempts: 1 }),
});
const rateLimit = createRateLimit(dynamodb, env.TABLE_NAME, env.CONNECT_REQUESTS_PER_SECOND, systemClock);
const policyHash = policyHashOf(env.POLICY);

const claimTable = createTableOwner(dynamodb, env.TABLE_NAME, {
  userPoolId: env.USER_POOL_ID,
  connectInstanceId: env.CONNECT_INSTANCE_ID,
});
const handle = createHandler({
  pool: createUserPool(new CognitoIdentityProviderClient(clientDefaults(limits)), env.USER_POOL_ID, systemClock.now, {
    readsClients: readsAppClients(env.POLICY),
  }),
  directory: createConnectDirectory(connect, env.CONNECT_INSTANCE_ID, rateLimit, systemClock.now),
  table: createSyncTable(dynamodb, env.TABLE_NAME, policyHash),
  messages: createReceivedMessages(
    new SQSClient(clientDefaults(limits)),
    env.QUEUE_URL,
    env.DEAD_LETTER_QUEUE_URL,
    logger,
  ),
  policy: env.POLICY,
  policyHash,
  newSalt,
  userPoolId: env.USER_POOL_ID,
  clock: systemClock,
  random: Math.random,
  logger,
});

/** Entry point of the function; see {@link createHandler}. With a table of another deployment every call fails. */
export const handler: typeof handle = async (event, context) => {
  await claimTable();
  return handle(event, context);
};
