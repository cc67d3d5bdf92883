import type { SQSRecord } from 'aws-lambda';
import { describeError } from '../core/failures/errors.ts';
import type { WorkerDeps } from './deps.ts';

/**
 * The longest body that is kept whole, in characters. A change is far shorter. With the reason beside it, a message of the
 * largest size would not fit into the dead-letter queue, and would block the other messages of its group.
 */
const MAX_BODY = 10_000;

/** Moves a message to the dead-letter queue with its reason. A message that cannot be moved stays in its queue. */
export async function deadLetter(
  { messages, logger }: WorkerDeps,
  record: SQSRecord,
  reason: string,
  code?: string,
): Promise<{ readonly keep?: SQSRecord }> {
  const { messageId, body, attributes } = record;
  const receiveCount = Number(attributes.ApproximateReceiveCount);
  try {
    await messages.deadLetter({
      messageId,
      groupId: attributes.MessageGroupId ?? messageId,
      body: body.slice(0, MAX_BODY).toWellFormed(),
      reason,
      code,
      receiveCount,
    });
    logger.error('message moved to the dead-letter queue', {
      messageId,
      reason,
      code,
      receiveCount,
      advice: 'Read docs/runbook.md, section "Messages in the dead-letter queue".',
    });
    return {};
  } catch (error) {
    logger.error('message not moved to the dead-letter queue', { messageId, reason, ...describeError(error) });
    return { keep: record };
  }
}
