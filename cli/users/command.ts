import { type Command, Option } from 'commander';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import type { Connections } from '../connections.ts';
import type { Exit } from '../exit.ts';
import { wholeNumber } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { PoolUsers, UserTable } from './ports.ts';
import type { SendDeps } from './send-change.ts';

/** The argument that says which user. */
export const USER = ['<user>', 'sub or user name; docs/cli.md says what else'] as const;

/** Flags of the commands that have the worker reconcile a user. */
export interface ChangeFlags extends CommandOptions {
  readonly apply: boolean;
  /** Seconds. */
  readonly wait: number;
}

/** What the commands that have the worker reconcile a user work with. */
export interface ChangeDeps extends SendDeps {
  readonly pool: PoolUsers;
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

/** Adds a command that has the worker reconcile a user. */
export const addChangingCommand = (program: Command, name: string, description: string): Command =>
  addCommand(program, name, description, PLACES)
    .argument(...USER)
    .addOption(applyOption())
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for the worker').argParser(wholeNumber(0, 3_600)).default(60),
    );

/** Runs a command that has the worker reconcile a user. */
export async function runChanging(
  deps: ProgramDeps,
  options: ChangeFlags,
  user: string,
  act: (deps: ChangeDeps, options: ChangeOptions) => Promise<Exit>,
): Promise<void> {
  const connected = await open(deps, options, PLACES);
  const { queueUrl, userPoolId } = connected.place;
  const { apply, json, wait } = options;
  const queue = connected.changeQueue(queueUrl);
  const ports = { ...deps, ...openUsers(connected), queue, userPoolId };
  deps.onExit(await act(ports, { user, apply, json, waitMs: wait * 1_000 }));
}

/** The table and the pool, where commands find users. */
export const openUsers = ({
  userTable,
  poolUsers,
  place: { tableName, userPoolId },
}: Connections & {
  readonly place: { readonly tableName: string; readonly userPoolId: string };
}): { readonly table: UserTable; readonly pool: PoolUsers } => ({
  table: userTable(tableName),
  pool: poolUsers(userPoolId),
});
