import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { ConnectClient } from '@aws-sdk/client-connect';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createCognitoUserList } from '../../../lambda/adapters/cognito-user-list.ts';
import { createUserPool } from '../../../lambda/adapters/cognito-user-pool.ts';
import { createConnectDirectory } from '../../../lambda/adapters/connect-directory.ts';
import { createConnectUserList } from '../../../lambda/adapters/connect-user-list.ts';
import { createCaseMatches } from '../../../lambda/adapters/dynamodb-case-matches.ts';
import { createExposureStore } from '../../../lambda/adapters/dynamodb-exposure.ts';
import { createRowList } from '../../../lambda/adapters/dynamodb-row-list.ts';
import { createSweepStore } from '../../../lambda/adapters/dynamodb-sweep-store.ts';
import { createSyncTable } from '../../../lambda/adapters/dynamodb-sync-table.ts';
import { newSalt } from '../../../lambda/adapters/random-salt.ts';
import {
  createChangeSender,
  createQueueDepth,
  createReceivedMessages,
} from '../../../lambda/adapters/sqs-change-queue.ts';
import { createDeadRecords } from '../../../lambda/adapters/sqs-dead-records.ts';
import { createRateLimit } from '../../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import { createProcessRateLimit } from '../../../lambda/adapters/throttling/process-rate-limit.ts';
import { createHandler as createIntake } from '../../../lambda/change-intake/handler.ts';
import type { Policy } from '../../../lambda/core/policy.ts';
import { createHandler as createTrigger, SEND_BUDGET_MS, SEND_LIMITS } from '../../../lambda/pool-trigger/handler.ts';
import type { Logger } from '../../../lambda/ports.ts';
import { createHandler as createSweep } from '../../../lambda/sweep/handler.ts';
import { createHandler as createWorker } from '../../../lambda/sync-worker/handler.ts';
import type { Sandbox } from './sandbox.ts';
import { createSdkClient, type Limits, type Wire } from './sdk-client.ts';
import { RATE } from './settings.ts';

/** What the composition roots of the functions are given in a run. */
export interface FunctionWorld {
  readonly wire: (sandbox: Sandbox, mayDie: boolean) => Wire;
  readonly logger: Logger;
  readonly policy: Policy;
  readonly userPoolId: string;
  readonly instanceId: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly intakeDeadLetterQueueUrl: string;
  readonly random: () => number;
}

const TABLE_NAME = 'state';
/** As in the composition roots of the functions. */
const WORKER_LIMITS: Limits = { maxAttempts: 3, requestTimeoutMs: 5_000 };
const CONNECT_LIMITS: Limits = { maxAttempts: 1, requestTimeoutMs: 10_000 };
const SWEEP_LIMITS: Limits = { maxAttempts: 5, requestTimeoutMs: 10_000 };
const LIST_LIMITS: Limits = { ...SWEEP_LIMITS, maxAttempts: 1 };
const LISTS_PER_SECOND = 15;
const SWEEP_INTERVAL_MS = 60 * 60_000;
const POLICY_HASH = 'policy';
const INTAKE_LIMITS: Limits = { maxAttempts: 5, requestTimeoutMs: 2_000 };

/** Clients of every service, as far as the adapters use them. */
const createClients = (wire: Wire, limits: Limits) => ({
  dynamodb: createSdkClient(wire, 'dynamodb', limits) as unknown as DynamoDBClient,
  cognito: createSdkClient(wire, 'cognito-idp', limits) as unknown as CognitoIdentityProviderClient,
  connect: createSdkClient(wire, 'connect', CONNECT_LIMITS) as unknown as ConnectClient,
  sqs: createSdkClient(wire, 'sqs', limits) as unknown as SQSClient,
});

/** The real handlers over the real adapters, for one sandbox each; only the SDK clients are ours. */
export const createHandlers = (world: FunctionWorld) => {
  const { logger, queueUrl, userPoolId } = world;
  return {
    worker(sandbox: Sandbox) {
      const { now } = sandbox.clock;
      const { dynamodb, cognito, connect, sqs } = createClients(world.wire(sandbox, true), WORKER_LIMITS);
      const rateLimit = createRateLimit(dynamodb, TABLE_NAME, RATE, sandbox.clock);
      return createWorker({
        pool: createUserPool(cognito, userPoolId, now),
        directory: createConnectDirectory(connect, world.instanceId, rateLimit, now),
        table: createSyncTable(dynamodb, TABLE_NAME, POLICY_HASH),
        messages: createReceivedMessages(sqs, queueUrl, world.deadLetterQueueUrl, logger),
        policy: world.policy,
        policyHash: POLICY_HASH,
        newSalt,
        userPoolId,
        clock: sandbox.clock,
        random: world.random,
        logger,
      });
    },
    intake(sandbox: Sandbox) {
      const wire = world.wire(sandbox, true);
      const dynamodb = createSdkClient(wire, 'dynamodb', INTAKE_LIMITS) as unknown as DynamoDBClient;
      const sqs = createSdkClient(wire, 'sqs', INTAKE_LIMITS) as unknown as SQSClient;
      return createIntake({
        queue: createChangeSender(sqs, queueUrl, 10_000),
        deadRecords: createDeadRecords(sqs, world.intakeDeadLetterQueueUrl, 6_000),
        table: createSyncTable(dynamodb, TABLE_NAME, ''),
        logger,
        userPoolId,
      });
    },
    sweep(sandbox: Sandbox) {
      const { now } = sandbox.clock;
      const wire = world.wire(sandbox, true);
      const { dynamodb, cognito, connect, sqs } = createClients(wire, SWEEP_LIMITS);
      const lists = createSdkClient(wire, 'cognito-idp', LIST_LIMITS) as unknown as CognitoIdentityProviderClient;
      const rateLimit = createRateLimit(dynamodb, TABLE_NAME, RATE, sandbox.clock);
      return createSweep({
        pool: {
          ...createCognitoUserList(
            lists,
            userPoolId,
            createProcessRateLimit(LISTS_PER_SECOND, sandbox.clock),
            sandbox.clock,
          ),
          ...createUserPool(cognito, userPoolId, now),
        },
        directory: createConnectUserList(connect, world.instanceId, rateLimit, sandbox.clock),
        table: {
          ...createRowList(dynamodb, TABLE_NAME),
          ...createExposureStore(dynamodb, TABLE_NAME),
          ...createCaseMatches(dynamodb, TABLE_NAME),
        },
        store: createSweepStore(dynamodb, TABLE_NAME),
        queue: { ...createChangeSender(sqs, queueUrl, 20_000), ...createQueueDepth(sqs, queueUrl) },
        policy: world.policy,
        policyHash: POLICY_HASH,
        userPoolId,
        sweepIntervalMs: SWEEP_INTERVAL_MS,
        connectRequestsPerSecond: RATE,
        cognitoListsPerSecond: LISTS_PER_SECOND,
        clock: sandbox.clock,
        logger,
      });
    },
    trigger(sandbox: Sandbox) {
      const sqs = createSdkClient(world.wire(sandbox, false), 'sqs', SEND_LIMITS) as unknown as SQSClient;
      return createTrigger({
        queue: createChangeSender(sqs, queueUrl, SEND_BUDGET_MS),
        clock: sandbox.clock,
        logger,
        postAuthentication: false,
      });
    },
  };
};
