import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { serializeChange } from '../core/events/change.ts';
import { describeError } from '../core/failures/errors.ts';
import type { ChangeSender, Logger, QueueDepth, ReceivedMessages } from '../ports.ts';
import { callAws, translateError } from './aws-errors.ts';

/**
 * Sends changes to the FIFO queue. The sub is the message group, the event id is the deduplication id.
 *
 * @param budgetMs - longest time of a send with its retries. After it, the send fails as a time-out.
 */
export const createChangeSender = (client: SQSClient, queueUrl: string, budgetMs: number): ChangeSender => ({
  async send(change) {
    await callAws('sqs:SendMessage', () =>
      client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: serializeChange(change),
          MessageGroupId: change.sub,
          MessageDeduplicationId: change.eventId,
        }),
        { abortSignal: AbortSignal.timeout(budgetMs) },
      ),
    );
  },
});

/** Counts the messages of a queue. Delayed ones count as waiting. */
export const createQueueDepth = (client: SQSClient, queueUrl: string): QueueDepth => ({
  async depth() {
    const { Attributes = {} } = await callAws('sqs:GetQueueAttributes', () =>
      client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      ),
    );
    const { ApproximateNumberOfMessages: visible = 0, ApproximateNumberOfMessagesDelayed: delayed = 0 } = Attributes;
    return {
      waiting: Number(visible) + Number(delayed),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  },
});

/** Delays and dead-letters received messages. */
export const createReceivedMessages = (
  client: SQSClient,
  queueUrl: string,
  deadLetterQueueUrl: string,
  logger: Logger,
): ReceivedMessages => ({
  async delay(receiptHandle, delaySeconds) {
    try {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: delaySeconds,
        }),
      );
    } catch (error) {
      // The message becomes visible again after its visibility timeout, only later.
      logger.warn('visibility not changed', {
        delaySeconds,
        ...describeError(translateError('sqs:ChangeMessageVisibility', error)),
      });
    }
  },
  async deadLetter({ messageId, groupId, body, reason, code, receiveCount }) {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await callAws('sqs:SendMessage', () =>
      client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: body,
          MessageGroupId: groupId,
          MessageDeduplicationId: messageId,
          MessageAttributes: {
            reason: text(reason),
            receiveCount: text(String(receiveCount)),
            messageId: text(messageId),
            ...(code !== undefined && { code: text(code) }),
          },
        }),
      ),
    );
  },
});
