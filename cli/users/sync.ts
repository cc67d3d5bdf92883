import type { Command } from 'commander';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { addChangingCommand, type ChangeDeps, type ChangeFlags, type ChangeOptions, runChanging } from './command.ts';
import { findUser } from './find-user.ts';
import { renderUser } from './render-user.ts';
import { reportUser } from './report-user.ts';
import { sendAndFollow } from './send-change.ts';
import { viewUser } from './user-view.ts';

/**
 * `sync`: has the worker reconcile one user now.
 *
 * @returns in order when it has reconciled the user, and nothing about the user waits for a person.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function syncUserNow(deps: ChangeDeps, { user, apply, json, waitMs }: ChangeOptions): Promise<Exit> {
  const { terminal } = deps;
  const { sub, row } = await findUser(deps, user);
  if (apply) return reportUser(deps, { sub, row: await sendAndFollow(deps, sub, waitMs), json });
  if (json) terminal.out(JSON.stringify({ applied: false, user: viewUser(sub, row) }, null, 2));
  else for (const line of renderUser(viewUser(sub, row), deps.now())) terminal.out(line);
  terminal.note('A change would be sent: the worker would read both sides and write the difference.');
  terminal.note(PLAN_ONLY);
  return EXIT.attention;
}

/** Adds `sync`. */
export function addSync(program: Command, deps: ProgramDeps): void {
  addChangingCommand(program, 'sync', 'have the worker reconcile one user now').action(
    (user: string, options: ChangeFlags) => runChanging(deps, options, user, syncUserNow),
  );
}
