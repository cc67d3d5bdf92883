import { $ZodError } from 'zod/v4/core';
import { readCloudTrailEvent } from '../core/events/cloudtrail-record.ts';
import { reduceRecord } from '../core/events/reduced-record.ts';
import { describeError, PermanentError, TransientError } from '../core/failures/errors.ts';
import type { ChangeSender, DeadRecords, Logger, SyncTable } from '../ports.ts';

/** See {@link createHandler}. */
export interface ChangeIntakeDeps {
  readonly queue: ChangeSender;
  readonly deadRecords: DeadRecords;
  readonly table: Pick<SyncTable, 'getUser'>;
  readonly logger: Logger;
  readonly userPoolId: string;
}

/**
 * change-intake: turns a CloudTrail record of Cognito into a change.
 *
 * Trigger  EventBridge, asynchronously.
 * Returns  nothing. A record that it cannot read or send goes to its dead-letter queue, reduced, with the reason.
 * Errors   throws when the dead-letter queue does not take the record. After Lambda's retries the whole event goes there.
 */
export const createHandler = (deps: ChangeIntakeDeps) => {
  const { deadRecords, logger } = deps;
  return async (event: unknown, { invokedFunctionArn }: { readonly invokedFunctionArn: string }): Promise<void> => {
    try {
      await takeIn(deps, event, invokedFunctionArn);
    } catch (error) {
      const record = reduceRecord(event);
      const failed = { ...describeError(error), eventId: record.detail?.eventID };
      try {
        await deadRecords.keep({ ...reasonOf(error), record });
      } catch (unkept) {
        logger.error('record not moved to the dead-letter queue', { ...failed, unkept: describeError(unkept) });
        throw error;
      }
      logger.error('record failed', {
        ...failed,
        advice: 'The record is in the intake dead-letter queue: read docs/runbook.md.',
      });
    }
  };
};

async function takeIn(
  { queue, table, logger, userPoolId }: ChangeIntakeDeps,
  event: unknown,
  functionArn: string,
): Promise<void> {
  const [, , , region = '', account = ''] = functionArn.split(':');
  const reading = readCloudTrailEvent(event, { userPoolId, account, region });
  if (reading.kind === 'ignored') {
    logger.info('record ignored', { why: reading.why });
    return;
  }
  const { change, namesPool } = reading;
  const { sub, eventId } = change;
  // A self-service call names no pool. Users of other pools of the account must not be able to fill the queue.
  if (!namesPool && !(await hasRow(table, sub))) {
    logger.info('record ignored', { why: 'unknown-user', eventId });
    return;
  }
  await queue.send(change);
  logger.info('change noted', { sub, cause: change.cause, eventId });
}

/** A row that cannot be read is a row: the worker reports what is wrong with it. */
async function hasRow(table: ChangeIntakeDeps['table'], sub: string): Promise<boolean> {
  try {
    return (await table.getUser(sub)) !== undefined;
  } catch (error) {
    if (error instanceof $ZodError) return true;
    throw error;
  }
}

/** Codes that refuse the content of a record. They are reasons in the dead-letter queue. */
const REFUSALS: readonly string[] = ['unreadable-record', 'foreign-record'];

function reasonOf(error: unknown): { readonly reason: string; readonly code?: string } {
  const known = error instanceof PermanentError || error instanceof TransientError;
  if (known && REFUSALS.includes(error.code)) return { reason: error.code };
  const code = known ? error.code : error instanceof Error ? error.name : 'Unknown';
  return { reason: 'function-failed', code };
}
