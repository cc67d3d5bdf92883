import { TRIGGER_SLOTS, type TriggerSlot } from '../../lambda/core/events/trigger-names.ts';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { EXIT, type Exit, RefusedError } from '../exit.ts';
import { type Inspection, inspectTriggers, readPermission, type TriggerDeps, type TriggerTarget } from './inspect.ts';
import { describeLeftovers } from './leftovers.ts';
import type { Occupants } from './occupants.ts';
import { describePermission } from './permission.ts';
import { renderSlotChanges } from './render-changes.ts';
import { applyChanges, planAttach, planDetach, type SlotChange, stackNameIn } from './slots.ts';
import { planUpdate } from './update-request.ts';
import { writePool } from './write-pool.ts';

/** Whether to write. */
export interface ApplyOption {
  readonly apply: boolean;
}

/** Options of {@link attachTriggers}. */
export interface AttachOptions extends TriggerTarget, ApplyOption {
  readonly postConfirmation: boolean;
  readonly postAuthentication: boolean;
}

/**
 * `trigger attach`: puts our function into the slots that are wanted, all of them by one update or none.
 *
 * @throws {RefusedError} when a slot is taken, Cognito may not invoke the function, or the pool cannot be sent back whole.
 * @throws {ConfigError} `no-such-function`, `post-authentication-off`.
 */
export async function attachTriggers(deps: TriggerDeps, options: AttachOptions): Promise<Exit> {
  const inspection = await inspectTriggers(deps, options);
  const { occupants, own, poolArn } = inspection;
  if (own === undefined)
    throw new ConfigError(
      'no-such-function',
      `There is no function ${options.functionArn ?? 'of this deployment'}: deploy the stack, or correct --function.`,
    );
  const { functionArn, permission, chain } = own;
  if (options.postAuthentication && !own.postAuthentication)
    throw new ConfigError(
      'post-authentication-off',
      '--post-authentication: the function ignores sign-ins. Set "postAuthentication": true in connect-sync.json, run cdk deploy, and attach again.',
    );
  const wanted: TriggerSlot[] = ['CustomMessage'];
  if (options.postConfirmation) wanted.push('PostConfirmation');
  if (options.postAuthentication) wanted.push('PostAuthentication');
  const { changes, refusals } = planAttach({ occupants, chain, functionArn }, wanted);
  const reasons = [...refusals];
  if (permission === 'missing') reasons.push(refusePermission(functionArn, poolArn));
  if (permission === 'unknown') deps.terminal.note(uncheckedPermission(functionArn));
  return change(deps, options, inspection, { verb: 'attach', changes, reasons });
}

/**
 * `trigger detach`: takes our function out of the slots it is in, and those that an earlier deployment has left or that are gone; a
 * function that is chained behind one gets its slot back. Needs neither stack nor function, and names what stays behind.
 *
 * @throws {RefusedError} when Cognito may not invoke the chained function, what is chained cannot be read, or the pool cannot be
 *   sent back whole.
 */
export async function detachTriggers(deps: TriggerDeps, options: TriggerTarget & ApplyOption): Promise<Exit> {
  const inspection = await inspectTriggers(deps, options);
  const changes: SlotChange[] = [];
  const plan = planDetach(inspection.occupants, inspection.own?.chain);
  const reasons = [...plan.refusals];
  for (const planned of plan.changes) {
    const { slot, to } = planned;
    if (to !== undefined && (await deps.functions.describe(to)) === 'missing') {
      deps.terminal.note(`${slot}: ${to}, which was chained, is gone: the slot becomes free.`);
      changes.push({ ...planned, to: undefined });
      continue;
    }
    changes.push(planned);
    if (to === undefined) continue;
    const permission = await readPermission(deps.functions, to, inspection.poolArn);
    if (permission === 'missing') reasons.push(refusePermission(to, inspection.poolArn));
    if (permission === 'unknown') deps.terminal.note(uncheckedPermission(to));
  }
  const left = options.functionArn === undefined ? adviseOnOthers(inspection.occupants) : [];
  for (const line of left) deps.terminal.note(line);
  const exit = await change(deps, options, inspection, { verb: 'detach', changes, reasons });
  const after = applyChanges(inspection.answer.pool, changes);
  if (changes.length > 0) for (const line of describeLeftovers(inspection.occupants, after)) deps.terminal.note(line);
  return left.length > 0 ? EXIT.attention : exit;
}

/** Functions of deployments that are there: one of them may be meant where no stack was found. */
const adviseOnOthers = (occupants: Occupants): readonly string[] =>
  TRIGGER_SLOTS.flatMap((slot) => {
    const { arn, state, facts } = occupants[slot] ?? {};
    if (state !== 'of another deployment') return [];
    const stack = stackNameIn(facts?.stackId);
    return [
      `${slot} keeps ${arn}, the function of a deployment that is there. To take it out: npx connect-sync trigger detach --stack ${stack} --apply`,
    ];
  });

const refusePermission = (functionArn: string, poolArn: string): string =>
  `Cognito may not invoke ${functionArn} for this pool; every call that runs the trigger would fail. ` +
  `Permit it first: ${describePermission(functionArn, poolArn)}`;

const uncheckedPermission = (functionArn: string): string =>
  `The policy of ${functionArn} cannot be read, so whether Cognito may invoke it is not checked.`;

interface Intent {
  readonly verb: 'attach' | 'detach';
  readonly changes: readonly SlotChange[];
  readonly reasons: readonly string[];
}

async function change(
  deps: TriggerDeps,
  { apply, json, functionArn = '' }: TriggerTarget & ApplyOption,
  { answer, userPoolId }: Inspection,
  { verb, changes, reasons }: Intent,
): Promise<Exit> {
  const { terminal } = deps;
  const update = planUpdate(applyChanges(answer.pool, changes));
  const refusals = changes.length + reasons.length > 0 ? [...reasons, ...update.refusals] : [];
  if (refusals.length > 0) throw new RefusedError(`Nothing was written to ${userPoolId}.`, refusals);
  const sent = Object.keys(update.request).filter((name) => name !== 'LambdaConfig' && name !== 'UserPoolId');
  const plan = {
    userPoolId,
    functionArn: functionArn === '' ? null : functionArn,
    changes: changes.map(({ slot, from = null, to = null }) => ({ slot, from, to })),
    unchanged: changes.length > 0 ? sent : [],
    unknown: changes.length > 0 ? update.unknown : [],
  };
  if (!json) terminal.out(renderSlotChanges(plan));
  if (changes.length === 0 || !apply) {
    if (json) terminal.json({ ...plan, applied: false, backup: null });
    if (changes.length === 0) terminal.note(`Nothing to ${verb}.`);
    else terminal.note('This is a plan; nothing was written. Repeat the command with --apply.');
    return changes.length === 0 ? EXIT.inOrder : EXIT.attention;
  }
  const written = await writePool(deps, { userPoolId, answer, changes });
  if (json) terminal.json({ ...plan, applied: true, ...written });
  return written.differences.length === 0 ? EXIT.inOrder : EXIT.attention;
}
