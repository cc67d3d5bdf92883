import type { GetQueueAttributesResult, ListQueuesResult } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { setUp } from './sqs-setup.ts';

const DEAD_ARN = 'arn:aws:sqs:eu-west-1:111122223333:dead.fifo';

describe('queue attributes', () => {
  it('are all answered with their defaults, counts and times', async () => {
    const { call, QueueUrl, send } = await setUp();
    await send('x');

    expect(await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).toEqual({
      Attributes: {
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        ContentBasedDeduplication: 'false',
        CreatedTimestamp: '1767225600',
        DeduplicationScope: 'queue',
        DelaySeconds: '0',
        FifoQueue: 'true',
        FifoThroughputLimit: 'perQueue',
        LastModifiedTimestamp: '1767225600',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
        VisibilityTimeout: '30',
      },
    });
  });

  it('are answered only as asked for, and changed by SetQueueAttributes', async () => {
    const { call, QueueUrl, clock } = await setUp();
    await clock.advance(5_000);
    await call('SetQueueAttributes', {
      QueueUrl,
      Attributes: { VisibilityTimeout: '90', KmsMasterKeyId: 'alias/mine' },
    });
    const AttributeNames = ['VisibilityTimeout', 'LastModifiedTimestamp', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];

    expect(
      (await call<GetQueueAttributesResult>('GetQueueAttributes', { QueueUrl, AttributeNames })).Attributes,
    ).toEqual({
      VisibilityTimeout: '90',
      LastModifiedTimestamp: '1767225605',
      KmsMasterKeyId: 'alias/mine',
      SqsManagedSseEnabled: 'false',
    });
    expect(await call('GetQueueAttributes', { QueueUrl })).toEqual({});
  });

  it.each([
    ['an unknown one', { Colour: 'red' }, 'InvalidAttributeName'],
    ['a read-only one', { QueueArn: 'x' }, 'InvalidAttributeName'],
    ['a visibility timeout over 12 hours', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['a retention under a minute', { MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
    ['another queue type', { FifoQueue: 'false' }, 'InvalidAttributeValue'],
    ['a policy that is no JSON', { Policy: 'no' }, 'InvalidAttributeValue'],
    [
      'throughput per group without scope per group',
      { FifoThroughputLimit: 'perMessageGroupId' },
      'InvalidAttributeValue',
    ],
    ['a redrive policy that is no JSON', { RedrivePolicy: 'no' }, 'InvalidParameterValue'],
    [
      'a dead-letter queue that is not there',
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 3 }) },
      'InvalidParameterValue',
    ],
  ])('are refused with %s', async (_, Attributes, code) => {
    const { call, QueueUrl } = await setUp();

    await expect(call('SetQueueAttributes', { QueueUrl, Attributes })).rejects.toMatchObject({ code });
  });

  it('refuse FIFO attributes on a standard queue, even FifoQueue=false', async () => {
    const { call } = await setUp();
    const create = (Attributes: object) => call('CreateQueue', { QueueName: 's', Attributes });

    await expect(create({ FifoQueue: 'false' })).rejects.toThrow('Unknown Attribute FifoQueue.');
    await expect(create({ ContentBasedDeduplication: 'true' })).rejects.toThrow('Unknown Attribute');
  });

  it('refuse a standard dead-letter queue for a FIFO queue and one that denies its source', async () => {
    const { call, QueueUrl, create } = await setUp();
    await call('CreateQueue', { QueueName: 'dead' });
    await create('dead', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const redriveTo = (arn: string) =>
      call('SetQueueAttributes', {
        QueueUrl,
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: '3' }) },
      });

    await expect(redriveTo('arn:aws:sqs:eu-west-1:111122223333:dead')).rejects.toThrow('must be same type of queue');
    await expect(redriveTo(DEAD_ARN)).rejects.toThrow('does not allow this source queue');
  });
});

describe('queues', () => {
  it.each([
    ['.fifo without FifoQueue', { QueueName: 'a.fifo' }],
    ['FifoQueue without .fifo', { QueueName: 'a', Attributes: { FifoQueue: 'true' } }],
    ['a dot', { QueueName: 'a.b' }],
    ['81 characters', { QueueName: 'x'.repeat(81) }],
  ])('are refused a name with %s', async (_, input) => {
    const { call } = await setUp();

    await expect(call('CreateQueue', input)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('are created once: the same again answers the URL, other attributes are refused', async () => {
    const { create, QueueUrl } = await setUp({ VisibilityTimeout: '5' });
    expect(QueueUrl).toBe('http://127.0.0.1:4599/111122223333/q.fifo');

    expect(await create('q', { VisibilityTimeout: '5' })).toBe(QueueUrl);
    await expect(create('q', { VisibilityTimeout: '6' })).rejects.toMatchObject({ code: 'QueueNameExists' });
  });

  it.each([
    'https://sqs.eu-west-1.amazonaws.com/111122223333/q.fifo',
    'http://localhost:1/111122223333/q.fifo',
    '/111122223333/q.fifo',
  ])('are found by the path of %s', async (QueueUrl) => {
    const { call } = await setUp();

    expect(await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] })).toEqual({
      Attributes: { QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo' },
    });
  });

  it('that are not there, or belong to another account, do not exist', async () => {
    const { call } = await setUp();
    const gone = { code: 'QueueDoesNotExist', status: 400 };

    await expect(call('GetQueueUrl', { QueueName: 'nope' })).rejects.toMatchObject(gone);
    await expect(call('PurgeQueue', { QueueUrl: 'http://x/111122223333/nope' })).rejects.toMatchObject(gone);
    await expect(call('PurgeQueue', { QueueUrl: 'http://x/999999999999/q.fifo' })).rejects.toMatchObject(gone);
    await expect(call('PurgeQueue', { QueueUrl: 'http://x/q.fifo' })).rejects.toMatchObject({ code: 'InvalidAddress' });
  });

  it('keep their name for a minute after they are deleted', async () => {
    const { call, create, QueueUrl, clock } = await setUp();
    await call('DeleteQueue', { QueueUrl });
    await expect(create('q')).rejects.toMatchObject({ code: 'QueueDeletedRecently' });

    await clock.advance(60_000);
    expect(await create('q')).toBe(QueueUrl);
  });

  it('are purged of everything, in flight too, once a minute', async () => {
    const { call, QueueUrl, send, receive, sqs, clock } = await setUp();
    await send('a', 'a');
    await receive();
    await send('b', 'b');
    await call('PurgeQueue', { QueueUrl });

    expect(sqs.stats()['q.fifo']).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await expect(call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({ code: 'PurgeQueueInProgress', status: 403 });
    await clock.advance(60_000);
    expect(await call('PurgeQueue', { QueueUrl })).toEqual({});
  });

  it('are listed by prefix, page by page', async () => {
    const { call, create } = await setUp();
    for (const name of ['p3', 'p1', 'p2']) await create(name);
    const list = (more: object) => call<ListQueuesResult>('ListQueues', { QueueNamePrefix: 'p', ...more });
    const url = (name: string) => `http://127.0.0.1:4599/111122223333/${name}.fifo`;

    const first = await list({ MaxResults: 2 });
    expect(first.QueueUrls).toEqual([url('p1'), url('p2')]);
    expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual({ QueueUrls: [url('p3')] });
    expect(await list({ QueueNamePrefix: 'zzz' })).toEqual({});
    await expect(list({ NextToken: '!!' })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('refuse request members that are not modelled, by name', async () => {
    const { call, QueueUrl } = await setUp();

    await expect(call('ReceiveMessage', { QueueUrl, Colour: 1 })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: expect.stringContaining('parameter Colour of ReceiveMessage'),
    });
  });
});
