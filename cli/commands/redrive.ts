import { PermanentError } from '../../lambda/core/errors.ts';
import { readIntakeLetter } from '../dead-letters/finding.ts';
import type { DeadLetterReason } from '../dead-letters/reasons.ts';
import { resendEach } from '../dead-letters/resend.ts';
import { groupByReason } from '../dead-letters/survey.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ChangesAgain, DeadLetter, Functions, MoveTask } from '../ports.ts';
import { renderTable } from '../render/table.ts';
import { type DeadLetterDeps, type DeadLetterQueues, READERS, surveyAll } from './dlq.ts';

/** What {@link redrive} works with. */
export interface RedriveDeps extends DeadLetterDeps {
  readonly changes: ChangesAgain;
  readonly functions: Pick<Functions, 'invokeLater'>;
  /** Name or ARN of the function that takes CloudTrail records in. */
  readonly changeIntake: string;
  /** Resolves early when the signal aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Which messages, how fast, and whether at all. */
export interface RedriveOptions {
  readonly queues: readonly (keyof DeadLetterQueues)[];
  readonly only?: DeadLetterReason | undefined;
  readonly sub?: string | undefined;
  readonly ratePerSecond: number;
  readonly apply: boolean;
  readonly json: boolean;
}

/** Messages of each queue that a plan looks at. */
const PLAN_LIMIT = 10_000;
const POLL_MS = 1_000;
/** A move task that moves so many more messages than there were is chasing its own. */
const CHASING = 10;

/**
 * `redrive`: sends dead letters back to where they came from.
 *
 * A whole queue of changes goes by SQS's own move task; chosen messages go one by one. CloudTrail records go through
 * change-intake again, out of whatever envelope they are in.
 *
 * @returns in order when nothing is left to send.
 */
export async function redrive(deps: RedriveDeps, options: RedriveOptions): Promise<Exit> {
  return options.apply ? sendBack(deps, options) : showPlan(deps, options);
}

async function showPlan(deps: RedriveDeps, options: RedriveOptions): Promise<Exit> {
  const { terminal } = deps;
  const surveys = await surveyAll(deps, options.queues, PLAN_LIMIT);
  const plan = surveys.flatMap(({ queue, findings }) =>
    groupByReason(findings.filter((finding) => isWanted(options, finding))).map(({ reason, messages, users }) => ({
      queue,
      reason,
      messages,
      users,
    })),
  );
  if (options.json) {
    terminal.out(JSON.stringify({ applied: false, plan }, null, 2));
  } else if (plan.length > 0) {
    const rows = plan.map(({ queue, reason, messages, users }) => [queue, reason, String(messages), String(users)]);
    for (const line of renderTable(['QUEUE', 'REASON', 'MESSAGES', 'USERS'], rows, [2, 3])) terminal.out(line);
  }
  if (plan.length === 0) terminal.note('Nothing to redrive.');
  else terminal.note('This is a plan; nothing was moved. Repeat the command with --apply.');
  return plan.length === 0 ? EXIT.inOrder : EXIT.attention;
}

/** A message in an unknown envelope has nowhere to go. */
const isWanted = (
  { only, sub }: RedriveOptions,
  finding: { readonly reason: DeadLetterReason; readonly sub?: string | undefined },
): boolean =>
  finding.reason !== 'unknown-envelope' &&
  (only === undefined || finding.reason === only) &&
  (sub === undefined || finding.sub === sub);

async function sendBack(deps: RedriveDeps, options: RedriveOptions): Promise<Exit> {
  const { terminal, queues, signal } = deps;
  const results: { readonly queue: string; readonly sent: number; readonly left: number }[] = [];
  let finished = true;
  for (const queue of options.queues) {
    if (signal.aborted) break;
    const { sent, done } = await sendBackOne(deps, options, queue);
    finished &&= done;
    const { visible, hidden } = await queues[queue].count();
    results.push({ queue, sent, left: visible + hidden });
  }
  if (options.json) terminal.out(JSON.stringify({ applied: true, queues: results }, null, 2));
  else for (const { queue, sent, left } of results) terminal.out(`${queue}: ${sent} sent back, ${left} left`);
  if (signal.aborted) terminal.note('Interrupted: nothing is lost. Repeat the command to go on.');
  return finished && !signal.aborted ? EXIT.inOrder : EXIT.attention;
}

interface SentBack {
  readonly sent: number;
  /** False when it ended early. */
  readonly done: boolean;
}

async function sendBackOne(
  deps: RedriveDeps,
  options: RedriveOptions,
  queue: keyof DeadLetterQueues,
): Promise<SentBack> {
  const { queues, terminal, signal, sleep } = deps;
  const whole = options.only === undefined && options.sub === undefined;
  if (queue === 'changes' && whole) {
    const { visible } = await queues.changes.count();
    if (visible === 0) return { sent: 0, done: true };
    const task = await deps.changes.moveAll(options.ratePerSecond);
    if (task !== 'unsupported') return follow(deps, task, visible);
    terminal.note('SQS does not move this queue as a whole: its messages are sent one by one.');
  }
  const sent = await resendEach({
    queue: queues[queue],
    wants: (letter) => isWanted(options, READERS[queue](letter)),
    send: queue === 'changes' ? (letter) => sendChange(deps, letter) : (letter) => replay(deps, letter),
    ratePerSecond: options.ratePerSecond,
    sleep,
    signal,
    onProgress: (count) => terminal.note(`${queue}: ${count} sent back`),
  });
  return { sent, done: !signal.aborted };
}

const sendChange = ({ changes }: RedriveDeps, { body, groupId, messageId }: DeadLetter): Promise<void> =>
  changes.send(body, groupId ?? messageId);

async function replay({ functions, changeIntake }: RedriveDeps, letter: DeadLetter): Promise<void> {
  const { event } = readIntakeLetter(letter);
  if (event === undefined) throw new TypeError('A message in an unknown envelope was chosen to be replayed.');
  await functions.invokeLater(changeIntake, event);
}

/**
 * Follows a move task to its end; an interruption stops the task too.
 *
 * @throws {PermanentError} `move-task-failed`, with the code that SQS gives.
 */
async function follow({ terminal, signal, sleep }: RedriveDeps, task: MoveTask, expected: number): Promise<SentBack> {
  for (;;) {
    const { status, moved, failure = 'no reason given' } = await task.progress();
    terminal.note(`changes: ${moved} of ${expected} sent back`);
    if (status === 'failed')
      throw new PermanentError('move-task-failed', `The message move task failed after ${moved} messages: ${failure}.`);
    if (status !== 'running') return { sent: moved, done: status === 'completed' };
    const chasing = moved > expected + CHASING;
    if (chasing) terminal.note('changes: messages come back as fast as they are moved; see connect-sync dlq.');
    if (chasing || signal.aborted) {
      await task.cancel();
      return { sent: moved, done: false };
    }
    await sleep(POLL_MS);
  }
}
