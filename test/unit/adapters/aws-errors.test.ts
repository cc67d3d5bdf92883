import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient, DescribeUserCommand } from '@aws-sdk/client-connect';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAws, translateError } from '../../../lambda/adapters/aws-errors.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { type Answer, failure, startService } from './canned-service.ts';

let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const describeUser = (limits = {}) =>
  callAws('connect:DescribeUser', () =>
    new ConnectClient(service.client(limits)).send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' })),
  );
const caught = async (call: () => Promise<unknown>): Promise<PermanentError | TransientError> => {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PermanentError || error instanceof TransientError) return error;
  throw new Error('Neither a PermanentError nor a TransientError was thrown.', { cause: error });
};

const rest = (status: number, code: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': `${code}:http://internal.amazon.com/` },
  body: { Message: 'mary.jones@example.com is wrong' },
});
const html = (status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html><h1>mary.jones@example.com</h1></html>',
});

describe('an error of a REST service', () => {
  it.each([
    ['429 ThrottlingException', rest(429, 'ThrottlingException'), 'ThrottlingException', 429],
    ['429 TooManyRequestsException', rest(429, 'TooManyRequestsException'), 'TooManyRequestsException', 429],
    ['429 without a name', { status: 429 }, 'Unknown', 429],
    ['429 with a page of HTML', html(429), 'SyntaxError', 429],
    ['500 InternalServiceException', rest(500, 'InternalServiceException'), 'InternalServiceException', 500],
    ['500 with a name that says nothing', rest(500, 'AccessDeniedException'), 'AccessDeniedException', 500],
    ['502 with a page of HTML', html(502), 'SyntaxError', 502],
    ['503 without a name', { status: 503 }, 'Unknown', 503],
    ['504 without a body', { status: 504, body: '' }, 'Unknown', 504],
  ])('%s is transient', async (_, answer, code, status) => {
    service.answer(answer);

    const error = await caught(describeUser);

    expect(error).toMatchObject({ name: 'TransientError', code, status });
    expect(error.message).toBe(`connect:DescribeUser failed: ${code}, HTTP ${status}.`);
  });

  it.each([
    [
      'which AWS names',
      'User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: ds:DescribeDirectories on resource: *',
      'ds:DescribeDirectories',
    ],
    ['of the operation, where AWS names none', 'Denied.', 'connect:DescribeUser'],
    [
      'of the operation, which AWS writes in lower case',
      'User: x is not authorized to perform: connect:describeuser on resource: *',
      'connect:DescribeUser',
    ],
  ])('403 is permanent and names the permission that is missing: the one %s', async (_, Message, missing) => {
    service.answer({
      status: 403,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      body: JSON.stringify({ Message }),
    });

    const error = await caught(describeUser);

    expect(error).toMatchObject({
      name: 'PermanentError',
      code: 'AccessDeniedException',
      status: 403,
      missingPermission: missing,
    });
    // What to do about it depends on who the caller is: a function of the stack, or a person.
    expect(error.message).toBe(
      `connect:DescribeUser was denied (AccessDeniedException): the caller lacks the permission ${missing}.`,
    );
  });

  it('a refusal is permanent also where the clock of this machine is an hour behind', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const answer = rest(404, 'ResourceNotFoundException');
    service.answer({ ...answer, headers: { ...answer.headers, date: date } });

    expect(await caught(describeUser)).toMatchObject({ name: 'PermanentError', code: 'ResourceNotFoundException' });
  });

  it('403 for an expired token says that the credentials are not accepted, and names no permission', async () => {
    service.answer({ status: 403, headers: { 'x-amzn-errortype': 'ExpiredTokenException' }, body: '{}' });

    expect((await caught(describeUser)).message).toBe(
      'connect:DescribeUser was denied (ExpiredTokenException): AWS does not accept the credentials of the caller.',
    );
  });

  it.each([
    [
      '429 LimitExceededException, a quota of resources',
      rest(429, 'LimitExceededException'),
      'LimitExceededException',
      429,
    ],
    ['400 InvalidParameterException', rest(400, 'InvalidParameterException'), 'InvalidParameterException', 400],
    ['400 InvalidRequestException', rest(400, 'InvalidRequestException'), 'InvalidRequestException', 400],
    ['404 ResourceNotFoundException', rest(404, 'ResourceNotFoundException'), 'ResourceNotFoundException', 404],
  ])('%s is permanent', async (_, answer, code, status) => {
    service.answer(answer);

    const error = await caught(describeUser);

    expect(error).toMatchObject({ name: 'PermanentError', code, status });
    expect(error.message).toBe(`connect:DescribeUser failed: ${code}, HTTP ${status}.`);
  });

  it('is throttled for HTTP 429 only', async () => {
    service.answer(rest(429, 'TooManyRequestsException'), rest(503, 'ServiceUnavailable'));

    const throttled = await caught(describeUser);
    const unwell = await caught(describeUser);

    expect(throttled).toMatchObject({ throttled: true });
    expect(unwell).toMatchObject({ throttled: false });
  });

  it.each([
    ['7', 7_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['-1', undefined],
  ])('hands on retry-after %s as %s ms', async (header, expected) => {
    service.answer({ status: 429, headers: { 'retry-after': header } });

    const error = await caught(describeUser);

    expect((error as TransientError).retryAfterMs).toBe(expected);
  });
});

type Operation = 'cognito-idp:AdminGetUser' | 'dynamodb:GetItem' | 'sqs:SendMessage';

describe('an error of a JSON service', () => {
  const calls: Readonly<Record<Operation, () => Promise<unknown>>> = {
    'cognito-idp:AdminGetUser': () =>
      new CognitoIdentityProviderClient(service.client()).send(
        new AdminGetUserCommand({ UserPoolId: 'eu-central-1_EXAMPLE00', Username: 'u' }),
      ),
    'dynamodb:GetItem': () =>
      new DynamoDBClient(service.client()).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'k' } } })),
    'sqs:SendMessage': () =>
      new SQSClient(service.client()).send(
        new SendMessageCommand({ QueueUrl: `${service.endpoint}/111122223333/q.fifo`, MessageBody: '{}' }),
      ),
  };

  it.each([
    ['cognito-idp:AdminGetUser', 'TooManyRequestsException', 400],
    ['dynamodb:GetItem', 'ThrottlingException', 400],
    ['dynamodb:GetItem', 'ProvisionedThroughputExceededException', 400],
    ['dynamodb:GetItem', 'RequestLimitExceeded', 400],
    ['sqs:SendMessage', 'RequestThrottled', 400],
    ['sqs:SendMessage', 'ThrottlingException', 429],
  ] as const)('of %s named %s with HTTP %d is throttling', async (operation, code, status) => {
    service.answer(failure(code, status));

    const error = await caught(() => callAws(operation, calls[operation]));

    expect(error).toMatchObject({ name: 'TransientError', code, status: 429, throttled: true });
    expect(error.message).toBe(`${operation} failed: ${code}, HTTP ${status}.`);
  });

  it.each([
    ['cognito-idp:AdminGetUser', 'InternalErrorException', 500],
    ['dynamodb:GetItem', 'InternalServerError', 500],
    ['sqs:SendMessage', 'ServiceUnavailable', 503],
  ] as const)('of %s named %s with HTTP %d is an outage', async (operation, code, status) => {
    service.answer(failure(code, status));

    const error = await caught(() => callAws(operation, calls[operation]));

    expect(error).toMatchObject({ name: 'TransientError', code, status, throttled: false });
  });

  it.each([
    ['cognito-idp:AdminGetUser', 'AccessDeniedException'],
    ['cognito-idp:AdminGetUser', 'ResourceNotFoundException'],
    ['cognito-idp:AdminGetUser', 'LimitExceededException'],
    ['dynamodb:GetItem', 'ValidationException'],
    ['sqs:SendMessage', 'InvalidMessageContents'],
  ] as const)('of %s named %s is permanent', async (operation, code) => {
    service.answer(failure(code));

    const error = await caught(() => callAws(operation, calls[operation]));

    expect(error).toMatchObject({ name: 'PermanentError', code, status: 400 });
  });
});

describe('a call without an answer', () => {
  it('is transient when the connection is reset', async () => {
    service.answer({ instead: 'reset' });

    const error = await caught(describeUser);

    expect(error).toMatchObject({ name: 'TransientError', code: 'TimeoutError', status: undefined });
    expect(error.message).toBe('connect:DescribeUser failed: TimeoutError, no answer.');
  });

  it('is transient when the time is up', async () => {
    service.answer({ instead: 'hang' });

    const error = await caught(() => describeUser({ requestTimeoutMs: 40 }));

    expect(error).toMatchObject({ name: 'TransientError', code: 'TimeoutError', status: undefined });
  });

  it('is transient when no server listens', async () => {
    const gone = await startService();
    await gone.stop();
    const client = new ConnectClient(gone.client());

    const error = await caught(() =>
      callAws('connect:DescribeUser', () => client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }))),
    );

    expect(error).toMatchObject({ name: 'TransientError', code: 'ECONNREFUSED' });
  });

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'is transient when the certificate is not trusted: %s',
    (code) => {
      const error = translateError('sqs:ReceiveMessage', Object.assign(new Error('not trusted'), { code }));

      expect(error).toMatchObject({ name: 'TransientError', code, status: undefined });
    },
  );

  it.each(['CredentialsProviderError', 'TokenProviderError'])(
    'is refused when the SDK has no credentials to send: %s',
    (name) => {
      const error = translateError('sqs:ReceiveMessage', Object.assign(new Error('Token is expired.'), { name }));

      expect(error).toMatchObject({ name: 'PermanentError', code: name, status: undefined });
    },
  );

  it('is transient when it was aborted', async () => {
    service.answer({ instead: 'hang' });
    const client = new ConnectClient(service.client());

    const error = await caught(() =>
      callAws('connect:DescribeUser', () =>
        client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }), {
          abortSignal: AbortSignal.timeout(40),
        }),
      ),
    );

    expect(error.name).toBe('TransientError');
  });
});

describe('callAws', () => {
  it('takes an expected error for an answer', async () => {
    service.answer(rest(404, 'ResourceNotFoundException'));
    const client = new ConnectClient(service.client());
    const call = () => client.send(new DescribeUserCommand({ InstanceId: 'i', UserId: 'u' }));

    const answer = await callAws('connect:DescribeUser', call, { ResourceNotFoundException: 'none' });

    expect(answer).toBe('none');
  });

  it.each([
    ['a bug', new TypeError('x is not a function')],
    ['an error with a code of Node that is no network failure', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['no error at all', 'text'],
    ['nothing', undefined],
  ])('does not wrap %s', (_, thrown) => {
    expect(translateError('connect:DescribeUser', thrown)).toBe(thrown);
  });

  it('keeps what was thrown as the cause, and out of the message', async () => {
    service.answer(rest(400, 'InvalidParameterException'));

    const error = await caught(describeUser);

    expect(error.cause).toMatchObject({
      name: 'InvalidParameterException',
      message: 'mary.jones@example.com is wrong',
    });
    expect(error.message).not.toContain('mary');
  });
});
