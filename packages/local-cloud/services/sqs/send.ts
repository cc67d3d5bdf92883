import { createHash, randomUUID } from 'node:crypto';
import type {
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import type { Call } from '../../service.ts';
import { checkMembers } from './attributes.ts';
import { runBatch } from './batch.ts';
import { type Context, openQueue, senderIdOf } from './context.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './errors.ts';
import { type Draft, send } from './fifo-queue.ts';
import { checkAttributes, checkBody, checkToken, md5OfAttributes, md5OfBody, messageSize } from './message.ts';
import type { Queue } from './queue.ts';

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

const ENTRY_MEMBERS = [
  'MessageBody',
  'DelaySeconds',
  'MessageAttributes',
  'MessageSystemAttributes',
  'MessageDeduplicationId',
  'MessageGroupId',
];
const MAXIMUM_BATCH_BYTES = 1_048_576;
const NOT_FOR_THIS_TYPE = 'The request include parameter that is not valid for this queue type.';

function deduplicationIdOf(queue: Queue, entry: Entry, body: string): string {
  if (entry.MessageDeduplicationId !== undefined)
    return checkToken('MessageDeduplicationId', entry.MessageDeduplicationId);
  if (queue.attributes.ContentBasedDeduplication === 'true') return createHash('sha256').update(body).digest('hex');
  throw invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

function fifoMembers(queue: Queue, entry: Entry, body: string) {
  if (!entry.MessageGroupId) throw missingParameter('MessageGroupId');
  // A FIFO queue has one delay for all its messages. A message may only have the delay 0.
  if (Number(entry.DelaySeconds ?? 0) !== 0) throw invalidValue(entry.DelaySeconds, 'DelaySeconds', NOT_FOR_THIS_TYPE);
  const groupId = checkToken('MessageGroupId', entry.MessageGroupId);
  return { groupId, deduplicationId: deduplicationIdOf(queue, entry, body), delayMs: 0 };
}

function standardMembers(queue: Queue, entry: Entry) {
  const { MessageDeduplicationId, MessageGroupId, DelaySeconds = queue.attributes.DelaySeconds } = entry;
  if (MessageDeduplicationId !== undefined)
    throw invalidValue(MessageDeduplicationId, 'MessageDeduplicationId', NOT_FOR_THIS_TYPE);
  const delay = Number(DelaySeconds);
  if (!(delay >= 0 && delay <= 900))
    throw invalidValue(DelaySeconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.');
  return { delayMs: delay * 1_000, ...(MessageGroupId && { groupId: checkToken('MessageGroupId', MessageGroupId) }) };
}

function toDraft(queue: Queue, entry: Entry, senderId: string): Draft {
  const body = checkBody(entry.MessageBody);
  const { MessageAttributes: attributes = {}, MessageSystemAttributes: { AWSTraceHeader, ...others } = {} } = entry;
  checkAttributes(attributes);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidParameter(`Message system attribute name '${unknown}' is invalid.`);
  const limit = Number(queue.attributes.MaximumMessageSize);
  if (messageSize(body, attributes) > limit) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  const traceHeader = AWSTraceHeader?.StringValue;
  const content = { body, attributes, senderId, ...(traceHeader !== undefined && { traceHeader }) };
  const members = queue.state.rules.fifo ? fifoMembers(queue, entry, body) : standardMembers(queue, entry);
  return { id: randomUUID(), content, ...members };
}

/** `SendMessage` and `SendMessageBatch`. */
export const sendOperations = (context: Context) => {
  const { clock, accountId } = context.cloud;

  function sendOne(queue: Queue, entry: Entry, call: Call) {
    const draft = toDraft(queue, entry, senderIdOf(call.caller, accountId));
    const { id, sequenceNumber } = send(queue.state, clock.now(), draft);
    const md5 = md5OfAttributes(draft.content.attributes);
    const systemMd5 = md5OfAttributes(entry.MessageSystemAttributes ?? {});
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfBody(draft.content.body),
      ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
      ...(systemMd5 !== undefined && { MD5OfMessageSystemAttributes: systemMd5 }),
      ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    };
  }

  return {
    SendMessage(input: SendMessageRequest, call: Call): SendMessageResult {
      checkMembers('SendMessage', input, ['QueueUrl', ...ENTRY_MEMBERS]);
      const queue = openQueue(context, input.QueueUrl, 'SendMessage', call);
      const result = sendOne(queue, input, call);
      queue.changed();
      return result;
    },

    SendMessageBatch(input: SendMessageBatchRequest, call: Call): SendMessageBatchResult {
      checkMembers('SendMessageBatch', input, ['QueueUrl', 'Entries']);
      const queue = openQueue(context, input.QueueUrl, 'SendMessageBatch', call);
      const { Entries = [] } = input;
      for (const entry of Entries) checkMembers('SendMessageBatch', entry, ['Id', ...ENTRY_MEMBERS]);
      const bytes = Entries.reduce(
        (sum, entry) => sum + messageSize(entry.MessageBody ?? '', entry.MessageAttributes ?? {}),
        0,
      );
      if (bytes > MAXIMUM_BATCH_BYTES) {
        throw sqsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAXIMUM_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      const result = runBatch(Entries, (entry) => sendOne(queue, entry, call));
      queue.changed();
      return result;
    },
  };
};
