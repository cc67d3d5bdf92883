import type { Command } from 'commander';
import { ConfigError } from '../lambda/core/failures/errors.ts';
import { shellWord } from './terminal/shell-word.ts';

/** Options that the program itself has. */
const OF_PROGRAM = new Set(['-h', '--help', '--version']);

/**
 * Checks the order of a command line before it is parsed: options follow the command, and help is about a command that there is.
 *
 * @param args - without the interpreter and the script.
 * @throws {ConfigError} `usage`, with the command line to paste.
 */
export function checkOrder(program: Command, args: readonly string[]): void {
  const [first = '', second] = args;
  if (first === 'help' && second !== undefined && findCommand(program, second) === undefined)
    throw new ConfigError(
      'usage',
      `There is no command ${JSON.stringify(second)}. All commands: npx connect-sync help`,
    );
  const corrected = putOptionsLast(program, args);
  if (corrected !== undefined)
    throw new ConfigError(
      'usage',
      `Options follow the command: npx connect-sync ${corrected.map(shellWord).join(' ')}`,
    );
}

const findCommand = (parent: Command, name: string): Command | undefined =>
  parent.commands.find((command) => command.name() === name);

/** The arguments with the options behind the command; `undefined` where they are, or where no command is named. */
function putOptionsLast(parent: Command, args: readonly string[]): readonly string[] | undefined {
  const at = args.findIndex((arg) => findCommand(parent, arg) !== undefined);
  const command = findCommand(parent, args[at] ?? '');
  if (command === undefined) return undefined;
  const [before, behind] = [args.slice(0, at), args.slice(at + 1)];
  const isOption = before[0]?.startsWith('-') === true && !OF_PROGRAM.has(before[0]);
  if (before.length > 0 && !isOption) return undefined;
  const rest = [...before, ...behind];
  if (command.commands.length > 0) {
    const inner = putOptionsLast(command, rest);
    return inner && [command.name(), ...inner];
  }
  return before.length === 0 ? undefined : [command.name(), ...rest];
}
