import { TransientError } from '../../core/failures/errors.ts';
import { callAws } from '../aws-errors.ts';

/** The rate limit of calls, for each operation. All callers share it. */
export interface RateLimit {
  /**
   * Waits until one call may be made.
   *
   * @param options.deadline - latest time at which a call is useful, milliseconds since the epoch.
   * @throws {TransientError} `rate-limit-too-slow` at once, and reserves nothing, when the next slot is after the deadline.
   */
  acquire(operation: string, options?: { readonly deadline?: number }): Promise<void>;
  /** Must be called after every 429, with the pause that the service has asked for, if any. */
  throttled(operation: string, retryAfterMs?: number): Promise<void>;
}

/** See {@link callRateLimited}. */
interface RateLimitedCallOptions<Expected> {
  /** Latest time at which the call is useful, milliseconds since the epoch. */
  readonly deadline?: number;
  /** Error names that are answers and not failures, with their values. */
  readonly expected?: Readonly<Record<string, Expected>>;
  /** The service of the operation, as IAM names it. @default 'connect' */
  readonly service?: string;
  /** The quota that counts the call. @default the operation */
  readonly quota?: string;
}

/**
 * Waits for a slot, makes a call, and reports a throttle to the rate limit.
 *
 * @throws {TransientError | PermanentError} as `callAws` does; `rate-limit-too-slow` when the slot is after the deadline.
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

/** Reports a throttle. A transient failure of the table must not hide the throttle. The next throttle is reported again. */
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
