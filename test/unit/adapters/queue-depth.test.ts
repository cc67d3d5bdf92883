import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueueDepth } from '../../../lambda/adapters/sqs-change-queue.ts';
import { startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

describe('the depth of a queue', () => {
  it('counts delayed messages as waiting, and those in work or tried again later as hidden', async () => {
    service.answer({
      body: {
        Attributes: {
          ApproximateNumberOfMessages: '4',
          ApproximateNumberOfMessagesNotVisible: '10',
          ApproximateNumberOfMessagesDelayed: '1',
        },
      },
    });
    const queueUrl = `${service.endpoint}/111122223333/changes.fifo`;

    expect(await createQueueDepth(new SQSClient(service.client()), queueUrl).depth()).toEqual({
      waiting: 5,
      hidden: 10,
    });
    expect(service.requests[0]?.operation).toBe('GetQueueAttributes');
  });
});
