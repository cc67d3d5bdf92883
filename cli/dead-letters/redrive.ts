import { type Command, Option } from 'commander';
import { addCommand, type CommandOptions, open } from '../command.ts';
import type { Functions } from '../deployment/ports.ts';
import { EXIT, type Exit } from '../exit.ts';
import { sub, wholeNumber } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { tableOf } from '../terminal/table.ts';
import { withoutPerson } from '../users/operator.ts';
import {
  DEAD_LETTER_PLACES,
  type DeadLetterDeps,
  type DeadLetterQueues,
  openDeadLetters,
  READERS,
  surveyAll,
} from './dlq.ts';
import { readIntakeLetter } from './finding.ts';
import { followMove, type SentBack } from './follow-move.ts';
import type { ChangesAgain, DeadLetter } from './ports.ts';
import type { DeadLetterReason } from './reasons.ts';
import { REASONS } from './reasons.ts';
import type { NamedSurvey } from './render-surveys.ts';
import { resendEach } from './resend.ts';
import { countUnseen, groupByReason } from './survey.ts';

/** What {@link redrive} works with. */
export interface RedriveDeps extends DeadLetterDeps {
  readonly changes: ChangesAgain;
  readonly functions: Pick<Functions, 'invokeLater'>;
  /** Name or ARN of the function that takes CloudTrail records in. */
  readonly changeIntake: string;
  /** Keeps in the rows of these users that their dead letters were sent back, and by whom. */
  readonly noteRedriven: (subs: readonly string[]) => Promise<void>;
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

const REPEAT = 'Another command may have hidden them for a minute. Repeat the command then.';

/** Messages of each queue that a plan looks at. */
const PLAN_LIMIT = 10_000;

/**
 * `redrive`: sends dead letters back to where they came from.
 *
 * A whole queue of changes goes by SQS's own move task; chosen messages go one by one. CloudTrail records go through
 * change-intake again, out of whatever envelope they are in.
 *
 * @returns in order when the plan is empty, or all was tried.
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
  const unseen = surveys.reduce((sum, survey) => sum + countUnseen(survey), 0);
  if (options.json) {
    terminal.json({ applied: false, plan, notLookedAt: unseen });
  } else if (plan.length > 0) {
    const rows = plan.map(({ queue, reason, messages, users }) => [queue, reason, String(messages), String(users)]);
    terminal.out([tableOf(['QUEUE', 'REASON', 'MESSAGES', 'USERS'], rows, [2, 3])]);
  }
  const others = surveys.reduce((sum, { findings }) => sum + findings.length, 0);
  if (unseen > 0) terminal.note(`Messages that were not looked at: ${unseen}. ${REPEAT}`);
  if (plan.length > 0) terminal.note('This is a plan; nothing was moved. Repeat the command with --apply.');
  else if (others > 0)
    terminal.note(
      `Nothing${unseen > 0 ? ' else' : ''} to redrive. Messages that were not asked for, or that have nowhere to go: ${others}. To see them: npx connect-sync dlq`,
    );
  else if (unseen === 0) terminal.note('Nothing to redrive.');
  return plan.length + unseen === 0 ? EXIT.inOrder : EXIT.attention;
}

/** Subs of the users whose dead letters are to be sent back, as far as they are seen. */
function findUsers(surveys: readonly NamedSurvey[], options: RedriveOptions): readonly string[] {
  const wanted = surveys.flatMap(({ findings }) => findings.filter((finding) => isWanted(options, finding)));
  return [...new Set(wanted.flatMap(({ sub }) => sub ?? []))];
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
  // Counted before anything is hidden or moves: SQS counts late.
  const surveys = await surveyAll(deps, options.queues, PLAN_LIMIT);
  // Before anything moves: what is sent back may be gone from the queue at once.
  await deps.noteRedriven(findUsers(surveys, options));
  for (const survey of surveys) {
    if (signal.aborted) break;
    const { queue, findings } = survey;
    const { sent, done } = await sendBackOne(deps, options, survey);
    const { visible, hidden } = await queues[queue].count();
    const left = visible + hidden;
    const wanted = findings.filter((finding) => isWanted(options, finding)).length + countUnseen(survey);
    const isShort = done && left > 0 && sent < wanted;
    if (isShort)
      terminal.note(`${queue}: messages that were not sent back: ${Math.min(left, wanted - sent)}. ${REPEAT}`);
    finished &&= done && !isShort;
    results.push({ queue, sent, left });
  }
  if (options.json) terminal.json({ applied: true, queues: results });
  else for (const { queue, sent, left } of results) terminal.out(`${queue}: ${sent} sent back, ${left} left`);
  if (signal.aborted) terminal.note('Interrupted: nothing is lost. Repeat the command to go on.');
  return finished && !signal.aborted ? EXIT.inOrder : EXIT.attention;
}

async function sendBackOne(
  deps: RedriveDeps,
  options: RedriveOptions,
  { queue, messages }: NamedSurvey,
): Promise<SentBack> {
  const { queues, terminal, signal, sleep } = deps;
  const whole = options.only === undefined && options.sub === undefined;
  if (queue === 'changes' && whole) {
    if (messages === 0) return { sent: 0, done: true };
    const task = await deps.changes.moveAll(options.ratePerSecond);
    if (task !== 'unsupported') return followMove(deps, task, messages);
    terminal.note('SQS does not move this queue as a whole: its messages are sent one by one.');
  }
  const sent = await resendEach({
    queue: queues[queue],
    most: messages,
    wants: (letter) => isWanted(options, READERS[queue](letter)),
    send: queue === 'changes' ? (letter) => sendAgain(deps, letter) : (letter) => replay(deps, letter),
    ratePerSecond: options.ratePerSecond,
    sleep,
    signal,
    onProgress: (count) => terminal.note(`${queue}: ${count} sent back`),
  });
  return { sent, done: !signal.aborted };
}

const sendAgain = ({ changes }: RedriveDeps, { body, groupId, messageId }: DeadLetter): Promise<void> =>
  changes.send(body, groupId ?? messageId);

async function replay({ functions, changeIntake }: RedriveDeps, letter: DeadLetter): Promise<void> {
  const { event } = readIntakeLetter(letter);
  if (event === undefined) throw new TypeError('A message in an unknown envelope was chosen to be replayed.');
  await functions.invokeLater(changeIntake, event);
}

type RedriveFlags = CommandOptions &
  Pick<RedriveOptions, 'only' | 'sub' | 'apply'> & {
    readonly rate: number;
    readonly queue?: keyof DeadLetterQueues;
  };

const PLACES = ['queueUrl', ...DEAD_LETTER_PLACES, 'changeIntake', 'tableName'] as const;

/** Adds `redrive`. */
export function addRedrive(program: Command, deps: ProgramDeps): void {
  const reasons = REASONS.filter((reason) => reason !== 'unknown-envelope');
  addCommand(program, 'redrive', 'send dead letters back to where they came from', PLACES)
    .addOption(new Option('--queue <queue>', 'one of the two queues (default: both)').choices(['changes', 'intake']))
    .addOption(new Option('--only <reason>', 'messages with this reason').choices(reasons))
    .addOption(new Option('--sub <sub>', 'messages of this user').argParser(sub))
    .addOption(new Option('--rate <n>', 'messages a second').argParser(wholeNumber(1, 500)).default(2))
    .option('--apply', 'send (default: show the plan)', false)
    .action(async (options: RedriveFlags) => {
      const connected = await open(deps, options, PLACES);
      const { caller, functions, changesAgain, place, userTable } = connected;
      const queues = options.queue === undefined ? (['changes', 'intake'] as const) : [options.queue];
      const noteRedriven = async (subs: readonly string[]) => {
        if (subs.length === 0) return;
        const table = userTable(place.tableName);
        const by = { role: withoutPerson(await caller()), at: deps.now() };
        for (const sub of subs) await table.noteOperator(sub, 'redrive', by);
      };
      const ports = {
        ...{ queues: openDeadLetters(connected), changes: changesAgain(place) },
        ...{ functions, changeIntake: place.changeIntake, noteRedriven },
      };
      deps.onExit(await redrive({ ...deps, ...ports }, { ...options, queues, ratePerSecond: options.rate }));
    });
}
