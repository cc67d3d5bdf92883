import * as sdk from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { bySdk, describeContract, type State } from './contract-fixture.ts';

const queue = ({ url }: State) => ({ QueueUrl: url });
const receive = (state: State) => ({ ...queue(state), MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
const keepReceipts = (output: Record<string, unknown>, state: State) => {
  for (const { Body = '', ReceiptHandle = '' } of (output as sdk.ReceiveMessageResult).Messages ?? [])
    state[Body] = ReceiptHandle;
};

/** Each operation as https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_NAME.html has it. */
describeContract({
  service: 'sqs',
  connect: bySdk(sdk, (config) => new sdk.SQSClient(config)),
  steps: [
    {
      operation: 'CreateQueue',
      input: () => ({ QueueName: 'dead' }),
      keep: ({ QueueUrl }, state) => {
        state.dead = String(QueueUrl);
      },
    },
    {
      operation: 'CreateQueue',
      shows: 'gives the address',
      input: () => ({ QueueName: 'work', Attributes: { VisibilityTimeout: '30' }, tags: { team: 'desk' } }),
      answers: () => ({ QueueUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/work$/) }),
      keep: ({ QueueUrl }, state) => {
        state.url = String(QueueUrl);
      },
    },
    {
      operation: 'CreateQueue',
      shows: 'refuses another value for an attribute of a queue that is there',
      input: () => ({ QueueName: 'work', Attributes: { VisibilityTimeout: '31' } }),
      fails: { name: 'QueueNameExists', status: 400 },
    },
    {
      operation: 'GetQueueUrl',
      input: () => ({ QueueName: 'work' }),
      answers: ({ url }) => ({ QueueUrl: url }),
    },
    {
      operation: 'SetQueueAttributes',
      input: (state) => ({
        ...queue(state),
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dead',
            maxReceiveCount: 2,
          }),
        },
      }),
    },
    {
      operation: 'GetQueueAttributes',
      input: (state) => ({ ...queue(state), AttributeNames: ['VisibilityTimeout', 'QueueArn'] }),
      answers: () => ({
        Attributes: { VisibilityTimeout: '30', QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:work' },
      }),
    },
    {
      operation: 'ListQueues',
      shows: 'pages',
      input: () => ({ MaxResults: 1 }),
      answers: ({ dead }) => ({ QueueUrls: [dead], NextToken: expect.any(String) }),
      keep: ({ NextToken }, state) => {
        state.token = String(NextToken);
      },
    },
    {
      operation: 'ListQueues',
      shows: 'goes on where its token says',
      input: ({ token }) => ({ MaxResults: 1, NextToken: token }),
      answers: ({ url }) => ({ QueueUrls: [url] }),
    },
    {
      operation: 'ListQueues',
      shows: 'refuses a token that is none of its own',
      input: () => ({ MaxResults: 1, NextToken: 'stale' }),
      fails: { name: 'InvalidParameterValue', status: 400 },
    },
    {
      operation: 'SendMessage',
      input: (state) => ({ ...queue(state), MessageBody: 'one' }),
      answers: () => ({ MessageId: expect.any(String), MD5OfMessageBody: 'f97c5d29941bfb1b2fdab0874906ab82' }),
    },
    {
      operation: 'SendMessage',
      shows: 'refuses a body beyond its limit',
      input: (state) => ({ ...queue(state), MessageBody: 'x'.repeat(2 * 1024 * 1024) }),
      fails: { name: 'InvalidParameterValue', status: 400, message: /1048576 bytes/ },
    },
    {
      operation: 'SendMessageBatch',
      input: (state) => ({
        ...queue(state),
        Entries: [
          { Id: 'a', MessageBody: 'two' },
          { Id: 'b', MessageBody: 'three' },
        ],
      }),
      answers: () => ({ Successful: [{ Id: 'a' }, { Id: 'b' }] }),
    },
    {
      operation: 'ReceiveMessage',
      input: receive,
      answers: () => ({ Messages: [{ Body: 'one' }, { Body: 'two' }, { Body: 'three' }] }),
      keep: keepReceipts,
    },
    {
      operation: 'ChangeMessageVisibility',
      input: (state) => ({ ...queue(state), ReceiptHandle: state.one, VisibilityTimeout: 0 }),
    },
    {
      operation: 'ChangeMessageVisibilityBatch',
      input: (state) => ({
        ...queue(state),
        Entries: [
          { Id: 'a', ReceiptHandle: state.two, VisibilityTimeout: 0 },
          { Id: 'b', ReceiptHandle: 'no', VisibilityTimeout: 0 },
        ],
      }),
      answers: () => ({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }] }),
    },
    { operation: 'DeleteMessage', input: (state) => ({ ...queue(state), ReceiptHandle: state.three }) },
    {
      operation: 'ReceiveMessage',
      shows: 'counts receives',
      input: (state) => ({ ...receive(state), MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
      answers: () => ({
        Messages: [
          { Body: 'one', Attributes: { ApproximateReceiveCount: '2' } },
          { Body: 'two', Attributes: { ApproximateReceiveCount: '2' } },
        ],
      }),
      keep: keepReceipts,
    },
    {
      operation: 'DeleteMessageBatch',
      input: (state) => ({ ...queue(state), Entries: [{ Id: 'a', ReceiptHandle: state.two }] }),
      answers: () => ({ Successful: [{ Id: 'a' }] }),
    },
    {
      operation: 'ChangeMessageVisibility',
      shows: 'gives a message back a last time',
      input: (state) => ({ ...queue(state), ReceiptHandle: state.one, VisibilityTimeout: 0 }),
    },
    {
      operation: 'ReceiveMessage',
      shows: 'does not give a message out beyond its last receive',
      input: receive,
    },
    {
      operation: 'GetQueueAttributes',
      shows: 'finds it in the dead-letter queue instead',
      input: ({ dead }) => ({ QueueUrl: dead, AttributeNames: ['ApproximateNumberOfMessages'] }),
      answers: () => ({ Attributes: { ApproximateNumberOfMessages: '1' } }),
    },
    {
      operation: 'SendMessageBatch',
      shows: 'fills up to ten at once',
      input: ({ dead }) => ({
        QueueUrl: dead,
        Entries: Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `dead ${index}` })),
      }),
    },
    {
      operation: 'StartMessageMoveTask',
      input: () => ({ SourceArn: 'arn:aws:sqs:eu-west-1:000000000000:dead', MaxNumberOfMessagesPerSecond: 1 }),
      answers: () => ({ TaskHandle: expect.any(String) }),
      keep: ({ TaskHandle }, state) => {
        state.task = String(TaskHandle);
      },
    },
    {
      operation: 'ListMessageMoveTasks',
      input: () => ({ SourceArn: 'arn:aws:sqs:eu-west-1:000000000000:dead' }),
      answers: () => ({ Results: [{ SourceArn: 'arn:aws:sqs:eu-west-1:000000000000:dead' }] }),
    },
    {
      operation: 'CancelMessageMoveTask',
      input: ({ task }) => ({ TaskHandle: task }),
      answers: () => ({ ApproximateNumberOfMessagesMoved: expect.any(Number) }),
    },
    { operation: 'PurgeQueue', input: queue },
    {
      operation: 'PurgeQueue',
      shows: 'refuses a second time within a minute',
      input: queue,
      fails: { name: 'PurgeQueueInProgress', status: 403 },
    },
    { operation: 'DeleteQueue', input: queue },
    {
      operation: 'GetQueueUrl',
      shows: 'finds a deleted queue no more',
      input: () => ({ QueueName: 'work' }),
      fails: { name: 'QueueDoesNotExist', status: 400 },
    },
  ],
});
