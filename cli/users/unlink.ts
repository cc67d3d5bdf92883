import type { Command } from 'commander';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import { EXIT, type Exit, InterruptedError, RefusedError } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { describeUser } from './find-user.ts';
import { type IdentifyDeps, identifyUser } from './identify-user.ts';
import { withoutPerson } from './operator.ts';
import { openUsers, USER } from './user-command.ts';

/** What {@link unlinkUser} works with. */
export interface UnlinkDeps extends IdentifyDeps {
  readonly terminal: Terminal;
  /** ARN of who is calling. */
  readonly caller: () => Promise<string>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * `unlink`: forgets the link of a user, and what was true of it only. Connect keeps what it has; the Connect user is free
 * for others, unless its claim is orphaned.
 *
 * @throws {RefusedError} when the user was linked anew meanwhile.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function unlinkUser(
  deps: UnlinkDeps,
  { user, apply, json }: { readonly user: string; readonly apply: boolean; readonly json: boolean },
): Promise<Exit> {
  const { table, terminal } = deps;
  const found = await identifyUser(deps, user);
  const { sub, row } = found;
  terminal.note(describeUser(found));
  const connectUserId = row?.connectUserId;
  const tell = (applied: boolean) => {
    if (json) terminal.json({ applied, sub, connectUserId: connectUserId ?? null });
    else if (connectUserId !== undefined) terminal.out(`- ${sub} -> ${connectUserId}`);
  };
  if (connectUserId === undefined) {
    tell(false);
    terminal.note(`${sub} has no link; nothing to do.`);
    return EXIT.inOrder;
  }
  if (!apply) {
    tell(false);
    terminal.note(PLAN_ONLY);
    return EXIT.attention;
  }
  if (deps.signal.aborted) throw new InterruptedError();
  const by = { role: withoutPerson(await deps.caller()), at: deps.now() };
  // Read the claim before the link is removed. A claim that is made later is a new one, and stays.
  const claim = await table.findClaim(connectUserId);
  await table.unlink(sub, connectUserId);
  if ((await table.find(sub))?.connectUserId !== undefined)
    throw new RefusedError(`${sub} has been linked anew meanwhile. Look again, then repeat the command.`);
  if (claim?.sub === sub) await table.freeClaim(claim);
  await table.noteOperator(sub, 'unlink', by);
  tell(true);
  terminal.note('Unlinked. The next change of this user looks for a Connect user by the adoption rules.');
  return EXIT.inOrder;
}

const PLACES = ['tableName', 'userPoolId'] as const;

/** Adds `unlink`. */
export function addUnlink(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'unlink', 'forget the link of a user; Connect keeps what it has', PLACES)
    .argument(...USER)
    .addOption(applyOption())
    .action(async (user: string, options: CommandOptions & { readonly apply: boolean }) => {
      const connected = await open(deps, options, PLACES);
      deps.onExit(
        await unlinkUser({ ...deps, caller: connected.caller, ...openUsers(connected) }, { ...options, user }),
      );
    });
}
