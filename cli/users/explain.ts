import type { Command } from 'commander';
import { addCommand, type CommandOptions, open } from '../command.ts';
import { type DeadLetterDeps, openDeadLetters, surveyAll } from '../dead-letters/dlq.ts';
import { adviseOnDeadLetter, canSucceedLater, type DeadLetterReason } from '../dead-letters/reasons.ts';
import { countUnseen } from '../dead-letters/survey.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { tableOf } from '../terminal/table.ts';
import { describeUser, findUser, type UserSources } from './find-user.ts';
import { commandOnProgress, redriveOf } from './next-command.ts';
import { CONNECT_PLACES, openConnect } from './open-connect.ts';
import { adviseOnProgress, type Progress, progressOf } from './progress.ts';
import { type AdviceEntry, renderAdvice } from './render-held.ts';
import { renderUser } from './render-user.ts';
import { openUsers, USER } from './user-command.ts';
import { needsAttention, toTime, type UserView, viewUser } from './user-view.ts';

/** What {@link explain} works with. */
export interface ExplainDeps extends DeadLetterDeps, UserSources {
  /** How many messages the queue of changes holds. */
  readonly queued: () => Promise<number>;
}

/** Dead letters of each queue that are looked through for the user. */
const DEAD_LETTERS = 1_000;

/**
 * `explain`: why the record of one person is what it is.
 *
 * @returns in order when the user is in step, waits for no person and has no dead letter.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function explain(
  deps: ExplainDeps,
  { user, json }: { readonly user: string; readonly json: boolean },
): Promise<Exit> {
  const { terminal, now } = deps;
  const found = await findUser(deps, user);
  const { sub, row } = found;
  terminal.note(describeUser(found));
  const surveys = await surveyAll(deps, await filled(deps), DEAD_LETTERS);
  const deadLetters = surveys.flatMap(({ queue, findings }) =>
    findings
      .filter((finding) => finding.sub === sub)
      .map(({ messageId, reason, deadAt }) => ({ queue, messageId, reason, deadSince: toTime(deadAt) ?? '' })),
  );
  const progress = progressOf({ row, user: found.user, queued: await deps.queued(), now: now() });
  const view = viewUser(sub, row);
  if (json)
    terminal.json({
      ...view,
      username: found.user?.username ?? null,
      progress: viewProgress(view, progress),
      deadLetters,
    });
  else {
    terminal.out(renderUser(view, now(), progress));
    if (deadLetters.length > 0) terminal.out('');
    const letters = deadLetters.map(({ queue, messageId, reason, deadSince }) => [queue, reason, deadSince, messageId]);
    if (letters.length > 0)
      terminal.out([
        tableOf(['DEAD LETTER OF', 'REASON', 'SINCE', 'MESSAGE'], letters),
        ...renderAdvice(deadLetters.map(({ reason }) => adviseOnLetter(sub, reason))),
      ]);
  }
  const unseen = surveys.reduce((sum, survey) => sum + countUnseen(survey), 0);
  if (unseen > 0)
    terminal.note(
      `Dead letters that were not looked at: ${unseen}. Some may be of this user. To see them: npx connect-sync dlq`,
    );
  const inOrder =
    unseen === 0 &&
    progress.state === 'in-step' &&
    row !== undefined &&
    !needsAttention(row) &&
    deadLetters.length === 0;
  return inOrder ? EXIT.inOrder : EXIT.attention;
}

/** What to do about a dead letter, and the command that sends those of the user back. */
const adviseOnLetter = (sub: string, reason: DeadLetterReason): AdviceEntry => [
  reason,
  adviseOnDeadLetter(reason),
  canSucceedLater(reason) ? redriveOf(sub) : undefined,
];

/** The progress for JSON: ISO times, and what to do. */
function viewProgress(view: UserView, progress: Progress) {
  const advice = {
    advice: adviseOnProgress(view.sub, progress) ?? null,
    command: commandOnProgress(view, progress) ?? null,
  };
  if (progress.state === 'failing') {
    const { lastTryAt, nextTryAt, ...rest } = progress;
    return { ...rest, lastTry: toTime(lastTryAt), nextTry: toTime(nextTryAt), ...advice };
  }
  if (progress.state !== 'waiting' && progress.state !== 'not-announced') return { ...progress, ...advice };
  const { changedAt, ...rest } = progress;
  return { ...rest, changed: toTime(changedAt), ...advice };
}

/** Queues with something in them: an empty one is not worth the wait. */
async function filled({ queues }: DeadLetterDeps) {
  const counts = await Promise.all(
    (['changes', 'intake'] as const).map(async (name) => ({ name, ...(await queues[name].count()) })),
  );
  return counts.filter(({ visible, hidden }) => visible + hidden > 0).map(({ name }) => name);
}

const PLACES = [...CONNECT_PLACES, 'userPoolId', 'queueUrl', 'deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;

/** Adds `explain`. */
export function addExplain(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'explain', 'why the record of one user is what it is, and what to do', PLACES)
    .argument(...USER)
    .action(async (user: string, options: CommandOptions) => {
      const connected = await open(deps, options, PLACES);
      const queues = openDeadLetters(connected);
      const queued = async () => {
        const { visible, hidden } = await connected.queueDepth(connected.place.queueUrl);
        return visible + hidden;
      };
      deps.onExit(
        await explain(
          { ...deps, ...openUsers(connected), ...openConnect(connected), queued, queues },
          { ...options, user },
        ),
      );
    });
}
