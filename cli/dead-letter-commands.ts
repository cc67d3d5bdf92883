import { type Command, Option } from 'commander';
import { showDeadLetters } from './commands/dlq.ts';
import { type RedriveOptions, redrive } from './commands/redrive.ts';
import type { Connections } from './connections.ts';
import { REASONS } from './dead-letters/reasons.ts';
import { type Given, locate, type Place } from './deployment.ts';
import { type CommonOptions, placeOption, queueOption, sub, wholeNumber, withCommonOptions } from './options.ts';
import type { ProgramDeps } from './program-deps.ts';

type Urls = CommonOptions & {
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  readonly intakeDeadLetterQueueUrl?: string;
  readonly intakeFunction?: string;
};

/** Adds `dlq` and `redrive`. */
export function addDeadLetterCommands(program: Command, deps: ProgramDeps): void {
  addDlq(program, deps);
  addRedrive(program, deps);
}

const DEAD_LETTER_QUEUES = ['deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;

function addDlq(program: Command, { connect, onExit, ...deps }: ProgramDeps): void {
  const limit = new Option('--limit <n>', 'messages to look at, of each queue').argParser(wholeNumber(1, 100_000));
  createCommand(program, 'dlq', 'what is in the dead-letter queues, why, since when and how many')
    .addOption(limit.default(1_000))
    .action(async (options: Urls & { readonly limit: number }) => {
      const ports = await connect(options);
      const place = await find(ports, options, DEAD_LETTER_QUEUES);
      onExit(await showDeadLetters({ ...deps, queues: openQueues(ports, place) }, options));
    });
}

type RedriveFlags = Urls & Omit<RedriveOptions, 'queues'> & { readonly queue?: 'changes' | 'intake' };

function addRedrive(program: Command, { connect, onExit, ...deps }: ProgramDeps): void {
  const reasons = REASONS.filter((reason) => reason !== 'unknown-envelope');
  createCommand(program, 'redrive', 'send dead letters back to where they came from')
    .addOption(queueOption('queue-url', 'queue of the changes'))
    .addOption(
      placeOption(
        '--intake-function <name>',
        'function change-intake (default: from the stack)',
        'CONNECT_SYNC_INTAKE_FUNCTION',
      ),
    )
    .addOption(new Option('--queue <queue>', 'one of the two queues (default: both)').choices(['changes', 'intake']))
    .addOption(new Option('--only <reason>', 'messages with this reason').choices(reasons))
    .addOption(new Option('--sub <sub>', 'messages of this user').argParser(sub))
    .addOption(new Option('--rate <n>', 'messages a second').argParser(wholeNumber(1, 500)).default(2))
    .option('--apply', 'send (default: show the plan)', false)
    .action(async (options: RedriveFlags & { readonly rate: number }) => {
      const ports = await connect(options);
      const place = await find(ports, options, ['queueUrl', ...DEAD_LETTER_QUEUES, 'changeIntake']);
      const { functions } = ports;
      const { changeIntake } = place;
      const queues = options.queue === undefined ? (['changes', 'intake'] as const) : [options.queue];
      onExit(
        await redrive(
          { ...deps, queues: openQueues(ports, place), changes: ports.changesAgain(place), functions, changeIntake },
          { ...options, queues, ratePerSecond: options.rate },
        ),
      );
    });
}

const createCommand = (program: Command, name: string, description: string): Command =>
  withCommonOptions(program.command(name).description(description))
    .addOption(queueOption('dead-letter-queue-url', 'dead-letter queue of the changes'))
    .addOption(queueOption('intake-dead-letter-queue-url', 'dead-letter queue of change-intake'));

function find<Needed extends Place>({ outputs }: Connections, options: Urls, needed: readonly Needed[]) {
  const { stack, queueUrl, deadLetterQueueUrl, intakeDeadLetterQueueUrl, intakeFunction: changeIntake } = options;
  const given: Given = { queueUrl, deadLetterQueueUrl, intakeDeadLetterQueueUrl, changeIntake };
  return locate(outputs, stack, given, needed);
}

const openQueues = (
  { deadLetterQueue }: Connections,
  urls: Readonly<Record<(typeof DEAD_LETTER_QUEUES)[number], string>>,
) => ({
  changes: deadLetterQueue(urls.deadLetterQueueUrl),
  intake: deadLetterQueue(urls.intakeDeadLetterQueueUrl),
});
