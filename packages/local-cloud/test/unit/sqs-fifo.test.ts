import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { bodies, setUp } from './sqs-setup.ts';

describe('a FIFO queue', () => {
  it('delivers several messages of a group in one receive, in order, then those of the next group', async () => {
    const { send, receive } = await setUp();
    await send('a1', 'a');
    await send('b1', 'b');
    await send('a2', 'a');

    expect(bodies(await receive())).toEqual(['a1', 'a2', 'b1']);
  });

  it('delivers nothing of a group while one of its messages is in flight, and other groups meanwhile', async () => {
    const { send, receive, remove } = await setUp();
    await send('a1', 'a');
    const [first] = await receive();
    await send('a2', 'a');
    await send('b1', 'b');

    expect(bodies(await receive())).toEqual(['b1']);

    await remove(first);

    expect(bodies(await receive())).toEqual(['a2']);
  });

  it('delivers nothing of a group either when its first message is shown again before the others', async () => {
    const { send, receive, hide } = await setUp();
    await send('a1', 'a');
    await send('a2', 'a');
    const [first, second] = await receive();
    await hide(first, 0);
    expect(await receive()).toEqual([]);

    await hide(second, 0);
    expect(bodies(await receive())).toEqual(['a1', 'a2']);
  });

  it('delivers a message again, before its successors, once its visibility timeout is over', async () => {
    const { send, receive, remove, clock } = await setUp({ VisibilityTimeout: '10' });
    await send('a1', 'a');
    await send('a2', 'a');
    const [, second] = await receive();
    await remove(second);
    await send('a3', 'a');

    await clock.advance(9_999);
    expect(await receive()).toEqual([]);

    await clock.advance(1);
    const again = await receive();
    expect(bodies(again)).toEqual(['a1', 'a3']);
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2', '1']);
  });

  it('lets groups take turns, so that a group that always has messages does not block the others', async () => {
    const { send, receive } = await setUp({ VisibilityTimeout: '0' });
    for (const body of ['a1', 'a2', 'a3']) await send(body, 'a');
    await send('b1', 'b');

    expect(bodies(await receive({ MaxNumberOfMessages: 2 }))).toEqual(['a1', 'a2']);
    expect(bodies(await receive({ MaxNumberOfMessages: 2 }))).toEqual(['b1', 'a1']);
  });

  it('accepts a duplicate within five minutes under the same id without queueing it', async () => {
    const { send, receive, remove, clock } = await setUp();
    const same = { MessageDeduplicationId: 'same' };
    const first = await send('one', 'a', same);
    const [message] = await receive();
    await remove(message);

    await clock.advance(299_999);
    const duplicate = await send('two', 'b', same);
    expect(duplicate.MessageId).toBe(first.MessageId);
    expect(await receive()).toEqual([]);

    await clock.advance(1);
    const afterwards = await send('three', 'a', same);
    expect(afterwards.MessageId).not.toBe(first.MessageId);
    expect(bodies(await receive())).toEqual(['three']);
  });

  it('deduplicates within each group when DeduplicationScope says so', async () => {
    const { send, receive } = await setUp({ DeduplicationScope: 'messageGroup' });
    for (const group of ['a', 'b', 'b']) await send(`to ${group}`, group, { MessageDeduplicationId: 'same' });

    expect(bodies(await receive())).toEqual(['to a', 'to b']);
  });

  it('deduplicates by the SHA-256 of the body when asked to', async () => {
    const { send, receive } = await setUp({ ContentBasedDeduplication: 'true' });
    const bare = { MessageDeduplicationId: undefined };
    await send('abc', 'g', bare);
    await send('abc', 'g', bare);

    const messages = await receive();
    expect(messages).toHaveLength(1);
    expect(messages[0]?.Attributes?.MessageDeduplicationId).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('numbers messages with growing sequence numbers of 20 digits and says who sent them when', async () => {
    const { send, receive } = await setUp();
    const first = await send('1');
    const second = await send('2');

    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(BigInt(second.SequenceNumber ?? 0) > BigInt(first.SequenceNumber ?? 0)).toBe(true);
    expect((await receive())[0]?.Attributes).toEqual({
      SenderId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
      SentTimestamp: '1767225600000',
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: '1767225600000',
      SequenceNumber: first.SequenceNumber,
      MessageDeduplicationId: 'd1',
      MessageGroupId: 'g',
    });
  });

  it.each([
    ['no group', { MessageGroupId: undefined }, 'MissingParameter'],
    ['a delay of its own', { DelaySeconds: 5 }, 'InvalidParameterValue'],
    ['no deduplication id', { MessageDeduplicationId: undefined }, 'InvalidParameterValue'],
    ['a group with a space', { MessageGroupId: 'a b' }, 'InvalidParameterValue'],
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['a control character', { MessageBody: 'a\u0000' }, 'InvalidMessageContents'],
  ])('refuses a message with %s', async (_, more, code) => {
    const { send } = await setUp();

    await expect(send('x', 'g', more as Partial<SendMessageRequest>)).rejects.toMatchObject({ code });
  });

  it('refuses a receipt handle after its visibility timeout, and one that was superseded', async () => {
    const { send, receive, remove, hide, clock } = await setUp({ VisibilityTimeout: '1' });
    await send('x');
    const [first] = await receive();
    await clock.advance(1_000);

    await expect(remove(first)).rejects.toThrow('Reason: The receipt handle has expired.');
    await expect(hide(first, 5)).rejects.toThrow('Reason: The receipt handle has expired.');

    const [second] = await receive();
    await expect(remove(first)).rejects.toMatchObject({ code: 'InvalidParameterValue', status: 400 });
    await remove(second);
    await expect(remove(second)).resolves.toEqual({});
    expect(await receive({ VisibilityTimeout: 0 })).toEqual([]);
  });

  it('shows a message again at once at visibility 0, and refuses more than 12 hours in all', async () => {
    const { send, receive, hide, clock } = await setUp();
    await send('x');
    const [message] = await receive({ VisibilityTimeout: 43_200 });
    await clock.advance(1_000);

    await expect(hide(message, 43_201)).rejects.toThrow('Must be between 0 and 43200');
    await expect(hide(message, 43_200)).rejects.toThrow('beyond the limit [43200 seconds]');
    await hide(message, 43_199);
    expect(await receive()).toEqual([]);
    await hide(message, 0);
    expect(bodies(await receive())).toEqual(['x']);
  });

  it('repeats a receive attempt with the same messages and handles until one of them is touched', async () => {
    const { send, receive, remove, clock } = await setUp();
    await send('a1', 'a');
    await send('b1', 'b');
    const attempt = { ReceiveRequestAttemptId: 'try-1', MaxNumberOfMessages: 1 };
    const [first] = await receive(attempt);
    await clock.advance(29_000);

    const [again] = await receive(attempt);
    expect(again).toEqual(first);

    await clock.advance(2_000);
    await remove(again);
    expect(bodies(await receive(attempt))).toEqual(['b1']);
  });

  it('moves a message to the dead-letter queue instead of a receive beyond maxReceiveCount', async () => {
    const { send, receive, clock, addDeadLetterQueue } = await setUp({ VisibilityTimeout: '1' });
    const deadUrl = await addDeadLetterQueue(2);
    const { MessageId } = await send('poison');
    await send('next');
    for (const count of ['1', '2']) {
      const [message] = await receive({ MaxNumberOfMessages: 1 });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
      await clock.advance(1_000);
    }

    expect(bodies(await receive({ MaxNumberOfMessages: 1 }))).toEqual(['next']);
    const [dead] = await receive({ QueueUrl: deadUrl });
    expect(dead).toMatchObject({
      Body: 'poison',
      MessageId,
      Attributes: {
        ApproximateReceiveCount: '3',
        DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:q.fifo',
        MessageDeduplicationId: MessageId,
        MessageGroupId: 'g',
        SentTimestamp: '1767225602000',
      },
    });
  });

  it('drops messages after the retention period', async () => {
    const { send, sqs, clock } = await setUp({ MessageRetentionPeriod: '60' });
    await send('old');
    await clock.advance(59_999);
    expect(sqs.stats()).toEqual({ 'q.fifo': { visible: 1, inFlight: 0, delayed: 0 } });

    await clock.advance(1);
    expect(sqs.stats()).toEqual({ 'q.fifo': { visible: 0, inFlight: 0, delayed: 0 } });
  });

  it('delays all messages by the delay of the queue', async () => {
    const { send, receive, sqs, clock } = await setUp({ DelaySeconds: '5' });
    await send('x');
    expect(sqs.stats()['q.fifo']).toEqual({ visible: 0, inFlight: 0, delayed: 1 });

    await clock.advance(5_000);
    expect(bodies(await receive())).toEqual(['x']);
    expect(sqs.stats()['q.fifo']).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });
});
