import { type Command, Option } from 'commander';
import { addCommand, type CommandOptions, open } from '../command.ts';
import type { Connections } from '../connections.ts';
import { EXIT, type Exit } from '../exit.ts';
import { wholeNumber } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Finding, readChangeLetter, readIntakeLetter } from './finding.ts';
import type { DeadLetter, DeadLetterQueue } from './ports.ts';
import { adviseOnDeadLetter, canSucceedLater } from './reasons.ts';
import { type NamedSurvey, renderSurveys } from './render-surveys.ts';
import { groupByReason, surveyQueue } from './survey.ts';

/** The two dead-letter queues of the product. */
export interface DeadLetterQueues {
  readonly changes: DeadLetterQueue;
  readonly intake: DeadLetterQueue;
}

/** What the commands about dead letters work with. */
export interface DeadLetterDeps {
  readonly queues: DeadLetterQueues;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** How each queue is read. */
export const READERS: Readonly<Record<keyof DeadLetterQueues, (letter: DeadLetter) => Finding>> = {
  changes: readChangeLetter,
  intake: (letter) => readIntakeLetter(letter).finding,
};

/**
 * `dlq`: what is in the dead-letter queues, why, since when and how many. Takes nothing out.
 *
 * @returns in order when both are empty.
 */
export async function showDeadLetters(
  deps: DeadLetterDeps,
  { json, limit }: { readonly json: boolean; readonly limit: number },
): Promise<Exit> {
  const surveys = await surveyAll(deps, ['changes', 'intake'], limit);
  const { terminal, now } = deps;
  if (json) terminal.json({ queues: surveys.map(toJson) });
  else terminal.out(renderSurveys(surveys, now()));
  const messages = surveys.reduce((sum, survey) => sum + survey.messages, 0);
  const isOfUse = surveys.some(
    (survey) =>
      survey.findings.length < survey.messages || survey.findings.some(({ reason }) => canSucceedLater(reason)),
  );
  if (isOfUse && !json) terminal.note('To send them back: npx connect-sync redrive');
  return messages === 0 ? EXIT.inOrder : EXIT.attention;
}

/** Looks at several queues at once. */
export const surveyAll = (
  { queues, signal }: DeadLetterDeps,
  names: readonly (keyof DeadLetterQueues)[],
  limit: number,
): Promise<readonly NamedSurvey[]> =>
  Promise.all(
    names.map(async (queue) => ({ queue, ...(await surveyQueue(queues[queue], READERS[queue], limit, signal)) })),
  );

function toJson({ queue, messages, findings }: NamedSurvey) {
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  return {
    queue,
    messages,
    examined: findings.length,
    reasons: groupByReason(findings).map(({ oldestAt, newestAt, ...group }) => ({
      ...group,
      oldest: time(oldestAt),
      newest: time(newestAt),
      advice: adviseOnDeadLetter(group.reason),
    })),
    findings: findings.map(({ deadAt, occurredAt, ...finding }) => ({
      ...finding,
      deadSince: time(deadAt),
      ...(occurredAt !== undefined && { occurred: time(occurredAt) }),
    })),
  };
}

/** What it takes to open {@link DeadLetterQueues}. */
export const DEAD_LETTER_PLACES = ['deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;

/** Opens both queues. */
export const openDeadLetters = ({
  deadLetterQueue,
  place,
}: Pick<Connections, 'deadLetterQueue'> & {
  readonly place: Readonly<Record<(typeof DEAD_LETTER_PLACES)[number], string>>;
}): DeadLetterQueues => ({
  changes: deadLetterQueue(place.deadLetterQueueUrl),
  intake: deadLetterQueue(place.intakeDeadLetterQueueUrl),
});

/** Adds `dlq`. */
export function addDlq(program: Command, deps: ProgramDeps): void {
  const limit = new Option('--limit <n>', 'messages to look at, of each queue').argParser(wholeNumber(1, 100_000));
  addCommand(program, 'dlq', 'what is in the dead-letter queues, why, since when and how many', DEAD_LETTER_PLACES)
    .addOption(limit.default(1_000))
    .action(async (options: CommandOptions & { readonly limit: number }) => {
      const connected = await open(deps, options, DEAD_LETTER_PLACES);
      deps.onExit(await showDeadLetters({ ...deps, queues: openDeadLetters(connected) }, options));
    });
}
