import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../adapters/client-defaults.ts';
import { createChainedTrigger } from '../adapters/lambda-chained-trigger.ts';
import { createLogger } from '../adapters/powertools-logger.ts';
import { createChangeSender } from '../adapters/sqs-change-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { POOL_TRIGGERS, TRIGGER_SLOTS } from '../core/events/trigger-names.ts';
import { parseEnvironment } from '../environment.ts';
import { poolTriggerChainEnv } from './environment.ts';
import { createHandler, SEND_BUDGET_MS, SEND_LIMITS } from './handler.ts';

/** Cognito waits for five seconds. One attempt, because the chained function must not run twice. */
const CHAIN_LIMITS = { requestTimeoutMs: 4_700, connectionTimeoutMs: 1_000, maxAttempts: 1 };

const env = parseEnvironment(poolTriggerChainEnv, process.env);
const targets = TRIGGER_SLOTS.flatMap((slot) => {
  const arn = env[POOL_TRIGGERS[slot].variable];
  return arn === undefined ? [] : [[slot, arn]];
});

const logger = createLogger();
const own = { name: process.env.AWS_LAMBDA_FUNCTION_NAME, logger };

/** Entry point of the function where other functions are chained behind it; see {@link createHandler}. */
export const handler = createHandler({
  queue: createChangeSender(new SQSClient(clientDefaults(SEND_LIMITS)), env.QUEUE_URL, SEND_BUDGET_MS),
  clock: systemClock,
  logger,
  postAuthentication: env.POST_AUTHENTICATION,
  chain: createChainedTrigger(new LambdaClient(clientDefaults(CHAIN_LIMITS)), Object.fromEntries(targets), own),
});
