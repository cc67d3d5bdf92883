import type { Command } from 'commander';
import { attachTriggers, detachTriggers } from './commands/trigger-change.ts';
import { showTriggers } from './commands/trigger-show.ts';
import { locate } from './deployment.ts';
import type { Exit } from './exit.ts';
import { type CommonOptions, functionOption, userPoolOption, withCommonOptions } from './options.ts';
import type { ProgramDeps } from './program-deps.ts';

type TriggerOptions = CommonOptions & {
  readonly userPool?: string;
  readonly function?: string;
  readonly backupDir: string;
  readonly apply: boolean;
  readonly postConfirmation: boolean;
  readonly postAuthentication: boolean;
};

/** Adds `trigger show`, `trigger attach` and `trigger detach`. */
export function addTriggerCommands(program: Command, deps: ProgramDeps): void {
  const group = program.command('trigger').description('our function as a trigger of a user pool that exists already');
  const command = (name: string, description: string) =>
    withCommonOptions(group.command(name).description(description))
      .addOption(userPoolOption())
      .addOption(functionOption());
  const writing = (name: string, description: string) =>
    command(name, description)
      .option('--apply', 'write (default: show the plan)', false)
      .option('--backup-dir <dir>', 'folder in which the pool is kept as it was', 'connect-sync-backups');
  const run =
    (act: (ports: Awaited<ReturnType<typeof open>>, options: TriggerOptions) => Promise<Exit>) =>
    async (options: TriggerOptions) =>
      deps.onExit(await act(await open(options), options));
  const open = async (options: TriggerOptions) => {
    const { userPool: userPoolId, function: functionArn, region = userPoolId?.split('_')[0], profile, stack } = options;
    const ports = await deps.connect({ region, profile });
    const place = await locate(ports.outputs, stack, { userPoolId, functionArn }, ['userPoolId', 'functionArn']);
    const { settings, functions } = ports;
    const backups = ports.backups(options.backupDir);
    return { deps: { settings, functions, backups, terminal: deps.terminal, now: deps.now }, place };
  };

  command('show', 'who is in the trigger slots of the pool').action(
    run(({ deps: ports, place }, { json }) => showTriggers(ports, { ...place, json })),
  );
  writing('attach', 'put our function into the custom message and post confirmation slots')
    .option('--post-confirmation', 'the post confirmation slot too', true)
    .option('--no-post-confirmation', 'leave the post confirmation slot alone')
    .option('--post-authentication', 'the post authentication slot too: for federated users', false)
    .action(run(({ deps: ports, place }, options) => attachTriggers(ports, { ...options, ...place })));
  writing('detach', 'take our function out of the slots it is in, and nothing else').action(
    run(({ deps: ports, place }, options) => detachTriggers(ports, { ...options, ...place })),
  );
}
