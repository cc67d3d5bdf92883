import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { createCallers } from '../../gateway/callers.ts';
import { decodeAwsChunked } from '../../gateway/protocols/aws-chunked.ts';
import { listElements, readForm } from '../../gateway/protocols/form.ts';
import { createRouter } from '../../gateway/protocols/rest-routes.ts';
import { readSignature } from '../../gateway/sigv4.ts';

const operation = (name: string, method: string, uri: string) => {
  const unit = NormalizedSchema.of('unit');
  return { name, input: unit, output: unit, route: { method, uri, status: 200 } };
};

describe('createRouter', () => {
  const route = createRouter([
    operation('Get', 'GET', '/things/{Id}'),
    operation('GetDefault', 'GET', '/things/default'),
    operation('Delete', 'DELETE', '/things/{Id}'),
    operation('Part', 'GET', '/things/{Id}/parts/{Part}'),
    operation('Tags', 'GET', '/tags/{Arn+}'),
    operation('Find', 'GET', '/layers?find=version'),
    operation('Dots', 'GET', '/v1.0/{Id}'),
  ]);

  it.each([
    ['GET', '/things/a%2Fb%20c', '', 'Get', { Id: 'a/b c' }],
    ['DELETE', '/things/1', '', 'Delete', { Id: '1' }],
    ['GET', '/things/default', '', 'GetDefault', {}],
    ['GET', '/things/1/parts/2', '', 'Part', { Id: '1', Part: '2' }],
    ['GET', '/tags/arn:aws:x/y/z', '', 'Tags', { Arn: 'arn:aws:x/y/z' }],
    ['GET', '/layers', 'find=version', 'Find', {}],
    ['GET', '/things/%E0%A4%A', '', 'Get', { Id: '%E0%A4%A' }],
  ])('leads %s %s?%s to %s', (method, path, query, name, labels) => {
    const match = route(method, path, new URLSearchParams(query));

    expect(match?.operation.name).toBe(name);
    expect(match?.labels).toEqual(labels);
  });

  it.each([
    ['POST', '/things/1'],
    ['GET', '/things'],
    ['GET', '/things/1/2'],
    ['GET', '/layers'],
    ['GET', '/v1x0/1'],
  ])('leads %s %s nowhere', (method, path) => {
    expect(route(method, path, new URLSearchParams())).toBeUndefined();
  });
});

describe('readForm', () => {
  it('builds a tree, whatever the order', () => {
    const form = readForm(new URLSearchParams('A.2.B=y&A.1.B=x&C=1&C.D=2&E.F=3&E=4'));

    expect(JSON.parse(JSON.stringify(form))).toEqual({
      A: { 1: { B: 'x' }, 2: { B: 'y' } },
      C: { D: '2' },
      E: { F: '3' },
    });
  });

  it('lists elements by position, not by order of arrival', () => {
    const { A } = readForm(new URLSearchParams('A.10=z&A.2=y&A.1=x'));

    expect(listElements(A ?? '')).toEqual(['x', 'y', 'z']);
    expect(listElements({ 1: 'x', other: 'y' })).toBeUndefined();
  });
});

describe('decodeAwsChunked', () => {
  it.each([
    ['', 'no chunk'],
    ['5\r\nhello', 'no end of chunk'],
    ['5\r\nhello\r\n', 'no last chunk'],
    ['5\r\nhello!\r\n0\r\n', 'a longer chunk'],
    ['zz\r\nhello\r\n0\r\n', 'no size'],
    ['-5\r\nhello\r\n0\r\n', 'a negative size'],
  ])('refuses %j: %s', (body) => {
    expect(() => decodeAwsChunked(Buffer.from(body))).toThrow(/The chunk at byte \d+ is not complete\./);
  });

  it('keeps bytes that look like chunk ends', () => {
    const body = Buffer.from('7\r\na\r\nb\r\nc\r\n0\r\n\r\n');

    expect(decodeAwsChunked(body).toString()).toBe('a\r\nb\r\nc');
  });
});

describe('readSignature', () => {
  const sent = { 'x-amz-date': '20260101T000000Z' };

  it.each([
    ['AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=0'],
    ['AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/sqs/aws4_request,SignedHeaders=host;x-amz-date,Signature=0'],
    ['AWS4-HMAC-SHA256   Signature=0, SignedHeaders=host, Credential=AK/20260101/eu-west-1/sqs/aws4_request'],
  ])('reads %s', (authorization) => {
    expect(readSignature({ ...sent, authorization }, new URLSearchParams())).toMatchObject({
      accessKeyId: 'AK',
      date: '20260101',
      region: 'eu-west-1',
      service: 'sqs',
      signedAt: '20260101T000000Z',
      signature: '0',
    });
  });

  it('names everything that is missing', () => {
    expect(() => readSignature({ authorization: 'Bearer token' }, new URLSearchParams())).toThrow(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a " +
        "'X-Amz-Date' or a 'Date' header. Authorization=Bearer",
    );
  });

  it('takes the time from a Date header, and from no other text than a time', () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0';
    const read = (date: string) => readSignature({ authorization, date }, new URLSearchParams());

    expect(read('Thu, 01 Jan 2026 10:20:30 GMT')?.signedAt).toBe('20260101T102030Z');
    expect(() => read('yesterday')).toThrow("Date must be in ISO-8601 'basic format'. Got 'yesterday'.");
  });

  it('finds nothing in an unsigned request', () => {
    expect(readSignature({}, new URLSearchParams('Action=X'))).toBeUndefined();
  });
});

describe('createCallers', () => {
  it('gives each function one key of its own', () => {
    const { accountKey, registerRole, signerOf } = createCallers();
    const role = 'arn:aws:iam::000000000000:role/shared';

    const [first, again, second] = [registerRole(role, 'a'), registerRole(role, 'a'), registerRole(role, 'b')];

    expect(again).toEqual(first);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(signerOf(second.accessKeyId)).toEqual({
      caller: { kind: 'role', roleArn: role, functionName: 'b' },
      credentials: second,
    });
    expect(signerOf(accountKey.accessKeyId)).toEqual({ caller: { kind: 'account' }, credentials: accountKey });
  });

  it('gives each run another key of the account, in the shape of those of AWS, and knows no other', () => {
    const [first, second] = [createCallers(), createCallers()];

    expect(first.accountKey).toEqual({
      accessKeyId: expect.stringMatching(/^AKIA[0-9A-F]{16}$/),
      secretAccessKey: expect.stringMatching(/^[\w-]{40}$/),
    });
    expect(second.accountKey).not.toEqual(first.accountKey);
    expect(first.signerOf(second.accountKey.accessKeyId)).toBeUndefined();
    expect(first.signerOf('toString')).toBeUndefined();
  });

  it('lends the key of the account for a time', () => {
    const { accountKey, lendAccount, signerOf } = createCallers();

    const lent = lendAccount(5_000);

    expect(lent.accessKeyId).not.toBe(accountKey.accessKeyId);
    expect(signerOf(lent.accessKeyId)).toEqual({ caller: { kind: 'account' }, credentials: lent, expiresAt: 5_000 });
  });
});
