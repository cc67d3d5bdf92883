import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../adapters/client-defaults.ts';
import { createLogger } from '../adapters/powertools-logger.ts';
import { createChangeSender } from '../adapters/sqs-change-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { parseEnvironment } from '../environment.ts';
import { poolTriggerEnv } from './environment.ts';
import { createHandler, SEND_BUDGET_MS, SEND_LIMITS } from './handler.ts';

const env = parseEnvironment(poolTriggerEnv, process.env);

/** Entry point of the function; see {@link createHandler}. */
export const handler = createHandler({
  queue: createChangeSender(new SQSClient(clientDefaults(SEND_LIMITS)), env.QUEUE_URL, SEND_BUDGET_MS),
  clock: systemClock,
  logger: createLogger(),
  postAuthentication: env.POST_AUTHENTICATION,
});
