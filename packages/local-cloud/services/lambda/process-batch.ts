import { randomUUID } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { sleep } from '../../clock.ts';
import { AwsError, type Caller, type Cloud } from '../../service.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { type FunctionResult, runFunction } from './run-function.ts';
import { failedItems, sqsEvent } from './sqs-event.ts';

/** What is needed to process a batch. */
export interface BatchOptions {
  readonly queueArn: string;
  readonly queueUrl: string;
  /** The visibility timeout of the queue, milliseconds. */
  readonly visibilityMs: number;
  readonly reportsItemFailures: boolean;
  readonly caller: Caller;
  /** Whether the mapping still polls. */
  isActive(): boolean;
}

/** The values of `LastProcessingResult`. */
export type ProcessingResult = 'OK' | `PROBLEM: ${string}`;

/** How long a throttled batch waits before it is tried again. */
const THROTTLED_MS = 1_000;

/** Runs the function. While it has no free concurrency, it tries again until the visibility timeout of the messages ends. */
async function runWithRoom(
  cloud: Cloud,
  deployed: LambdaFunction,
  payload: Uint8Array,
  { visibilityMs, isActive }: BatchOptions,
): Promise<FunctionResult | undefined> {
  const giveUpAt = cloud.clock.now() + visibilityMs;
  for (;;) {
    try {
      return await runFunction(cloud, deployed, { requestId: randomUUID(), payload });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'TooManyRequestsException') throw error;
      if (cloud.clock.now() + THROTTLED_MS >= giveUpAt || !isActive()) return undefined;
      await sleep(cloud.clock, THROTTLED_MS);
    }
  }
}

async function deleteAll(cloud: Cloud, messages: readonly Message[], options: BatchOptions): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await cloud.call('sqs', 'DeleteMessageBatch', { QueueUrl: options.queueUrl, Entries }, options.caller);
}

/**
 * Invokes a function with a batch and deletes the messages that succeeded from the queue. Messages that failed, and those
 * of a throttled or failed invocation, stay hidden until their visibility timeout ends.
 *
 * @throws {AwsError} if the messages cannot be deleted.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function processBatch(
  cloud: Cloud,
  deployed: LambdaFunction,
  messages: readonly Message[],
  options: BatchOptions,
): Promise<ProcessingResult> {
  const payload = Buffer.from(JSON.stringify(sqsEvent(messages, options.queueArn, cloud.region)));
  const result = await runWithRoom(cloud, deployed, payload, options);
  if (result === undefined) return 'PROBLEM: Function call throttled';
  if (result.failed) return 'PROBLEM: Function call failed';
  if (!options.reportsItemFailures) {
    await deleteAll(cloud, messages, options);
    return 'OK';
  }
  const failed = failedItems(result.payload, new Set(messages.map(({ MessageId = '' }) => MessageId)));
  if (failed === 'all') return 'PROBLEM: Function returned a malformed partial batch response';
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  await deleteAll(cloud, done, options);
  return 'OK';
}
