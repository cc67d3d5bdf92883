import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../adapters/client-defaults.ts';
import { createSyncTable } from '../adapters/dynamodb-sync-table.ts';
import { createLogger } from '../adapters/powertools-logger.ts';
import { createChangeSender } from '../adapters/sqs-change-queue.ts';
import { createDeadRecords } from '../adapters/sqs-dead-records.ts';
import { parseEnvironment } from '../environment.ts';
import { changeIntakeEnv } from './environment.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(changeIntakeEnv, process.env);
// The slowest calls to table, queue and dead-letter queue together fit into the 30 s of the function.
const limits = { requestTimeoutMs: 2_000, connectionTimeoutMs: 1_000, maxAttempts: 5 };

const sqs = new SQSClient(clientDefaults(limits));

/** Entry point of the function; see {@link createHandler}. */
export const handler = createHandler({
  queue: createChangeSender(sqs, env.QUEUE_URL, 10_000),
  deadRecords: createDeadRecords(sqs, env.DEAD_LETTER_QUEUE_URL, 6_000),
  table: createSyncTable(new DynamoDBClient(clientDefaults(limits)), env.TABLE_NAME, ''),
  logger: createLogger(),
  userPoolId: env.USER_POOL_ID,
});
