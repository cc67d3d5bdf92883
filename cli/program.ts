import { Command, type Option } from 'commander';
import { addDlq } from './dead-letters/dlq.ts';
import { addRedrive } from './dead-letters/redrive.ts';
import { addPause, addResume } from './deployment/pause.ts';
import { addStatus } from './deployment/status.ts';
import { addDoctor } from './doctor/doctor.ts';
import { addInit } from './init/init.ts';
import { addPlan } from './plan/plan.ts';
import type { ProgramDeps } from './program-deps.ts';
import { addReconcile } from './sweep/reconcile.ts';
import type { Address } from './terminal/address-commands.ts';
import { addTriggers } from './triggers/commands.ts';
import { addExplain } from './users/explain.ts';
import { addHeld } from './users/held.ts';
import { addLink } from './users/link.ts';
import { addRelease } from './users/release.ts';
import { addShow } from './users/show.ts';
import { addSync } from './users/sync.ts';
import { addUnlink } from './users/unlink.ts';

/** Width of help where the width of the terminal is not known. */
const DEFAULT_COLUMNS = 100;

const EXIT_CODES = `
Exit codes: 0 in order, 1 something to look at (a plan with changes, dead letters, a failed check),
2 usage or configuration, 3 AWS could not be reached or refused, 130 ended by Ctrl-C.
Without --apply no user, pool or queue is changed; init writes its file only.
Data goes to stdout, everything else to stderr.`;

/** Every command, in the order of the help. */
const COMMANDS: readonly ((program: Command, deps: ProgramDeps) => void)[] = [
  addInit,
  addDoctor,
  addPlan,
  addStatus,
  addHeld,
  addShow,
  addExplain,
  addRelease,
  addSync,
  addLink,
  addUnlink,
  addReconcile,
  addPause,
  addResume,
  addTriggers,
  addDlq,
  addRedrive,
];

/** The command line of the operator: commands, options and what they do. */
export function createProgram(deps: ProgramDeps): Command {
  const program = new Command('connect-sync')
    .description('Operates the synchronization of Amazon Connect users with a Cognito user pool.')
    .version(deps.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ optionDescription: describeOption })
    .exitOverride()
    .showHelpAfterError('All commands: npx connect-sync help')
    .configureOutput({
      writeOut: (text) => deps.terminal.out(text.trimEnd().split('\n')),
      writeErr: (text) => deps.terminal.note(text.trimEnd().split('\n')),
      getOutHelpWidth: () => deps.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => deps.columns ?? DEFAULT_COLUMNS,
    });
  program.hook('preAction', (_, command) => {
    if (command.opts().wide === true) deps.terminal.showWide();
    deps.terminal.addressTo(addressOf(command));
  });
  for (const add of COMMANDS) add(program, deps);
  for (const command of program.commands) adviseAfterError(command, `npx connect-sync ${command.name()}`);
  return program;
}

/** What a mistake in the arguments of a command, and of those below it, is followed by. */
function adviseAfterError(command: Command, called: string): void {
  const dashes = `A name that begins with - goes behind --, for example: ${called} -- -name`;
  const all = `All options: ${called} --help`;
  command.showHelpAfterError(command.registeredArguments.length > 0 ? `${all}\n${dashes}` : all);
  for (const inner of command.commands) adviseAfterError(inner, `${called} ${inner.name()}`);
}

/** What was said on the command line; a variable goes on to count for a command that is pasted. */
function addressOf(command: Command): Address {
  const { stack, region, profile } = command.opts<Address>();
  const said = <Value>(name: keyof Address, value: Value) =>
    command.getOptionValueSource(name) === 'cli' ? value : undefined;
  return { stack: said('stack', stack), region: said('region', region), profile: said('profile', profile) };
}

/** An option in the help: what it does, then what it takes and where else it may come from. */
function describeOption({ description, argChoices, defaultValue, envVar }: Option): string {
  const notes = [
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || typeof defaultValue === 'boolean' ? [] : [`default: ${defaultValue}`]),
    ...(envVar === undefined ? [] : [`env: ${envVar}`]),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}
