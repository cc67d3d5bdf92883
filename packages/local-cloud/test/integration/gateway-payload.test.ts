import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { createS3 } from '../../services/s3/index.ts';
import { signHeaders } from '../support/local-requests.ts';
import { Sha256 } from '../support/signed-request.ts';
import { type RunningGateway, startGateway } from './gateway-fixture.ts';

const PATH = '/cdk-hnb659fds-assets-000000000000-eu-west-1/key';

async function start(): Promise<RunningGateway> {
  const gateway = await startGateway({ sqs: { operations: { ReceiveMessage: () => ({}) } } });
  gateway.register('s3', createS3(gateway.cloud));
  return gateway;
}

/** Signs the headers for one body, and sends another one. */
async function put(gateway: RunningGateway, stated: string | undefined, body: string) {
  const headers = stated === undefined ? {} : { 'x-amz-content-sha256': stated };
  const signed = await signHeaders(gateway.client, 's3', PATH, { method: 'PUT', headers, body });
  return { signed, send: (content: string) => answerTo(gateway, signed, content) };
}

async function answerTo({ endpoint }: RunningGateway, headers: Readonly<Record<string, string>>, body: string) {
  const answer = await fetch(endpoint + PATH, { method: 'PUT', headers, body });
  const text = await answer.text();
  return { status: answer.status, code: text === '' ? undefined : new XMLParser().parse(text).Error.Code };
}

const stored = async (gateway: RunningGateway) => (await gateway.send('s3', PATH)).text();

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
describe('the content of an object', () => {
  it('must be the one whose hash was signed', async () => {
    const gateway = await start();
    const { send } = await put(gateway, undefined, 'hello');

    expect(await send('hells')).toEqual({ status: 400, code: 'XAmzContentSHA256Mismatch' });
    expect(await send('hello')).toEqual({ status: 200, code: undefined });
  });

  it('may be unsigned where the request says so', async () => {
    const gateway = await start();
    const { send } = await put(gateway, 'UNSIGNED-PAYLOAD', 'hello');

    expect(await send('other')).toEqual({ status: 200, code: undefined });
  });

  it('must be spoken of, in words that S3 knows', async () => {
    const gateway = await start();
    const { signed, send } = await put(gateway, 'hello', 'hello');
    const { 'x-amz-content-sha256': _hash, ...silent } = signed;

    expect(await send('hello')).toEqual({ status: 400, code: 'InvalidArgument' });
    expect(await answerTo(gateway, silent, 'hello')).toEqual({ status: 400, code: 'InvalidRequest' });
  });

  it('cannot get another hash, or a header of AWS that was not signed', async () => {
    const gateway = await start();
    const { signed } = await put(gateway, undefined, 'hello');
    const hash = createHash('sha256').update('other').digest('hex');

    expect(await answerTo(gateway, { ...signed, 'x-amz-content-sha256': hash }, 'other')).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    expect(await answerTo(gateway, { ...signed, 'x-amz-meta-a': 'b' }, 'hello')).toEqual({
      status: 403,
      code: 'AccessDenied',
    });
  });
});

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
describe('an object in signed chunks', () => {
  const STATED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  /** A body of two chunks and a trailer, signed as the request was. */
  async function chunked(stated: string) {
    const gateway = await start();
    const { signed, send } = await put(gateway, stated, '');
    const { authorization = '', 'x-amz-date': date = '' } = signed;
    const scope = `${date.slice(0, 8)}/eu-west-1/s3/aws4_request`;
    const key = scope
      .split('/')
      .reduce<string | Buffer>(
        (secret, part) => createHmac('sha256', secret).update(part).digest(),
        `AWS4${gateway.callers.accountKey.secretAccessKey}`,
      );
    let previous = /Signature=(\w+)$/.exec(authorization)?.[1] ?? '';
    const sign = (kind: string, ...hashes: string[]) => {
      const text = [`AWS4-HMAC-SHA256-${kind}`, date, scope, previous, ...hashes].join('\n');
      previous = createHmac('sha256', key).update(text).digest('hex');
      return previous;
    };
    const chunk = (data: string) =>
      `${data.length.toString(16)};chunk-signature=${sign('PAYLOAD', sha256(''), sha256(data))}\r\n${data}`;
    const chunks = `${chunk('hello')}\r\n${chunk(' world')}\r\n${chunk('')}`;
    const checksum = 'x-amz-checksum-crc32:DUoRhQ==';
    const trailer = `${checksum}\r\nx-amz-trailer-signature:${sign('TRAILER', sha256(`${checksum}\n`))}\r\n\r\n`;
    return { gateway, send, body: `${chunks}${trailer}` };
  }

  it.each([[STATED], ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD']])('is taken where all are right: %s', async (stated) => {
    const { gateway, send, body } = await chunked(stated);

    expect(await send(body)).toEqual({ status: 200, code: undefined });
    expect(await stored(gateway)).toBe('hello world');
  });

  it.each<readonly [string, (body: string) => string]>([
    ['a chunk was changed', (body) => body.replace('hello', 'hells')],
    ['a chunk is missing', (body) => body.slice(body.indexOf('6;'))],
    ['a chunk has no signature', (body) => body.replace(/^5;chunk-signature=\w+/, '5')],
    [
      'chunks have changed places',
      (body) => body.replace(/^(5;.*?)\r\nhello\r\n(6;.*?)\r\n world/s, '$2\r\n world\r\n$1\r\nhello'),
    ],
    ['the trailer was changed', (body) => body.replace('DUoRhQ', 'AAAAAA')],
    ['the trailer has no signature', (body) => body.replace(/x-amz-trailer-signature:.*\r\n/, '')],
  ])('is refused where %s', async (_what, change) => {
    const { send, body } = await chunked(STATED);

    expect(await send(change(body))).toEqual({ status: 403, code: 'SignatureDoesNotMatch' });
  });
});

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
describe('a presigned object', () => {
  const presign = async ({ endpoint, client }: RunningGateway, expiresIn: number, signingDate: string) => {
    const { hostname, host } = new URL(endpoint);
    const { region, credentials } = client;
    const signer = new SignatureV4({ credentials, region, service: 's3', sha256: Sha256, uriEscapePath: false });
    const { query = {} } = await signer.presign(
      {
        ...{ protocol: 'http:', hostname, path: PATH, method: 'PUT' },
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { signingDate: new Date(signingDate), expiresIn, unhoistableHeaders: new Set(['x-amz-content-sha256']) },
    );
    return `${endpoint}${PATH}?${new URLSearchParams(query as Record<string, string>)}`;
  };
  const send = async (url: string) => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const answer = await fetch(url, { method: 'PUT', headers, body: 'hello' });
    const text = await answer.text();
    return [answer.status, text === '' ? '' : new XMLParser().parse(text).Error.Code];
  };

  it.each([
    ['in time', 600, '2025-12-31T23:50:01Z', 200, ''],
    ['a second late', 600, '2025-12-31T23:49:59Z', 403, 'AccessDenied'],
    ['for a week', 604_800, '2025-12-26T00:00:00Z', 200, ''],
  ])('%s is answered with the right status', async (_what, expiresIn, signedAt, status, code) => {
    const gateway = await start();

    expect(await send(await presign(gateway, expiresIn, signedAt))).toEqual([status, code]);
  });

  it.each(['604801', '-1', 'soon'])('may not be valid for %j seconds', async (expires) => {
    const gateway = await start();
    const url = new URL(await presign(gateway, 600, '2026-01-01T00:00:00Z'));
    url.searchParams.set('X-Amz-Expires', expires);

    expect(await send(url.href)).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('cannot be made to last longer', async () => {
    const gateway = await start();
    const url = new URL(await presign(gateway, 1, '2025-12-31T23:50:00Z'));
    url.searchParams.set('X-Amz-Expires', '900');

    expect(await send(url.href)).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe('a call of another service', () => {
  const call = { headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' }, body: '{"QueueUrl":"mine"}' };
  const send = (gateway: RunningGateway, headers: Readonly<Record<string, string>>, body: string) =>
    fetch(gateway.endpoint, { method: 'POST', headers, body });

  it.each(['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])(
    'must be signed with its body, even if it says %s',
    async (stated) => {
      const gateway = await start();
      const headers = { ...call.headers, 'x-amz-content-sha256': stated };
      const signed = await signHeaders(gateway.client, 'sqs', '/', { ...call, headers });

      const answer = await send(gateway, signed, '{"QueueUrl":"hers"}');

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ __type: 'InvalidSignatureException' });
    },
  );

  it('must be signed with its host', async () => {
    const gateway = await start();
    const signed = await signHeaders(gateway.client, 'sqs', '/', call);
    const authorization = signed.authorization?.replace('SignedHeaders=host;', 'SignedHeaders=') ?? '';

    const answer = await send(gateway, { ...signed, authorization }, call.body);

    expect(await answer.json()).toMatchObject({
      __type: 'InvalidSignatureException',
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it('may have parameters of which one begins like another', async () => {
    const gateway = await startGateway({ sts: { operations: { GetCallerIdentity: () => ({}) } } });

    const answer = await gateway.send('sts', '/?Action=GetCallerIdentity&Version=2011-06-15');
    const sorted = await gateway.send('sts', '/?A-=1&A=2');

    expect(answer.status).toBe(200);
    // Signed as it should be: the refusal is about what it asks for.
    expect(await sorted.text()).toContain('<Code>MissingAction</Code>');
  });
});
