import { type Command, CommanderError } from 'commander';
import { ConfigError, PermanentError, TransientError } from '../lambda/core/failures/errors.ts';
import { isAboutCertificates, isAboutCredentials, isUnrenewed } from '../lambda/core/failures/refusal.ts';
import { checkOrder } from './check-order.ts';
import { EXIT, type Exit, InterruptedError, RefusedError } from './exit.ts';
import { adviseOnDenied } from './permissions/advise-denied.ts';
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
  const ran: { command?: string } = {};
  const program = createProgram({
    ...deps,
    terminal,
    onExit: (value) => {
      exit = value;
    },
  });
  program.hook('preAction', (_, command) => {
    ran.command = nameOf(command);
  });
  try {
    checkOrder(program, args);
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return report(terminal, error, ran.command);
  }
}

/** The name of a command below the program, for example `trigger show`. */
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

/** Commands that change something about a user. */
const CHANGES_USER: readonly string[] = ['release', 'sync', 'link', 'unlink'];

/** Tells a person what went wrong and what to do. */
function report(terminal: Terminal, error: unknown, command: string | undefined): Exit {
  // Commander has written its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.inOrder : EXIT.usage;
  if (error instanceof ConfigError) {
    // Only a list of problems has lines of its own.
    terminal.note(error.problems.length > 0 ? error.message.split('\n') : error.message);
    if (error.code === 'cognito-user-missing' && CHANGES_USER.includes(command ?? ''))
      terminal.note(
        'Commands that change something take the sub or the user name. To find both by another name or an address: npx connect-sync explain NAME',
      );
    return EXIT.usage;
  }
  if (error instanceof InterruptedError) {
    terminal.note(error.message);
    return EXIT.interrupted;
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
    if (message !== '') terminal.note(`${sourceOf(error)}: ${message}`);
    terminal.note(adviseOn(error, command));
    return EXIT.remote;
  }
  terminal.note('This is a bug of connect-sync; please report it with these lines.');
  terminal.note((error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n'));
  return EXIT.remote;
}

/** Whose words the cause of an error has. */
function sourceOf({ status, code }: PermanentError | TransientError): string {
  if (isUnrenewed(code)) return 'There are no credentials any more';
  return status === undefined ? 'The connection failed' : 'AWS says';
}

const adviseOn = (error: PermanentError | TransientError, command: string | undefined): string | readonly string[] => {
  if (error instanceof PermanentError) return adviseOnRefusal(error, command);
  if (isAboutCertificates(error.code))
    return 'Node.js does not trust this certificate. Where a proxy inspects the traffic, set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, then repeat the command.';
  return error.status === undefined
    ? 'Check AWS_ENDPOINT_URL, HTTPS_PROXY, the Region and the network, then try again.'
    : 'Try again in a while.';
};

/** What to do about a refusal depends on what was refused: the caller, the values that were sent, or a name. */
function adviseOnRefusal(
  { code, operation = 'the call', missingPermission }: PermanentError,
  command: string | undefined,
): string | readonly string[] {
  if (isAboutCredentials(code))
    return 'Sign in again, or name another profile with --profile, then repeat the command.';
  if (missingPermission !== undefined) return adviseOnDenied(command, missingPermission);
  if (/Invalid|Validation|Malformed|Serialization/.test(code))
    return `AWS does not take what ${operation} sent: correct what it names, then repeat the command.`;
  return 'Check the account, the Region and the names on the command line. Whether a resource of the stack is missing: npx connect-sync doctor';
}
