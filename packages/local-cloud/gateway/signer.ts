import { AwsError } from '../service.ts';
import type { Callers, Signer } from './callers.ts';
import type { SignatureClaims } from './sigv4.ts';

/**
 * Finds the owner of the key of a request. This cloud must have given out the key, the token must be the one of the key, and
 * the key must not be expired. The signature is verified separately.
 *
 * @param now - milliseconds since the epoch, of the clock that set the expiry of the key.
 * @throws {AwsError} UnrecognizedClientException, ExpiredTokenException; of S3 InvalidAccessKeyId, InvalidToken, ExpiredToken.
 * @see https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function findSigner(callers: Callers, claims: SignatureClaims, now: number): Signer {
  const { accessKeyId, sessionToken, service } = claims;
  const signer = callers.signerOf(accessKeyId);
  const isS3 = service === 's3';
  // S3 does not find a session key without its token, and has another error for a wrong token.
  if (signer === undefined || (signer.credentials.sessionToken !== undefined && sessionToken === undefined)) {
    throw isS3
      ? new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
      : unrecognized();
  }
  if (signer.credentials.sessionToken !== sessionToken) {
    throw isS3
      ? new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400)
      : unrecognized();
  }
  if (signer.expiresAt !== undefined && signer.expiresAt <= now) {
    throw isS3
      ? new AwsError('ExpiredToken', 'The provided token has expired.', 400)
      : new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 403);
  }
  return signer;
}

const unrecognized = (): AwsError =>
  new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
