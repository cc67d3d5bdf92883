import { readCloudTrailEvent } from '../core/cloudtrail-record.ts';
import { describeError } from '../core/errors.ts';
import type { ChangeSender, Logger, SyncTable } from '../ports.ts';

/** See {@link createHandler}. */
export interface ChangeIntakeDeps {
  readonly queue: ChangeSender;
  readonly table: Pick<SyncTable, 'getUser'>;
  readonly logger: Logger;
  readonly userPoolId: string;
}

/**
 * change-intake: turns a CloudTrail record of Cognito into a change.
 *
 * Trigger  EventBridge, asynchronously.
 * Returns  nothing.
 * Errors   throws what it cannot read or send: after Lambda's retries the event goes to the intake's dead-letter queue.
 */
export const createHandler =
  ({ queue, table, logger, userPoolId }: ChangeIntakeDeps) =>
  async (event: unknown, { invokedFunctionArn }: { readonly invokedFunctionArn: string }): Promise<void> => {
    try {
      const [, , , region = '', account = ''] = invokedFunctionArn.split(':');
      const reading = readCloudTrailEvent(event, { userPoolId, account, region });
      if (reading.kind === 'ignored') {
        logger.info('record ignored', { why: reading.why });
        return;
      }
      const { change, scoped } = reading;
      const { sub, eventId } = change;
      // A self-service call names no pool: other pools of the account must not be able to fill the queue.
      if (!scoped && (await table.getUser(sub)) === undefined) {
        logger.info('record ignored', { why: 'unknown-user', eventId });
        return;
      }
      await queue.send(change);
      logger.info('change noted', { sub, cause: change.cause, eventId });
    } catch (error) {
      logger.error('record failed', {
        ...describeError(error),
        advice: 'After its retries the event is in the intake dead-letter queue: read docs/runbook.md.',
      });
      throw error;
    }
  };
