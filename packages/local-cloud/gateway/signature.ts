import { AwsError } from '../service.ts';
import type { Signer } from './callers.ts';
import { canonicalRequest } from './canonical-request.ts';
import { checkPayload, payloadHashOf } from './payload.ts';
import type { WireRequest } from './protocols/protocol.ts';
import { createMatch, scopeText, sha256 } from './signing-key.ts';
import type { SignatureClaims } from './sigv4.ts';

/**
 * Verifies that the owner of the secret has signed exactly this request, including its body.
 *
 * @throws {AwsError} InvalidSignatureException; for S3 SignatureDoesNotMatch, AccessDenied or an error about the body.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function verifySignature(
  claims: SignatureClaims,
  { secretAccessKey }: Signer['credentials'],
  request: WireRequest,
): void {
  checkSignedHeaders(claims, request);
  const payloadHash = payloadHashOf(claims, request);
  const matches = createMatch(secretAccessKey, claims);
  const canonical = sha256(canonicalRequest(claims, request, payloadHash));
  const toSign = ['AWS4-HMAC-SHA256', claims.signedAt, scopeText(claims), canonical].join('\n');
  if (!matches(toSign, claims.signature)) {
    throw claims.service === 's3'
      ? new AwsError('SignatureDoesNotMatch', `${MISMATCH} Check your key and signing method.`, 403)
      : new AwsError(
          'InvalidSignatureException',
          `${MISMATCH} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`,
          403,
        );
  }
  if (claims.service === 's3') checkPayload(claims, request, payloadHash, matches);
}

const MISMATCH = 'The request signature we calculated does not match the signature you provided.';

/** The host header must be signed. For S3, every header of AWS must be signed as well. */
function checkSignedHeaders({ service, signedHeaders }: SignatureClaims, { headers }: WireRequest): void {
  if (service === 's3') {
    const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
    if (needed.every((name) => signedHeaders.includes(name))) return;
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403);
  }
  if (signedHeaders.includes('host')) return;
  throw new AwsError(
    'InvalidSignatureException',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    403,
  );
}
