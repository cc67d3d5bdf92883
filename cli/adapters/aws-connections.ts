import { createUserPool } from '../../lambda/adapters/cognito-user-pool.ts';
import { createSweepStore } from '../../lambda/adapters/dynamodb-sweep-store.ts';
import { readTableOwner } from '../../lambda/adapters/dynamodb-table-owner.ts';
import { createChangeSender } from '../../lambda/adapters/sqs-change-queue.ts';
import { systemClock } from '../../lambda/adapters/system-clock.ts';
import { createRateLimit } from '../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import type { AwsAccess, Connections } from '../connections.ts';
import { createAwsClients } from './aws-clients.ts';
import { createBackups } from './backup-files.ts';
import { createDescribeStack, createStacks } from './cloudformation-stacks.ts';
import { createPoolSettings } from './cognito-pool-settings.ts';
import { createPoolUsers } from './cognito-pool-users.ts';
import { createConnectUsers } from './connect-users.ts';
import { createUserTable } from './dynamodb-user-table.ts';
import { createFunctions } from './lambda-functions.ts';
import { createPlanSources } from './plan-sources.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { createChangesAgain, createDeadLetterQueue } from './sqs-dead-letters.ts';
import { createCaller } from './sts-caller.ts';
import { createWorkerMapping } from './worker-mapping.ts';

/** Longest time that a change may take on its way into the queue. */
const SEND_BUDGET_MS = 15_000;

/**
 * Connects the ports of the commands to AWS and to the disk.
 *
 * @param environment - says which proxy the calls take.
 * @throws {ConfigError} `no-region`, `no-credentials`, `invalid-proxy`, `proxy-unsupported`.
 */
export async function connectToAws(access: AwsAccess, environment: ProxyEnvironment): Promise<Connections> {
  const clients = await createAwsClients(access, environment);
  const { cloudFormation, cognito, cognitoOnce, connectIn, dynamodb, lambda, sqs, sts } = clients;
  return {
    region: clients.region,
    caller: createCaller(sts),
    describeStack: createDescribeStack(cloudFormation),
    stacks: createStacks(cloudFormation),
    settings: createPoolSettings(cognito, cognitoOnce),
    functions: createFunctions(lambda),
    mapping: createWorkerMapping(lambda),
    backups: createBackups,
    deadLetterQueue: (queueUrl) => createDeadLetterQueue(sqs, queueUrl),
    changesAgain: (urls) => createChangesAgain(sqs, urls),
    changeQueue: (queueUrl) => createChangeSender(sqs, queueUrl, SEND_BUDGET_MS),
    queueDepth: (queueUrl) => createDeadLetterQueue(sqs, queueUrl).count(),
    userTable: (tableName) => createUserTable(dynamodb, tableName),
    tableOwner: (tableName) => readTableOwner(dynamodb, tableName),
    sweepState: async (tableName) => (await createSweepStore(dynamodb, tableName).read()).state,
    connectUsers: ({ instanceId, region, requestsPerSecond, tableName }) =>
      createConnectUsers(
        connectIn(region),
        instanceId,
        createRateLimit(dynamodb, tableName, requestsPerSecond, systemClock),
        systemClock,
      ),
    poolUsers: (userPoolId) => createPoolUsers(cognito, userPoolId),
    openSettings: (userPoolId) => createUserPool(cognito, userPoolId, systemClock.now).exposure(),
    planSources: (target) =>
      createPlanSources(
        { cognito, cognitoLists: cognitoOnce, connect: connectIn(target.region), dynamodb },
        target,
        systemClock,
      ),
    // Other commands do not wait for these clients.
    doctor: async () => (await import('./doctor-ports.ts')).createDoctorPorts(clients),
  };
}
