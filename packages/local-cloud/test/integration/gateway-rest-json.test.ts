import {
  ConnectClient,
  DescribeUserCommand,
  ListUsersCommand,
  SearchUsersCommand,
  UpdateUserIdentityInfoCommand,
} from '@aws-sdk/client-connect';
import { GetFunctionCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { startGateway } from './gateway-fixture.ts';

const keep =
  (seen: unknown[], output: unknown = {}) =>
  (input: object) => {
    seen.push(input);
    return output;
  };

describe('REST JSON', () => {
  it('reads path, query and body of Connect requests', async () => {
    const seen: unknown[] = [];
    const gateway = await startGateway({
      connect: {
        operations: {
          UpdateUserIdentityInfo: keep(seen),
          ListUsers: keep(seen, { UserSummaryList: [] }),
          SearchUsers: keep(seen, { Users: [], ApproximateTotalCount: 0 }),
        },
      },
    });
    const client = new ConnectClient(gateway.client);

    await client.send(
      new UpdateUserIdentityInfoCommand({ InstanceId: 'i', UserId: 'a/b c', IdentityInfo: { FirstName: 'Zoë' } }),
    );
    await client.send(new ListUsersCommand({ InstanceId: 'i', NextToken: 'n&1', MaxResults: 7 }));
    await client.send(
      new SearchUsersCommand({
        InstanceId: 'i',
        SearchCriteria: { StringCondition: { FieldName: 'Username', Value: 'mary', ComparisonType: 'EXACT' } },
      }),
    );

    expect(seen).toEqual([
      { InstanceId: 'i', UserId: 'a/b c', IdentityInfo: { FirstName: 'Zoë' } },
      { InstanceId: 'i', NextToken: 'n&1', MaxResults: 7 },
      {
        InstanceId: 'i',
        SearchCriteria: { StringCondition: { FieldName: 'Username', Value: 'mary', ComparisonType: 'EXACT' } },
      },
    ]);
  });

  it('answers an operation without output with an empty body', async () => {
    const gateway = await startGateway({ connect: { operations: { UpdateUserIdentityInfo: () => ({}) } } });

    const answer = await gateway.send('connect', '/users/i/u/identity-info', { body: '{"IdentityInfo":{}}' });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('writes timestamps in seconds', async () => {
    const LastModifiedTime = new Date('2026-02-03T04:05:06.789Z');
    const gateway = await startGateway({
      connect: { operations: { DescribeUser: () => ({ User: { Id: 'u', LastModifiedTime } }) } },
    });

    const raw = await gateway.send('connect', '/users/i/u');
    const user = await new ConnectClient(gateway.client).send(
      new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }),
    );

    expect(await raw.text()).toBe('{"User":{"Id":"u","LastModifiedTime":1770091506.789}}');
    expect(user.User?.LastModifiedTime).toEqual(LastModifiedTime);
  });

  it('gives Connect errors the type in a header and the message in the body', async () => {
    const gateway = await startGateway({
      connect: {
        operations: {
          DescribeUser: () => {
            throw new AwsError('TooManyRequestsException', 'Rate exceeded', 429);
          },
        },
      },
    });

    const raw = await gateway.send('connect', '/users/i/u');
    const failed = new ConnectClient(gateway.client).send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));

    expect(raw.status).toBe(429);
    expect(raw.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
    expect(await raw.text()).toBe('{"Message":"Rate exceeded"}');
    await expect(failed).rejects.toMatchObject({ name: 'TooManyRequestsException', message: 'Rate exceeded' });
  });

  it('carries a Lambda payload both ways untouched, with function error, log tail and version in headers', async () => {
    const seen: unknown[] = [];
    const gateway = await startGateway({
      lambda: {
        operations: {
          Invoke: keep(seen, {
            StatusCode: 200,
            FunctionError: 'Unhandled',
            LogResult: 'bG9n',
            ExecutedVersion: '$LATEST',
            Payload: Uint8Array.of(0x7b, 0x7d),
          }),
        },
      },
    });
    const FunctionName = 'arn:aws:lambda:eu-west-1:000000000000:function:worker';

    const answer = await new LambdaClient(gateway.client).send(
      new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse', LogType: 'Tail', Payload: '{"a":1}' }),
    );

    expect(seen).toEqual([
      {
        FunctionName,
        InvocationType: 'RequestResponse',
        LogType: 'Tail',
        Payload: new Uint8Array(Buffer.from('{"a":1}')),
      },
    ]);
    expect(answer).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      LogResult: 'bG9n',
      ExecutedVersion: '$LATEST',
    });
    expect(answer.Payload?.transformToString()).toBe('{}');
  });

  it('answers an asynchronous invocation with the status the function service gives', async () => {
    const gateway = await startGateway({ lambda: { operations: { Invoke: () => ({ StatusCode: 202 }) } } });

    const answer = await new LambdaClient(gateway.client).send(
      new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: '{}' }),
    );

    expect(answer.StatusCode).toBe(202);
    expect(answer.Payload?.length ?? 0).toBe(0);
  });

  it('gives Lambda errors their type member', async () => {
    const gateway = await startGateway({
      lambda: {
        operations: {
          GetFunction: () => {
            throw new AwsError('ResourceNotFoundException', 'Function not found: f', 404);
          },
        },
      },
    });

    const failed = new LambdaClient(gateway.client).send(new GetFunctionCommand({ FunctionName: 'f' }));

    await expect(failed).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: f',
      Type: 'User',
    });
  });

  it('names the operation that is not served, or the path that is none', async () => {
    const gateway = await startGateway({ lambda: { operations: {} } });

    const unserved = new LambdaClient(gateway.client).send(new ListFunctionsCommand({}));
    const nowhere = await gateway.send('lambda', '/nowhere', { method: 'PUT' });

    await expect(unserved).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'Operation ListFunctions of lambda is not served by the local cloud.',
    });
    expect(nowhere.status).toBe(404);
    expect(await nowhere.json()).toMatchObject({ Message: expect.stringContaining('PUT /nowhere') });
  });

  it.each([
    [
      'text where a number belongs',
      '/users-summary/i?maxResults=many',
      undefined,
      /^STRING_VALUE can not be converted to Integer \(at MaxResults\)$/,
    ],
    ['a broken body', '/search-users', '{"InstanceId":', /not JSON/],
    [
      'a list where a structure belongs',
      '/search-users',
      '{"SearchCriteria":[]}',
      /^Start of list found where not expected \(at \/SearchCriteria\)$/,
    ],
  ])('refuses %s', async (_what, path, body, message) => {
    const gateway = await startGateway({ connect: { operations: { ListUsers: () => ({}), SearchUsers: () => ({}) } } });

    const answer = await gateway.send('connect', path, body === undefined ? {} : { body });

    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('SerializationException');
    expect(((await answer.json()) as { readonly Message: string }).Message).toMatch(message);
  });
});
