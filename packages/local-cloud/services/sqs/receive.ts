import type { Message, MessageAttributeValue, ReceiveMessageRequest, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import type { Call } from '../../service.ts';
import { checkMembers } from './attributes.ts';
import { type Context, openQueue } from './context.ts';
import { invalidValue, sqsError } from './errors.ts';
import { checkToken, md5OfAttributes, md5OfBody } from './message.ts';
import type { Queue } from './queue.ts';
import type { StoredMessage } from './queue-state.ts';
import { toHandle } from './receipt-handle.ts';

const SYSTEM_ATTRIBUTES = [
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'SequenceNumber',
  'MessageDeduplicationId',
  'MessageGroupId',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
] as const;

function systemAttributes(
  message: StoredMessage,
): Readonly<Record<(typeof SYSTEM_ATTRIBUTES)[number], string | undefined>> {
  return {
    SenderId: message.content.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.content.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
}

const asks = (pattern: string, name: string): boolean =>
  pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2)));

/** A stored message as `ReceiveMessage` returns it, with the requested attributes. */
function toMessage(queue: Queue, message: StoredMessage, system: readonly string[], user: readonly string[]): Message {
  const attributes: Record<string, MessageAttributeValue> = Object.fromEntries(
    Object.entries(message.content.attributes).filter(([name]) => user.some((pattern) => asks(pattern, name))),
  );
  const chosen = Object.entries(systemAttributes(message)).filter(
    ([name, value]) => value !== undefined && (system.includes('All') || system.includes(name)),
  );
  const md5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: toHandle(queue.arn, message),
    MD5OfBody: md5OfBody(message.content.body),
    Body: message.content.body,
    ...(chosen.length > 0 && { Attributes: Object.fromEntries(chosen) }),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

function within(value: number | undefined, name: string, minimum: number, maximum: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
  throw invalidValue(value, name, `Must be >= ${minimum} and <= ${maximum}, if provided.`);
}

/** `ReceiveMessage`, with short and long polling. */
export const receiveOperations = (context: Context) => ({
  async ReceiveMessage(input: ReceiveMessageRequest, call: Call): Promise<ReceiveMessageResult> {
    checkMembers('ReceiveMessage', input, [
      'QueueUrl',
      'AttributeNames',
      'MessageSystemAttributeNames',
      'MessageAttributeNames',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'WaitTimeSeconds',
      'ReceiveRequestAttemptId',
    ]);
    const queue = openQueue(context, input.QueueUrl, 'ReceiveMessage', call);
    const system: readonly string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    const unknown = system.find((name) => name !== 'All' && !(SYSTEM_ATTRIBUTES as readonly string[]).includes(name));
    if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const { VisibilityTimeout, ReceiveMessageWaitTimeSeconds } = queue.attributes;
    const visibility = within(input.VisibilityTimeout, 'VisibilityTimeout', 0, 43_200) ?? Number(VisibilityTimeout);
    const wait = within(input.WaitTimeSeconds, 'WaitTimeSeconds', 0, 20) ?? Number(ReceiveMessageWaitTimeSeconds);
    const attempt = input.ReceiveRequestAttemptId;
    if (attempt !== undefined && !queue.state.rules.fifo) {
      throw invalidValue(
        attempt,
        'ReceiveRequestAttemptId',
        'The request include parameter that is not valid for this queue type.',
      );
    }
    const messages = await queue.receive({
      max: within(input.MaxNumberOfMessages, 'MaxNumberOfMessages', 1, 10) ?? 1,
      visibilityMs: visibility * 1_000,
      waitMs: wait * 1_000,
      ...(attempt !== undefined && { attempt: checkToken('ReceiveRequestAttemptId', attempt) }),
    });
    if (messages.length === 0) return {};
    return {
      Messages: messages.map((message) => toMessage(queue, message, system, input.MessageAttributeNames ?? [])),
    };
  },
});
