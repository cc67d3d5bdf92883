import type { SQSRecord } from 'aws-lambda';
import { parseChange } from '../core/events/change.ts';
import { describeError } from '../core/failures/errors.ts';
import { deadLetter } from './dead-letter.ts';
import type { WorkerDeps } from './deps.ts';
import type { UserMessage } from './reconcile-user.ts';

/** A change, and the record that brought it. */
export interface Message extends UserMessage {
  readonly record: SQSRecord;
  /** When the message was received for the first time, milliseconds since the epoch. */
  readonly firstReceivedAt: number;
}

/** Reads one message. A message that can never be read goes to the dead-letter queue at once. */
export async function readMessage(
  deps: WorkerDeps,
  record: SQSRecord,
): Promise<{ readonly message?: Message; readonly keep?: SQSRecord }> {
  try {
    const change = parseChange(record.body);
    if (change.userPoolId !== deps.userPoolId) return deadLetter(deps, record, 'another-user-pool');
    const { ApproximateReceiveCount, ApproximateFirstReceiveTimestamp } = record.attributes;
    return {
      message: {
        record,
        change,
        receiveCount: Number(ApproximateReceiveCount),
        firstReceivedAt: Number(ApproximateFirstReceiveTimestamp),
      },
    };
  } catch (error) {
    deps.logger.error('message not readable', { messageId: record.messageId, ...describeError(error) });
    return deadLetter(deps, record, 'malformed-message');
  }
}
