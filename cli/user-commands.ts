import { type Command, Option } from 'commander';
import { IDENTITY_FIELDS, type IdentityField } from '../lambda/core/identity.ts';
import { explain } from './commands/explain.ts';
import { showHeld } from './commands/held.ts';
import { linkUser } from './commands/link.ts';
import { release } from './commands/release.ts';
import { showStatus } from './commands/status.ts';
import { type ChangeDeps, type ChangeOptions, syncUser } from './commands/sync.ts';
import { unlinkUser } from './commands/unlink.ts';
import type { Connections } from './connections.ts';
import { locate, type Place } from './deployment.ts';
import type { Exit } from './exit.ts';
import {
  type CommonOptions,
  connectUserId,
  queueOption,
  tableOption,
  userPoolOption,
  wholeNumber,
  withCommonOptions,
} from './options.ts';
import type { ProgramDeps } from './program-deps.ts';

type PlaceOptions = CommonOptions & {
  readonly table?: string;
  readonly userPool?: string;
  readonly queueUrl?: string;
  readonly deadLetterQueueUrl?: string;
  readonly intakeDeadLetterQueueUrl?: string;
};
type ChangeFlags = PlaceOptions & { readonly apply: boolean; readonly wait: number };

const OPTIONS = {
  tableName: tableOption,
  userPoolId: userPoolOption,
  queueUrl: () => queueOption('queue-url', 'queue of the changes'),
  deadLetterQueueUrl: () => queueOption('dead-letter-queue-url', 'dead-letter queue of the changes'),
  intakeDeadLetterQueueUrl: () => queueOption('intake-dead-letter-queue-url', 'dead-letter queue of change-intake'),
} as const satisfies Partial<Record<Place, () => Option>>;

const USER = ['<user>', 'sub or user name of a user of the pool'] as const;

/** Adds the commands about users: `status`, `held`, `explain`, `release`, `sync`, `link` and `unlink`. */
export function addUserCommands(program: Command, deps: ProgramDeps): void {
  addReading(program, deps);
  addChanging(program, deps);
  addLinking(program, deps);
}

function addReading(program: Command, { connect, onExit, ...deps }: ProgramDeps): void {
  const everywhere = ['tableName', 'queueUrl', 'deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;
  create(
    program,
    'status',
    'how many users are in step, how many are not and why, and what the queues hold',
    everywhere,
  ).action(async (options: PlaceOptions) => {
    const ports = await connect(options);
    const place = await find(ports, options, everywhere);
    const depths = async () => {
      const [changes, deadLetters, intakeDeadLetters] = await Promise.all([
        ports.queueDepth(place.queueUrl),
        ports.queueDepth(place.deadLetterQueueUrl),
        ports.queueDepth(place.intakeDeadLetterQueueUrl),
      ]);
      return { changes, deadLetters, intakeDeadLetters };
    };
    const table = ports.userTable(place.tableName);
    const lastSweep = () => ports.sweepState(place.tableName);
    onExit(await showStatus({ ...deps, table, depths, lastSweep }, options));
  });

  create(program, 'held', 'what a guard keeps back until a person decides', ['tableName']).action(
    async (options: PlaceOptions) => {
      const ports = await connect(options);
      const { tableName } = await find(ports, options, ['tableName']);
      onExit(await showHeld({ ...deps, table: ports.userTable(tableName) }, options));
    },
  );

  const asked = ['tableName', 'userPoolId', 'deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;
  create(program, 'explain', 'why the record of one user is what it is, and what to do', asked)
    .argument(...USER)
    .action(async (user: string, options: PlaceOptions) => {
      const ports = await connect(options);
      const place = await find(ports, options, asked);
      const queues = {
        changes: ports.deadLetterQueue(place.deadLetterQueueUrl),
        intake: ports.deadLetterQueue(place.intakeDeadLetterQueueUrl),
      };
      onExit(await explain({ ...deps, ...openUsers(ports, place), queues }, { ...options, user }));
    });
}

const CHANGING = ['tableName', 'userPoolId', 'queueUrl'] as const;

function addChanging(program: Command, deps: ProgramDeps): void {
  const field = new Option('--field <field>', 'one held field (default: all of them)').choices(IDENTITY_FIELDS);
  createChanging(program, 'release', 'let exactly the values through that are held of a user now')
    .argument(...USER)
    .addOption(field)
    .action((user: string, options: ChangeFlags & { readonly field?: IdentityField }) =>
      change(deps, options, user, (ports, common) => release(ports, { ...common, field: options.field })),
    );
  createChanging(program, 'sync', 'have the worker reconcile one user now')
    .argument(...USER)
    .action((user: string, options: ChangeFlags) => change(deps, options, user, syncUser));
}

function addLinking(program: Command, deps: ProgramDeps): void {
  createChanging(program, 'link', 'link a user to a Connect user by hand')
    .argument(...USER)
    .argument('<connect-user-id>', 'id of the Connect user', connectUserId)
    .option('--replace-claim', 'take the Connect user from the user who has it', false)
    .action((user: string, id: string, options: ChangeFlags & { readonly replaceClaim: boolean }) =>
      change(deps, options, user, (ports, common) =>
        linkUser(ports, { ...common, connectUserId: id, replaceClaim: options.replaceClaim }),
      ),
    );
  const { connect, onExit, terminal } = deps;
  const asked = ['tableName', 'userPoolId'] as const;
  create(program, 'unlink', 'forget the link of a user; Connect keeps what it has', asked)
    .argument(...USER)
    .addOption(applyOption())
    .action(async (user: string, options: PlaceOptions & { readonly apply: boolean }) => {
      const ports = await connect(options);
      const place = await find(ports, options, asked);
      onExit(await unlinkUser({ terminal, ...openUsers(ports, place) }, { ...options, user }));
    });
}

/** Runs a command that has the worker reconcile a user. */
async function change(
  { connect, onExit, ...deps }: ProgramDeps,
  options: ChangeFlags,
  user: string,
  act: (ports: ChangeDeps, options: ChangeOptions) => Promise<Exit>,
): Promise<void> {
  const ports = await connect(options);
  const place = await find(ports, options, CHANGING);
  const { userPoolId } = place;
  const queue = ports.changeQueue(place.queueUrl);
  const { apply, json } = options;
  const common = { user, apply, json, waitMs: options.wait * 1_000 };
  onExit(await act({ ...deps, ...openUsers(ports, place), queue, userPoolId }, common));
}

const applyOption = (): Option => new Option('--apply', 'write (default: show the plan)').default(false);

function create(
  program: Command,
  name: string,
  description: string,
  places: readonly (keyof typeof OPTIONS)[],
): Command {
  const command = withCommonOptions(program.command(name).description(description));
  for (const place of places) command.addOption(OPTIONS[place]());
  return command;
}

const createChanging = (program: Command, name: string, description: string): Command =>
  create(program, name, description, CHANGING)
    .addOption(applyOption())
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for the worker').argParser(wholeNumber(0, 3_600)).default(60),
    );

function find<Needed extends Place>({ outputs }: Connections, options: PlaceOptions, needed: readonly Needed[]) {
  const { stack, table: tableName, userPool: userPoolId, ...urls } = options;
  const { queueUrl, deadLetterQueueUrl, intakeDeadLetterQueueUrl } = urls;
  const given = { tableName, userPoolId, queueUrl, deadLetterQueueUrl, intakeDeadLetterQueueUrl };
  return locate(outputs, stack, given, needed);
}

const openUsers = (
  { userTable, findSub }: Connections,
  { tableName, userPoolId }: { readonly tableName: string; readonly userPoolId: string },
) => ({ table: userTable(tableName), findSub: findSub(userPoolId) });
