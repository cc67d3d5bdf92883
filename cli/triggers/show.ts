import { TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/pool-triggers.ts';
import { EXIT, type Exit } from '../exit.ts';
import { renderTable } from '../terminal/table.ts';
import { type Inspection, inspectTriggers, type TriggerDeps, type TriggerTarget } from './inspect.ts';
import { describePermission } from './permission.ts';

/**
 * `trigger show`: who is in the slots of the pool, and whether our function is called as it should be.
 *
 * @returns in order when it is in the custom message and the post confirmation slot and Cognito may invoke it.
 */
export async function showTriggers(deps: TriggerDeps, target: TriggerTarget): Promise<Exit> {
  const inspection = await inspectTriggers(deps, target);
  const { terminal } = deps;
  const { occupants, chain, functionArn, permission, userPoolId } = inspection;
  const slots = TRIGGER_SLOTS.map((slot) => ({
    slot,
    function: occupants[slot] ?? null,
    state: describeState(inspection, slot),
    chained: chain[slot] ?? null,
  }));
  const attached = occupants.CustomMessage === functionArn && occupants.PostConfirmation === functionArn;
  if (target.json) {
    terminal.json({ userPoolId, functionArn, attached, permission, slots });
  } else {
    const rows = slots.map((slot) => [slot.slot, slot.state, slot.function ?? '-', slot.chained ?? '-']);
    terminal.out(renderTable(['SLOT', 'STATE', 'FUNCTION', 'CALLED BY OURS'], rows));
    terminal.out('');
    terminal.out(`Cognito may invoke our function for this pool: ${permission === 'given' ? 'yes' : permission}`);
  }
  if (permission === 'missing') terminal.note(`To permit it: ${describePermission(functionArn, inspection.poolArn)}`);
  if (!attached) terminal.note(`To attach it: connect-sync trigger attach --user-pool ${userPoolId}`);
  return attached && permission !== 'missing' ? EXIT.inOrder : EXIT.attention;
}

function describeState({ occupants, chain, functionArn }: Inspection, slot: TriggerSlot): string {
  const arn = occupants[slot];
  if (arn === undefined) return 'empty';
  if (arn === functionArn) return 'ours';
  return arn === chain[slot] ? 'chained' : 'taken';
}
