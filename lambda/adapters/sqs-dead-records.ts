import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { serializeReducedRecord } from '../core/events/reduced-record.ts';
import type { DeadRecords } from '../ports.ts';
import { callAws } from './aws-errors.ts';

/**
 * Keeps reduced records in the dead-letter queue of `change-intake`, a standard queue.
 *
 * @param budgetMs - longest time of a send with its retries. After it, the send fails as a time-out.
 */
export const createDeadRecords = (client: SQSClient, queueUrl: string, budgetMs: number): DeadRecords => ({
  async keep({ reason, code, record }) {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await callAws('sqs:SendMessage', () =>
      client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: serializeReducedRecord(record),
          MessageAttributes: { reason: text(reason), ...(code !== undefined && { code: text(code) }) },
        }),
        { abortSignal: AbortSignal.timeout(budgetMs) },
      ),
    );
  },
});
