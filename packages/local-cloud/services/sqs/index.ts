import type { Cloud, Operations } from '../../service.ts';
import type { Context } from './context.ts';
import { listOperations } from './listings.ts';
import { moveTaskOperations } from './move-tasks.ts';
import { queueOperations } from './queue-operations.ts';
import { receiptOperations } from './receipts.ts';
import { receiveOperations } from './receive.ts';
import { createRegistry } from './registry.ts';
import { sendOperations } from './send.ts';

/** What is assumed because AWS does not document it. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  { topic: 'SQS group order', assumed: 'groups take turns: a group just served goes to the end of the line' },
  { topic: 'SQS short polling', assumed: 'sees every message; AWS samples its servers' },
  { topic: 'SQS duplicate send', assumed: 'answers the MessageId and SequenceNumber of the message it duplicates' },
  {
    topic: 'SQS old receipt handle, standard queue',
    assumed: 'DeleteMessage succeeds and deletes nothing once the message was received again',
  },
  {
    topic: 'SQS ChangeMessageVisibility with an expired handle',
    assumed: 'FIFO: InvalidParameterValue; standard: MessageNotInflight',
  },
  {
    topic: 'SQS repeated ReceiveRequestAttemptId',
    assumed: 'does not count as a receive; after a change to one of its messages it is an ordinary receive',
  },
  { topic: 'SQS dead-letter queue deleted', assumed: 'its sources go on delivering the message' },
  {
    topic: 'SQS redrive through several queues',
    assumed: 'each queue counts its own receives; ApproximateReceiveCount counts all',
  },
  {
    topic: 'SQS message move task',
    assumed: 'without a rate, 500 messages a second; the target does not deduplicate what is moved',
  },
  { topic: 'SQS attribute changes', assumed: 'take effect at once; AWS takes up to 60 seconds' },
  { topic: 'SQS in-flight limit', assumed: 'none; AWS refuses beyond about 120,000 messages' },
];

/** Queue counts by queue name, as `/_local/stats` shows them. */
export type SqsStats = Readonly<
  Record<string, { readonly visible: number; readonly inFlight: number; readonly delayed: number }>
>;

/** Amazon SQS, with functions beside its API. */
export interface Sqs {
  readonly operations: Operations;
  stats(): SqsStats;
  /** The policy of the queue with that ARN, if there is one. */
  policyOf(queueArn: string): string | undefined;
  close(): void;
}

/**
 * Creates Amazon SQS: FIFO and standard queues, in memory. `close` ends every wait, so that the process can end.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
 */
export function createSqs(cloud: Cloud): Sqs {
  const registry = createRegistry(cloud);
  const context: Context = { cloud, registry };
  return {
    operations: {
      ...queueOperations(context),
      ...listOperations(context),
      ...sendOperations(context),
      ...receiveOperations(context),
      ...receiptOperations(context),
      ...moveTaskOperations(context),
    },
    stats: () => Object.fromEntries(registry.all().map((queue) => [queue.name, queue.counts()])),
    policyOf: (queueArn) => registry.byArn(queueArn)?.attributes.Policy,
    close() {
      for (const queue of registry.all()) queue.close();
    },
  };
}
