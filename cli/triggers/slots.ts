import { POOL_TRIGGERS, TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/pool-triggers.ts';
import { type JsonObject, textAt, withMembers } from '../json.ts';

/** Function ARNs by slot. */
export type SlotFunctions = Readonly<Partial<Record<TriggerSlot, string>>>;

/** The configured chain, read from the environment of our function. Pure. */
export const readChain = (environment: Readonly<Record<string, string>>): SlotFunctions =>
  Object.fromEntries(
    TRIGGER_SLOTS.flatMap((slot) => [[slot, environment[POOL_TRIGGERS[slot].variable]]].filter(([, arn]) => arn)),
  );

/** Who is in the slots of a pool, of which `pool` is what `DescribeUserPool` says. Pure. */
export const readSlots = (pool: JsonObject): SlotFunctions =>
  Object.fromEntries(
    TRIGGER_SLOTS.flatMap((slot) => [[slot, textAt(pool, 'LambdaConfig', slot)]].filter(([, arn]) => arn)),
  );

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
  readonly occupants: SlotFunctions;
  readonly chain: SlotFunctions;
  readonly functionArn: string;
}

/**
 * Plans to put our function into slots. A slot of somebody else is taken only where that function is chained behind
 * ours, so that it goes on being called. Pure.
 */
export function planAttach({ occupants, chain, functionArn }: SlotState, wanted: readonly TriggerSlot[]): SlotPlan {
  const changes: SlotChange[] = [];
  const refusals: string[] = [];
  for (const slot of wanted) {
    const from = occupants[slot];
    if (from === functionArn) continue;
    if (from === undefined || from === chain[slot]) changes.push({ slot, from, to: functionArn });
    else refusals.push(refuseTaken(slot, from, chain[slot]));
  }
  return refusals.length > 0 ? { changes: [], refusals } : { changes, refusals };
}

/** Plans to take our function out of every slot it is in; what is chained behind it moves up. Pure. */
export function planDetach({ occupants, chain, functionArn }: SlotState): SlotPlan {
  const ours = TRIGGER_SLOTS.filter((slot) => occupants[slot] === functionArn);
  return { changes: ours.map((slot) => ({ slot, from: functionArn, to: chain[slot] })), refusals: [] };
}

/** A pool as it will be, the rest of it untouched. Pure. */
export function applyChanges(pool: JsonObject, changes: readonly SlotChange[]): JsonObject {
  const before = pool.LambdaConfig;
  const triggers =
    typeof before === 'object' && before !== null && !Array.isArray(before) ? (before as JsonObject) : {};
  const after = Object.fromEntries(changes.map(({ slot, to }) => [slot, to]));
  return withMembers(pool, { LambdaConfig: withMembers(triggers, after) });
}

const refuseTaken = (slot: TriggerSlot, taken: string, chained: string | undefined): string =>
  `${slot} belongs to ${taken}, which would no longer be called. To have it called by our function, set ` +
  `"chain": { "${POOL_TRIGGERS[slot].setting}": "${taken}" } in connect-sync.json, run cdk deploy, and attach again.` +
  (chained === undefined ? '' : ` The chain names ${chained} instead.`);
