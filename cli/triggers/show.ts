import { TRIGGER_SLOTS } from '../../lambda/core/events/trigger-names.ts';
import { EXIT, type Exit } from '../exit.ts';
import { tableOf } from '../terminal/table.ts';
import { inspectTriggers, type TriggerDeps, type TriggerTarget } from './inspect.ts';
import { describePermission } from './permission.ts';
import { planAttach } from './slots.ts';

/**
 * `trigger show`: who is in the slots of the pool, and whether our function is called as it should be.
 *
 * @returns in order when it is in the custom message and the post confirmation slot and Cognito may invoke it.
 */
export async function showTriggers(deps: TriggerDeps, target: TriggerTarget): Promise<Exit> {
  const { userPoolId, poolArn, occupants, own } = await inspectTriggers(deps, target);
  const { terminal } = deps;
  const slots = TRIGGER_SLOTS.map((slot) => ({
    slot,
    function: occupants[slot]?.arn ?? null,
    state: occupants[slot]?.state ?? 'free',
    chained: own?.chain[slot] ?? null,
  }));
  const attached = occupants.CustomMessage?.state === 'ours' && occupants.PostConfirmation?.state === 'ours';
  const permission = own?.permission ?? 'missing';
  const functionArn = own?.functionArn ?? null;
  if (target.json) {
    terminal.json({ userPoolId, functionArn, attached, permission, slots });
  } else {
    const rows = slots.map((slot) => [slot.slot, slot.state, slot.function ?? '-', slot.chained ?? '-']);
    terminal.out([tableOf(['SLOT', 'STATE', 'FUNCTION', 'CALLED BY OURS'], rows)]);
    terminal.out('');
    if (own !== undefined)
      terminal.out(`Cognito may invoke our function for this pool: ${permission === 'given' ? 'yes' : permission}`);
  }
  if (own?.permission === 'missing') terminal.note(`To permit it: ${describePermission(own.functionArn, poolArn)}`);
  if (own === undefined)
    terminal.note('There is no function of this deployment: to attach one, deploy the stack first.');
  else if (!attached) {
    const { refusals } = planAttach({ occupants, ...own }, ['CustomMessage', 'PostConfirmation']);
    terminal.note(
      refusals.length > 0
        ? refusals
        : `To attach it: npx connect-sync trigger attach --user-pool ${userPoolId} --apply`,
    );
  }
  if (slots.some(({ state }) => state === 'dead'))
    terminal.note(
      `A slot names a function that is gone: what runs that trigger fails, sign-ins among it. To empty it: npx connect-sync trigger detach --user-pool ${userPoolId} --apply`,
    );
  return attached && permission !== 'missing' ? EXIT.inOrder : EXIT.attention;
}
