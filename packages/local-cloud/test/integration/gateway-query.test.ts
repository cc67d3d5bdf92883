import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { startGateway } from './gateway-fixture.ts';

const parseXml = async (answer: Response): Promise<unknown> =>
  new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(await answer.text());

describe('Query', () => {
  it('reads flattened attributes, message attributes and numbers of SQS', async () => {
    const seen: unknown[] = [];
    const keep = (input: object) => {
      seen.push(input);
      return {};
    };
    const keepBatch = (input: object) => ({ ...keep(input), Successful: [], Failed: [] });
    const gateway = await startGateway({
      sqs: {
        operations: { CreateQueue: keep, SendMessage: keep, SendMessageBatch: keepBatch, GetQueueAttributes: keep },
      },
    });

    await gateway.postForm('sqs', {
      Action: 'CreateQueue',
      Version: '2012-11-05',
      QueueName: 'changes.fifo',
      'Attribute.1.Name': 'FifoQueue',
      'Attribute.1.Value': 'true',
      'Attribute.2.Name': 'VisibilityTimeout',
      'Attribute.2.Value': '60',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'desk',
    });
    await gateway.postForm('sqs', {
      Action: 'SendMessage',
      QueueUrl: 'u',
      MessageBody: 'one & two',
      DelaySeconds: '5',
      'MessageAttribute.1.Name': 'raw',
      'MessageAttribute.1.Value.DataType': 'Binary',
      'MessageAttribute.1.Value.BinaryValue': 'AQID',
    });
    await gateway.postForm('sqs', {
      Action: 'SendMessageBatch',
      QueueUrl: 'u',
      'SendMessageBatchRequestEntry.2.Id': 'second',
      'SendMessageBatchRequestEntry.2.MessageBody': 'b',
      'SendMessageBatchRequestEntry.1.Id': 'first',
      'SendMessageBatchRequestEntry.1.MessageBody': 'a',
      'SendMessageBatchRequestEntry.10.Id': 'tenth',
      'SendMessageBatchRequestEntry.10.MessageBody': 'c',
    });
    await gateway.postForm('sqs', { Action: 'GetQueueAttributes', QueueUrl: 'u', 'AttributeName.1': 'All' });

    expect(seen).toEqual([
      {
        QueueName: 'changes.fifo',
        Attributes: { FifoQueue: 'true', VisibilityTimeout: '60' },
        tags: { team: 'desk' },
      },
      {
        QueueUrl: 'u',
        MessageBody: 'one & two',
        DelaySeconds: 5,
        MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) } },
      },
      {
        QueueUrl: 'u',
        Entries: [
          { Id: 'first', MessageBody: 'a' },
          { Id: 'second', MessageBody: 'b' },
          { Id: 'tenth', MessageBody: 'c' },
        ],
      },
      { QueueUrl: 'u', AttributeNames: ['All'] },
    ]);
  });

  it('writes flattened lists and maps of SQS', async () => {
    const gateway = await startGateway({
      sqs: {
        operations: {
          ReceiveMessage: () => ({
            Messages: [
              {
                MessageId: 'm',
                Body: '<a>&\r\n',
                Attributes: { SentTimestamp: '1', MessageGroupId: 'g' },
                MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) } },
              },
            ],
          }),
          DeleteMessage: () => undefined,
        },
      },
    });

    const received = await gateway.postForm('sqs', { Action: 'ReceiveMessage', QueueUrl: 'u' });
    const deleted = await gateway.postForm('sqs', {
      Action: 'DeleteMessage',
      QueueUrl: 'u',
      ReceiptHandle: 'r',
    });

    const xml = await received.text();
    expect(xml.replace(/<RequestId>[0-9a-f-]{36}<\/RequestId>/, '<RequestId>r</RequestId>')).toBe(
      [
        '<?xml version="1.0"?>\n',
        '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult><Message>',
        '<MessageId>m</MessageId><Body>&lt;a&gt;&amp;&#xD;\n</Body>',
        '<Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>',
        '<Attribute><Name>MessageGroupId</Name><Value>g</Value></Attribute>',
        '<MessageAttribute><Name>raw</Name><Value><DataType>Binary</DataType><BinaryValue>AQID</BinaryValue></Value></MessageAttribute>',
        '</Message></ReceiveMessageResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ReceiveMessageResponse>\n',
      ].join(''),
    );
    expect(await parseXml(deleted)).toMatchObject({
      DeleteMessageResponse: { ResponseMetadata: { RequestId: expect.any(String) } },
    });
  });

  it('reads and writes the members of CloudFormation', async () => {
    let seen: unknown;
    const gateway = await startGateway({
      cloudformation: {
        operations: {
          CreateChangeSet(input: object) {
            seen = input;
            return { Id: 'arn:change-set', StackId: 'arn:stack' };
          },
          DescribeStacks: () => ({
            Stacks: [
              {
                StackName: 's',
                StackStatus: 'CREATE_COMPLETE',
                CreationTime: new Date('2026-01-02T03:04:05.678Z'),
                DisableRollback: false,
                Outputs: [{ OutputKey: 'k', OutputValue: 'v' }],
              },
            ],
          }),
        },
      },
    });

    await gateway.postForm('cloudformation', {
      Action: 'CreateChangeSet',
      Version: '2010-05-15',
      StackName: 's',
      ChangeSetName: 'c',
      'Capabilities.member.1': 'CAPABILITY_IAM',
      'Parameters.member.1.ParameterKey': 'BootstrapVersion',
      'Parameters.member.1.ParameterValue': 'true',
      'Parameters.member.2.ParameterKey': 'Old',
      'Parameters.member.2.UsePreviousValue': 'true',
      IncludeNestedStacks: 'false',
      Tags: '',
    });
    const described = await gateway.postForm('cloudformation', { Action: 'DescribeStacks' });

    expect(seen).toEqual({
      StackName: 's',
      ChangeSetName: 'c',
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [
        { ParameterKey: 'BootstrapVersion', ParameterValue: 'true' },
        { ParameterKey: 'Old', UsePreviousValue: true },
      ],
      IncludeNestedStacks: false,
      Tags: [],
    });
    expect(await parseXml(described)).toMatchObject({
      DescribeStacksResponse: {
        DescribeStacksResult: {
          Stacks: {
            member: {
              StackName: 's',
              CreationTime: '2026-01-02T03:04:05.678Z',
              DisableRollback: 'false',
              Outputs: { member: { OutputKey: 'k', OutputValue: 'v' } },
            },
          },
        },
      },
    });
  });

  it('answers errors as XML, with the code that SQS has in this protocol', async () => {
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage: () => {
            throw new AwsError('QueueDoesNotExist', 'No <such> queue.');
          },
        },
      },
    });

    const answer = await gateway.postForm('sqs', { Action: 'SendMessage', QueueUrl: 'u', MessageBody: 'b' });

    expect(answer.status).toBe(400);
    expect(await parseXml(answer)).toMatchObject({
      ErrorResponse: {
        Error: { Type: 'Sender', Code: 'AWS.SimpleQueueService.NonExistentQueue', Message: 'No <such> queue.' },
      },
    });
  });

  it.each([
    ['an unknown action', 'sts', { Action: 'Frobnicate' }, 400, 'InvalidAction'],
    ['an unknown action of a service with a schema', 'sqs', { Action: 'Frobnicate' }, 400, 'InvalidAction'],
    ['an unknown parameter', 'sqs', { Action: 'ListQueues', Prefix: 'x' }, 400, 'UnknownParameter'],
    ['a missing parameter', 'sqs', { Action: 'SendMessage', QueueUrl: 'u' }, 400, 'MissingParameter'],
    ['a missing member', 'cloudformation', { Action: 'GetTemplate', StackNam: 's' }, 400, 'UnknownParameter'],
    ['no action', 'sts', { Version: '2011-06-15' }, 400, 'MissingAction'],
    ['text where a number belongs', 'sqs', { Action: 'SendMessage', DelaySeconds: 'soon' }, 400, 'MalformedInput'],
    ['a structure where text belongs', 'sqs', { Action: 'SendMessage', 'QueueUrl.x': '1' }, 400, 'MalformedInput'],
    [
      'a list without positions',
      'sqs',
      { Action: 'SendMessageBatch', 'SendMessageBatchRequestEntry.x.Id': '1' },
      400,
      'MalformedInput',
    ],
    ['names of the language itself', 'sts', { Action: '__proto__', '__proto__.polluted': 'x' }, 400, 'InvalidAction'],
  ])('refuses %s', async (_what, service, form, status, code) => {
    const operation = () => ({});
    const gateway = await startGateway({
      sts: { operations: { GetCallerIdentity: operation } },
      sqs: { operations: { SendMessage: operation, SendMessageBatch: operation, ListQueues: operation } },
      cloudformation: { operations: { GetTemplate: operation } },
    });

    const answer = await gateway.postForm(service, form as unknown as Readonly<Record<string, string>>);

    expect(answer.status).toBe(status);
    expect(await parseXml(answer)).toMatchObject({ ErrorResponse: { Error: { Code: code } } });
    expect({}).not.toHaveProperty('polluted');
  });

  it('takes an action from the query string of a GET', async () => {
    const gateway = await startGateway({
      sts: { operations: { GetCallerIdentity: () => ({ Account: '000000000000' }) } },
    });

    const answer = await gateway.send('sts', '/?Action=GetCallerIdentity&Version=2011-06-15');

    expect(await parseXml(answer)).toMatchObject({
      GetCallerIdentityResponse: { GetCallerIdentityResult: { Account: '000000000000' } },
    });
  });
});
