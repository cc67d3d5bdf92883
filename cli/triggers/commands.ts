import type { Command } from 'commander';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import type { Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { attachTriggers, detachTriggers } from './change.ts';
import type { TriggerDeps, TriggerTarget } from './inspect.ts';
import { showTriggers } from './show.ts';

interface TriggerFlags extends CommandOptions {
  readonly backupDir: string;
  readonly apply: boolean;
  readonly postConfirmation: boolean;
  readonly postAuthentication: boolean;
}

const PLACES = ['userPoolId', 'functionArn'] as const;

/** Adds `trigger show`, `trigger attach` and `trigger detach`. */
export function addTriggers(program: Command, deps: ProgramDeps): void {
  const group = program.command('trigger').description('our function as a trigger of a user pool that exists already');
  const writing = (name: string, description: string) =>
    addCommand(group, name, description, PLACES)
      .addOption(applyOption())
      .option('--backup-dir <dir>', 'folder in which the pool is kept as it was', 'connect-sync-backups');
  const run =
    (act: (ports: TriggerDeps, target: TriggerFlags & TriggerTarget) => Promise<Exit>) =>
    async (options: TriggerFlags) => {
      const { region = options.userPool?.split('_')[0] } = options;
      const { place, settings, functions, backups } = await open(deps, { ...options, region }, PLACES);
      const ports = {
        settings,
        functions,
        backups: backups(options.backupDir),
        terminal: deps.terminal,
        now: deps.now,
      };
      deps.onExit(await act(ports, { ...options, ...place }));
    };

  addCommand(group, 'show', 'who is in the trigger slots of the pool', PLACES).action(run(showTriggers));
  writing('attach', 'put our function into the custom message and post confirmation slots')
    .option('--post-confirmation', 'the post confirmation slot too', true)
    .option('--no-post-confirmation', 'leave the post confirmation slot alone')
    .option('--post-authentication', 'the post authentication slot too: for federated users', false)
    .action(run(attachTriggers));
  writing('detach', 'take our function out of the slots it is in, and nothing else').action(run(detachTriggers));
}
