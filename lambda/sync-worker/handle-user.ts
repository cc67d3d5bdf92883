import type { Group } from '../core/batch.ts';
import { backoffSeconds } from '../core/failures/backoff.ts';
import { advise } from '../core/outcome.ts';
import type { Logger } from '../ports.ts';
import type { WorkerDeps } from './deps.ts';
import { delayAll, handleFailure, maxReceiveCount } from './handle-failure.ts';
import type { Message } from './read-message.ts';
import { reconcileUser } from './reconcile-user.ts';
import type { UserResult } from './user-result.ts';

/** With less time left, no user is begun: two calls to Connect and the waits for their slots need this time. */
const MIN_USER_MS = 5_000;
/** After so many receives, a message that is handed back waits as after a failure, so that it does not use up its receives. */
const MAX_HAND_BACKS = 5;

/**
 * Reconciles one user. Never throws: all messages of the user are done, or kept and visible again later.
 *
 * @param deadline - when reconciling has to end, milliseconds since the epoch.
 */
export async function handleUser(
  deps: WorkerDeps,
  deadline: number,
  { key: sub, messages }: Group<Message>,
): Promise<'done' | 'keep'> {
  const startedAt = deps.clock.now();
  const changedAt = Math.min(...messages.map(({ change }) => change.occurredAt));
  const facts = () => ({
    sub,
    messages: messages.length,
    causes: [...new Set(messages.map(({ change }) => change.cause))],
    eventIds: messages.map(({ change }) => change.eventId),
    durationMs: deps.clock.now() - startedAt,
    lagMs: deps.clock.now() - changedAt,
  });
  if (deadline - startedAt < MIN_USER_MS) {
    deps.logger.info('user handed back', { ...facts(), why: 'no-time-left' });
    const receiveCount = maxReceiveCount(messages);
    await delayAll(deps, messages, receiveCount > MAX_HAND_BACKS ? backoffSeconds(receiveCount, deps.random()) : 0);
    return 'keep';
  }
  try {
    const result = await reconcileUser({ ...deps, directory: deps.directory.before(deadline) }, sub, messages);
    report(deps.logger, sub, result, facts());
    if (result.kind !== 'again') return 'done';
    await delayAll(deps, messages, result.delaySeconds);
    return 'keep';
  } catch (error) {
    return handleFailure(deps, sub, messages, error, facts());
  }
}

/** The one log line of reconciling a user. */
function report(logger: Logger, sub: string, result: UserResult, facts: Readonly<Record<string, unknown>>): void {
  if (result.kind === 'covered') {
    logger.info('user already in step', { ...facts, status: 'covered' });
    return;
  }
  if (result.kind === 'left-to-sweep') {
    logger.info('user left to the sweep', { ...facts, why: result.why });
    return;
  }
  if (result.kind === 'again') {
    logger.info('user reconciled again later', { ...facts, why: result.why, delaySeconds: result.delaySeconds });
    return;
  }
  const { status, reason, changed, withheld } = result.outcome;
  const advice = advise(result.outcome, { sub });
  const { connectUserId, released = [] } = result;
  // The hold ids of the releases that were used.
  const used = released.length === 0 ? {} : { released };
  const fields = { ...facts, connectUserId, status, reason, changed, withheld, ...used };
  if (advice.length === 0) logger.info('user in step', fields);
  else logger.warn('user not wholly in step', { ...fields, advice });
}
