import type { Command } from 'commander';
import { needsPerson } from '../../lambda/core/sweep/near-misses.ts';
import { countCandidates, parseSweepPlan } from '../../lambda/core/sweep/sweep-plan.ts';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import type { Functions } from '../deployment/ports.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { type Confirmation, confirmNumber } from '../terminal/confirm-number.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { yesOption } from '../users/user-command.ts';
import { type FollowedPass, followPass } from './follow-pass.ts';
import { renderPlan } from './render-plan.ts';

/** What {@link reconcile} works with. */
export interface ReconcileDeps {
  readonly functions: Pick<Functions, 'invoke' | 'invokeLater'>;
  /** Name of the function `sweep`. */
  readonly sweep: string;
  readonly terminal: Terminal;
  readonly ask?: Confirmation['ask'];
  /** Follows the pass to its end; `undefined` where that is not wanted. */
  readonly follow?: ((begin: () => Promise<void>, total: number) => Promise<FollowedPass>) | undefined;
}

/** Options of {@link reconcile}. */
export interface ReconcileOptions {
  readonly apply: boolean;
  readonly json: boolean;
  /** How many the operator has counted in the plan. */
  readonly yes?: number | undefined;
}

/**
 * `reconcile`: has the sweep compare both sides now. Only the sweep has the permissions for it, and takes slots of the rate
 * limit.
 *
 * @returns in order when no user differs and no near miss needs a person; attention otherwise.
 * @throws {PermanentError} `function-failed`, `unexpected-answer`.
 */
export async function reconcile(
  { functions, sweep, terminal, ask, follow }: ReconcileDeps,
  { apply, json, yes }: ReconcileOptions,
): Promise<Exit> {
  const plan = parseSweepPlan(await functions.invoke(sweep, { mode: 'plan' }));
  const candidates = countCandidates(plan);
  const begins = apply && candidates > 0 && !plan.underWay;
  if (!json) terminal.out(renderPlan(plan));
  if (begins && (yes !== undefined || (ask !== undefined && !json)))
    await confirmNumber({ count: candidates, yes, ask });
  const begin = () => functions.invokeLater(sweep, { mode: 'now' });
  const followed = begins ? await (follow === undefined ? begin() : follow(begin, candidates)) : undefined;
  if (json) terminal.json({ applied: begins, ...plan, ...(followed && { followed }) });
  if (candidates === 0) return needsPerson(plan.nearMisses.counts) ? EXIT.attention : EXIT.inOrder;
  if (followed) return concludeFollowed(terminal, followed, json);
  if (plan.underWay) terminal.note('A pass is under way: it goes on. How far it is: npx connect-sync status');
  else
    terminal.note(
      begins
        ? 'A pass has begun: it queues them at the rate limit of the worker, about two a second. How far it is: npx connect-sync status'
        : PLAN_ONLY,
    );
  return EXIT.attention;
}

function concludeFollowed(
  terminal: Terminal,
  { complete, stopped, reconciled, notInStep }: FollowedPass,
  json: boolean,
): Exit {
  if (!json) terminal.out(`Reconciled: ${reconciled}, not in step: ${notInStep.length}`);
  if (!complete) terminal.note(stopped ?? 'Interrupted: the pass goes on. How far it is: npx connect-sync status');
  return complete && notInStep.length === 0 ? EXIT.inOrder : EXIT.attention;
}

interface ReconcileFlags extends CommandOptions {
  readonly apply: boolean;
  readonly follow: boolean;
  readonly yes?: number;
}

const FOLLOWED = ['sweep', 'tableName', 'queueUrl'] as const;

/** Adds `reconcile`. */
export function addReconcile(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'reconcile', 'which users may differ, and have the worker reconcile them', FOLLOWED)
    .addOption(applyOption())
    .option('--follow', 'with --apply: wait until the worker has dealt with all of them', false)
    .addOption(yesOption())
    .action(async (options: ReconcileFlags) => {
      if (!(options.follow && options.apply)) {
        const { place, functions } = await open(deps, options, ['sweep']);
        return deps.onExit(await reconcile({ ...deps, functions, sweep: place.sweep }, options));
      }
      const { place, functions, userTable, sweepState, queueDepth } = await open(deps, options, FOLLOWED);
      const table = userTable(place.tableName);
      const ports = {
        ...{ ...deps, table, sweepState: () => sweepState(place.tableName) },
        queued: () => queueDepth(place.queueUrl),
      };
      const follow = async (begin: () => Promise<void>, total: number) => {
        const begunAt = await table.now();
        await begin();
        return followPass(ports, begunAt, total);
      };
      deps.onExit(await reconcile({ ...ports, functions, sweep: place.sweep, follow }, options));
    });
}
