import type { Configuration } from './configuration-schema.ts';
import { parseConnectInstanceArn } from './connect-instance.ts';

/** Description of every stack of the product: the CLI finds its stacks by it. */
export const STACK_DESCRIPTION = 'cognito-connect-sync: keeps Amazon Connect users in step with a Cognito user pool';

/**
 * Tag of the pool trigger function: id of the stack that made it. The function may outlive the stack. The tag then
 * says which stack made it.
 */
export const STACK_ID_TAG = 'cognito-connect-sync:stack-id';

/** Longest part of a pool id. The stack name then has at most 40 characters, which fits into names of resources. */
const MAX_POOL_PART = 19;

/**
 * Name of the stack of a deployment: each pair of a pool and an instance has a stack of its own. Pure.
 *
 * @returns `stackName` where it is set, else `ConnectSync-<pool>-<instance>`: what follows the "_" in the id of the pool, and the
 *   first eight characters of the id of the instance; for a pool that is to be created, `ConnectSync-<instance>`.
 */
export function stackNameOf({
  stackName,
  userPoolId,
  connectInstanceArn,
}: Pick<Configuration, 'stackName' | 'userPoolId' | 'connectInstanceArn'>): string {
  if (stackName !== undefined) return stackName;
  const pool = userPoolId?.split('_')[1]?.slice(0, MAX_POOL_PART);
  const instance = parseConnectInstanceArn(connectInstanceArn)?.instanceId.slice(0, 8);
  return ['ConnectSync', pool, instance].filter((part) => part !== undefined).join('-');
}
