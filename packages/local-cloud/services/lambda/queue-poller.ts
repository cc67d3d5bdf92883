import type { Message, ReceiveMessageRequest } from '@aws-sdk/client-sqs';
import { sleep } from '../../clock.ts';
import type { Caller, Cloud } from '../../service.ts';

/** Receives from one queue for one mapping. */
export interface QueuePoller {
  /** Ends polling. Batches in work are finished. Messages of a pending receive are returned to the queue. */
  stop(): void;
}

/** Options of a poller. */
export interface QueuePollerOptions {
  readonly queueUrl: string;
  readonly caller: Caller;
  /** 1 to 10 messages. It is read before each receive. */
  batchSize(): number;
  /** How many batches may be in work at the same time. */
  maximumConcurrency(): number;
  /** Never rejects. */
  process(messages: readonly Message[]): Promise<void>;
  /** Is called for every receive that failed. */
  onProblem(error: unknown): void;
}

const RETRY_MS = 1_000;

/**
 * Starts polling. At most one long poll is open. While a batch is in work, the next one is requested at once. So an idle
 * queue costs one call in 20 seconds. A busy queue has as many invocations as batches (FIFO: groups), up to the maximum.
 */
export function pollQueue(cloud: Cloud, options: QueuePollerOptions): QueuePoller {
  const { queueUrl, caller } = options;
  let polling = false;
  let inWork = 0;
  let stopped = false;

  const receive = async (): Promise<readonly Message[]> => {
    const request: ReceiveMessageRequest = {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: options.batchSize(),
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    try {
      return (
        (await cloud.call<{ readonly Messages?: readonly Message[] }>('sqs', 'ReceiveMessage', request, caller))
          .Messages ?? []
      );
    } catch (error) {
      if (stopped) return [];
      options.onProblem(error);
      await sleep(cloud.clock, RETRY_MS);
      return [];
    }
  };
  const handBack = async (messages: readonly Message[]): Promise<void> => {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    // Fails when the queue or the role was deleted. Then the messages are not needed.
    await cloud.call('sqs', 'ChangeMessageVisibilityBatch', { QueueUrl: queueUrl, Entries }, caller).catch(() => {});
  };
  const work = async (messages: readonly Message[]): Promise<void> => {
    inWork += 1;
    await options.process(messages);
    inWork -= 1;
    await poll();
  };
  const poll = async (): Promise<void> => {
    if (polling) return;
    polling = true;
    while (!stopped && inWork < options.maximumConcurrency()) {
      const askedAt = cloud.clock.now();
      const messages = await receive();
      // When long polls end at once (the queue is closing), other work must still run.
      if (messages.length === 0 && cloud.clock.now() === askedAt) await new Promise((resolve) => setImmediate(resolve));
      if (messages.length === 0) continue;
      if (stopped) await handBack(messages);
      else void work(messages);
    }
    polling = false;
  };
  void poll();
  return {
    stop() {
      stopped = true;
    },
  };
}
