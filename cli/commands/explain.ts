import { EXIT, type Exit } from '../exit.ts';
import type { FindSub, UserTable } from '../ports.ts';
import { renderTable } from '../render/table.ts';
import { renderUser } from '../render/user.ts';
import { findUser } from '../users/find-user.ts';
import { needsAttention, toTime, viewUser } from '../users/user-view.ts';
import { type DeadLetterDeps, surveyAll } from './dlq.ts';

/** What {@link explain} works with. */
export interface ExplainDeps extends DeadLetterDeps {
  readonly table: UserTable;
  readonly findSub: FindSub;
}

/** Dead letters of each queue that are looked through for the user. */
const DEAD_LETTERS = 1_000;

/**
 * `explain`: why the record of one person is what it is.
 *
 * @returns in order when nothing about the user waits for a person.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function explain(
  deps: ExplainDeps,
  { user, json }: { readonly user: string; readonly json: boolean },
): Promise<Exit> {
  const { terminal, now } = deps;
  const { sub, row } = await findUser(deps, user);
  const surveys = await surveyAll(deps, await filled(deps), DEAD_LETTERS);
  const deadLetters = surveys.flatMap(({ queue, findings }) =>
    findings
      .filter((finding) => finding.sub === sub)
      .map(({ messageId, reason, deadAt }) => ({ queue, messageId, reason, deadSince: toTime(deadAt) ?? '' })),
  );
  const view = viewUser(sub, row);
  if (json) terminal.out(JSON.stringify({ ...view, deadLetters }, null, 2));
  else {
    for (const line of renderUser(view, now())) terminal.out(line);
    if (deadLetters.length > 0) terminal.out('');
    const letters = deadLetters.map(({ queue, messageId, reason, deadSince }) => [queue, reason, deadSince, messageId]);
    if (letters.length > 0)
      for (const line of renderTable(['DEAD LETTER OF', 'REASON', 'SINCE', 'MESSAGE'], letters)) terminal.out(line);
  }
  if (row === undefined) terminal.note('The worker has never reconciled this user: connect-sync sync asks it to.');
  return row !== undefined && !needsAttention(row) && deadLetters.length === 0 ? EXIT.inOrder : EXIT.attention;
}

/** Queues with something in them: an empty one is not worth the wait. */
async function filled({ queues }: DeadLetterDeps) {
  const counts = await Promise.all(
    (['changes', 'intake'] as const).map(async (name) => ({ name, ...(await queues[name].count()) })),
  );
  return counts.filter(({ visible, hidden }) => visible + hidden > 0).map(({ name }) => name);
}
