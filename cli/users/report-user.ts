import { EXIT, type Exit } from '../exit.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { UserRecord } from './ports.ts';
import { renderUser } from './render-user.ts';
import { needsAttention, viewUser } from './user-view.ts';

/**
 * Reports how the reconciling ended that the command has asked for.
 *
 * @param report.row - `undefined` when it has not ended yet.
 * @param report.more - further members of the JSON document.
 */
export function reportUser(
  { terminal, now }: { readonly terminal: Terminal; readonly now: () => number },
  { sub, row, json, more }: Readonly<{ sub: string; row: UserRecord | undefined; json: boolean; more?: object }>,
): Exit {
  const view = row === undefined ? null : viewUser(sub, row);
  if (json) terminal.json({ applied: true, ...more, concluded: view !== null, user: view });
  else if (view !== null) terminal.out(renderUser(view, now()));
  return view !== null && !needsAttention(view) ? EXIT.inOrder : EXIT.attention;
}
