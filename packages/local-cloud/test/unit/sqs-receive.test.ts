import type { SendMessageBatchResult } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../../service.ts';
import { bodies, setUp } from './sqs-setup.ts';

describe('a waiting receiver', () => {
  it('is woken by a send, by a delete that frees the group, and by the end of a visibility timeout', async () => {
    const { send, receive, remove, clock } = await setUp({ VisibilityTimeout: '3' });
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('1');
    const [one] = await waiting;
    expect(one?.Body).toBe('1');

    const blocked = receive({ WaitTimeSeconds: 20 });
    await send('2');
    await remove(one);
    expect(bodies(await blocked)).toEqual(['2']);

    const later = receive({ WaitTimeSeconds: 20 });
    await clock.advance(3_000);
    expect(bodies(await later)).toEqual(['2']);
  });

  it('gets nothing when its wait ends, and is not served afterwards', async () => {
    const { send, receive, clock } = await setUp();
    const waiting = receive({ WaitTimeSeconds: 2 });
    await clock.advance(2_000);
    expect(await waiting).toEqual([]);

    await send('x');
    expect(bodies(await receive())).toEqual(['x']);
  });

  it('waits as long as the queue says when the request does not', async () => {
    const { receive, clock } = await setUp({ ReceiveMessageWaitTimeSeconds: '7' });
    let done = false;
    const waiting = receive().then((messages) => {
      done = true;
      return messages;
    });

    await clock.advance(6_999);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(await waiting).toEqual([]);
  });

  it('shares what comes with the others: each message goes to one of them', async () => {
    const { send, receive } = await setUp();
    const waiting = [1, 2].map(() => receive({ WaitTimeSeconds: 20 }));
    await send('a1', 'a');
    await send('b1', 'b');

    expect((await Promise.all(waiting)).map(bodies)).toEqual([['a1'], ['b1']]);
  });

  it('is let go when the service closes', async () => {
    const { receive, sqs } = await setUp();
    const waiting = receive({ WaitTimeSeconds: 20 });
    sqs.close();

    expect(await waiting).toEqual([]);
  });
});

describe('a standard queue', () => {
  it('delivers messages of one group side by side and delays a single one', async () => {
    const { send, receive, clock } = await setUp({}, 'standard');
    await send('now', 'g', { MessageGroupId: 'tenant' });
    await send('later', 'g', { DelaySeconds: 4, MessageGroupId: 'tenant' });
    const [now] = await receive();
    expect(now).toMatchObject({ Body: 'now', Attributes: { MessageGroupId: 'tenant' } });
    expect(now?.Attributes).not.toHaveProperty('SequenceNumber');

    await clock.advance(4_000);
    expect(bodies(await receive())).toEqual(['later']);
  });

  it('refuses what belongs to FIFO queues', async () => {
    const { send, receive } = await setUp({}, 'standard');

    await expect(send('x', 'g', { MessageDeduplicationId: 'd' })).rejects.toThrow('not valid for this queue type');
    await expect(receive({ ReceiveRequestAttemptId: 'a' })).rejects.toThrow('not valid for this queue type');
  });

  it('deletes by an expired handle, keeps the message for a superseded one', async () => {
    const { send, receive, remove, hide, sqs, clock } = await setUp({ VisibilityTimeout: '1' }, 'standard');
    await send('x');
    const [first] = await receive();
    await clock.advance(1_000);
    await expect(hide(first, 5)).rejects.toMatchObject({ code: 'MessageNotInflight' });
    const [second] = await receive();

    expect(await remove(first)).toEqual({});
    expect(sqs.stats().q).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await clock.advance(1_000);
    await remove(second);
    expect(sqs.stats().q).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe('batches', () => {
  it('answer each entry by itself', async () => {
    const { call, QueueUrl } = await setUp();
    const entry = { MessageBody: 'x', MessageGroupId: 'g' };

    const result = await call<SendMessageBatchResult>('SendMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'good', ...entry, MessageDeduplicationId: '1' },
        { Id: 'bad', ...entry },
      ],
    });

    expect(result.Successful).toMatchObject([{ Id: 'good', MD5OfMessageBody: '9dd4e461268c8034f5c8564e155c67a6' }]);
    expect(result.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }]);
  });

  it.each([
    ['none', [], 'EmptyBatchRequest'],
    ['eleven', Array.from({ length: 11 }, (_, at) => ({ Id: `i${at}` })), 'TooManyEntriesInBatchRequest'],
    ['two with one id', [{ Id: 'a' }, { Id: 'a' }], 'BatchEntryIdsNotDistinct'],
    ['one with a bad id', [{ Id: 'a b' }], 'InvalidBatchEntryId'],
  ])('are refused with %s', async (_, Entries, code) => {
    const { call, QueueUrl } = await setUp();

    await expect(call('DeleteMessageBatch', { QueueUrl, Entries })).rejects.toSatisfy(
      (error: AwsError) => error.code === code,
    );
  });

  it('are refused beyond 1 MiB', async () => {
    const { call, QueueUrl } = await setUp();
    const Entries = ['a', 'b'].map((Id) => ({
      Id,
      MessageBody: 'x'.repeat(600_000),
      MessageGroupId: 'g',
      MessageDeduplicationId: Id,
    }));

    await expect(call('SendMessageBatch', { QueueUrl, Entries })).rejects.toMatchObject({
      code: 'BatchRequestTooLong',
    });
  });
});
