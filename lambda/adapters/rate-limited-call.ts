import { TransientError } from '../core/errors.ts';
import { callAws } from './aws-errors.ts';

/** The rate limit of calls to Connect, operation by operation, shared by everybody who makes them. */
export interface RateLimit {
  /**
   * Waits until one call may be made.
   *
   * @param options.deadline - latest time at which a call is of use, milliseconds since the epoch.
   * @throws {TransientError} `rate-limit-too-slow` at once, nothing reserved, when its turn would come later than that.
   */
  acquire(operation: string, options?: { readonly deadline?: number }): Promise<void>;
  /** Is to be told of every 429, and of the pause that Connect has asked for, if any. */
  throttled(operation: string, retryAfterMs?: number): Promise<void>;
}

/** See {@link callRateLimited}. */
interface RateLimitedCallOptions<Expected> {
  /** Latest time at which the call is of use, milliseconds since the epoch. */
  readonly deadline?: number;
  /** Error names that are an answer and not a failure, with what they mean. */
  readonly expected?: Readonly<Record<string, Expected>>;
  /** Of the operation, as IAM names it. @default 'connect' */
  readonly service?: string;
  /** What the quota counts together. @default the operation */
  readonly quota?: string;
}

/**
 * Makes a call when its turn comes, and tells the rate limit of a refusal.
 *
 * @throws {TransientError | PermanentError} as `callAws` does; `rate-limit-too-slow` when the turn would come too late.
 */
export async function callRateLimited<Result, Expected = never>(
  rateLimit: RateLimit,
  operation: string,
  call: () => Promise<Result>,
  { deadline, expected, service = 'connect', quota = operation }: RateLimitedCallOptions<Expected> = {},
): Promise<Result | Expected> {
  await rateLimit.acquire(quota, deadline === undefined ? {} : { deadline });
  try {
    return await callAws(`${service}:${operation}`, call, expected);
  } catch (error) {
    if (error instanceof TransientError && error.throttled) await reportThrottle(rateLimit, quota, error);
    throw error;
  }
}

/** The caller has to know of the refusal, whether or not the table takes the news of it: the next one brings it again. */
async function reportThrottle(
  rateLimit: RateLimit,
  operation: string,
  { retryAfterMs }: TransientError,
): Promise<void> {
  try {
    await rateLimit.throttled(operation, retryAfterMs);
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
  }
}
