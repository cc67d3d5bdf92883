import { TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/events/trigger-names.ts';
import type { FunctionFacts, Functions, Stacks } from '../deployment/ports.ts';
import type { JsonObject } from '../json.ts';
import { readSlots } from './slot-functions.ts';

/**
 * Whose function a slot names.
 *
 * - `ours`: the function of the deployment at hand.
 * - `of an earlier deployment`: made by a stack of the product that has been deleted; may be replaced and detached.
 * - `of another deployment`: made by a stack of the product that is there; never replaced, never chained.
 * - `another's`: not of the product; may be chained.
 * - `dead`: there is no such function; may be replaced and emptied.
 * - `unknown`: cannot be read; is left alone.
 */
export type OccupantState =
  | 'ours'
  | 'of an earlier deployment'
  | 'of another deployment'
  | "another's"
  | 'dead'
  | 'unknown';

/** The function that a slot names. */
export interface Occupant {
  readonly arn: string;
  readonly state: OccupantState;
  /** What is known of the function, where it could be read. */
  readonly facts?: FunctionFacts;
}

/** The occupants of the slots of a pool; a free slot has none. */
export type Occupants = Readonly<Partial<Record<TriggerSlot, Occupant>>>;

/** Reads whose functions the slots of a pool name. */
export async function readOccupants(
  { functions, stacks }: { readonly functions: Functions; readonly stacks: Stacks },
  pool: JsonObject,
  { poolArn, functionArn }: { readonly poolArn: string; readonly functionArn: string | undefined },
): Promise<Occupants> {
  const read = async (arn: string): Promise<Occupant> => {
    // Only in the account and Region of the pool can it be known that a function does not exist.
    if (homeOf(arn) !== homeOf(poolArn)) return { arn, state: 'unknown' };
    const facts = await functions.describe(arn);
    if (facts === 'missing') return { arn, state: 'dead' };
    if (facts === 'unreadable') return { arn, state: arn === functionArn ? 'ours' : 'unknown' };
    if (arn === functionArn) return { arn, state: 'ours', facts };
    if (facts.stackId === undefined) return { arn, state: "another's", facts };
    const gone = await stacks.isGone(facts.stackId);
    return { arn, state: gone ? 'of an earlier deployment' : 'of another deployment', facts };
  };
  const slots = readSlots(pool);
  const arns = [...new Set(Object.values(slots))];
  const byArn = new Map(await Promise.all(arns.map(async (arn) => [arn, await read(arn)] as const)));
  return Object.fromEntries(
    TRIGGER_SLOTS.flatMap((slot) => {
      const occupant = byArn.get(slots[slot] ?? '');
      return occupant === undefined ? [] : [[slot, occupant]];
    }),
  );
}

/** Account and Region of an ARN. */
const homeOf = (arn: string): string => arn.split(':').slice(3, 5).join(':');
