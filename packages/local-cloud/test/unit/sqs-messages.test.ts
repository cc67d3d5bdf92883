import type { ListMessageMoveTasksResult, SendMessageResult } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../service.ts';
import { bodies, setUp } from './sqs-setup.ts';

const ARN = 'arn:aws:sqs:eu-west-1:111122223333:q';
const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/mine';

describe('message attributes', () => {
  const MessageAttributes = {
    who: { DataType: 'String', StringValue: 'Mary' },
    age: { DataType: 'Number', StringValue: '42' },
    raw: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(1, 2, 3) },
  };

  it('are digested as AWS documents, and come back as asked for', async () => {
    const { send, receive } = await setUp({}, 'standard');
    const sent = await send('x', '', { MessageAttributes });
    // Both digests were made by moto, an independent implementation.
    expect(sent.MD5OfMessageAttributes).toBe('0825349449d00280ff50dda1ad834fcf');

    const [message] = await receive({ MessageAttributeNames: ['wh.*', 'who'] });
    expect(message?.MessageAttributes).toEqual({ who: { DataType: 'String', StringValue: 'Mary' } });
    expect(message?.MD5OfMessageAttributes).toBe('7f5711f4ff223e68cb0baf3a6acf8e0a');
  });

  it('stay away unless asked for', async () => {
    const { send, receive } = await setUp({}, 'standard');
    await send('x', '', { MessageAttributes });

    const [message] = await receive({ MessageSystemAttributeNames: [] });
    expect(Object.keys(message ?? {}).sort()).toEqual(['Body', 'MD5OfBody', 'MessageId', 'ReceiptHandle']);
  });

  it.each([
    ['a reserved name', { 'AWS.x': { DataType: 'String', StringValue: 'v' } }],
    ['an unknown type', { x: { DataType: 'Date', StringValue: 'v' } }],
    ['no value', { x: { DataType: 'String' } }],
    [
      'eleven of them',
      Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`a${at}`, { DataType: 'String', StringValue: 'v' }])),
    ],
  ])('are refused with %s', async (_, bad) => {
    const { send } = await setUp({}, 'standard');

    await expect(send('x', '', { MessageAttributes: bad })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  it('count with the body against MaximumMessageSize', async () => {
    const { send } = await setUp({ MaximumMessageSize: '1024' }, 'standard');
    const attributes = { MessageAttributes: { ab: { DataType: 'String', StringValue: 'cd' } } };

    await expect(send('x'.repeat(1_014), '', attributes)).resolves.toHaveProperty('MessageId');
    await expect(send('x'.repeat(1_015), '', attributes)).rejects.toThrow('must be shorter than 1024 bytes');
  });
});

describe('a queue policy', () => {
  const caller: Caller = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: RULE };
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: ARN,
    Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
  };
  const tlsOnly = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sqs:*',
    Resource: ARN,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  async function sendUnder(Statement: unknown) {
    const { call, QueueUrl } = await setUp(
      Statement === undefined ? {} : { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
      'standard',
    );
    return call<SendMessageResult>('SendMessage', { QueueUrl, MessageBody: 'x' }, caller);
  }

  it.each([
    ['its rule', allow],
    ['its rule, over TLS only', [allow, tlsOnly]],
    [
      'every rule of the account',
      { ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/*' } } },
    ],
    [
      'the account',
      {
        ...allow,
        Action: ['SQS:Get*', 'SQS:Send*'],
        Condition: { StringEquals: { 'aws:SourceAccount': ['1', '111122223333'] } },
      },
    ],
  ])('that allows %s lets the service in', async (_, statement) => {
    await expect(sendUnder(statement)).resolves.toHaveProperty('MessageId');
  });

  it.each([
    ['is missing', undefined],
    ['names another rule', { ...allow, Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}2` } } }],
    ['names another service', { ...allow, Principal: { Service: 'sns.amazonaws.com' } }],
    ['names another queue', { ...allow, Resource: `${ARN}2` }],
    ['allows another action', { ...allow, Action: 'sqs:ReceiveMessage' }],
    ['denies as well', [allow, { ...allow, Effect: 'Deny' }]],
  ])('that %s keeps the service out', async (_, statement) => {
    await expect(sendUnder(statement)).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
  });

  it('with a condition that is not modelled is refused by name', async () => {
    await expect(sendUnder({ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })).rejects.toThrow(
      'the condition operator IpAddress',
    );
  });
});

describe('a message move task', () => {
  const DEAD = 'arn:aws:sqs:eu-west-1:111122223333:dead.fifo';

  /** A queue whose dead-letter queue holds `names`, each received once. */
  async function withDeadLetters(names: readonly string[]) {
    const tools = await setUp({ VisibilityTimeout: '0' });
    const deadUrl = await tools.addDeadLetterQueue(1);
    for (const name of names) await tools.send(name);
    for (const _ of ['deliver', 'bury']) await tools.receive();
    const list = async () =>
      (await tools.call<ListMessageMoveTasksResult>('ListMessageMoveTasks', { SourceArn: DEAD })).Results?.[0];
    return { ...tools, deadUrl, list };
  }

  it('moves everything back to the source, in order, as new messages', async () => {
    const { call, receive, clock, list, sqs } = await withDeadLetters(['1', '2', '3']);
    expect(sqs.stats()['dead.fifo']?.visible).toBe(3);
    await call('StartMessageMoveTask', { SourceArn: DEAD });
    expect(await list()).toMatchObject({ Status: 'RUNNING', ApproximateNumberOfMessagesToMove: 3 });

    await clock.advance(0);

    expect(await list()).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 3 });
    const back = await receive();
    expect(bodies(back)).toEqual(['1', '2', '3']);
    expect(back[0]?.Attributes?.ApproximateReceiveCount).toBe('1');
  });

  it('keeps to its rate and can be cancelled', async () => {
    const { call, clock, list, sqs } = await withDeadLetters(['1', '2', '3']);
    const start = () =>
      call<{ TaskHandle: string }>('StartMessageMoveTask', { SourceArn: DEAD, MaxNumberOfMessagesPerSecond: 1 });
    const { TaskHandle } = await start();
    await expect(start()).rejects.toThrow('already a task running');
    await clock.advance(1_000);
    expect(await call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 2 });
    await clock.advance(10_000);

    expect(await list()).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 2 });
    expect(sqs.stats()).toMatchObject({ 'dead.fifo': { visible: 1 }, 'q.fifo': { visible: 2 } });
  });

  it('fails, leaving the message, when it cannot tell where it came from', async () => {
    const { call, clock, deadUrl, list, sqs } = await withDeadLetters([]);
    await call('SendMessage', {
      QueueUrl: deadUrl,
      MessageBody: 'x',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    });
    await call('StartMessageMoveTask', { SourceArn: DEAD });
    await clock.advance(0);

    expect(await list()).toMatchObject({ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' });
    expect(sqs.stats()['dead.fifo']?.visible).toBe(1);
  });

  it('starts only from a dead-letter queue that exists', async () => {
    const { call } = await setUp();

    await expect(call('StartMessageMoveTask', { SourceArn: DEAD })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
    await expect(
      call('StartMessageMoveTask', { SourceArn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo' }),
    ).rejects.toThrow('must be configured as a Dead Letter Queue');
  });
});
