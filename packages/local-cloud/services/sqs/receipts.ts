import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
} from '@aws-sdk/client-sqs';
import type { AwsError, Call } from '../../service.ts';
import { checkMembers } from './attributes.ts';
import { runBatch } from './batch.ts';
import { type Context, openQueue } from './context.ts';
import { invalidValue, missingParameter, sqsError } from './errors.ts';
import { changeVisibility, deleteMessage, type Receipt } from './fifo-queue.ts';
import type { Queue } from './queue.ts';
import { fromHandle } from './receipt-handle.ts';

const EXPIRED = 'The receipt handle has expired.';

function receiptOf(queue: Queue, handle: string | undefined): Receipt {
  if (!handle) throw missingParameter('ReceiptHandle');
  return fromHandle(queue.arn, handle);
}

/** The error of `ChangeMessageVisibility` when nothing was changed. */
function visibilityError(
  outcome: 'gone' | 'expired' | 'notInFlight' | 'tooLong',
  handle: string,
  timeout: number,
): AwsError {
  switch (outcome) {
    case 'gone':
      return invalidValue(
        handle,
        'ReceiptHandle',
        'Message does not exist or is not available for visibility timeout change.',
      );
    case 'expired':
      return invalidValue(handle, 'ReceiptHandle', EXPIRED);
    case 'tooLong':
      return invalidValue(
        timeout,
        'VisibilityTimeout',
        'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
      );
    case 'notInFlight':
      return sqsError('MessageNotInflight', 'The specified message is not in flight.');
  }
}

/** Operations by receipt handle: delete a message and change its visibility, for one or up to ten messages. */
export const receiptOperations = (context: Context) => {
  const { clock } = context.cloud;

  function deleteOne(queue: Queue, handle: string | undefined): object {
    if (deleteMessage(queue.state, clock.now(), receiptOf(queue, handle)) === 'expired') {
      throw invalidValue(handle, 'ReceiptHandle', EXPIRED);
    }
    return {};
  }

  function changeOne(queue: Queue, handle: string | undefined, visibilityTimeout: number | undefined): object {
    const receipt = receiptOf(queue, handle);
    if (visibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
    const timeout = Number(visibilityTimeout);
    if (!(Number.isInteger(timeout) && timeout >= 0 && timeout <= 43_200)) {
      throw invalidValue(visibilityTimeout, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.');
    }
    const outcome = changeVisibility(queue.state, clock.now(), receipt, timeout * 1_000);
    if (outcome !== 'changed') throw visibilityError(outcome, handle ?? '', timeout);
    return {};
  }

  return {
    DeleteMessage(input: DeleteMessageRequest, call: Call): object {
      checkMembers('DeleteMessage', input, ['QueueUrl', 'ReceiptHandle']);
      const queue = openQueue(context, input.QueueUrl, 'DeleteMessage', call);
      deleteOne(queue, input.ReceiptHandle);
      queue.changed();
      return {};
    },

    DeleteMessageBatch(input: DeleteMessageBatchRequest, call: Call): DeleteMessageBatchResult {
      checkMembers('DeleteMessageBatch', input, ['QueueUrl', 'Entries']);
      const queue = openQueue(context, input.QueueUrl, 'DeleteMessageBatch', call);
      const result = runBatch(input.Entries, ({ ReceiptHandle }) => deleteOne(queue, ReceiptHandle));
      queue.changed();
      return result;
    },

    ChangeMessageVisibility(input: ChangeMessageVisibilityRequest, call: Call): object {
      checkMembers('ChangeMessageVisibility', input, ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout']);
      const queue = openQueue(context, input.QueueUrl, 'ChangeMessageVisibility', call);
      changeOne(queue, input.ReceiptHandle, input.VisibilityTimeout);
      queue.changed();
      return {};
    },

    ChangeMessageVisibilityBatch(
      input: ChangeMessageVisibilityBatchRequest,
      call: Call,
    ): ChangeMessageVisibilityBatchResult {
      checkMembers('ChangeMessageVisibilityBatch', input, ['QueueUrl', 'Entries']);
      const queue = openQueue(context, input.QueueUrl, 'ChangeMessageVisibilityBatch', call);
      const result = runBatch(input.Entries, (entry) => changeOne(queue, entry.ReceiptHandle, entry.VisibilityTimeout));
      queue.changed();
      return result;
    },
  };
};
