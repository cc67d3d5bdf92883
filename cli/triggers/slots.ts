import { POOL_TRIGGERS, TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/events/trigger-names.ts';
import { type JsonObject, withMembers } from '../json.ts';
import type { Occupant, OccupantState, Occupants } from './occupants.ts';
import { readChain, type SlotFunctions } from './slot-functions.ts';

/** One slot that gets another function, or none. */
export interface SlotChange {
  readonly slot: TriggerSlot;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What is to be done, or why it is not: never both. */
export interface SlotPlan {
  readonly changes: readonly SlotChange[];
  /** Sentences; with any of them nothing may be written. */
  readonly refusals: readonly string[];
}

/** A pool's slots, our function and what is chained behind it. */
export interface SlotState {
  readonly occupants: Occupants;
  readonly chain: SlotFunctions;
  readonly functionArn: string;
}

/**
 * Plans to put our function into slots. A slot that another function has is taken only where that function is chained behind
 * ours, so that it goes on being called. Pure.
 */
export function planAttach({ occupants, chain, functionArn }: SlotState, wanted: readonly TriggerSlot[]): SlotPlan {
  const changes: SlotChange[] = [];
  const refusals: string[] = [];
  for (const slot of wanted) {
    const occupant = occupants[slot];
    const refusal = occupant && refuseTaken(slot, occupant, chain[slot]);
    if (refusal !== undefined) refusals.push(refusal);
    else if (occupant?.state !== 'ours') changes.push({ slot, from: occupant?.arn, to: functionArn });
  }
  return refusals.length > 0 ? { changes: [], refusals } : { changes, refusals };
}

/**
 * Plans to take our function, those of earlier deployments and those that are gone out of every slot they are in. A
 * function that is chained behind one of these gets the slot back. Pure.
 *
 * @param ownChain - what is chained behind our function, for where its occupant could not be read.
 */
export function planDetach(occupants: Occupants, ownChain?: SlotFunctions): SlotPlan {
  const changes: SlotChange[] = [];
  const refusals: string[] = [];
  for (const slot of TRIGGER_SLOTS) {
    const occupant = occupants[slot];
    if (occupant === undefined || !DETACHABLE.includes(occupant.state)) continue;
    const { arn, state, facts } = occupant;
    const chain = facts === undefined && state === 'ours' ? ownChain : readChain(facts?.environment ?? {});
    if (chain === undefined)
      refusals.push(
        `${slot} has ${arn}, and what is chained behind it cannot be read (lambda:GetFunction): a chained function would lose the slot.`,
      );
    else changes.push({ slot, from: arn, to: chain[slot] });
  }
  return refusals.length > 0 ? { changes: [], refusals } : { changes, refusals };
}

const DETACHABLE: readonly OccupantState[] = ['ours', 'of an earlier deployment', 'dead'];

/** A pool as it will be, the rest of it untouched. Pure. */
export function applyChanges(pool: JsonObject, changes: readonly SlotChange[]): JsonObject {
  const before = pool.LambdaConfig;
  const triggers =
    typeof before === 'object' && before !== null && !Array.isArray(before) ? (before as JsonObject) : {};
  const after = Object.fromEntries(changes.map(({ slot, to }) => [slot, to]));
  return withMembers(pool, { LambdaConfig: withMembers(triggers, after) });
}

/** The name in the id of a stack, `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`. Pure. */
export const stackNameIn = (stackId = ''): string => stackId.split('/')[1] ?? 'ITS_STACK';

/** Why a slot cannot be taken; `undefined` when it can, or is ours already. */
function refuseTaken(
  slot: TriggerSlot,
  { arn, state, facts }: Occupant,
  chained: string | undefined,
): string | undefined {
  if (arn === chained && state !== 'of another deployment') return undefined;
  const behind = state === 'of an earlier deployment' ? readChain(facts?.environment ?? {})[slot] : undefined;
  if (behind !== undefined && behind !== chained)
    return (
      `${slot} has ${arn}, the function of an earlier deployment, which calls ${behind}: that would no longer be called. ${adviseChain(slot, behind, chained)} ` +
      `Or give ${behind} its slot back first: npx connect-sync trigger detach --apply`
    );
  if (state === 'of another deployment')
    return (
      `${slot} has ${arn}, the function of another deployment that is there: a pool has one function for each trigger, and ` +
      'CloudTrail and the sweep serve this deployment without it. To give the slot to this one, detach that one first: ' +
      `npx connect-sync trigger detach --stack ${stackNameIn(facts?.stackId)} --apply`
    );
  if (state === 'unknown')
    return (
      `${slot} has ${arn}, and whose function that is cannot be read (lambda:GetFunction, in the account and Region of the ` +
      'pool): it is left alone.'
    );
  if (state !== "another's") return undefined;
  return `${slot} belongs to ${arn}, which would no longer be called. ${adviseChain(slot, arn, chained)}`;
}

const adviseChain = (slot: TriggerSlot, arn: string, chained: string | undefined): string =>
  'To have it called by our function, set ' +
  `"chain": { "${POOL_TRIGGERS[slot].setting}": "${arn}" } in connect-sync.json, run cdk deploy, and attach again.` +
  (chained === undefined ? '' : ` The chain names ${chained} instead.`);
