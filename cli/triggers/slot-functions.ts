import { POOL_TRIGGERS, TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/events/trigger-names.ts';
import { type JsonObject, textAt } from '../json.ts';

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
