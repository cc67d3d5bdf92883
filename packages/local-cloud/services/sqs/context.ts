import { createHash } from 'node:crypto';
import type { Call, Caller, Cloud } from '../../service.ts';
import { authorizeService } from './policy.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';

/** What every operation needs. */
export interface Context {
  readonly cloud: Cloud;
  readonly registry: Registry;
}

/**
 * The queue of a request, after a check of its policy. The gateway authorizes the account and roles before an operation
 * runs. The policy of the queue is checked here only for AWS services.
 */
export function openQueue({ registry }: Context, url: string | undefined, action: string, { caller }: Call): Queue {
  const queue = registry.byUrl(url);
  if (caller.kind === 'service') authorizeService(queue.attributes.Policy, queue.arn, action, caller);
  return queue;
}

const uniqueId = (prefix: string, name: string): string =>
  prefix + createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase();

/** The `SenderId` of a caller: a user's or service's id, or a role's id with the session name after it. */
export function senderIdOf(caller: Caller, accountId: string): string {
  if (caller.kind === 'role') return `${uniqueId('AROA', caller.roleArn)}:${caller.functionName}`;
  return uniqueId('AIDA', caller.kind === 'service' ? caller.principal : accountId);
}
