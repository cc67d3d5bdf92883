import type { Status } from './outcome.ts';

/** Messages of log lines that something outside of the functions reads: metric filters, and the people who look for them. */
export const LOG_MESSAGES = {
  /** pool-trigger could not send a change; it never fails for it. */
  changeNotNoted: 'change not noted',
  /** A pass of the sweep is complete. */
  sweepFinished: 'sweep finished',
  /** A pass ran out of time, and is taken up by the next tick. */
  sweepGoesOn: 'sweep goes on at the next tick',
} as const;

/** What sync-worker says of a user who could not be reconciled: whether time heals it. Beside {@link Status}, in the same member. */
export type FailureStatus = 'transient' | 'no-permission' | 'call-refused' | 'bug';

/** Everything that the member `status` of a line of sync-worker can be. */
export type LoggedStatus = Status | FailureStatus;
