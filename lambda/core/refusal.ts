import { PermanentError, TransientError } from './errors.ts';

/**
 * Codes by which Connect judges the values of a request. Everything else that it answers with status 400 may pass: while a
 * change spreads, calls may fail with `InvalidRequestException` for a while.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateUserIdentityInfo.html
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/Welcome.html for eventual consistency
 */
const VERDICTS: ReadonlySet<string> = new Set(['InvalidParameterException']);

/** How long an answer of status 400 that is no verdict may pass by itself. */
const UNCLEAR_MS = 10 * 60_000;

/**
 * What an answer means. `verdict`: the same request would be refused again. `unclear`: status 400 without a verdict, for
 * less than ten minutes. `denied`: the role lacks a permission.
 */
export type RefusalKind = 'verdict' | 'unclear' | 'denied' | 'other';

/**
 * Tells what the refusal of a call means. Pure.
 *
 * @param badRequestSince - since when this operation has been answered with status 400 without a verdict, milliseconds since
 *   the epoch; `undefined` when this is the first such answer.
 */
export function classifyRefusal(error: unknown, badRequestSince: number | undefined, now: number): RefusalKind {
  if (!(error instanceof PermanentError)) return 'other';
  if (error.missingPermission !== undefined) return 'denied';
  if (error.status !== 400) return 'other';
  if (VERDICTS.has(error.code)) return 'verdict';
  return now - (badRequestSince ?? now) < UNCLEAR_MS ? 'unclear' : 'verdict';
}

/** Answers after which it is not known whether the request was carried out, although their status is 4xx. */
const PERHAPS = /timeout|internal/i;

/**
 * Whether the service has answered that it did not carry a request out. After a time-out, a reset or a 5xx that is not
 * known. Pure.
 */
export function isDefiniteRefusal(error: unknown): error is PermanentError | TransientError {
  if (!(error instanceof PermanentError || error instanceof TransientError)) return false;
  const { status = 0, code } = error;
  return status >= 400 && status < 500 && status !== 408 && !PERHAPS.test(code);
}
