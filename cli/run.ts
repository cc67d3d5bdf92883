import { CommanderError } from 'commander';
import { ConfigError, PermanentError, TransientError } from '../lambda/core/errors.ts';
import { EXIT, type Exit, RefusedError } from './exit.ts';
import { createProgram } from './program.ts';
import type { ProgramDeps } from './program-deps.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Runs one command line to its end; never throws.
 *
 * @param args - without the interpreter and the script.
 */
export async function run(args: readonly string[], deps: Omit<ProgramDeps, 'onExit'>): Promise<Exit> {
  let exit: Exit = EXIT.inOrder;
  const program = createProgram({
    ...deps,
    onExit: (value) => {
      exit = value;
    },
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return report(deps.terminal, error);
  }
}

/** Tells a person what went wrong and what to do. */
function report(terminal: Terminal, error: unknown): Exit {
  // Commander has said everything by then.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.inOrder : EXIT.usage;
  if (error instanceof ConfigError) {
    terminal.note(error.message);
    return EXIT.usage;
  }
  if (error instanceof RefusedError) {
    terminal.note(error.message);
    for (const reason of error.reasons) terminal.note(`- ${reason}`);
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
  terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.remote;
}

const adviseOn = ({ name, code, status }: PermanentError | TransientError): string => {
  if (name === 'TransientError' && status === undefined)
    return 'Check AWS_ENDPOINT_URL, the Region and the network, then try again.';
  return name === 'TransientError' ? 'Try again in a while.' : adviseOnRefusal(code);
};

const adviseOnRefusal = (code: string): string =>
  /AccessDenied|NotAuthorized|Unauthorized/.test(code)
    ? 'The permissions that each command needs are in docs/cli.md.'
    : 'Check the account, the Region and the names on the command line.';
