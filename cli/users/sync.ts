import type { Command } from 'commander';
import { EXIT, type Exit, InterruptedError } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY } from '../terminal/terminal.ts';
import { describeUser } from './find-user.ts';
import { identifyUser } from './identify-user.ts';
import { renderUser } from './render-user.ts';
import { reportUser } from './report-user.ts';
import { sendAndFollow } from './send-change.ts';
import {
  addChangingCommand,
  type ChangeDeps,
  type ChangeFlags,
  type ChangeOptions,
  runChanging,
} from './user-command.ts';
import { viewUser } from './user-view.ts';

/**
 * `sync`: has the worker reconcile one user now.
 *
 * @returns in order when it has reconciled the user, and nothing about the user waits for a person.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function syncUserNow(deps: ChangeDeps, { user, apply, json, waitMs }: ChangeOptions): Promise<Exit> {
  const { terminal } = deps;
  const found = await identifyUser(deps, user);
  const { sub, row } = found;
  terminal.note(describeUser(found));
  if (apply && deps.signal.aborted) throw new InterruptedError();
  if (apply) return reportUser(deps, { sub, row: await sendAndFollow(deps, sub, waitMs), json });
  if (json) terminal.json({ applied: false, user: viewUser(sub, row) });
  else terminal.out(renderUser(viewUser(sub, row), deps.now()));
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
