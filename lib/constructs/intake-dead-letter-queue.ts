import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SecureQueue } from './secure-queue.ts';

/**
 * Where CloudTrail records end that never became a change: EventBridge could not invoke the function, or the function
 * failed. A standard queue, because EventBridge takes no other.
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
