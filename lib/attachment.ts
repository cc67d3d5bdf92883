import { Stack } from 'aws-cdk-lib';
import { CfnUserPool, type IUserPool, type UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { POOL_TRIGGERS, type Problem, type TriggerSlot } from '../lambda/config.ts';
import type { Chain } from './configuration/chain.ts';

/** Which triggers of a pool get our function. */
export interface Attachment {
  /** Triggers that get our function. */
  readonly slots: readonly TriggerSlot[];
  /** Why it gets none although `attachTriggers` is not false, and what to do. */
  readonly note?: string;
}

/** What {@link planAttachment} looks at. */
export interface AttachmentProps {
  readonly userPool: IUserPool;
  readonly chain: Chain;
  readonly postAuthentication: boolean;
  /** @default - wherever it can be done */
  readonly attachTriggers?: boolean | undefined;
}

/** Pools that have got the function of an {@link IdentitySync}: a pool has one function for each trigger. */
const attached = new WeakSet<IUserPool>();

/**
 * Decides which triggers of a pool get our function. A pool of the same stack can have it. In another stack, each stack
 * would need the other. An imported pool cannot, because CDK changes only what it has made.
 *
 * @returns the plan, and what is wrong with the props.
 */
export function planAttachment(
  stack: Stack,
  props: AttachmentProps,
): { readonly attachment: Attachment; readonly problems: readonly Problem[] } {
  const { userPool, chain, postAuthentication, attachTriggers } = props;
  const none = { attachment: { slots: [] }, problems: [] };
  if (attachTriggers === false) return none;
  const obstacle = findObstacle(stack, userPool);
  if (obstacle !== undefined) {
    if (attachTriggers !== true) return { ...none, attachment: { slots: [], note: obstacle } };
    return { ...none, problems: [{ path: 'attachTriggers', message: `received true; ${obstacle}` }] };
  }
  const slots: TriggerSlot[] = ['CustomMessage', 'PostConfirmation'];
  if (postAuthentication || chain.postAuthentication !== undefined) slots.push('PostAuthentication');
  const problems = slots.flatMap((slot) => findTaken(userPool, slot, chain));
  return { attachment: { slots }, problems };
}

/** Sets our function as these triggers of a pool. It replaces a function that is chained behind it. */
export function fillSlots(userPool: IUserPool, trigger: IFunction, slots: readonly TriggerSlot[]): void {
  const resource = cfnUserPoolOf(userPool);
  if (resource === undefined || !takesTriggers(userPool) || slots.length === 0) return;
  for (const slot of slots) {
    const { setting } = POOL_TRIGGERS[slot];
    // `addTrigger` refuses a slot that has a function. An override replaces the function, which is chained behind ours.
    if (occupantOf(resource, slot) !== undefined)
      resource.addPropertyOverride(`LambdaConfig.${slot}`, trigger.functionArn);
    else userPool.addTrigger(UserPoolOperation.of(setting), trigger);
  }
  attached.add(userPool);
}

/** Whether a pool may still be there when our function is gone: then the function has to stay. Pure. */
export function mayOutlive(stack: Stack, userPool: IUserPool): boolean {
  const resource = cfnUserPoolOf(userPool);
  return resource === undefined || Stack.of(userPool) !== stack || resource.cfnOptions.deletionPolicy !== 'Delete';
}

function findObstacle(stack: Stack, userPool: IUserPool): string | undefined {
  const afterwards = 'deploy, then run: npx connect-sync trigger attach --apply';
  if (cfnUserPoolOf(userPool) === undefined)
    return `the pool is imported, and CDK changes no resource that it has not made. To attach the triggers: ${afterwards}`;
  if (Stack.of(userPool) !== stack)
    return `the pool is in stack ${Stack.of(userPool).stackName} and its triggers would be in stack ${stack.stackName}: each stack would need the other. To attach the triggers: ${afterwards}`;
  if (attached.has(userPool))
    return 'another IdentitySync has the triggers of this pool, which has one function for each. CloudTrail and the sweep serve this one';
  return undefined;
}

/** A trigger that another function has, unless that one is chained behind ours. */
function findTaken(userPool: IUserPool, slot: TriggerSlot, chain: Chain): readonly Problem[] {
  const resource = cfnUserPoolOf(userPool);
  if (resource === undefined) return [];
  const { setting } = POOL_TRIGGERS[slot];
  const occupant = occupantOf(resource, slot);
  if (occupant === undefined || same(occupant, resource.stack.resolve(chain[setting]))) return [];
  const message = `the pool has a function of its own for ${slot}, which would no longer be called. Have ours call it: chain: { ${setting}: THAT_FUNCTION }`;
  return [{ path: `chain.${setting}`, message }];
}

/** The function that a trigger has in the template, as it is written there; `undefined` for none. */
const occupantOf = (resource: CfnUserPool, slot: TriggerSlot): unknown =>
  Reflect.get(Object(resource.stack.resolve(resource.lambdaConfig)), POOL_TRIGGERS[slot].setting);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Whether CDK makes the pool. Only an imported pool lacks this method. This works for a pool of another copy of CDK,
 * too.
 */
const takesTriggers = (userPool: IUserPool): userPool is UserPool => 'addTrigger' in userPool;

/** The resource of a pool that this app makes, with this copy of CDK or another; `undefined` for an imported pool. */
function cfnUserPoolOf(userPool: IUserPool): CfnUserPool | undefined {
  const child: unknown = userPool.node.defaultChild;
  return CfnUserPool.isCfnUserPool(child) ? child : undefined;
}
