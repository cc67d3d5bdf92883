/** Least and most that a number may be, and what it is where nobody sets it. */
interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Requests per second and Connect operation that all functions together may make: just below the quota of 2 that AWS gives. */
export const CONNECT_REQUESTS_PER_SECOND = { min: 0.01, max: 100, default: 1.95 } as const satisfies Range;

/**
 * Pages of Cognito users a second that the sweep lists at most. Cognito allows 30 for all callers together, and the applications
 * of the pool need them as well.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
export const COGNITO_LISTS_PER_SECOND = { min: 0.1, max: 30, default: 15 } as const satisfies Range;

/**
 * Minutes from the beginning of one pass of the sweep to that of the next; whole ones. The schedule ticks once in the shortest
 * interval, and an interval of more than a week is no sweep.
 */
export const SWEEP_INTERVAL_MINUTES = { min: 15, max: 10_080, default: 60 } as const satisfies Range;
