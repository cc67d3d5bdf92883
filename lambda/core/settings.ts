/** Smallest, largest and default value of a number. */
interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Requests per second and Connect operation for all functions together. The default is just below AWS's quota of 2. */
export const CONNECT_REQUESTS_PER_SECOND = { min: 0.01, max: 100, default: 1.95 } as const satisfies Range;

/**
 * Most pages of Cognito users that the sweep lists in a second. Cognito allows 30 for all callers together, and the
 * applications of the pool need some of them.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
export const COGNITO_LISTS_PER_SECOND = { min: 0.1, max: 30, default: 15 } as const satisfies Range;

/**
 * Whole minutes from the start of one pass of the sweep to the start of the next. The schedule invokes the sweep once in
 * the shortest interval.
 */
export const SWEEP_INTERVAL_MINUTES = { min: 15, max: 10_080, default: 60 } as const satisfies Range;
