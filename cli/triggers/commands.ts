import type { Command } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { addCommand, applyOption, type CommandOptions } from '../command.ts';
import { type CloudFormation, locate, type PlaceOptions } from '../deployment/places.ts';
import { type RememberSettings, rememberIn } from '../deployment/remember-settings.ts';
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
    (act: (ports: TriggerDeps, target: TriggerFlags & TriggerTarget) => Promise<Exit>, withoutStack = NO_STACK) =>
    async (options: TriggerFlags) => {
      const { region = options.userPool?.split('_')[0] } = options;
      const connections = await deps.connect({ ...options, region });
      const { settings, functions, stacks, backups } = connections;
      const { configuredStack, terminal } = deps;
      const note = (line: string) => terminal.note(line);
      const place = await locatePool({ ...connections, configuredStack, note }, options, withoutStack);
      const { userPoolId, tableName, syncWorker } = place;
      const remember: RememberSettings =
        tableName === undefined ? async () => {} : rememberIn(connections, { userPoolId, tableName, syncWorker });
      const ports = {
        settings,
        functions,
        stacks,
        backups: backups(options.backupDir),
        terminal: deps.terminal,
        remember,
        now: deps.now,
        signal: deps.signal,
      };
      deps.onExit(await act(ports, { ...options, ...place }));
    };

  addCommand(group, 'show', 'who is in the trigger slots of the pool', PLACES).action(run(showTriggers));
  writing('attach', 'put our function into the custom message and post confirmation slots')
    .option('--post-confirmation', 'the post confirmation slot too', true)
    .option('--no-post-confirmation', 'leave the post confirmation slot alone')
    .option('--post-authentication', 'the post authentication slot too: for federated users', false)
    .action(run(attachTriggers));
  writing('detach', 'take our function, and what earlier deployments have left, out of the slots').action(
    run(detachTriggers, NO_STACK_OF_THE_POOL),
  );
}

/** A stack that is gone, or gone in part. */
const NO_STACK: readonly string[] = ['no-stack', 'half-removed'];
/** Where no stack is named: those of the account may be of other pools. */
const NO_STACK_OF_THE_POOL: readonly string[] = [...NO_STACK, 'other-user-pool', 'several-stacks'];

/** Where there is no stack that names a function, what it has left behind is known by its tag, if the pool is given. */
async function locatePool(
  cloudFormation: CloudFormation,
  options: PlaceOptions & { readonly stack?: string | undefined },
  withoutStack: readonly string[],
) {
  const { userPool, stack } = options;
  const codes = stack === undefined ? withoutStack : NO_STACK;
  try {
    // Where the function is given, the stack is not asked for anything, nor for its table.
    if (options.function !== undefined)
      return { ...(await locate(cloudFormation, options, PLACES)), tableName: undefined, syncWorker: undefined };
    return await locate(cloudFormation, options, [...PLACES, 'tableName'], ['syncWorker']);
  } catch (error) {
    if (userPool === undefined || !(error instanceof ConfigError && codes.includes(error.code))) throw error;
    return { userPoolId: userPool, functionArn: undefined, tableName: undefined, syncWorker: undefined };
  }
}
