import { describeError } from '../core/errors.ts';
import { LOG_MESSAGES } from '../core/log-lines.ts';
import { changeOfTrigger } from '../core/trigger-event.ts';
import type { ChainedTrigger, ChangeSender, Clock, Logger } from '../ports.ts';

/** Cognito's caller waits for us: whatever happens to the queue, no longer than this, milliseconds. */
export const SEND_BUDGET_MS = 1_400;
/** One attempt and, within the budget, a second one. */
export const SEND_LIMITS = { requestTimeoutMs: 700, connectionTimeoutMs: 400, maxAttempts: 2 };

/** See {@link createHandler}. */
export interface PoolTriggerDeps {
  readonly queue: ChangeSender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly postAuthentication: boolean;
  /** The function that had the trigger before us, if there was one. */
  readonly chain?: ChainedTrigger;
}

/**
 * pool-trigger: notes that a user may have changed, while Cognito waits.
 *
 * Trigger  Cognito user pool: custom message, post-confirmation, post-authentication; five seconds at most.
 * Returns  the event as it came, so that Cognito does what it would have done without us; with a chained function,
 *          that function's answer.
 * Errors   throws what a chained function throws, because a pool without us would have failed there too; never anything
 *          of its own: the caller of Cognito never sees our failure. What is missed here, CloudTrail and the sweep find.
 */
export const createHandler =
  (deps: PoolTriggerDeps) =>
  async (event: unknown, { awsRequestId }: { readonly awsRequestId: string }): Promise<unknown> => {
    const noted = note(deps, event, awsRequestId);
    if (deps.chain === undefined) {
      await noted;
      return event;
    }
    // Side by side: a chained function must not lose its time to us.
    const [chained] = await Promise.allSettled([deps.chain(event), noted]);
    if (chained.status === 'rejected') throw chained.reason;
    return chained.value;
  };

/** Sends the change that the event announces, if it announces one; never throws. */
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
      advice: 'The change still arrives through CloudTrail or the next sweep; look at the health of the queue.',
    });
  }
}
