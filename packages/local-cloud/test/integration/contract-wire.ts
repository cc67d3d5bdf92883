import { XMLParser } from 'fast-xml-parser';
import { signedRequest } from '../support/signed-request.ts';
import type { Ask, ClientConfig } from './contract-fixture.ts';

type Input = Readonly<Record<string, unknown>>;
type Call = Parameters<typeof signedRequest>[2];
type Answer = Awaited<ReturnType<typeof signedRequest>>;

/** How a service without an SDK client among our dependencies is spoken to: by signed HTTP alone. */
interface Wire {
  /** SigV4 signing name. */
  readonly service: string;
  readonly toCall: (operation: string, input: Input) => Call;
  readonly readOutput: (operation: string, answer: Answer) => object;
  readonly readError: (answer: Answer) => { readonly name: string; readonly message: string };
}

const byWire =
  ({ service, toCall, readOutput, readError }: Wire) =>
  ({ endpoint, region, credentials }: ClientConfig): Ask =>
  async (operation, input) => {
    const call = toCall(operation, input as Input);
    const answer = await signedRequest({ endpoint, region, ...credentials }, service, call);
    if (answer.status < 300) return readOutput(operation, answer);
    const { name, message } = readError(answer);
    const requestId = answer.headers['x-amzn-requestid'] ?? answer.headers['x-amz-request-id'];
    throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: answer.status, requestId } });
  };

const parseXml = (body: string) => new XMLParser({ parseTagValue: false, ignoreAttributes: false }).parse(body);

/** Query with flat members: all values come back as text. */
export const byQuery = (service: string) =>
  byWire({
    service,
    toCall: (Action, input) => ({
      ...{ method: 'POST', path: '/' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action, ...(input as Record<string, string>) }).toString(),
    }),
    readOutput: (operation, { body }) => parseXml(body)[`${operation}Response`][`${operation}Result`] || {},
    readError: ({ body }) => {
      const { Code: name, Message: message } = parseXml(body).ErrorResponse.Error;
      return { name, message };
    },
  });

/** AWS JSON 1.1. */
export const byJson = (service: string, target: string) =>
  byWire({
    service,
    toCall: (operation, input) => ({
      ...{ method: 'POST', path: '/', body: JSON.stringify(input) },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${operation}` },
    }),
    readOutput: (_operation, { body }) => JSON.parse(body),
    readError: ({ body }) => {
      const { __type: name, message } = JSON.parse(body);
      return { name, message };
    },
  });

/** REST JSON, with the operations' methods, and `Name` as the last part of their path. */
export const byRestJson = (service: string, path: string, methods: Readonly<Record<string, string>>) =>
  byWire({
    service,
    toCall: (operation, { Name, ...input }) => ({
      ...{ method: methods[operation] ?? '', path: `${path}/${Name}` },
      ...(Object.keys(input).length > 0 && { body: JSON.stringify(input) }),
    }),
    readOutput: (_operation, { body }) => JSON.parse(body),
    readError: ({ headers, body }) => ({
      name: String(headers['x-amzn-errortype']),
      message: JSON.parse(body).Message,
    }),
  });

/** What a request to S3 needs beside bucket and key. */
const S3_CALLS: Readonly<Record<string, Pick<Call, 'method' | 'query'>>> = {
  GetBucketLocation: { method: 'GET', query: { location: '' } },
  GetBucketEncryption: { method: 'GET', query: { encryption: '' } },
  ListObjectsV2: { method: 'GET', query: { 'list-type': '2' } },
  PutObject: { method: 'PUT' },
  GetObject: { method: 'GET' },
};

/** S3, path style: XML as it is parsed, or else headers and body. */
export const byS3 = byWire({
  service: 's3',
  toCall: (operation, { Bucket, Key, Body = '' }) => ({
    ...{ method: '', ...S3_CALLS[operation] },
    path: Key === undefined ? `/${Bucket}` : `/${Bucket}/${Key}`,
    body: String(Body),
  }),
  readOutput: (_operation, { headers, body }) => (body.startsWith('<?xml') ? parseXml(body) : { ...headers, body }),
  readError: ({ body }) => {
    const { Code: name, Message: message } = parseXml(body).Error;
    return { name, message };
  },
});
