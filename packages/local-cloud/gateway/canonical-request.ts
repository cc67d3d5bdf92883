import type { WireRequest } from './protocols/protocol.ts';
import type { SignatureClaims } from './sigv4.ts';

/**
 * The canonical form of a request. The signature is made of it. Pure.
 *
 * @param payloadHash - the hash of the body. S3 also allows some fixed words.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(
  { service, signedHeaders, expiresSeconds }: SignatureClaims,
  { method, path, query, headers }: WireRequest,
  payloadHash: string,
): string {
  const names = [...signedHeaders].sort();
  const lines = names.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/\s+/g, ' ')}\n`,
  );
  const isPresigned = expiresSeconds !== undefined;
  return [
    method,
    service === 's3' ? path : canonicalPath(path),
    canonicalQuery(isPresigned ? [...query].filter(([name]) => name !== 'X-Amz-Signature') : [...query]),
    lines.join(''),
    names.join(';'),
    payloadHash,
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

/** In order of the encoded names, then of the encoded values. */
const canonicalQuery = (parameters: readonly (readonly [string, string])[]): string =>
  parameters
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const compare = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
