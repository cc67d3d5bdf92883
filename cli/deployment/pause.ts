import type { Command } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { addCommand, applyOption, type CommandOptions, open } from '../command.ts';
import { EXIT, type Exit, InterruptedError } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { PLAN_ONLY, type Terminal } from '../terminal/terminal.ts';
import type { MappingState, WorkerMapping } from './ports.ts';

/** What {@link setPaused} works with. */
export interface PauseDeps {
  readonly mapping: WorkerMapping;
  /** Name of the function `sync-worker`. */
  readonly worker: string;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const POLL_MS = 1_000;
/** Lambda takes a while to start or stop polling a queue; AWS gives no bound. */
const WAIT_MS = 120_000;

const WORDS = {
  disabled: {
    already: 'The worker is paused already.',
    plan: 'The worker would be paused: it finishes the users that it has begun, and changes wait in the queue.',
    done: 'The worker is paused: changes wait in the queue, for at most 14 days. To go on: npx connect-sync resume --apply',
  },
  enabled: {
    already: 'The worker is not paused.',
    plan: 'The worker would go on, at the rate limit, with everything that has changed meanwhile.',
    done: 'The worker goes on. How far it is: npx connect-sync status',
  },
} as const;

/**
 * `pause` and `resume`: stops and starts the worker by its event source mapping. Nothing is lost: changes wait in the queue.
 *
 * @returns in order when the worker is as wanted.
 * @throws {ConfigError} `no-mapping`.
 * @throws {InterruptedError} at Ctrl-C before anything was written.
 */
export async function setPaused(
  deps: PauseDeps,
  wanted: 'disabled' | 'enabled',
  { apply, json }: { readonly apply: boolean; readonly json: boolean },
): Promise<Exit> {
  const { mapping, terminal } = deps;
  const before = await findMapping(deps);
  const tell = (applied: boolean, state: MappingState['state'], words: string): void => {
    if (json) terminal.json({ applied, paused: state === 'disabled', state });
    else terminal.out(words);
  };
  if (before.state === wanted) {
    tell(false, before.state, WORDS[wanted].already);
    return EXIT.inOrder;
  }
  if (!apply) {
    tell(false, before.state, WORDS[wanted].plan);
    terminal.note(PLAN_ONLY);
    return EXIT.attention;
  }
  if (deps.signal.aborted) throw new InterruptedError();
  await mapping.setEnabled(before.id, wanted === 'enabled');
  const { state } = await follow(deps, wanted);
  tell(
    true,
    state,
    state === wanted ? WORDS[wanted].done : 'AWS is still carrying it out. Look again: npx connect-sync status',
  );
  return state === wanted ? EXIT.inOrder : EXIT.attention;
}

async function follow(deps: PauseDeps, wanted: MappingState['state']): Promise<MappingState> {
  const deadline = deps.now() + WAIT_MS;
  for (;;) {
    const found = await findMapping(deps);
    if (found.state === wanted || deps.signal.aborted || deps.now() >= deadline) return found;
    await deps.sleep(POLL_MS);
  }
}

async function findMapping({ mapping, worker }: PauseDeps): Promise<MappingState> {
  const found = await mapping.find(worker);
  if (found !== undefined) return found;
  throw new ConfigError(
    'no-mapping',
    `${worker} has no event source mapping from a queue: is it the worker of this product? Deploy the stack again.`,
  );
}

/** Adds `pause`. */
export const addPause = (program: Command, deps: ProgramDeps): void =>
  addSwitch(program, deps, 'pause', 'stop the worker: changes wait in the queue', 'disabled');

/** Adds `resume`. */
export const addResume = (program: Command, deps: ProgramDeps): void =>
  addSwitch(program, deps, 'resume', 'let the worker go on after a pause', 'enabled');

function addSwitch(
  program: Command,
  deps: ProgramDeps,
  name: string,
  description: string,
  wanted: 'disabled' | 'enabled',
): void {
  addCommand(program, name, description, ['syncWorker'])
    .addOption(applyOption())
    .action(async (options: CommandOptions & { readonly apply: boolean }) => {
      const { place, mapping } = await open(deps, options, ['syncWorker']);
      deps.onExit(await setPaused({ ...deps, mapping, worker: place.syncWorker }, wanted, options));
    });
}
