import type { Status } from './outcome.ts';
import type { countUnannounced, Levels } from './sweep/levels.ts';
import type { NearMissCounts } from './sweep/near-misses.ts';

/** Messages of log lines that metric filters and people search for. */
export const LOG_MESSAGES = {
  /** pool-trigger could not send a change. It does not fail because of this. */
  changeNotNoted: 'change not noted',
  /** A pass of the sweep is complete. */
  sweepFinished: 'sweep finished',
  /** A pass ran out of time. The next invocation continues it. */
  sweepGoesOn: 'sweep goes on at the next tick',
  /** A tick of the sweep queued no user, because the queue was full all the time. It is no pass. */
  sweepHasNoRoom: 'sweep waits, because the queue is full',
} as const;

/** Why sync-worker could not reconcile a user. Log lines have it in the member `status`, as they have {@link Status}. */
export type FailureStatus = 'transient' | 'no-permission' | 'call-refused' | 'bug';

/** Every value of the member `status` in a log line of sync-worker. */
export type LoggedStatus = Status | FailureStatus;

/** Numbers in the lines of the sweep that metrics are read from. */
export type SweepNumber = keyof Levels | keyof ReturnType<typeof countUnannounced>;

/** Truth values in the lines of the sweep that metrics are read from. */
export type SweepFlag = keyof Pick<NearMissCounts, 'groupMissing'>;
