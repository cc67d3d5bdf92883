import type { Message } from '@aws-sdk/client-sqs';
import { type Clock, sleep } from '../../../packages/local-cloud/clock.ts';
import type { Caller, Cloud, Operations } from '../../../packages/local-cloud/service.ts';
import { pollQueue, type QueuePoller } from '../../../packages/local-cloud/services/lambda/queue-poller.ts';
import { failedItems, sqsEvent } from '../../../packages/local-cloud/services/lambda/sqs-event.ts';
import type { SimulatedFunction } from './sandbox.ts';
import { CHANGES_ARN } from './services.ts';
import { DEPLOYED } from './settings.ts';

const MINUTE_MS = 60_000;
const MAPPING: Caller = { kind: 'role', roleArn: 'arn:aws:iam::111122223333:role/worker', functionName: 'sync-worker' };

/**
 * The two ways in which services invoke our functions: Cognito waits for its trigger, EventBridge does not wait for the
 * intake, which Lambda runs again one and then two minutes after a failure.
 */
export function createLambda(
  clock: Clock,
  { trigger, intake }: { readonly trigger: SimulatedFunction; readonly intake: SimulatedFunction },
  {
    storeDelayMs,
    onTriggered,
    deadEvents,
  }: {
    readonly storeDelayMs: number;
    readonly onTriggered: (durationMs: number) => void;
    /** Takes events that the intake failed three times. */
    readonly deadEvents: unknown[];
  },
) {
  let running = 0;
  const runIntake = async (event: unknown) => {
    running += 1;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { failed } = await intake.invoke(event);
      if (!failed) break;
      if (attempt === 3) deadEvents.push(event);
      else await sleep(clock, attempt * MINUTE_MS);
    }
    running -= 1;
  };
  const operations: Operations = {
    async Invoke({ FunctionName, Payload }: { readonly FunctionName: string; readonly Payload: Uint8Array }) {
      const event: unknown = JSON.parse(new TextDecoder().decode(Payload));
      if (FunctionName.endsWith(':change-intake')) {
        void runIntake(event);
        return { StatusCode: 202 };
      }
      const startedAt = clock.now();
      const { failed, value, error } = await trigger.invoke(event);
      onTriggered(clock.now() - startedAt);
      await sleep(clock, storeDelayMs);
      const answer = failed ? { errorType: 'Error', errorMessage: String(error) } : value;
      const Answer = new TextEncoder().encode(JSON.stringify(answer));
      return { StatusCode: 200, Payload: Answer, ...(failed ? { FunctionError: 'Unhandled' } : {}) };
    },
  };
  return { operations, running: () => running };
}

/** Connects the queue to the worker as the stack does: batches, partial batch responses, two at a time. */
export function startMapping(
  cloud: Cloud,
  worker: SimulatedFunction,
  queueUrl: string,
  onDelete: (message: Message) => void,
): QueuePoller & { readonly busy: () => number } {
  let busy = 0;
  const poller = pollQueue(cloud, {
    queueUrl,
    caller: MAPPING,
    batchSize: () => DEPLOYED.worker.batchSize,
    maximumConcurrency: () => DEPLOYED.worker.concurrency,
    async process(messages) {
      busy += 1;
      const { failed, value } = await worker.invoke(sqsEvent(messages, CHANGES_ARN, cloud.region));
      busy -= 1;
      if (failed) return;
      const ids = new Set(messages.map(({ MessageId = '' }) => MessageId));
      const kept = failedItems(Buffer.from(JSON.stringify(value)), ids);
      if (kept === 'all') return;
      const done = messages.filter(({ MessageId = '' }) => !kept.has(MessageId));
      if (done.length === 0) return;
      for (const message of done) onDelete(message);
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await cloud.call('sqs', 'DeleteMessageBatch', { QueueUrl: queueUrl, Entries }, MAPPING);
    },
    onProblem(error) {
      throw error;
    },
  });
  return { ...poller, busy: () => busy };
}
