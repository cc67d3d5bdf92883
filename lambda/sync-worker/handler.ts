import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { groupBy, runGroups } from '../core/batch.ts';
import type { WorkerDeps } from './deps.ts';
import { handleUser } from './handle-user.ts';
import { readMessage } from './read-message.ts';

/** Users of one batch that are reconciled at the same time. The shared rate limit decides how fast. */
const CONCURRENT_USERS = 5;
/** Time that is kept free at the end of the invocation, to report, delay and log. */
const RESERVE_MS = 2_000;

/**
 * sync-worker: brings the Connect users of a batch of changes in step with Cognito.
 *
 * Trigger  SQS FIFO event source mapping with ReportBatchItemFailures, batch size 1 to 10.
 * Returns  ids of the messages to keep in the queue. Lambda deletes all others. All messages of a user are kept or none.
 * Errors   never throws. The failure of one user does not affect other users.
 */
export const createHandler =
  (deps: WorkerDeps) =>
  async ({ Records }: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse> => {
    const deadline = deps.clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const read = await Promise.all(Records.map((record) => readMessage(deps, record)));
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
