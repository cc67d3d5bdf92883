import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createChangeSender, createReceivedMessages } from '../../../lambda/adapters/sqs-change-queue.ts';
import { createDeadRecords } from '../../../lambda/adapters/sqs-dead-records.ts';
import type { Change } from '../../../lambda/core/events/change.ts';
import { createLogger } from '../../support/ports.ts';
import { failure, startService } from './canned-service.ts';

const CHANGE: Change = {
  v: 1,
  userPoolId: 'eu-central-1_EXAMPLE00',
  sub: '11111111-1111-4111-8111-111111111111',
  cause: 'trigger',
  eventId: 'request-1',
  occurredAt: 1_767_268_800_000,
};

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** The answer to a message that was taken: the client compares the checksum. */
const taken = (text: string) => ({
  body: { MessageId: 'message-1', MD5OfMessageBody: createHash('md5').update(text).digest('hex') },
});
const queueUrl = () => `${service.endpoint}/111122223333/changes.fifo`;
const deadLetterQueueUrl = () => `${service.endpoint}/111122223333/dead.fifo`;
const changeQueue = (budgetMs = 60_000, limits = {}) =>
  createChangeSender(new SQSClient(service.client(limits)), queueUrl(), budgetMs);

describe('the change queue', () => {
  it('sends the user as the group and the event as the deduplication id', async () => {
    const body =
      '{"v":1,"userPoolId":"eu-central-1_EXAMPLE00","sub":"11111111-1111-4111-8111-111111111111","cause":"trigger","eventId":"request-1","occurredAt":1767268800000}';
    service.answer(taken(body));

    await changeQueue().send(CHANGE);

    expect(service.requests.map(({ operation, body: sent }) => [operation, sent])).toEqual([
      [
        'SendMessage',
        {
          QueueUrl: queueUrl(),
          MessageBody: body,
          MessageGroupId: '11111111-1111-4111-8111-111111111111',
          MessageDeduplicationId: 'request-1',
        },
      ],
    ]);
  });

  it('sends nothing that is no change', async () => {
    service.answer({});

    await expect(changeQueue().send({ ...CHANGE, sub: 'mary.jones' })).rejects.toThrow();
    expect(service.requests).toEqual([]);
  });

  it('gives up when its time is up, however many attempts are left', async () => {
    service.answer({ instead: 'hang' });
    const time = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);

    const sending = changeQueue(1_400, { maxAttempts: 10 }).send(CHANGE);
    await vi.waitFor(() => expect(service.requests).toHaveLength(1), { timeout: 60_000 });
    time.abort();

    await expect(sending).rejects.toMatchObject({ name: 'TransientError' });
    expect(timeout).toHaveBeenCalledExactlyOnceWith(1_400);
    expect(service.requests).toHaveLength(1);
    timeout.mockRestore();
  });

  it('tells throttling from refusal', async () => {
    service.answer(failure('RequestThrottled'), failure('AccessDeniedException', 403));

    await expect(changeQueue().send(CHANGE)).rejects.toMatchObject({ name: 'TransientError', status: 429 });
    await expect(changeQueue().send(CHANGE)).rejects.toMatchObject({ name: 'PermanentError', status: 403 });
  });
});

describe('received messages', () => {
  function start() {
    const logger = createLogger();
    const client = new SQSClient(service.client());
    return { logger, messages: createReceivedMessages(client, queueUrl(), deadLetterQueueUrl(), logger) };
  }
  const DEAD = {
    messageId: 'message-1',
    groupId: '11111111-1111-4111-8111-111111111111',
    body: '{"broken":',
    reason: 'malformed-message',
    receiveCount: 7,
  };

  it('come back after the delay', async () => {
    const { messages, logger } = start();
    service.answer({});

    await messages.delay('receipt-1', 42);

    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      ['ChangeMessageVisibility', { QueueUrl: queueUrl(), ReceiptHandle: 'receipt-1', VisibilityTimeout: 42 }],
    ]);
    expect(logger.lines).toEqual([]);
  });

  it.each([
    ['refuses', failure('ReceiptHandleIsInvalid')],
    ['does not answer', { instead: 'reset' } as const],
  ])('do so by themselves when the queue %s: a line, no error, and no foreign word in it', async (_, answer) => {
    const { messages, logger } = start();
    service.answer(answer);

    await messages.delay('receipt-1', 42);

    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'visibility not changed', fields: { delaySeconds: 42 } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('mary');
    expect(logger.lines[0]?.fields.error).toMatch(/^(Permanent|Transient)Error$/);
  });

  it('go to the dead-letter queue as they are, with the reason beside them', async () => {
    const { messages } = start();
    service.answer(taken('{"broken":'));

    await messages.deadLetter(DEAD);

    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    expect(service.requests.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'SendMessage',
        {
          QueueUrl: deadLetterQueueUrl(),
          MessageBody: '{"broken":',
          MessageGroupId: '11111111-1111-4111-8111-111111111111',
          MessageDeduplicationId: 'message-1',
          MessageAttributes: {
            reason: text('malformed-message'),
            receiveCount: text('7'),
            messageId: text('message-1'),
          },
        },
      ],
    ]);
  });

  it('stay when the dead-letter queue takes none', async () => {
    const { messages } = start();
    service.answer(failure('QueueDoesNotExist'));

    await expect(messages.deadLetter(DEAD)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('the dead-letter queue of the intake', () => {
  it('takes a reduced record with its reason and code, and no group: it is a standard queue', async () => {
    const body = '{"v":1,"event":{"region":"eu-central-1"}}';
    service.answer(taken(body));
    const dead = createDeadRecords(new SQSClient(service.client()), deadLetterQueueUrl(), 60_000);

    await dead.keep({ reason: 'function-failed', code: 'TimeoutError', record: { region: 'eu-central-1' } });

    expect(service.requests.map(({ body: sent }) => sent)).toEqual([
      {
        QueueUrl: deadLetterQueueUrl(),
        MessageBody: body,
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: 'function-failed' },
          code: { DataType: 'String', StringValue: 'TimeoutError' },
        },
      },
    ]);
  });
});
