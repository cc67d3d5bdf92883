import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { backoffSeconds } from '../core/backoff.ts';
import { type Group, groupBy, runGroups } from '../core/batch.ts';
import { parseChange } from '../core/change.ts';
import { describeError, TransientError } from '../core/errors.ts';
import { advise } from '../core/outcome.ts';
import type { Logger, PacedDirectory, ReceivedMessages } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { type SyncResult, syncUser, type UserMessage } from './sync-user.ts';

/** Users of one batch that are worked on at the same time; the shared pace decides how fast. */
const CONCURRENT_USERS = 5;
/** After so many receives a failure that time does not heal goes to the dead-letter queue. */
const MAX_BUG_RECEIVES = 5;

/** What is left of the invocation for its end: reporting, delaying, logging. */
const RESERVE_MS = 2_000;
/** No user is begun with less time than this left: two calls of Connect, and their turns, have to fit in. */
const MIN_USER_MS = 5_000;
/** A message that has been handed back so often waits like one that failed, so that it does not use up its receives. */
const MAX_HAND_BACKS = 5;

/** See {@link createHandler}. */
export interface WorkerDeps extends Omit<SyncDeps, 'directory'> {
  readonly directory: PacedDirectory;
  readonly messages: ReceivedMessages;
  readonly logger: Logger;
  readonly userPoolId: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface Message extends UserMessage {
  readonly record: SQSRecord;
}

/**
 * sync-worker: brings the Connect users of a batch of changes in step with Cognito.
 *
 * Trigger  SQS FIFO event source mapping with ReportBatchItemFailures, batch size 1 to 10.
 * Returns  ids of the messages to keep on the queue; Lambda deletes all others. The messages of one user share a fate.
 * Errors   never throws; one user's failure costs no other user anything.
 */
export const createHandler =
  (deps: WorkerDeps) =>
  async ({ Records }: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const deadline = deps.clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const read = await Promise.all(Records.map((record) => readRecord(deps, record)));
    const groups = groupBy(
      read.flatMap(({ message }) => (message === undefined ? [] : [message])),
      ({ change }) => change.sub,
    );
    const results = await runGroups(groups, CONCURRENT_USERS, (group) => handleUser(deps, deadline, group));
    const kept = [
      ...read.flatMap(({ keep }) => (keep === undefined ? [] : [keep])),
      ...results.flatMap(({ group, result }) => (result === 'keep' ? group.messages.map(({ record }) => record) : [])),
    ];
    return { batchItemFailures: kept.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

/** Reads one message; what nobody can ever read goes to the dead-letter queue at once. */
async function readRecord(
  deps: WorkerDeps,
  record: SQSRecord,
): Promise<{ readonly message?: Message; readonly keep?: SQSRecord }> {
  try {
    const change = parseChange(record.body);
    if (change.userPoolId !== deps.userPoolId) return bury(deps, record, 'another-user-pool');
    return { message: { record, change, receiveCount: Number(record.attributes.ApproximateReceiveCount) } };
  } catch (error) {
    deps.logger.error('message not readable', { messageId: record.messageId, ...describeError(error) });
    return bury(deps, record, 'malformed-message');
  }
}

/** Moves a message to the dead-letter queue with its reason; a message that cannot be moved stays. */
async function bury(
  { messages, logger }: WorkerDeps,
  record: SQSRecord,
  reason: string,
): Promise<{ readonly keep?: SQSRecord }> {
  const { messageId, body, attributes } = record;
  const receiveCount = Number(attributes.ApproximateReceiveCount);
  try {
    await messages.deadLetter({
      messageId,
      groupId: attributes.MessageGroupId ?? messageId,
      body,
      reason,
      receiveCount,
    });
    logger.error('message moved to the dead-letter queue', {
      messageId,
      reason,
      receiveCount,
      advice: 'Read docs/runbook.md, section "Messages in the dead-letter queue".',
    });
    return {};
  } catch (error) {
    logger.error('message not moved to the dead-letter queue', { messageId, reason, ...describeError(error) });
    return { keep: record };
  }
}

async function handleUser(
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
    const result = await syncUser({ ...deps, directory: deps.directory.before(deadline) }, sub, messages);
    report(deps.logger, result, facts());
    if (result.kind !== 'again') return 'done';
    await delayAll(deps, messages, result.delaySeconds);
    return 'keep';
  } catch (error) {
    return fail(deps, messages, error, facts());
  }
}

/** The one line that a look at a user leaves in the log. */
function report(logger: Logger, result: SyncResult, facts: Readonly<Record<string, unknown>>): void {
  if (result.kind === 'covered') {
    logger.info('user already in step', { ...facts, status: 'covered' });
    return;
  }
  if (result.kind === 'again') {
    logger.info('user looked at again later', { ...facts, why: result.why, delaySeconds: result.delaySeconds });
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
  const line = { ...facts, ...describeError(error), status: transient ? 'transient' : 'bug' };
  if (transient) deps.logger.warn('user tried again later', line);
  else deps.logger.error('user failed', { ...line, advice: 'Read docs/runbook.md, section "A user fails for good".' });

  const receiveCount = maxReceiveCount(messages);
  if (!transient && receiveCount >= MAX_BUG_RECEIVES) {
    const buried = await Promise.all(messages.map(({ record }) => bury(deps, record, 'bug')));
    if (buried.every(({ keep }) => keep === undefined)) return 'done';
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
