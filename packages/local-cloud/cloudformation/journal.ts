import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Stack } from './stack.ts';

/** Writes one operation's events into its stack's history. */
export interface Journal {
  /** Sets the stack's state and writes the event. */
  stack(status: string, reason?: string): void;
  resource(
    entry: { readonly logicalId: string; readonly type: string; readonly physicalId?: string },
    status: string,
    reason?: string,
  ): void;
}

/**
 * Opens the journal of one operation. The times of a stack's events differ by at least one millisecond, because clients
 * sort by them.
 */
export const openJournal = (clock: Clock, stack: Stack, clientRequestToken: string | undefined): Journal => {
  let operationId = randomUUID();
  const write = (
    logicalId: string,
    type: string,
    physicalId: string | undefined,
    status: string,
    reason: string | undefined,
  ) => {
    const last = stack.events.at(-1)?.Timestamp.getTime() ?? 0;
    const at = new Date(Math.max(clock.now(), last + 1));
    stack.events.push({
      StackId: stack.id,
      EventId: type === 'AWS::CloudFormation::Stack' ? randomUUID() : `${logicalId}-${status}-${randomUUID()}`,
      StackName: stack.name,
      OperationId: operationId,
      LogicalResourceId: logicalId,
      ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
      ResourceType: type,
      Timestamp: at,
      ResourceStatus: status,
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
      ...(clientRequestToken === undefined ? {} : { ClientRequestToken: clientRequestToken }),
    });
    return at;
  };
  return {
    stack(status, reason) {
      // AWS records a rollback as an operation of its own. The CDK CLI relies on it.
      if (status.endsWith('ROLLBACK_IN_PROGRESS')) operationId = randomUUID();
      stack.status = status;
      stack.statusReason = reason;
      write(stack.name, 'AWS::CloudFormation::Stack', stack.id, status, reason);
    },
    resource({ logicalId, type, physicalId }, status, reason) {
      const at = write(logicalId, type, physicalId ?? '', status, reason);
      stack.statuses.set(logicalId, {
        logicalId,
        type,
        status,
        at,
        ...(physicalId === undefined ? {} : { physicalId }),
        ...(reason === undefined ? {} : { reason }),
      });
    },
  };
};
