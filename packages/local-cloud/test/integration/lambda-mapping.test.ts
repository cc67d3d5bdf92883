import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { eventually } from '../fixtures/functions/eventually.ts';
import { startGate } from '../fixtures/functions/gate.ts';
import { ROLE } from '../fixtures/functions/lambda-harness.ts';
import { mapped, QUEUE } from './lambda-mapping-fixture.ts';

describe('an event source mapping', () => {
  test('hands over messages in the shape Lambda documents, and deletes them', async () => {
    const { queue, batches, callers } = await mapped();

    const id = queue.put({ order: 'ok' }, 'group-1');

    await eventually(() => expect(queue.left()).toEqual([]));
    expect(batches()).toEqual([
      [
        {
          messageId: id,
          receiptHandle: `receipt-${id}`,
          body: '{"order":"ok"}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SequenceNumber: '18849496460467696128',
            MessageGroupId: 'group-1',
            SenderId: 'sender',
            MessageDeduplicationId: id,
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            reason: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
          },
          md5OfBody: 'md5-of-body',
          eventSource: 'aws:sqs',
          eventSourceARN: QUEUE,
          awsRegion: 'eu-central-1',
        },
      ],
    ]);
    expect(callers.at(-1)).toEqual({ kind: 'role', roleArn: ROLE, functionName: 'subject' });
  });

  test('leaves what the function reports as failed until its visibility ends', async () => {
    const clock = createVirtualClock();
    const { queue } = await mapped({}, { clock });
    const ids = ['a', 'b', 'c'].map((order) => queue.put({ order: order === 'b' ? 'fail' : order }, order));

    await eventually(() => expect(queue.left()).toEqual([{ id: ids[1], receives: 1 }]));
    expect(queue.hidden()).toBe(1);
    await clock.advance(30_000);

    await eventually(() => expect(queue.left()).toEqual([{ id: ids[1], receives: 2 }]));
    expect(queue.calls).not.toContain('ChangeMessageVisibilityBatch');
  });

  test.for([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
  ] as const)('takes %s for success', async ([, value]) => {
    const { queue } = await mapped();

    queue.put({ order: 'answer', value }, 'g');

    await eventually(() => expect(queue.left()).toEqual([]));
  });

  test.for([
    ['an unknown message id', { batchItemFailures: [{ itemIdentifier: 'of another message' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a wrong key', { batchItemFailures: [{ messageId: 'x' }] }],
    ['no list', { batchItemFailures: 'x' }],
    ['text', 'done'],
  ] as const)('takes %s for the failure of the whole batch', async ([, value]) => {
    const { queue, result } = await mapped();

    queue.put({ order: 'answer', value }, 'g');

    await result('PROBLEM: Function returned a malformed partial batch response');
    expect(queue.left()).toHaveLength(1);
  });

  test('keeps the whole batch when the function throws', async () => {
    const { queue, result } = await mapped();

    queue.put({ order: 'throw' }, 'g');

    await result('PROBLEM: Function call failed');
    expect(queue.left()).toHaveLength(1);
    expect(queue.hidden()).toBe(1);
  });

  test('keeps the whole batch when the worker is killed in the middle, and works on', async () => {
    const { queue, lambda, result } = await mapped();
    const gate = await startGate();
    queue.put({ order: 'ok', gate: gate.url }, 'a');
    await eventually(() => expect(gate.waiting()).toBe(1));

    process.kill(lambda.admin.processIds('subject')[0] ?? 0, 'SIGKILL');

    await result('PROBLEM: Function call failed');
    expect(queue.left()).toHaveLength(1);
    queue.put({ order: 'ok' }, 'b');
    await eventually(() => expect(queue.left()).toHaveLength(1));
  });

  test('ignores the answer where item failures are not switched on', async () => {
    const { queue } = await mapped({ FunctionResponseTypes: [] });

    queue.put({ order: 'fail' }, 'g');

    await eventually(() => expect(queue.left()).toEqual([]));
  });

  test('runs as many groups side by side as its maximum concurrency, and never one twice', async () => {
    const { queue, lambda } = await mapped({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });

    const gate = await startGate();
    for (const group of ['a', 'b', 'c', 'a']) queue.put({ order: 'ok', gate: gate.url }, group);

    await eventually(() => expect(gate.waiting()).toBe(2));
    expect(queue.hidden()).toBe(2);
    gate.open();
    await eventually(() => expect(queue.left()).toEqual([]));
    expect(lambda.admin.processIds('subject')).toHaveLength(2);
    expect(lambda.stats()).toEqual({ subject: { invocations: 4, errors: 0 } });
  });

  test('takes up to its batch size at once', async () => {
    const { queue, batches, run, UUID } = await mapped({ BatchSize: 3, Enabled: false });
    for (let count = 0; count < 7; count += 1) queue.put({ order: 'ok' });

    await run('UpdateEventSourceMapping', { UUID, Enabled: true });

    await eventually(() => expect(queue.left()).toEqual([]));
    expect(
      batches()
        .map((batch) => batch.length)
        .sort(),
    ).toEqual([1, 3, 3]);
  });

  test('costs an idle queue one long poll in 20 seconds', async () => {
    const clock = createVirtualClock();
    const { queue } = await mapped({}, { clock });
    await clock.advance(0);

    await clock.advance(60_000);

    expect(queue.calls.filter((operation) => operation === 'ReceiveMessage')).toHaveLength(4);
  });

  test('hands a message over at once: no time passes on the clock of the cloud', async () => {
    const clock = createVirtualClock();
    const { queue, lambda } = await mapped({}, { clock });
    await clock.advance(0);

    for (let count = 0; count < 3; count += 1) {
      queue.put({ order: 'ok' }, 'g');
      await eventually(() => expect(queue.left()).toEqual([]));
    }

    expect(lambda.stats()).toEqual({ subject: { invocations: 3, errors: 0 } });
    expect(lambda.admin.processIds('subject')).toHaveLength(1);
  });

  test('tries a throttled batch again while it is hidden, and never lets it go early', async () => {
    const clock = createVirtualClock();
    const { queue, run, batches, result } = await mapped({}, { clock });
    await run('PutFunctionConcurrency', { FunctionName: 'subject', ReservedConcurrentExecutions: 0 });
    queue.put({ order: 'ok' }, 'g');
    await clock.advance(29_000);
    await result('PROBLEM: Function call throttled');
    expect(queue.left()).toMatchObject([{ receives: 1 }]);
    expect(batches()).toEqual([]);

    await clock.advance(21_000);
    await run('DeleteFunctionConcurrency', { FunctionName: 'subject' });
    await clock.advance(1_000);

    await eventually(() => expect(queue.left()).toEqual([]));
    expect(batches()).toHaveLength(1);
  });

  test('polls again after a receive that failed', async () => {
    const clock = createVirtualClock();
    const { queue, result } = await mapped({}, { clock });
    queue.denyReceive(true);
    await clock.advance(20_000);
    await result('PROBLEM: no');

    queue.denyReceive(false);
    queue.put({ order: 'ok' }, 'g');
    await clock.advance(1_000);

    await eventually(() => expect(queue.left()).toEqual([]));
  });

  test('once disabled or deleted, leaves messages in the queue', async () => {
    const { queue, run, UUID, lambda, show } = await mapped();
    await run('UpdateEventSourceMapping', { UUID, Enabled: false });

    queue.put({ order: 'ok' }, 'g');

    await eventually(() => expect(queue.calls.at(-1)).toBe('ChangeMessageVisibilityBatch'));
    expect((await show()).State).toBe('Disabled');
    expect(queue.hidden()).toBe(0);
    await run('DeleteEventSourceMapping', { UUID });
    await expect(show()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect(queue.left()).toHaveLength(1);
    expect(lambda.stats()).toEqual({ subject: { invocations: 0, errors: 0 } });
  });
});
