import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../adapters/client-defaults.ts';
import { createCognitoUserList } from '../adapters/cognito-user-list.ts';
import { createUserPool } from '../adapters/cognito-user-pool.ts';
import { createConnectUserList } from '../adapters/connect-user-list.ts';
import { createCaseMatches } from '../adapters/dynamodb-case-matches.ts';
import { createExposureStore } from '../adapters/dynamodb-exposure.ts';
import { createRowList } from '../adapters/dynamodb-row-list.ts';
import { createSweepStore } from '../adapters/dynamodb-sweep-store.ts';
import { createTableOwner } from '../adapters/dynamodb-table-owner.ts';
import { policyHashOf } from '../adapters/policy-hash.ts';
import { createLogger } from '../adapters/powertools-logger.ts';
import { createChangeSender, createQueueDepth } from '../adapters/sqs-change-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createRateLimit } from '../adapters/throttling/dynamodb-rate-limit.ts';
import { createProcessRateLimit } from '../adapters/throttling/process-rate-limit.ts';
import { readsAppClients } from '../core/policy.ts';
import { parseEnvironment } from '../environment.ts';
import { sweepEnv } from './environment.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(sweepEnv, process.env);
const limits = { requestTimeoutMs: 10_000, connectionTimeoutMs: 1_000, maxAttempts: 5 };
const cognito = new CognitoIdentityProviderClient(clientDefaults(limits));
const dynamodb = new DynamoDBClient(clientDefaults(limits));
const sqs = new SQSClient(clientDefaults(limits));
// The SDK does not retry: each attempt takes its own slot, and the next invocation tries again.
const rateLimited = clientDefaults({ ...limits, maxAttempts: 1 });
const lists = new CognitoIdentityProviderClient(rateLimited);
const connect = new ConnectClient({ region: env.CONNECT_REGION, ...rateLimited });
const rateLimit = createRateLimit(dynamodb, env.TABLE_NAME, env.CONNECT_REQUESTS_PER_SECOND, systemClock);

const listRateLimit = createProcessRateLimit(env.COGNITO_LISTS_PER_SECOND, systemClock);

const claimTable = createTableOwner(dynamodb, env.TABLE_NAME, {
  userPoolId: env.USER_POOL_ID,
  connectInstanceId: env.CONNECT_INSTANCE_ID,
});
const handle = createHandler({
  pool: {
    ...createCognitoUserList(lists, env.USER_POOL_ID, listRateLimit, systemClock),
    ...createUserPool(cognito, env.USER_POOL_ID, systemClock.now, {
      readsClients: readsAppClients(env.POLICY),
    }),
  },
  directory: createConnectUserList(connect, env.CONNECT_INSTANCE_ID, rateLimit, systemClock),
  table: {
    ...createRowList(dynamodb, env.TABLE_NAME),
    ...createExposureStore(dynamodb, env.TABLE_NAME),
    ...createCaseMatches(dynamodb, env.TABLE_NAME),
  },
  store: createSweepStore(dynamodb, env.TABLE_NAME),
  queue: { ...createChangeSender(sqs, env.QUEUE_URL, 20_000), ...createQueueDepth(sqs, env.QUEUE_URL) },
  policy: env.POLICY,
  policyHash: policyHashOf(env.POLICY),
  userPoolId: env.USER_POOL_ID,
  sweepIntervalMs: env.SWEEP_INTERVAL_MINUTES * 60_000,
  connectRequestsPerSecond: env.CONNECT_REQUESTS_PER_SECOND,
  cognitoListsPerSecond: env.COGNITO_LISTS_PER_SECOND,
  clock: systemClock,
  logger: createLogger(),
});

/** Entry point of the function; see {@link createHandler}. With a table of another deployment every call fails. */
export const handler: typeof handle = async (event, context) => {
  await claimTable();
  return handle(event, context);
};
