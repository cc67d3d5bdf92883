import { ConfigError, PermanentError } from '../../lambda/core/failures/errors.ts';
import { EXIT, type Exit, RefusedError } from '../exit.ts';
import { type Confirmation, confirmNumber } from '../terminal/confirm-number.ts';
import { startProgress } from '../terminal/progress.ts';
import { tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What {@link actOnMany} works with. */
export interface ManyDeps {
  readonly terminal: Terminal;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly ask?: Confirmation['ask'];
}

/** How many are meant, and whether to write. */
export interface ManyOptions {
  readonly apply: boolean;
  readonly json: boolean;
  /** How many lines to do the plan has; needed to write, if not typed. */
  readonly yes?: number | undefined;
  /** More members of the JSON document of a plan. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/** One line of a plan for many users. */
export interface PlannedAct {
  /** Cells of the table. */
  readonly cells: readonly string[];
  /** Why nothing is to be done here; `undefined` when there is something. */
  readonly left?: string | undefined;
  /** Whether what is left out is as it has to be: it was done before. */
  readonly inOrder?: boolean;
  /** @throws {RefusedError} when it has changed since the plan. */
  readonly act: () => Promise<void>;
}

/** Most lines that a person is shown. */
const MAX_ROWS = 50;
/**
 * Pause between two users: the rate at which Connect lets the worker write. At a faster rate, new changes would wait behind
 * these in the queue.
 */
const PAUSE_MS = 500;

/**
 * Carries out a plan for many users: shown as a table, confirmed by its number, one after the other at the rate of the
 * worker. A failure is reported, and the other users go on. Safe to interrupt: what is done is left out the next time.
 *
 * @returns in order when all of it worked and no line was left out that is not in order; interrupted at Ctrl-C between two
 *   users.
 * @throws {RefusedError} when the number is not that of the plan; nothing was written.
 */
export async function actOnMany(
  { terminal, sleep, signal, now, ask }: ManyDeps,
  { apply, json, yes, more }: ManyOptions,
  header: readonly string[],
  plan: readonly PlannedAct[],
): Promise<Exit> {
  const todo = plan.filter(({ left }) => left === undefined);
  const missed = plan.filter(({ left, inOrder = false }) => left !== undefined && !inOrder);
  const rows = plan.map(({ cells, left }) => ({ cells, left: left ?? null }));
  if (!json) {
    if (plan.length > 0)
      terminal.out([
        tableOf(
          [...header, 'WHAT'],
          firstRows(plan, missed).map(({ cells, left }) => [
            ...cells,
            left === undefined ? 'to do' : `left out: ${left}`,
          ]),
        ),
      ]);
    if (rows.length > MAX_ROWS) terminal.out(`... and ${rows.length - MAX_ROWS} more (all of them with --json)`);
    terminal.out(`To do: ${todo.length} of ${plan.length}`);
  }
  if (missed.length > 0) terminal.note(`Left out because it cannot be done: ${missed.length}. The plan says why.`);
  if (todo.length === 0 || !apply) {
    if (json) terminal.json({ applied: false, toDo: todo.length, plan: rows, ...more });
    if (todo.length > 0)
      terminal.note(
        `This is a plan; nothing was written. Repeat the command with --apply --yes ${todo.length}, the number of users.`,
      );
    return todo.length === 0 && missed.length === 0 ? EXIT.inOrder : EXIT.attention;
  }
  await confirmNumber({ count: todo.length, yes, ask: json ? undefined : ask });
  const progress = startProgress({ terminal, now }, 'Done', todo.length);
  const failed: { readonly cells: readonly string[]; readonly reason: string }[] = [];
  let tried = 0;
  for (const { cells, act } of todo) {
    if (tried > 0) await sleep(PAUSE_MS);
    if (signal.aborted) break;
    const reason = await act()
      .then(() => undefined, toReason)
      .catch((error: unknown) => {
        progress.end();
        terminal.note(`Done before this: ${tried - failed.length} of ${todo.length}. Repeat the command to go on.`);
        throw error;
      });
    tried += 1;
    if (reason !== undefined) {
      failed.push({ cells, reason });
      terminal.note(`${cells[0]}: ${reason}`);
    }
    progress.at(tried);
  }
  progress.end();
  const done = tried - failed.length;
  if (json) terminal.json({ applied: true, toDo: todo.length, done, failed });
  else terminal.out(`Done: ${done} of ${todo.length}`);
  if (signal.aborted) terminal.note('Interrupted: look at the plan again, and repeat the command to go on.');
  else terminal.note('The worker reconciles them at the rate limit. How far it is: npx connect-sync status');
  if (signal.aborted) return EXIT.interrupted;
  return done === todo.length && missed.length === 0 ? EXIT.inOrder : EXIT.attention;
}

/** The lines that a person is shown. Where there are too many, those that cannot be done come first. */
const firstRows = (plan: readonly PlannedAct[], missed: readonly PlannedAct[]): readonly PlannedAct[] =>
  (plan.length <= MAX_ROWS ? plan : [...missed, ...plan.filter((act) => !missed.includes(act))]).slice(0, MAX_ROWS);

/** Why one user failed. An error that concerns all users is thrown, and ends the command. */
function toReason(error: unknown): string {
  if (error instanceof RefusedError || error instanceof ConfigError) return error.message;
  if (error instanceof PermanentError && !/AccessDenied|NotAuthorized/.test(error.code)) return error.message;
  throw error;
}
