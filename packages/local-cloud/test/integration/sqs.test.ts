import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import { createSqs } from '../../services/sqs/index.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

/** SQS behind a gateway of its own, with one FIFO queue. */
async function setUp() {
  const gateway = await startGateway({}, { clock: systemClock });
  gateway.register('sqs', createSqs(gateway.cloud));
  const client = new SQSClient(gateway.client);
  const created = await client.send(
    new CreateQueueCommand({ QueueName: 'q.fifo', Attributes: { FifoQueue: 'true' }, tags: { team: 'desk' } }),
  );
  const { QueueUrl = '' } = created;
  const send = (body: string, group = 'g') =>
    client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: body }),
    );
  return { gateway, client, QueueUrl, send };
}

describe('the SQS client of the AWS SDK', () => {
  it('accepts the digests of what it sends and receives, binary attributes included', async () => {
    const { client, QueueUrl } = await setUp();
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'Zoë' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    const entry = { MessageBody: 'Grüße', MessageGroupId: 'g', MessageAttributes };
    const sent = await client.send(new SendMessageCommand({ QueueUrl, ...entry, MessageDeduplicationId: '1' }));
    const batch = await client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ...entry, MessageDeduplicationId: '2' }] }),
    );

    const received = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );

    expect(received.Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: 'Grüße', MessageAttributes },
      { MessageId: batch.Successful?.[0]?.MessageId, Body: 'Grüße', MessageAttributes },
    ]);
  });

  it('waits for a message and gets it as soon as it is sent', async () => {
    const { client, QueueUrl, send } = await setUp();
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await send('hello');

    expect((await waiting).Messages).toMatchObject([{ Body: 'hello' }]);
  });
});

describe('AWS JSON', () => {
  it.each([
    [
      'GetQueueUrl',
      { QueueName: 'none' },
      400,
      'com.amazonaws.sqs#QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    [
      'CreateQueue',
      { QueueName: 'q.fifo', Attributes: { FifoQueue: 'true', DelaySeconds: '9' } },
      400,
      'com.amazonaws.sqs#QueueNameExists',
      'QueueAlreadyExists',
    ],
    [
      'DeleteMessage',
      { ReceiptHandle: 'no' },
      404,
      'com.amazonaws.sqs#ReceiptHandleIsInvalid',
      'ReceiptHandleIsInvalid',
    ],
    ['SendMessage', { MessageBody: 'x' }, 400, 'MissingParameter', 'MissingParameter'],
  ])(
    'tells the code of the Query protocol of a failed %s in a header, and not in the body',
    async (operation, input, status, type, code) => {
      const { gateway, QueueUrl } = await setUp();
      const members = 'QueueName' in input ? input : { QueueUrl, ...input };

      const answer = await gateway.send('sqs', '/', {
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
        body: JSON.stringify(members),
      });

      expect(answer.status).toBe(status);
      expect(answer.headers.get('x-amzn-query-error')).toBe(`${code};Sender`);
      expect(await answer.json()).toEqual({ __type: type, message: expect.any(String) });
    },
  );
});

describe('the Query protocol', () => {
  const ask = async (gateway: RunningGateway, form: Readonly<Record<string, string>>): Promise<unknown> =>
    new XMLParser({ parseTagValue: false }).parse(await (await gateway.postForm('sqs', form)).text());

  it('sends and receives', async () => {
    const { gateway, QueueUrl } = await setUp();
    await ask(gateway, {
      Action: 'SendMessage',
      QueueUrl,
      MessageBody: 'x',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    });

    expect(
      await ask(gateway, { Action: 'ReceiveMessage', QueueUrl, 'AttributeName.1': 'MessageGroupId' }),
    ).toMatchObject({
      ReceiveMessageResponse: {
        ReceiveMessageResult: { Message: { Body: 'x', Attribute: { Name: 'MessageGroupId', Value: 'g' } } },
      },
    });
  });

  it('names errors as the older clients know them', async () => {
    const { gateway, QueueUrl } = await setUp();

    expect(await ask(gateway, { Action: 'GetQueueUrl', QueueName: 'none' })).toMatchObject({
      ErrorResponse: { Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue' } },
    });
    expect(await ask(gateway, { Action: 'SendMessage', QueueUrl, MessageBody: 'x' })).toMatchObject({
      ErrorResponse: { Error: { Code: 'MissingParameter' } },
    });
  });
});
