import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../service.ts';

/** The signature of a request, as its header or its query states it. */
export interface SignatureClaims {
  readonly accessKeyId: string;
  /** Of the credential scope, `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** When it was signed, in basic ISO 8601: `20260101T000000Z`. */
  readonly signedAt: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** How long a presigned request is valid. */
  readonly expiresSeconds?: number;
}

/**
 * Reads the signature of a request from its Authorization header or its presigned query. It does not verify it.
 *
 * @returns `undefined` for a request without a signature.
 * @throws {AwsError} IncompleteSignatureException for a signature that is not a complete Signature Version 4.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature(headers: IncomingHttpHeaders, query: URLSearchParams): SignatureClaims | undefined {
  const header = headers.authorization;
  if (header === undefined) return query.has('X-Amz-Credential') ? readPresigned(query) : undefined;
  const fields = new Map<string, string>();
  for (const field of header.replace(/^\S+\s*/, '').split(/[\s,]+/)) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals), field.slice(equals + 1));
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !fields.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  const date = headers['x-amz-date'] ?? headers.date;
  if (date === undefined) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const scheme = header.split(' ', 1)[0] ?? '';
  if (missing.length > 0) throw incomplete(`${missing.join(' ')} Authorization=${scheme}`);
  checkAlgorithm(scheme);
  return {
    ...splitCredential(fields.get('Credential') ?? ''),
    signedAt: toBasicTime(String(date)),
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    sessionToken: headers['x-amz-security-token']?.toString(),
  };
}

function readPresigned(query: URLSearchParams): SignatureClaims {
  const missing = ['X-Amz-Algorithm', 'X-Amz-Date', 'X-Amz-SignedHeaders', 'X-Amz-Signature']
    .filter((name) => !query.get(name))
    .map((name) => `AWS query-string parameters must include '${name}'.`);
  if (missing.length > 0) throw incomplete(`${missing.join(' ')} Re-examine the query-string parameters.`);
  checkAlgorithm(query.get('X-Amz-Algorithm') ?? '');
  return {
    ...splitCredential(query.get('X-Amz-Credential') ?? ''),
    signedAt: toBasicTime(query.get('X-Amz-Date') ?? ''),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: Number(query.get('X-Amz-Expires') ?? 300),
  };
}

function checkAlgorithm(algorithm: string): void {
  if (algorithm !== 'AWS4-HMAC-SHA256') throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
}

function splitCredential(credential: string) {
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || !terminator || rest.length > 0) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  return { accessKeyId, date, region, service, terminator };
}

/** Reads a time in the basic form or in the form of a Date header. */
function toBasicTime(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const milliseconds = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  return formatBasicTime(milliseconds);
}

/** Milliseconds since the epoch as basic ISO 8601. */
export const formatBasicTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d{3}|[-:]/g, '');

const incomplete = (message: string): AwsError => new AwsError('IncompleteSignatureException', message, 400);
