import { EXIT, type Exit } from '../exit.ts';
import type { FindSub, Terminal, UserRecord } from '../ports.ts';
import { renderUser } from '../render/user.ts';
import { findUser } from '../users/find-user.ts';
import { type SendDeps, sendAndFollow } from '../users/send-change.ts';
import { needsAttention, viewUser } from '../users/user-view.ts';

/** What the commands that have the worker reconcile a user work with. */
export interface ChangeDeps extends SendDeps {
  readonly findSub: FindSub;
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

/** What is said where nothing was written. */
export const PLAN_ONLY = 'This is a plan; nothing was written. Repeat the command with --apply.';

/**
 * `sync`: has the worker reconcile one user now.
 *
 * @returns in order when it has reconciled the user, and nothing about the user waits for a person.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function syncUser(deps: ChangeDeps, { user, apply, json, waitMs }: ChangeOptions): Promise<Exit> {
  const { terminal } = deps;
  const { sub, row } = await findUser(deps, user);
  if (apply) return reportUser(deps, { sub, row: await sendAndFollow(deps, sub, waitMs), json });
  if (json) terminal.out(JSON.stringify({ applied: false, user: viewUser(sub, row) }, null, 2));
  else for (const line of renderUser(viewUser(sub, row), deps.now())) terminal.out(line);
  terminal.note('A change would be sent: the worker would read both sides and write the difference.');
  terminal.note(PLAN_ONLY);
  return EXIT.attention;
}

/**
 * Tells how reconciling ended that was asked for.
 *
 * @param report.row - `undefined` when it has not ended yet.
 * @param report.more - further members of the JSON document.
 */
export function reportUser(
  { terminal, now }: { readonly terminal: Terminal; readonly now: () => number },
  { sub, row, json, more }: Readonly<{ sub: string; row: UserRecord | undefined; json: boolean; more?: object }>,
): Exit {
  const view = row === undefined ? null : viewUser(sub, row);
  if (json) terminal.out(JSON.stringify({ applied: true, ...more, concluded: view !== null, user: view }, null, 2));
  else if (view !== null) for (const line of renderUser(view, now())) terminal.out(line);
  return view !== null && !needsAttention(view) ? EXIT.inOrder : EXIT.attention;
}
