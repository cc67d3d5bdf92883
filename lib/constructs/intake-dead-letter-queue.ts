import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SecureQueue } from './secure-queue.ts';

/**
 * The queue of CloudTrail records that did not become a change: reduced by the function, which could not read or send them, or
 * whole, because the function was never invoked or was killed. A standard queue, because EventBridge takes no other.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class IntakeDeadLetterQueue extends SecureQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of two rule targets and a function; nothing consumes it on its own.',
    });
  }
}
