import { backoffSeconds } from '../core/backoff.ts';
import type { Group } from '../core/batch.ts';
import { describeError, TransientError } from '../core/errors.ts';
import type { FailureStatus } from '../core/log-lines.ts';
import { advise } from '../core/outcome.ts';
import type { Logger } from '../ports.ts';
import { deadLetter } from './dead-letter.ts';
import type { WorkerDeps } from './deps.ts';
import type { Message } from './read-message.ts';
import { reconcileUser, type UserResult } from './reconcile-user.ts';

/** After so many receives a failure that time does not heal goes to the dead-letter queue. */
const MAX_BUG_RECEIVES = 5;
/** No user is begun with less time than this left: two calls of Connect, and their turns, have to fit in. */
const MIN_USER_MS = 5_000;
/** A message that has been handed back so often waits like one that failed, so that it does not use up its receives. */
const MAX_HAND_BACKS = 5;

/**
 * Reconciles one user, whatever happens: all messages of the user are done with, or kept and visible again later.
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
    report(deps.logger, result, facts());
    if (result.kind !== 'again') return 'done';
    await delayAll(deps, messages, result.delaySeconds);
    return 'keep';
  } catch (error) {
    return fail(deps, messages, error, facts());
  }
}

/** The one log line of reconciling a user. */
function report(logger: Logger, result: UserResult, facts: Readonly<Record<string, unknown>>): void {
  if (result.kind === 'covered') {
    logger.info('user already in step', { ...facts, status: 'covered' });
    return;
  }
  if (result.kind === 'again') {
    logger.info('user reconciled again later', { ...facts, why: result.why, delaySeconds: result.delaySeconds });
    return;
  }
  const { status, reason, changed, withheld } = result.outcome;
  const advice = advise(result.outcome);
  const fields = { ...facts, connectUserId: result.connectUserId, status, reason, changed, withheld };
  if (advice.length === 0) logger.info('user in step', fields);
  else logger.warn('user not wholly in step', { ...fields, advice });
}

async function fail(
  deps: WorkerDeps,
  messages: readonly Message[],
  error: unknown,
  facts: Readonly<Record<string, unknown>>,
): Promise<'done' | 'keep'> {
  const transient = error instanceof TransientError;
  const status: FailureStatus = transient ? 'transient' : 'bug';
  const line = { ...facts, ...describeError(error), status };
  if (transient) deps.logger.warn('user tried again later', line);
  else deps.logger.error('user failed', { ...line, advice: 'Read docs/runbook.md, section "A user fails for good".' });

  const receiveCount = maxReceiveCount(messages);
  if (!transient && receiveCount >= MAX_BUG_RECEIVES) {
    // The next pass asks again: a dead letter for each pass would tell nothing new.
    if (messages.every(({ change }) => change.cause === 'sweep')) return 'done';
    const deadLettered = await Promise.all(messages.map(({ record }) => deadLetter(deps, record, 'bug')));
    if (deadLettered.every(({ keep }) => keep === undefined)) return 'done';
  }
  const waitSeconds = error instanceof TransientError ? Math.ceil((error.retryAfterMs ?? 0) / 1_000) : 0;
  await delayAll(deps, messages, Math.max(waitSeconds, backoffSeconds(receiveCount, deps.random())));
  return 'keep';
}

const maxReceiveCount = (messages: readonly Message[]) => Math.max(...messages.map(({ receiveCount }) => receiveCount));

/** All messages of a user come back together, so that they stay one piece of work. */
async function delayAll(deps: WorkerDeps, messages: readonly Message[], seconds: number): Promise<void> {
  await Promise.all(messages.map(({ record }) => deps.messages.delay(record.receiptHandle, seconds)));
}
