import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { QueueDoesNotExist, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AwsError, type Call } from '../../service.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const post = (gateway: RunningGateway, service: string, target: string, body: string) =>
  gateway.send(service, '/', {
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body,
  });

describe('AWS JSON', () => {
  it('hands blobs to the operation as bytes, and bytes to the client as blobs', async () => {
    const seen: unknown[] = [];
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage(input: object) {
            seen.push(input);
            return { MessageId: 'm-1', SequenceNumber: '1' };
          },
          ReceiveMessage: () => ({
            Messages: [
              { Body: 'b', MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(4, 5) } } },
            ],
          }),
        },
      },
    });
    const client = new SQSClient({ ...gateway.client, md5: false });
    const QueueUrl = `${gateway.endpoint}/000000000000/changes.fifo`;

    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'body',
        MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) } },
      }),
    );
    const received = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));

    expect(sent.MessageId).toBe('m-1');
    expect(seen).toEqual([
      {
        QueueUrl,
        MessageBody: 'body',
        MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) } },
      },
    ]);
    expect([...(received.Messages?.[0]?.MessageAttributes?.raw?.BinaryValue ?? [])]).toEqual([4, 5]);
  });

  it('reads and writes timestamps in seconds, with milliseconds as decimals', async () => {
    let seen: Date | undefined;
    const gateway = await startGateway({
      events: {
        operations: {
          PutEvents(input: { readonly Entries: readonly { readonly Time: Date }[] }) {
            seen = input.Entries[0]?.Time;
            return { FailedEntryCount: 0, Entries: [{ EventId: 'e-1' }] };
          },
        },
      },
      'cognito-idp': {
        operations: {
          AdminGetUser: () => ({ Username: 'mary', UserLastModifiedDate: new Date('2026-02-03T04:05:06.789Z') }),
        },
      },
    });

    await new EventBridgeClient(gateway.client).send(
      new PutEventsCommand({ Entries: [{ Time: new Date('2026-01-02T03:04:05Z'), Detail: '{}' }] }),
    );
    const raw = await post(
      gateway,
      'cognito-idp',
      'AWSCognitoIdentityProviderService.AdminGetUser',
      '{"UserPoolId":"p","Username":"mary"}',
    );
    const user = await new CognitoIdentityProviderClient(gateway.client).send(
      new AdminGetUserCommand({ UserPoolId: 'p', Username: 'mary' }),
    );

    expect(seen).toEqual(new Date('2026-01-02T03:04:05Z'));
    expect(await raw.text()).toBe('{"Username":"mary","UserLastModifiedDate":1770091506.789}');
    expect(user.UserLastModifiedDate).toEqual(new Date('2026-02-03T04:05:06.789Z'));
  });

  it('answers an error with its code, its message, its members and a request id', async () => {
    const gateway = await startGateway({
      'cognito-idp': {
        operations: {
          AdminGetUser: () => {
            throw new AwsError('UserNotFoundException', 'User does not exist.');
          },
        },
      },
    });
    const client = new CognitoIdentityProviderClient(gateway.client);

    const answer = client.send(new AdminGetUserCommand({ UserPoolId: 'p', Username: 'missing' }));

    await expect(answer).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it('gives SQS errors the name of the shape and the code that older clients know', async () => {
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage: () => {
            throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
          },
        },
      },
    });

    const answer = await post(gateway, 'sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":"u","MessageBody":"b"}');
    const error = await new SQSClient(gateway.client)
      .send(new SendMessageCommand({ QueueUrl: `${gateway.endpoint}/0/q`, MessageBody: 'b' }))
      .catch((reason: unknown) => reason);

    expect(answer.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(await answer.json()).toEqual({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
    expect(error).toBeInstanceOf(QueueDoesNotExist);
  });

  it.each([
    ['an unknown operation', 'AmazonSQS.Frobnicate', '{}', 400, 'UnknownOperationException', /Frobnicate of sqs/],
    [
      'an operation that is not served',
      'AmazonSQS.ListQueues',
      '{}',
      400,
      'UnknownOperationException',
      /ListQueues of sqs/,
    ],
    ['an inherited property', 'AmazonSQS.constructor', '{}', 400, 'UnknownOperationException', /constructor of sqs/],
    ['the target of another service', 'AWSEvents.PutEvents', '{}', 400, 'UnknownOperationException', /PutEvents/],
    ['a body that is no JSON', 'AmazonSQS.SendMessage', '{"QueueUrl":', 400, 'SerializationException', /not JSON/],
    ['a body that is no object', 'AmazonSQS.SendMessage', '[]', 400, 'SerializationException', /JSON object/],
    [
      'a member of another type',
      'AmazonSQS.SendMessage',
      '{"QueueUrl":7}',
      400,
      'SerializationException',
      /^NUMBER_VALUE can not be converted to String \(at \/QueueUrl\)$/,
    ],
    [
      'an unknown member',
      'AmazonSQS.SendMessage',
      '{"QueueUrl":"u","MessageBody":"b","Nonsense":1}',
      400,
      'SerializationException',
      /^\/Nonsense is not a member of SendMessageRequest\.$/,
    ],
    [
      'a missing member',
      'AmazonSQS.SendMessage',
      '{"QueueUrl":"u"}',
      400,
      'MissingParameter',
      /^The request must contain the parameter MessageBody\.$/,
    ],
  ])('refuses %s by name', async (_what, target, body, status, code, message) => {
    const gateway = await startGateway({ sqs: { operations: { SendMessage: () => ({}) } } });

    const answer = await post(gateway, 'sqs', target, body);

    expect(answer.status).toBe(status);
    const error = (await answer.json()) as { readonly message: string };
    expect(error).toMatchObject({ __type: code });
    expect(error.message).toMatch(message);
  });

  it('leaves null out', async () => {
    let seen: unknown;
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage(input: object) {
            seen = input;
            return {};
          },
        },
      },
    });

    await post(gateway, 'sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":"u","MessageBody":"b","DelaySeconds":null}');

    expect(seen).toEqual({ QueueUrl: 'u', MessageBody: 'b' });
  });

  it('lets an app client sign up without credentials, but refuses calls of administrators', async () => {
    const gateway = await startGateway({
      'cognito-idp': {
        operations: { SignUp: () => ({ UserSub: 's-1', UserConfirmed: false }), AdminGetUser: () => ({}) },
      },
    });
    const unsigned = { 'content-type': 'application/x-amz-json-1.1' };

    const signedUp = await new CognitoIdentityProviderClient(gateway.client).send(
      new SignUpCommand({ ClientId: 'c', Username: 'u', Password: 'p' }),
    );
    const refused = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { ...unsigned, 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminGetUser' },
      body: '{}',
    });

    expect(signedUp.UserSub).toBe('s-1');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('turns an exception in a service into InternalFailure, and writes its stack to standard error only', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage: () => {
            throw new TypeError('secret detail');
          },
        },
      },
    });

    const answer = await post(gateway, 'sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":"u","MessageBody":"b"}');

    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe(
      '{"__type":"InternalFailure","message":"The local cloud failed. Its standard error has the stack."}',
    );
    expect(String(stderr.mock.calls[0]?.[0])).toMatch(/^sqs\.SendMessage: TypeError: secret detail\n {4}at /);
  });

  it('tells an operation which function called, and counts what its role called', async () => {
    let caller: Call['caller'] | undefined;
    const gateway = await startGateway({
      sqs: {
        operations: {
          SendMessage(_input: object, call: Call) {
            caller = call.caller;
            return {};
          },
        },
      },
    });
    const roleArn = 'arn:aws:iam::000000000000:role/worker';
    const credentials = gateway.callers.registerRole(roleArn, 'worker');

    await new SQSClient({ ...gateway.client, credentials, md5: false }).send(
      new SendMessageCommand({ QueueUrl: `${gateway.endpoint}/0/q`, MessageBody: 'b' }),
    );

    expect(caller).toEqual({ kind: 'role', roleArn, functionName: 'worker' });
    const stats = (await (await fetch(`${gateway.endpoint}/_local/stats`)).json()) as object;
    expect(stats).toMatchObject({
      calls: { 'sqs.SendMessage': { 200: 1 } },
      roles: { [roleArn]: { 'sqs.SendMessage': 1 } },
    });
  });
});
