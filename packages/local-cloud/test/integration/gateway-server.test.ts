import { Agent, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../service.ts';
import { signedFetch, signHeaders } from '../support/local-requests.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const sts = { operations: { GetCallerIdentity: () => ({}) } };
const identity = (gateway: RunningGateway) => gateway.postForm('sts', { Action: 'GetCallerIdentity' });

describe('the gateway', () => {
  it.each([
    ['unsigned', {}, 403, 'MissingAuthenticationToken'],
    ['signed by an older scheme', { authorization: 'AWS AKID:sig=' }, 400, 'IncompleteSignature'],
    [
      'without a signature',
      {
        authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host',
        'x-amz-date': '20260101T000000Z',
      },
      400,
      'IncompleteSignature',
    ],
    [
      'with half a credential',
      {
        authorization: 'AWS4-HMAC-SHA256 Credential=A/sts, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      },
      400,
      'IncompleteSignature',
    ],
  ])('refuses a request %s as AWS does', async (_what, headers, status, code) => {
    const { endpoint } = await startGateway({ sts });

    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: 'Action=GetCallerIdentity',
    });

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });

  it.each(['glue', 'constructor'])('says that it does not serve %s', async (service) => {
    const gateway = await startGateway({ sts });

    const answer = await gateway.postForm(service, { Action: 'GetCallerIdentity' });

    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('<Code>InvalidAction</Code>');
  });

  it('takes a request to a global service for whatever Region it is signed', async () => {
    const gateway = await startGateway({ sts });
    const path = '/?Action=GetCallerIdentity';

    expect((await signedFetch({ ...gateway.client, region: 'us-east-1' }, 'sts', path)).status).toBe(200);
  });

  it('misses the signature of a presigned request', async () => {
    const { endpoint } = await startGateway({ sts });
    const presigned = new URLSearchParams({
      Action: 'GetCallerIdentity',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKID/20260101/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20260101T000000Z',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0a1b',
    });

    presigned.delete('X-Amz-Signature');
    const incomplete = await fetch(`${endpoint}/?${presigned}`);

    expect(incomplete.status).toBe(400);
    expect(await incomplete.text()).toContain("must include 'X-Amz-Signature'");
  });

  it('asks whether a call may be made before it makes it', async () => {
    const asked: unknown[] = [];
    const gateway = await startGateway(
      { sts },
      {
        authorize({ caller }, service, operation, input) {
          asked.push([caller, service, operation, input]);
          throw new AwsError('AccessDeniedException', 'Not you.', 403);
        },
      },
    );

    const answer = await identity(gateway);

    expect(asked).toEqual([[{ kind: 'account' }, 'sts', 'GetCallerIdentity', {}]]);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code><Message>Not you.</Message>');
  });

  it.each([
    ['announced', { 'content-length': String(7 * 1024 * 1024) }],
    ['streamed', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body of 7 MB, %s, with 413, and serves the next request', async (_what, headers) => {
    const gateway = await startGateway({ lambda: { operations: { Invoke: () => ({}) } }, sts });
    const { port } = new URL(gateway.endpoint);
    const path = '/2015-03-31/functions/f/invocations';
    const signed = await signHeaders(gateway.client, 'lambda', path);

    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', method: 'POST', path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      for (const [name, value] of Object.entries({ ...signed, ...headers })) call.setHeader(name, value);
      call.end(Buffer.alloc(7 * 1024 * 1024, 0x20));
    });

    expect(status).toBe(413);
    expect((await identity(gateway)).status).toBe(200);
  });

  it('dates its answers by its own clock', async () => {
    const gateway = await startGateway({ sts });
    await gateway.clock.advance(90_000);

    const answer = await identity(gateway);

    expect(answer.headers.get('date')).toBe('Thu, 01 Jan 2026 00:01:30 GMT');
  });

  it('cuts kept and waiting connections when it closes, and closes its services last registered first', async () => {
    const closed: string[] = [];
    let entered: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const gateway = await startGateway({
      sts: { ...sts, close: () => void closed.push('sts') },
      sqs: {
        operations: {
          ReceiveMessage() {
            entered();
            return new Promise(() => {});
          },
        },
        close: async () => void closed.push('sqs'),
      },
    });
    const agent = new Agent({ keepAlive: true });
    const { port } = new URL(gateway.endpoint);
    await new Promise<void>((resolve) => {
      request({ port, host: '127.0.0.1', agent, path: '/_local/stats' }, (response) => {
        response.resume().on('end', resolve);
      }).end();
    });
    const stuck = gateway.send('sqs', '/', {
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: '{"QueueUrl":"u"}',
    });
    const refused = expect(stuck).rejects.toThrow();
    await waiting;

    await gateway.close();

    expect(closed).toEqual(['sqs', 'sts']);
    await refused;
    await expect(fetch(gateway.endpoint)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    agent.destroy();
  });

  it('takes no second service of one name, and has no endpoint before it listens', async () => {
    const gateway = await startGateway({ sts });

    expect(() => gateway.register('sts', sts)).toThrow('A service is already registered as sts.');
    expect(gateway.cloud.endpoint()).toBe(gateway.endpoint);
  });
});
