import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { message, NOW, SUB, startWorker } from './fixture.ts';

const THROTTLED = new TransientError(
  'ThrottlingException',
  'connect:DescribeUser failed: ThrottlingException, HTTP 429.',
  {
    status: 429,
  },
);
const BUG = new TypeError('mary.jones@example.com is not iterable');

describe('sync-worker and a transient failure', () => {
  it.each([
    ['pool.findUser'],
    ['directory.describeUser'],
    ['directory.updateIdentity'],
    ['table.getUser'],
    ['table.noteWrite'],
    ['table.conclude'],
    ['table.spendEmailBudget'],
  ])('keeps all messages of the user when %s fails, visible again after backoff', async (port) => {
    const { deliver, recorder, logger } = startWorker({ random: 0.5 });
    recorder.fail(port, THROTTLED);

    const response = await deliver(message('m1', {}, { receiveCount: 5 }), message('m2'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([
      ['receipt-m1', 16],
      ['receipt-m2', 16],
    ]);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'user tried again later',
        fields: {
          sub: SUB,
          messages: 2,
          causes: ['cloudtrail'],
          eventIds: ['event-m1', 'event-m2'],
          durationMs: 0,
          lagMs: 10_000,
          error: 'TransientError',
          code: 'ThrottlingException',
          status: 'transient',
          throttled: true,
          detail: 'connect:DescribeUser failed: ThrottlingException, HTTP 429.',
        },
      },
    ]);
  });

  it('waits as long as the service asked', async () => {
    const { deliver, recorder } = startWorker({ random: 0 });
    recorder.fail('directory.describeUser', new TransientError('Throttling', 'failed.', { retryAfterMs: 41_200 }));

    await deliver(message('m1'));

    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 42]]);
  });

  it('waits no longer than 15 minutes, whatever the service asked: later changes of the user wait behind it', async () => {
    const { deliver, recorder, table } = startWorker();
    recorder.fail('directory.describeUser', new TransientError('Unavailable', 'failed.', { retryAfterMs: 86_400_000 }));

    await deliver(message('m1'));

    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 900]]);
    expect(table.rows.get(SUB)).toMatchObject({ lastTry: { nextAt: NOW + 900_000 } });
  });

  it('is never moved to the dead-letter queue by the worker, after any number of receives', async () => {
    const { deliver, recorder, calls } = startWorker();
    recorder.fail('directory.describeUser', THROTTLED);

    const response = await deliver(message('m1', {}, { receiveCount: 249 }));

    expect(response.batchItemFailures).toHaveLength(1);
    expect(calls('messages')).toEqual(['messages.delay']);
  });

  it('writes again at the next try, because the failed write may not have arrived', async () => {
    const { deliver, recorder, writes, table, clock } = startWorker();
    recorder.fail('directory.updateIdentity', new TransientError('TimeoutError', 'failed.'));
    await deliver(message('m1'));

    clock.advance(2_000);
    const response = await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(2);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
  });
});

describe('sync-worker and a permanent failure', () => {
  it.each([
    ['a bug', BUG, { error: 'TypeError', status: 'bug' }],
    [
      'a refused permission',
      new PermanentError('AccessDeniedException', 'connect:DescribeUser failed.', { status: 403 }),
      { error: 'PermanentError', code: 'AccessDeniedException', status: 'call-refused' },
    ],
    [
      'an answer in another form',
      new PermanentError('unexpected-answer', 'connect:DescribeUser failed.', { status: 200 }),
      { error: 'PermanentError', code: 'unexpected-answer', status: 'bug' },
    ],
  ])('tries %s again until it was received five times', async (_, failure, fields) => {
    const { deliver, recorder, calls, logger } = startWorker();
    recorder.fail('directory.describeUser', failure);

    const response = await deliver(message('m1', {}, { receiveCount: 4 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(calls('messages')).toEqual(['messages.delay']);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        message: 'user failed',
        fields: { ...fields, sub: SUB, advice: expect.stringContaining('docs/runbook.md') },
      },
    ]);
  });

  it('then moves all messages of the user to the dead-letter queue with the reason', async () => {
    const { deliver, recorder, logger } = startWorker();
    recorder.fail('directory.describeUser', BUG);
    const [first, second] = [message('m1', {}, { receiveCount: 5 }), message('m2', { eventId: 'event-2' })];

    const response = await deliver(first, second);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(recorder.argsOf('messages.deadLetter')).toEqual([
      [{ messageId: 'm1', groupId: SUB, body: first.body, reason: 'bug', code: 'TypeError', receiveCount: 5 }],
      [{ messageId: 'm2', groupId: SUB, body: second.body, reason: 'bug', code: 'TypeError', receiveCount: 1 }],
    ]);
    expect(recorder.argsOf('messages.delay')).toEqual([]);
    expect(logger.lines.map(({ level, message: text }) => [level, text])).toEqual([
      ['error', 'user failed'],
      ['error', 'message moved to the dead-letter queue'],
      ['error', 'message moved to the dead-letter queue'],
    ]);
  });

  it('keeps all of them when the dead-letter queue takes only some', async () => {
    const { deliver, recorder } = startWorker();
    recorder.fail('directory.describeUser', BUG);
    recorder.fail('messages.deadLetter', new TransientError('ServiceUnavailable', 'failed.'), 1);

    const response = await deliver(message('m1', {}, { receiveCount: 5 }), message('m2', {}, { receiveCount: 5 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
  });

  it('does not count a missing permission to write as a refusal of the values', async () => {
    const { deliver, recorder, table } = startWorker();
    recorder.fail('directory.updateIdentity', new PermanentError('AccessDeniedException', 'failed.', { status: 403 }));

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(table.rows.get(SUB)).not.toHaveProperty('status');
  });

  it('keeps the messages while the dead-letter queue takes none', async () => {
    const { deliver, recorder, logger } = startWorker({ random: 0.999 });
    recorder.fail('directory.describeUser', BUG);
    recorder.fail(
      'messages.deadLetter',
      new TransientError('ServiceUnavailable', 'sqs:SendMessage failed.', { status: 503 }),
    );

    const response = await deliver(message('m1', {}, { receiveCount: 5 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 32]]);
    expect(logger.lines.at(-1)).toMatchObject({
      level: 'error',
      message: 'message not moved to the dead-letter queue',
      fields: { messageId: 'm1', reason: 'bug', code: 'ServiceUnavailable' },
    });
  });
});

describe('sync-worker and a user whom only the sweep has asked for', () => {
  const often = { receiveCount: 5 };

  it('makes no dead letter when reconciling fails for good: the next pass queues the user again', async () => {
    const { deliver, recorder, calls, logger } = startWorker();
    recorder.fail('directory.describeUser', BUG);

    const response = await deliver(message('m1', { cause: 'sweep' }, often));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('messages')).toEqual([]);
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { status: 'bug' } }]);
  });

  it('keeps the change of another user as a dead letter', async () => {
    const { deliver, recorder, calls } = startWorker();
    recorder.fail('directory.describeUser', BUG);

    await deliver(message('m1', { cause: 'sweep' }, often), message('m2', {}, often));

    expect(calls('messages')).toEqual(['messages.deadLetter', 'messages.deadLetter']);
  });
});

describe('sync-worker and a message that cannot be read', () => {
  it.each([
    ['not JSON', 'Mary Jones <mary.jones@example.com>'],
    ['not a change', '{"name":"Mary Jones"}'],
    [
      'a change with a value in it',
      `{"v":1,"userPoolId":"p","sub":"${SUB}","cause":"cloudtrail","eventId":"e","occurredAt":1,"email":"mary.jones@example.com"}`,
    ],
  ])('moves what is %s to the dead-letter queue at once, as it came, and logs none of it', async (_, body) => {
    const { recorder, handle, logger } = startWorker();

    const response = await handle(message('m1', {}, { body }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(recorder.calls.map(({ name, args }) => [name, args])).toEqual([
      ['messages.deadLetter', [{ messageId: 'm1', groupId: SUB, body, reason: 'malformed-message', receiveCount: 1 }]],
    ]);
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'message not readable', fields: { messageId: 'm1', code: 'malformed-message' } },
      {
        level: 'error',
        message: 'message moved to the dead-letter queue',
        fields: { messageId: 'm1', reason: 'malformed-message', advice: expect.stringContaining('docs/runbook.md') },
      },
    ]);
    expect(JSON.stringify(logger.lines)).not.toMatch(/Mary|Jones|example/);
  });

  it('moves what is as large as SQS allows, cut off, so that it fits beside its reason', async () => {
    const { recorder, handle } = startWorker();

    const response = await handle(message('m1', {}, { body: `${'x'.repeat(9_999)}\u{1F600}${'x'.repeat(1_038_573)}` }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(recorder.argsOf('messages.deadLetter')).toMatchObject([[{ body: `${'x'.repeat(9_999)}\uFFFD` }]]);
  });

  it('moves a message for another pool, and reads no user', async () => {
    const { deliver, recorder, calls } = startWorker();

    const response = await deliver(message('m1', { userPoolId: 'eu-central-1_ANOTHER00' }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('pool')).toEqual([]);
    expect(recorder.argsOf('messages.deadLetter')).toMatchObject([[{ reason: 'another-user-pool' }]]);
  });

  it('processes the other messages of the batch', async () => {
    const { deliver, writes } = startWorker();

    const response = await deliver(message('x1', {}, { body: '{' }), message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });

  it('keeps it while the dead-letter queue takes none, and still processes the others', async () => {
    const { deliver, recorder, writes } = startWorker();
    recorder.fail(
      'messages.deadLetter',
      new PermanentError('AccessDenied', 'sqs:SendMessage failed.', { status: 403 }),
    );

    const response = await deliver(message('x1', {}, { body: '{' }), message('m1'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'x1' }] });
    expect(writes()).toHaveLength(1);
  });
});

it('sync-worker has nothing to do with an empty batch', async () => {
  const { deliver, recorder } = startWorker();

  expect(await deliver()).toEqual({ batchItemFailures: [] });
  expect(recorder.calls).toEqual([]);
});

it('sync-worker measures how long a user took', async () => {
  const { deliver, recorder, clock, logger } = startWorker();
  recorder.before('directory.describeUser', () => clock.advance(1_234));

  await deliver(message('m1'));

  expect(logger.lines[0]?.fields.durationMs).toBe(1_234);
  expect(NOW + 1_234).toBe(clock.now());
});
