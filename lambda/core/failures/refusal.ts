import { PermanentError, TransientError } from './errors.ts';

/**
 * Codes with which Connect refuses the values of a request. Other answers with status 400 may be temporary: calls may fail
 * with `InvalidRequestException` until an earlier change is visible everywhere.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/Welcome.html for eventual consistency
 */
const VERDICTS: ReadonlySet<string> = new Set(['InvalidParameterException']);

/** A bad request, and a conflict with a change that another caller makes at the same time. */
const UNCLEAR_STATUSES: ReadonlySet<number | undefined> = new Set([400, 409]);

/** How long such an answer without a verdict counts as temporary. */
const UNCLEAR_MS = 10 * 60_000;

/**
 * What an answer means. `verdict`: Connect would refuse the same request again. `unclear`: status 400 or 409 without a verdict,
 * for less than ten minutes. `denied`: the role lacks a permission.
 */
export type RefusalKind = 'verdict' | 'unclear' | 'denied' | 'other';

/**
 * Tells what the refusal of a call means. Pure.
 *
 * @param badRequestSince - when this operation was first answered with status 400 or 409 without a verdict, milliseconds
 *   since the epoch; `undefined` when this is the first such answer.
 */
export function classifyRefusal(error: unknown, badRequestSince: number | undefined, now: number): RefusalKind {
  if (!(error instanceof PermanentError)) return 'other';
  if (error.missingPermission !== undefined) return 'denied';
  if (!UNCLEAR_STATUSES.has(error.status)) return 'other';
  if (VERDICTS.has(error.code)) return 'verdict';
  return now - (badRequestSince ?? now) < UNCLEAR_MS ? 'unclear' : 'verdict';
}

/** Whether a code says that keys or a signature are wrong or have expired, or that the SDK cannot renew them. Pure. */
export const isAboutCredentials = (code: string): boolean =>
  /ExpiredToken|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|Signature/.test(code) || isUnrenewed(code);

/** Whether a code is that of the SDK's own providers, which have no credentials to send. Pure. */
export const isUnrenewed = (code: string): boolean => /^(Credentials|Token)ProviderError$/.test(code);

/**
 * Whether a code says that Node.js does not trust the certificate of the other side. Pure.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes
 */
export const isAboutCertificates = (code: string): boolean =>
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT)/.test(code);

/** Code of an error when the rate limit has no slot in time for a request. */
export const NO_SLOT = 'rate-limit-too-slow';

/** Codes of answers with status 4xx after which it is not known whether the request was carried out. */
const PERHAPS = /timeout|internal/i;

/**
 * Whether the service has certainly not carried a request out. After a time-out, a connection reset or a 5xx this is not
 * known. A request without a slot was not sent. Pure.
 */
export function isDefiniteRefusal(error: unknown): error is PermanentError | TransientError {
  if (!(error instanceof PermanentError || error instanceof TransientError)) return false;
  const { status = 0, code } = error;
  if (code === NO_SLOT) return true;
  return status >= 400 && status < 500 && status !== 408 && !PERHAPS.test(code);
}
