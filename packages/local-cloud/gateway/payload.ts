import { AwsError } from '../service.ts';
import { readAwsChunks } from './protocols/aws-chunked.ts';
import type { WireRequest } from './protocols/protocol.ts';
import { type MatchSignature, scopeText, sha256 } from './signing-key.ts';
import type { SignatureClaims } from './sigv4.ts';

const SIGNED_CHUNKS = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_CHUNKS_AND_TRAILER = `${SIGNED_CHUNKS}-TRAILER`;
/** Words in place of the hash of an object: its content is not signed, or it is signed chunk by chunk. */
const STATED: ReadonlySet<string> = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  SIGNED_CHUNKS,
  SIGNED_CHUNKS_AND_TRAILER,
]);

/**
 * The hash of the body in the canonical request. For S3 the client sends it in a header, so that it need not read an object
 * twice. {@link checkPayload} checks it afterwards.
 *
 * @throws {AwsError} InvalidRequest, InvalidArgument for a request to S3 whose header is missing or not valid.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function payloadHashOf({ service, expiresSeconds }: SignatureClaims, request: WireRequest): string {
  if (service !== 's3') return sha256(request.body);
  const isPresigned = expiresSeconds !== undefined;
  const stated = statedHash(request) ?? (isPresigned ? 'UNSIGNED-PAYLOAD' : undefined);
  if (stated === undefined) {
    throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (STATED.has(stated) || /^[0-9a-f]{64}$/.test(stated)) return stated;
  const words = [...STATED].join(', ');
  throw new AwsError('InvalidArgument', `x-amz-content-sha256 must be ${words}, or a valid sha256 value.`);
}

/**
 * Checks a body against the hash of {@link payloadHashOf}, after the signature of the request was verified.
 *
 * @throws {AwsError} XAmzContentSHA256Mismatch when the body has another hash, SignatureDoesNotMatch for a chunk or a trailer
 *   with a wrong signature, IncompleteBody.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function checkPayload(
  claims: SignatureClaims,
  { body }: WireRequest,
  stated: string,
  matches: MatchSignature,
): void {
  if (stated === SIGNED_CHUNKS || stated === SIGNED_CHUNKS_AND_TRAILER) {
    checkChunks(claims, body, stated === SIGNED_CHUNKS_AND_TRAILER, matches);
  } else if (!STATED.has(stated) && sha256(body) !== stated) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

/** Each chunk is signed together with the signature before it. The first is signed with that of the request. */
function checkChunks(claims: SignatureClaims, body: Buffer, isTrailerSigned: boolean, matches: MatchSignature): void {
  const { chunks, trailer } = readAwsChunks(body);
  const scope = scopeText(claims);
  const toSign = (kind: string, previous: string, ...hashes: readonly string[]) =>
    [`AWS4-HMAC-SHA256-${kind}`, claims.signedAt, scope, previous, ...hashes].join('\n');
  let previous = claims.signature;
  for (const { data, signature } of chunks) {
    if (!matches(toSign('PAYLOAD', previous, sha256(''), sha256(data)), signature)) throw mismatch();
    previous = signature;
  }
  if (!isTrailerSigned) return;
  const signature = trailer.find(([name]) => name === 'x-amz-trailer-signature')?.[1] ?? '';
  const signed = trailer.filter(([name]) => name !== 'x-amz-trailer-signature');
  const text = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  if (!matches(toSign('TRAILER', previous, sha256(text)), signature)) throw mismatch();
}

const statedHash = ({ headers, query }: WireRequest): string | undefined =>
  headers['x-amz-content-sha256']?.toString() ?? query.get('X-Amz-Content-Sha256') ?? undefined;

const mismatch = (): AwsError =>
  new AwsError('SignatureDoesNotMatch', 'A chunk or the trailer of the body is not signed as it should be.', 403);
