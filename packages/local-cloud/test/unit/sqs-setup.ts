import type {
  Message,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { createVirtualClock } from '../../clock.ts';
import type { Caller, Cloud } from '../../service.ts';
import { createSqs } from '../../services/sqs/index.ts';

/** The person at the keyboard. */
const ACCOUNT: Caller = { kind: 'account' };

/** SQS with one queue, `q.fifo` or `q`, on a virtual clock, with short-hand for the operations on that queue. */
export async function setUp(attributes: Record<string, string> = {}, type: 'fifo' | 'standard' = 'fifo') {
  const clock = createVirtualClock();
  const suffix = type === 'fifo' ? '.fifo' : '';
  const kind = type === 'fifo' ? { FifoQueue: 'true' } : {};
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:4599',
    call: () => Promise.reject(new Error('no other service is needed')),
  };
  const sqs = createSqs(cloud);
  const call = async <Output>(operation: string, input: object, caller = ACCOUNT): Promise<Output> =>
    (await sqs.operations[operation]?.(input as never, { requestId: 'r', caller })) as Output;
  const create = async (name: string, more: Record<string, string> = {}) => {
    const input = { QueueName: `${name}${suffix}`, Attributes: { ...kind, ...more } };
    return (await call<{ QueueUrl: string }>('CreateQueue', input)).QueueUrl;
  };
  const QueueUrl = await create('q', attributes);
  let sent = 0;
  return {
    sqs,
    call,
    clock,
    QueueUrl,
    create,
    /** Creates a dead-letter queue for the queue and returns its URL. */
    addDeadLetterQueue: async (maxReceiveCount: number) => {
      const url = await create('dead');
      const deadLetterTargetArn = `arn:aws:sqs:eu-west-1:111122223333:dead${suffix}`;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
      await call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
      return url;
    },
    send: (MessageBody: string, MessageGroupId = 'g', more: Partial<SendMessageRequest> = {}) => {
      sent += 1;
      const fifo = { MessageGroupId, MessageDeduplicationId: `d${sent}` };
      return call<SendMessageResult>('SendMessage', { QueueUrl, MessageBody, ...(type === 'fifo' && fifo), ...more });
    },
    receive: async (more: Partial<ReceiveMessageRequest> = {}): Promise<Message[]> => {
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more };
      return (await call<ReceiveMessageResult>('ReceiveMessage', input)).Messages ?? [];
    },
    remove: (message: Message | undefined) =>
      call('DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle }),
    hide: (message: Message | undefined, VisibilityTimeout: number) =>
      call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
  };
}

/** What the messages say, in order. */
export const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
