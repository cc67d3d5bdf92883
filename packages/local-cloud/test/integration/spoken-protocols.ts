import { XMLParser } from 'fast-xml-parser';
import { expect } from 'vitest';
import type { signedRequest } from '../support/signed-request.ts';

/** A request to be signed. */
export type Call = Parameters<typeof signedRequest>[2];
/** What comes back. */
export type Answer = Awaited<ReturnType<typeof signedRequest>>;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const awsJson = (version: '1.0' | '1.1', target: string, body = '{}'): Call => ({
  ...{ method: 'POST', path: '/', body },
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
});
const query = (body: string): Call => ({ method: 'POST', path: '/', headers: FORM, body });
/** A GET request. */
export const get = (path: string, parameters?: Record<string, string>): Call => ({
  ...{ method: 'GET', path },
  ...(parameters && { query: parameters }),
});

/** What an error says, read the way that clients of the protocol read it; anything else in the answer fails. */
interface Told {
  readonly code: string;
  readonly message: string;
}
const readJson = ({ headers, body }: Answer): Told => {
  expect(headers['content-type']).toMatch(/^application\/x-amz-json-1\.[01]$/);
  const { __type, message, ...others } = JSON.parse(body);
  expect(others).toEqual({});
  return { code: __type, message };
};
const readSqsJson = (answer: Answer): Told => {
  const told = readJson(answer);
  // The older name, for clients that knew the Query protocol only.
  expect(answer.headers['x-amzn-query-error']).toBe(`${QUERY_CODES[told.code]};Sender`);
  return told;
};
const readRest = ({ headers, body }: Answer): Told => {
  const { Message, ...others } = JSON.parse(body);
  expect(others).toEqual({});
  return { code: String(headers['x-amzn-errortype']), message: Message };
};
const readLambda = ({ headers, body }: Answer): Told => {
  const { Type, Message } = JSON.parse(body);
  expect(Type).toBe('User');
  return { code: String(headers['x-amzn-errortype']), message: Message };
};
const parseXml = (body: string) => new XMLParser({ parseTagValue: false }).parse(body);
const readQuery = ({ body }: Answer): Told => {
  const { Error: error, RequestId } = parseXml(body).ErrorResponse;
  expect({ type: error.Type, RequestId }).toEqual({
    type: 'Sender',
    RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  return { code: error.Code, message: error.Message };
};
/** What an error of S3 says. */
export const readS3 = ({ body }: Answer): Told => {
  const { Code, Message } = parseXml(body).Error;
  return { code: Code, message: Message };
};

const QUERY_CODES: Readonly<Record<string, string>> = {
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
};
const JSON_CODES = {
  client: [400, 'UnrecognizedClientException'],
  expired: [400, 'ExpiredTokenException'],
  signature: [400, 'InvalidSignatureException'],
  unsigned: [400, 'MissingAuthenticationTokenException'],
  unknown: [400, 'UnknownOperationException'],
} as const;
const REST_CODES = {
  client: [403, 'UnrecognizedClientException'],
  expired: [403, 'ExpiredTokenException'],
  signature: [403, 'InvalidSignatureException'],
  unsigned: [403, 'MissingAuthenticationTokenException'],
  unknown: [404, 'UnknownOperationException'],
} as const;
const XML_CODES = {
  client: [403, 'InvalidClientTokenId'],
  expired: [403, 'ExpiredToken'],
  signature: [403, 'SignatureDoesNotMatch'],
  unsigned: [403, 'MissingAuthenticationToken'],
  unknown: [400, 'InvalidAction'],
} as const;

/** Each protocol with a service that speaks it: a call, a call that is not served, and the codes of its refusals. */
export const SPOKEN = [
  {
    ...{ name: 'AWS JSON 1.1, Cognito', service: 'cognito-idp', codes: JSON_CODES, read: readJson },
    call: awsJson('1.1', 'AWSCognitoIdentityProviderService.ListUserPools', '{"MaxResults":1}'),
    unknown: awsJson('1.1', 'AWSCognitoIdentityProviderService.Frobnicate'),
  },
  {
    ...{ name: 'AWS JSON 1.0, DynamoDB', service: 'dynamodb', codes: JSON_CODES, read: readJson },
    call: awsJson('1.0', 'DynamoDB_20120810.ListTables'),
    unknown: awsJson('1.0', 'DynamoDB_20120810.Frobnicate'),
  },
  {
    ...{ name: 'AWS JSON 1.0, SQS', service: 'sqs', codes: JSON_CODES, read: readSqsJson },
    call: awsJson('1.0', 'AmazonSQS.ListQueues'),
    unknown: awsJson('1.0', 'AmazonSQS.Frobnicate'),
  },
  {
    ...{ name: 'Query, SQS', service: 'sqs', codes: XML_CODES, read: readQuery },
    call: query('Action=ListQueues'),
    unknown: query('Action=Frobnicate'),
  },
  {
    ...{ name: 'Query, CloudFormation', service: 'cloudformation', codes: XML_CODES, read: readQuery },
    call: query('Action=DescribeStacks'),
    unknown: query('Action=Frobnicate'),
  },
  {
    ...{ name: 'REST JSON, Connect', service: 'connect', codes: REST_CODES, read: readRest },
    call: get('/users-summary/nowhere'),
    unknown: get('/frobnicate'),
  },
  {
    ...{ name: 'REST JSON, Lambda', service: 'lambda', codes: REST_CODES, read: readLambda },
    call: get('/2015-03-31/functions'),
    unknown: get('/2015-03-31/frobnicate'),
  },
] as const;
