import { createHash } from 'node:crypto';
import type { Call, Caller, Cloud } from '../../service.ts';
import { authorizeService } from './policy.ts';
import type { Queue } from './queue.ts';
import type { Registry } from './registry.ts';

/** What every operation works with. */
export interface Context {
  readonly cloud: Cloud;
  readonly registry: Registry;
}

/**
 * The queue a request names, once its policy lets the caller in. People and roles are authorized by the gateway
 * before an operation runs; only AWS services depend on the queue's own policy.
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
