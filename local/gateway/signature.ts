import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { RoleCredentials } from './callers.ts';
import type { WireRequest } from './protocols/protocol.ts';
import type { SignatureClaims } from './sigv4.ts';

/**
 * Verifies the signature of a request made with credentials that this cloud gave out.
 *
 * @throws {AwsError} UnrecognizedClientException for another session token, InvalidSignatureException (in S3
 * SignatureDoesNotMatch) for another signature.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(
  claims: SignatureClaims,
  { secretAccessKey, sessionToken }: RoleCredentials,
  request: WireRequest,
): void {
  if (claims.sessionToken !== sessionToken) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
  }
  const { date, region, service, signedAt, terminator } = claims;
  const scope = `${date}/${region}/${service}/${terminator}`;
  const canonical = canonicalRequest(claims, request);
  const toSign = `AWS4-HMAC-SHA256\n${signedAt}\n${scope}\n${sha256(canonical)}`;
  const key = [date, region, service, terminator].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const expected = hmac(key, toSign);
  const given = Buffer.from(claims.signature, 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new AwsError(
    service === 's3' ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    403,
  );
}

function canonicalRequest({ service, signedHeaders }: SignatureClaims, request: WireRequest): string {
  const { method, path, query, headers, body } = request;
  const names = [...signedHeaders].sort();
  const lines = names.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  );
  const stated = String(headers['x-amz-content-sha256'] ?? '');
  const isUnsigned = stated.startsWith('STREAMING-') || stated === 'UNSIGNED-PAYLOAD';
  return [
    method,
    service === 's3' ? path : canonicalPath(path),
    canonicalQuery(query),
    lines.join(''),
    names.join(';'),
    isUnsigned ? stated : sha256(body),
  ].join('\n');
}

/** The path as sent, without empty and dot segments, encoded once more. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
