import type { SQSRecord } from 'aws-lambda';
import { describeError } from '../core/errors.ts';
import type { WorkerDeps } from './deps.ts';

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
      body,
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
