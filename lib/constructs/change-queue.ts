import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SecureQueue } from './secure-queue.ts';

/** Props of {@link ChangeQueue}. */
export interface ChangeQueueProps {
  /** Time-out of the function that reads the queue; messages stay invisible six times as long. */
  readonly consumerTimeout: Duration;
}

/**
 * How often a message may be received: with waits of up to 15 minutes, this is enough for an outage of more than a day. A
 * message that can never succeed does not wait for this: the worker moves it to the dead-letter queue.
 */
const MAX_RECEIVE_COUNT = 250;

/**
 * The queue of changes: first in, first out for each user. Its dead-letter queue is of the same kind, because SQS
 * demands it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html for the factor of six
 */
export class ChangeQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, { consumerTimeout }: ChangeQueueProps) {
    super(scope, id);
    // CloudFormation chooses the name and adds the suffix ".fifo".
    this.deadLetterQueue = new SecureQueue(this, 'DeadLetters', { fifo: true });
    this.queue = new SecureQueue(this, 'Changes', {
      fifo: true,
      visibilityTimeout: Duration.seconds(consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
