import { CommanderError } from 'commander';
import { ConfigError, PermanentError, TransientError } from '../lambda/core/errors.ts';
import { EXIT, type Exit, RefusedError } from './exit.ts';
import { createProgram } from './program.ts';
import type { ProgramDeps } from './program-deps.ts';
import { createTerminal, type Screen, type Terminal } from './terminal/terminal.ts';

/** What a command line runs on. */
export interface RunDeps extends Omit<ProgramDeps, 'onExit' | 'terminal'> {
  readonly screen: Screen;
}

/**
 * Runs one command line to its end; never throws.
 *
 * @param args - without the interpreter and the script.
 */
export async function run(args: readonly string[], { screen, ...deps }: RunDeps): Promise<Exit> {
  const terminal = createTerminal(screen);
  let exit: Exit = EXIT.inOrder;
  const program = createProgram({
    ...deps,
    terminal,
    onExit: (value) => {
      exit = value;
    },
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return report(terminal, error);
  }
}

/** Tells a person what went wrong and what to do. */
function report(terminal: Terminal, error: unknown): Exit {
  // Commander has written its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.inOrder : EXIT.usage;
  if (error instanceof ConfigError) {
    // Only a list of problems has lines of its own.
    terminal.note(error.problems.length > 0 ? error.message.split('\n') : error.message);
    return EXIT.usage;
  }
  if (error instanceof RefusedError) {
    terminal.note(error.message);
    terminal.note(error.reasons.map((reason) => `- ${reason}`));
    return EXIT.attention;
  }
  if (error instanceof PermanentError || error instanceof TransientError) {
    terminal.note(error.message);
    // The operator may read what functions must not log: the service's own words.
    const { message = '' } = error.cause instanceof Error ? error.cause : {};
    if (message !== '')
      terminal.note(`${error.status === undefined ? 'The connection failed' : 'AWS says'}: ${message}`);
    terminal.note(adviseOn(error));
    return EXIT.remote;
  }
  terminal.note('This is a bug of connect-sync; please report it with these lines.');
  terminal.note((error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'));
  return EXIT.remote;
}

const adviseOn = (error: PermanentError | TransientError): string => {
  if (error.name === 'PermanentError') return adviseOnRefusal(error);
  return error.status === undefined
    ? 'Check AWS_ENDPOINT_URL, HTTPS_PROXY, the Region and the network, then try again.'
    : 'Try again in a while.';
};

/** What to do about a refusal depends on what was refused: the caller, the values that were sent, or a name. */
function adviseOnRefusal({ code, message }: PermanentError | TransientError): string {
  const [, operation = 'of this call'] = /^([\w-]+:\w+) (?:failed|was denied)/.exec(message) ?? [];
  if (/AccessDenied|NotAuthorized|Unauthorized|Forbidden/.test(code))
    return `The permission ${operation} is missing. Policies for people are in docs/iam, the permissions of each command in docs/cli.md.`;
  if (/Invalid|Validation|Malformed|Serialization/.test(code))
    return `AWS does not take what ${operation} sent: correct what it names, then repeat the command.`;
  return 'Check the account, the Region and the names on the command line. Whether a resource of the stack is missing: npx connect-sync doctor';
}
