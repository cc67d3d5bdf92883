import { changeOfTrigger } from '../core/events/read-trigger-event.ts';
import { describeError } from '../core/failures/errors.ts';
import { LOG_MESSAGES } from '../core/log-lines.ts';
import type { ChainedTrigger, ChangeSender, Clock, Logger } from '../ports.ts';

/** Longest time to send a change, milliseconds: the caller of Cognito waits for it. */
export const SEND_BUDGET_MS = 1_400;
/** One attempt, and a second one within {@link SEND_BUDGET_MS}. */
export const SEND_LIMITS = { requestTimeoutMs: 700, connectionTimeoutMs: 400, maxAttempts: 2 };

/** See {@link createHandler}. */
export interface PoolTriggerDeps {
  readonly queue: ChangeSender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly postAuthentication: boolean;
  /** The function that had the trigger before, if there was one. */
  readonly chain?: ChainedTrigger;
}

/**
 * pool-trigger: sends a change while Cognito waits.
 *
 * Trigger  Cognito user pool: custom message, post-confirmation, post-authentication; five seconds at most.
 * Returns  the event as it came, so that Cognito goes on as without a trigger; with a chained function, its answer.
 * Errors   throws what a chained function throws, as the pool would have failed without pool-trigger. It throws nothing
 *          else: its own failure never reaches the caller of Cognito. CloudTrail and the sweep find a missed change.
 */
export const createHandler =
  (deps: PoolTriggerDeps) =>
  async (event: unknown, { awsRequestId }: { readonly awsRequestId: string }): Promise<unknown> => {
    const noted = note(deps, event, awsRequestId);
    if (deps.chain === undefined) {
      await noted;
      return event;
    }
    // Both run at the same time, so that the chained function has all the time that Cognito gives.
    const [chained] = await Promise.allSettled([deps.chain(event), noted]);
    if (chained.status === 'rejected') throw chained.reason;
    return chained.value;
  };

/** Sends the change that the event announces, if any. Never throws. */
async function note(
  { queue, clock, logger, postAuthentication }: PoolTriggerDeps,
  event: unknown,
  eventId: string,
): Promise<void> {
  try {
    const change = changeOfTrigger(event, eventId, clock.now(), { postAuthentication });
    if (change === undefined) return;
    await queue.send(change);
    logger.info('change noted', { sub: change.sub, cause: change.cause, eventId });
  } catch (error) {
    logger.error(LOG_MESSAGES.changeNotNoted, {
      ...describeError(error),
      advice: 'CloudTrail or the next sweep still brings the change. Check why the queue does not take it.',
    });
  }
}
