import type { Command } from 'commander';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import { addCommand, type CommandOptions, open } from '../command.ts';
import type { ReadWorkerSettings } from '../deployment/worker-settings.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ComparedField, compareSides } from './compare-sides.ts';
import { describeUser, type FoundUser, findUser } from './find-user.ts';
import { CONNECT_PLACES, type OpenedConnect, openConnect } from './open-connect.ts';
import type { DescribedConnectUser, PoolUsers, UserTable } from './ports.ts';
import { renderAdvice } from './render-held.ts';
import { openUsers, USER } from './user-command.ts';

/** What {@link showUser} works with. */
export interface ShowDeps extends OpenedConnect {
  readonly table: UserTable;
  readonly pool: PoolUsers;
  readonly terminal: Terminal;
}

/**
 * `show`: both sides of a user as they are now, with their values: what Cognito asks for, what Connect has, what would be
 * written, and why not. Nothing is stored.
 *
 * @returns in order when both sides were read and agree.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function showUser(
  deps: ShowDeps,
  { user: text, json }: { readonly user: string; readonly json: boolean },
): Promise<Exit> {
  const { terminal } = deps;
  const found = await findUser(deps, text);
  terminal.note(describeUser(found));
  const settings = await deps.workerSettings();
  const agent = await readConnectUser(deps, found);
  const fields = await compare(deps, found, settings, agent);
  const { sub, user, row } = found;
  const connectUserId = row?.connectUserId ?? null;
  if (json)
    terminal.json({
      ...{ sub, username: user?.username ?? null, connectUserId, connectUsername: agent?.username ?? null },
      fields: fields ?? [],
    });
  else {
    terminal.out([
      tableOf(
        ['', 'COGNITO', 'CONNECT', 'WHAT'],
        [
          ['user name', user?.username ?? '-', agent?.username ?? '-', ''],
          ...(fields ?? []).map((field) => [
            ...[field.field, field.cognito ?? '-', field.connect ?? '-'],
            describeState(field),
          ]),
        ],
      ),
    ]);
    terminal.out(renderAdvice((fields ?? []).map(({ reason, advice }) => [reason ?? '', advice])));
  }
  const agrees = fields?.every(({ state }) => state !== 'differs' && state !== 'withheld');
  return agent !== undefined && agrees === true ? EXIT.inOrder : EXIT.attention;
}

function describeState({ state, reason, holdId }: ComparedField): string {
  if (state === 'differs') return 'would be written';
  if (state === 'withheld') return `stays: ${reason}${holdId === null ? '' : `, hold ${holdId}`}`;
  return state.replace('-', ' ');
}

/** Says why a side was not read, and goes on with what was. */
async function readConnectUser({ terminal, connect }: ShowDeps, { row }: FoundUser) {
  const id = row?.connectUserId;
  if (id === undefined) {
    terminal.note('There is no linked Connect user.');
    return undefined;
  }
  const users = await connect();
  if ('unknown' in users) {
    terminal.note(`Connect was not read: ${users.unknown}.`);
    return undefined;
  }
  try {
    const found = await users.describe(id);
    if (found === undefined) terminal.note(`Connect has no user ${id} any more.`);
    return found;
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    terminal.note(`Connect was not read: ${error.message}`);
    return undefined;
  }
}

/** @returns `undefined` when there is nothing to compare. */
async function compare(
  deps: ShowDeps,
  { user, row }: FoundUser,
  settings: ReadWorkerSettings,
  agent: DescribedConnectUser | undefined,
): Promise<readonly ComparedField[] | undefined> {
  if ('unknown' in settings) {
    deps.terminal.note(`The mapping was not read: ${settings.unknown}.`);
    return undefined;
  }
  if (user === undefined) return undefined;
  const { POLICY: policy } = settings;
  const type = (policy.identityManagementType ?? (await readType(deps))) === 'SAML' ? 'SAML' : 'CONNECT_MANAGED';
  return compareSides({ user, identity: agent?.identity, policy, type, row });
}

/** How the instance manages identities. Says why that was not read, and goes on without. */
async function readType({ terminal, connect }: ShowDeps): Promise<string | undefined> {
  const users = await connect();
  if ('unknown' in users) return undefined;
  try {
    return await users.identityManagementType();
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    terminal.note(
      `How the instance manages identities was not read, so it is shown as CONNECT_MANAGED: ${error.message}`,
    );
    return undefined;
  }
}

const PLACES = [...CONNECT_PLACES, 'userPoolId'] as const;

/** Adds `show`. */
export function addShow(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'show', 'both sides of a user as they are now, with their values', PLACES)
    .argument(...USER)
    .action(async (user: string, options: CommandOptions) => {
      const connected = await open(deps, options, PLACES);
      deps.onExit(
        await showUser({ ...deps, ...openUsers(connected), ...openConnect(connected) }, { ...options, user }),
      );
    });
}
