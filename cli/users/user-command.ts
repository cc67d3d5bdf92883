import { type Command, Option } from 'commander';
import { addCommand, applyOption, type CommandOptions, type Connected, open } from '../command.ts';
import type { Place } from '../deployment/places.ts';
import { rememberIn } from '../deployment/remember-settings.ts';
import type { Exit } from '../exit.ts';
import { cognitoUser, wholeNumber } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { IdentifyDeps } from './identify-user.ts';
import type { SendDeps } from './send-change.ts';

/** The argument that says which user. */
export const USER = ['<user>', 'sub or user name; docs/cli.md says what else', cognitoUser] as const;

/** Flags of the commands that have the worker reconcile a user. */
export interface ChangeFlags extends CommandOptions {
  readonly apply: boolean;
  /** Seconds. */
  readonly wait: number;
}

/** What the commands that have the worker reconcile a user work with. */
export interface ChangeDeps extends SendDeps, IdentifyDeps {
  /** Asks for the number of a plan for many; absent where no operator is at the keyboard. */
  readonly ask?: ProgramDeps['ask'];
  /** ARN of who is calling. */
  readonly caller: () => Promise<string>;
}

/** Options of the commands that have the worker reconcile a user. */
export interface ChangeOptions {
  /** Sub or user name. */
  readonly user: string;
  readonly apply: boolean;
  readonly json: boolean;
  /** How long to wait for the worker, milliseconds. */
  readonly waitMs: number;
}

const PLACES = ['tableName', 'userPoolId', 'queueUrl'] as const;

type ChangePlace = (typeof PLACES)[number];

/** Adds a command that has the worker reconcile a user. */
export const addChangingCommand = (
  program: Command,
  name: string,
  description: string,
  more: readonly Place[] = [],
  user: 'required' | 'optional' = 'required',
): Command =>
  addCommand(program, name, description, [...PLACES, ...more])
    .argument(user === 'required' ? '<user>' : '[user]', USER[1], USER[2])
    .addOption(applyOption())
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for the worker').argParser(wholeNumber(0, 3_600)).default(60),
    );

/** Runs a command that has the worker reconcile a user. */
export async function runChanging<More extends Place = never>(
  deps: ProgramDeps,
  options: ChangeFlags,
  user: string,
  act: (deps: ChangeDeps, options: ChangeOptions, connected: Connected<ChangePlace | More>) => Promise<Exit>,
  more: readonly More[] = [],
): Promise<void> {
  const connected = await open<ChangePlace | More>(deps, options, [...PLACES, ...more]);
  const { caller, changeQueue, place } = connected;
  const { apply, json, wait } = options;
  const queue = changeQueue(place.queueUrl);
  const ports = { ...deps, ...openUsers(connected), queue, userPoolId: place.userPoolId, caller };
  deps.onExit(await act(ports, { user, apply, json, waitMs: wait * 1_000 }, connected));
}

/** The table and the pool, where commands find users. */
export const openUsers = (connected: Connected<'tableName' | 'userPoolId'>): IdentifyDeps => ({
  table: connected.userTable(connected.place.tableName),
  pool: connected.poolUsers(connected.place.userPoolId),
  remember: rememberIn(connected, connected.place),
});

/** The number in a plan for many: the confirmation. */
export const yesOption = (): Option =>
  new Option('--yes <n>', 'for many users: how many the plan is for, to confirm it').argParser(
    wholeNumber(1, 1_000_000),
  );
