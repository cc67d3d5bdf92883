import { type Command, Option } from 'commander';
import { reconcile } from './commands/reconcile.ts';
import { locate } from './deployment.ts';
import { type CommonOptions, placeOption, withCommonOptions } from './options.ts';
import type { ProgramDeps } from './program-deps.ts';

/** Adds `reconcile`. */
export function addReconcileCommand(program: Command, { connect, onExit, ...deps }: ProgramDeps): void {
  withCommonOptions(
    program.command('reconcile').description('who may differ on the two sides, and have the worker reconcile them'),
  )
    .addOption(
      placeOption('--sweep-function <name>', 'function sweep (default: from the stack)', 'CONNECT_SYNC_SWEEP_FUNCTION'),
    )
    .addOption(new Option('--apply', 'begin a pass of the sweep (default: show the plan)').default(false))
    .action(async (options: CommonOptions & { readonly sweepFunction?: string; readonly apply: boolean }) => {
      const { outputs, functions } = await connect(options);
      const { sweep } = await locate(outputs, options.stack, { sweep: options.sweepFunction }, ['sweep']);
      onExit(await reconcile({ ...deps, functions, sweep }, options));
    });
}
