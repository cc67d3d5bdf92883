import { request } from 'node:http';
import { ConnectClient, DescribeUserCommand, ListTagsForResourceCommand } from '@aws-sdk/client-connect';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../support/signed-request.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const ROLE = 'arn:aws:iam::000000000000:role/worker';
const echo = () => ({});
const services = {
  sqs: { operations: { SendMessage: echo, ReceiveMessage: echo } },
  connect: { operations: { DescribeUser: echo, ListTagsForResource: echo } },
  sts: { operations: { GetCallerIdentity: echo } },
};

const ask = (gateway: RunningGateway, signedAt: Date) =>
  gateway.send('sqs', '/', {
    headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
    body: '{"QueueUrl":"u"}',
    signedAt,
  });

describe('the time of a request', () => {
  it.each([
    ['2025-12-31T23:55:01Z', 200, ''],
    ['2026-01-01T00:04:59Z', 200, ''],
    ['2025-12-31T23:54:59Z', 400, '20251231T235459Z is now earlier than 20251231T235500Z (20260101T000000Z - 5 min.)'],
    ['2026-01-01T00:05:01Z', 400, '20260101T000501Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)'],
  ])('%s is answered with %i at midnight', async (signedAt, status, message) => {
    const gateway = await startGateway(services);

    const answer = await ask(gateway, new Date(signedAt));

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
  });

  it('may be the one on the wall where the clock of the cloud is another', async () => {
    const gateway = await startGateway(services);

    const answer = await ask(gateway, new Date());

    expect(answer.status).toBe(200);
  });

  it('lets a client with a wrong clock correct itself by the Date header and try again', async () => {
    const gateway = await startGateway(services);
    const client = new SQSClient({ ...gateway.client, md5: false, maxAttempts: 2, systemClockOffset: 3_600_000 });

    await client.send(new SendMessageCommand({ QueueUrl: `${gateway.endpoint}/0/q`, MessageBody: 'b' }));

    const { calls } = (await (await fetch(`${gateway.endpoint}/_local/stats`)).json()) as { calls: object };
    expect(calls).toEqual({ 'sqs.SendMessage': { 200: 1 } });
  });
});

describe('the scope of a signature', () => {
  it.each([
    ['20260101/eu-west-1/sqs/aws_request', "valid terminator: 'aws4_request', not 'aws_request'."],
    ['20260102/eu-west-1/sqs/aws4_request', "'20260102' != '20260101', from '20260101T000000Z'."],
  ])('is refused for %s', async (scope, message) => {
    const gateway = await startGateway(services);
    const { accessKeyId } = gateway.callers.accountKey;

    const answer = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host, Signature=00`,
        'x-amz-date': '20260101T000000Z',
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
      },
    });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });
});

describe('a request in the role of a function', () => {
  const start = async () => {
    const gateway = await startGateway(services);
    return { gateway, credentials: gateway.callers.registerRole(ROLE, 'worker') };
  };
  const describeUser = (gateway: RunningGateway, credentials: RunningGateway['client']['credentials']) =>
    new ConnectClient({ ...gateway.client, credentials }).send(
      new DescribeUserCommand({ InstanceId: 'arn:aws:connect:eu-west-1:000000000000:instance/i', UserId: 'u 1/2' }),
    );

  it('is known by its signature, whatever stands in path, query and body', async () => {
    const { gateway, credentials } = await start();
    const connect = new ConnectClient({ ...gateway.client, credentials });
    const sqs = new SQSClient({ ...gateway.client, credentials, md5: false });

    await describeUser(gateway, credentials);
    await connect.send(
      new ListTagsForResourceCommand({ resourceArn: 'arn:aws:connect:eu-west-1:0:instance/i/agent/ü*' }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: `${gateway.endpoint}/0/q`, MessageBody: 'Jürgen & Söhne' }));

    const { roles } = (await (await fetch(`${gateway.endpoint}/_local/stats`)).json()) as { roles: object };
    expect(roles).toEqual({
      [ROLE]: { 'connect.DescribeUser': 1, 'connect.ListTagsForResource': 1, 'sqs.SendMessage': 1 },
    });
  });

  it('is refused when it was signed with another secret, or carries another token or none', async () => {
    const { gateway, credentials } = await start();
    const { accessKeyId, secretAccessKey } = credentials;

    await expect(describeUser(gateway, { ...credentials, secretAccessKey: 'guessed' })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('The request signature we calculated does not match'),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(describeUser(gateway, { accessKeyId, secretAccessKey })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is refused when its body is not the one that was signed', async () => {
    const { gateway, credentials } = await start();
    const { hostname, host, port } = new URL(gateway.endpoint);
    const signer = new SignatureV4({ credentials, region: 'eu-west-1', service: 'sqs', sha256: Sha256 });
    const { headers } = await signer.sign({
      protocol: 'http:',
      hostname,
      path: '/',
      method: 'POST',
      headers: { host, 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: '{"QueueUrl":"mine"}',
    });
    const send = (body: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const call = request({ hostname, port, method: 'POST', path: '/', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        call.on('error', reject);
        call.end(body);
      });

    expect(await send('{"QueueUrl":"mine"}')).toBe(200);
    expect(await send('{"QueueUrl":"hers"}')).toBe(400);
  });

  it('may be presigned', async () => {
    const { gateway, credentials } = await start();
    const { hostname, host } = new URL(gateway.endpoint);
    const signer = new SignatureV4({ credentials, region: 'eu-west-1', service: 'sts', sha256: Sha256 });
    const { query = {} } = await signer.presign(
      {
        protocol: 'http:',
        hostname,
        path: '/',
        method: 'GET',
        headers: { host },
        query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      },
      { signingDate: new Date('2025-12-31T23:50:00Z'), expiresIn: 900 },
    );
    const presigned = new URLSearchParams(query as Record<string, string>);

    const inTime = await fetch(`${gateway.endpoint}/?${presigned}`);
    presigned.set('Version', '2011-06-16');
    const altered = await fetch(`${gateway.endpoint}/?${presigned}`);

    expect(inTime.status).toBe(200);
    expect(altered.status).toBe(403);
    expect(await altered.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });
});
