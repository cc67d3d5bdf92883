import { randomUUID } from 'node:crypto';
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { ChangesAgain, DeadLetter, DeadLetterQueue, MoveProgress } from '../dead-letters/ports.ts';

/**
 * Long enough to look at a queue or to handle ten messages. Short, because after a crash the messages stay hidden until
 * then.
 */
const HIDDEN_SECONDS = 60;
/** A short poll asks only some servers of a standard queue, and may miss messages. */
const WAIT_SECONDS = 1;

/** One dead-letter queue, FIFO or standard. */
export const createDeadLetterQueue = (client: SQSClient, QueueUrl: string): DeadLetterQueue => ({
  async count() {
    const { Attributes = {} } = await callAws('sqs:GetQueueAttributes', () =>
      client.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      ),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  },
  async receive() {
    const { Messages = [] } = await callAws('sqs:ReceiveMessage', () =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      ),
    );
    return Messages.map(toDeadLetter);
  },
  async release(letters) {
    for (let from = 0; from < letters.length; from += 10) {
      const Entries = letters.slice(from, from + 10).map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }));
      // A failure only means that they are seen again a minute later.
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
    }
  },
  async remove({ receiptHandle }) {
    await callAws('sqs:DeleteMessage', () =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle })),
    );
  },
});

function toDeadLetter(message: Message): DeadLetter {
  const { MessageId, ReceiptHandle, Body, Attributes = {}, MessageAttributes = {} } = message;
  if (MessageId === undefined || ReceiptHandle === undefined || Body === undefined)
    throw new PermanentError('unexpected-answer', 'ReceiveMessage answered without MessageId, ReceiptHandle or Body.');
  const { MessageGroupId, SentTimestamp, ApproximateReceiveCount } = Attributes;
  const texts = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  );
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    ...(MessageGroupId !== undefined && { groupId: MessageGroupId }),
    sentAt: Number(SentTimestamp ?? 0),
    receiveCount: Number(ApproximateReceiveCount ?? 0),
    attributes: Object.fromEntries(texts),
  };
}

/** Sends dead letters back to the queue of changes. */
export const createChangesAgain = (
  client: SQSClient,
  { queueUrl, deadLetterQueueUrl }: { readonly queueUrl: string; readonly deadLetterQueueUrl: string },
): ChangesAgain => ({
  async send(body, groupId) {
    await callAws('sqs:SendMessage', () =>
      client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageGroupId: groupId,
          // A new id, because SQS would drop a message with the old id as a duplicate.
          MessageDeduplicationId: randomUUID(),
        }),
      ),
    );
  },
  async moveAll(messagesPerSecond) {
    const [SourceArn, DestinationArn] = await Promise.all([
      readArn(client, deadLetterQueueUrl),
      readArn(client, queueUrl),
    ]);
    const started = await callAws(
      'sqs:StartMessageMoveTask',
      () =>
        client.send(
          new StartMessageMoveTaskCommand({
            SourceArn,
            DestinationArn,
            MaxNumberOfMessagesPerSecond: messagesPerSecond,
          }),
        ),
      {
        UnsupportedOperation: 'unsupported' as const,
        'AWS.SimpleQueueService.UnsupportedOperation': 'unsupported' as const,
      },
    );
    if (started === 'unsupported') return started;
    return {
      progress: () => readProgress(client, SourceArn),
      async cancel() {
        await callAws('sqs:CancelMessageMoveTask', () =>
          client.send(new CancelMessageMoveTaskCommand({ TaskHandle: started.TaskHandle })),
        );
      },
    };
  },
});

async function readArn(client: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await callAws('sqs:GetQueueAttributes', () =>
    client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })),
  );
  if (Attributes?.QueueArn === undefined)
    throw new PermanentError('unexpected-answer', 'GetQueueAttributes answered without QueueArn.');
  return Attributes.QueueArn;
}

const STATUS: Readonly<Record<string, MoveProgress['status']>> = {
  RUNNING: 'running',
  CANCELLING: 'running',
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
};

/** The newest task comes first, and only one runs at a time: it is ours. */
async function readProgress(client: SQSClient, SourceArn: string): Promise<MoveProgress> {
  const { Results = [] } = await callAws('sqs:ListMessageMoveTasks', () =>
    client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 })),
  );
  const [task] = Results;
  const status = STATUS[task?.Status ?? ''];
  if (task === undefined || status === undefined)
    throw new PermanentError('unexpected-answer', `ListMessageMoveTasks answered with status ${task?.Status}.`);
  const { ApproximateNumberOfMessagesMoved: moved = 0, ApproximateNumberOfMessagesToMove: toMove = 0 } = task;
  return { status, moved, toMove, ...(task.FailureReason !== undefined && { failure: task.FailureReason }) };
}
