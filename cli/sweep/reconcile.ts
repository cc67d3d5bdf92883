import type { Command } from 'commander';
import { needsPerson } from '../../lambda/core/near-misses.ts';
import { countCandidates, parseSweepPlan } from '../../lambda/core/sweep-plan.ts';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import type { Functions } from '../deployment/ports.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { renderPlan } from './render-plan.ts';

/** What {@link reconcile} works with. */
export interface ReconcileDeps {
  readonly functions: Pick<Functions, 'invoke' | 'invokeLater'>;
  /** Name of the function `sweep`. */
  readonly sweep: string;
  readonly terminal: Terminal;
}

/**
 * `reconcile`: has the sweep compare both sides now. It alone has the permissions for it, and its place in the rate limit.
 *
 * @returns in order when no user differs and none is missed by a hair; attention otherwise.
 * @throws {PermanentError} `function-failed`, `unexpected-answer`.
 */
export async function reconcile(
  { functions, sweep, terminal }: ReconcileDeps,
  { apply, json }: { readonly apply: boolean; readonly json: boolean },
): Promise<Exit> {
  const plan = parseSweepPlan(await functions.invoke(sweep, { mode: 'plan' }));
  const candidates = countCandidates(plan);
  const begins = apply && candidates > 0 && !plan.underWay;
  if (begins) await functions.invokeLater(sweep, { mode: 'now' });
  if (json) terminal.json({ applied: begins, ...plan });
  else terminal.out(renderPlan(plan));
  if (candidates === 0) return needsPerson(plan.nearMisses.counts) ? EXIT.attention : EXIT.inOrder;
  if (plan.underWay) terminal.note('A pass is under way: it goes on. How far it is: connect-sync status');
  else
    terminal.note(
      begins
        ? 'A pass has begun: it queues them at the rate limit of the worker, about two a second. How far it is: connect-sync status'
        : PLAN_ONLY,
    );
  return EXIT.attention;
}

/** Adds `reconcile`. */
export function addReconcile(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'reconcile', 'who may differ on the two sides, and have the worker reconcile them', ['sweep'])
    .addOption(applyOption())
    .action(async (options: CommandOptions & { readonly apply: boolean }) => {
      const { place, functions } = await open(deps, options, ['sweep']);
      deps.onExit(await reconcile({ ...deps, functions, sweep: place.sweep }, options));
    });
}
