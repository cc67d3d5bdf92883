import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { MoveTask } from './ports.ts';

const POLL_MS = 1_000;
/** When a task has moved this many more messages than there were, it moves messages that have failed again. */
const CHASING = 10;

/** How sending back one queue ended. */
export interface SentBack {
  readonly sent: number;
  /** False when it ended early. */
  readonly done: boolean;
}

/** What {@link followMove} works with. */
interface FollowDeps {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Resolves early when the signal aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * Follows a move task to its end; an interruption stops the task too.
 *
 * @throws {PermanentError} `move-task-failed`, with the code that SQS gives.
 */
export async function followMove(
  { terminal, signal, sleep }: FollowDeps,
  task: MoveTask,
  expected: number,
): Promise<SentBack> {
  for (;;) {
    const { status, moved, toMove, failure = 'no reason given' } = await task.progress();
    terminal.note(`changes: ${moved} of ${expected} sent back`);
    if (status === 'failed')
      throw new PermanentError('move-task-failed', `The message move task failed after ${moved} messages: ${failure}.`);
    if (status !== 'running') return { sent: moved, done: status === 'completed' };
    const chasing = moved > Math.max(expected, toMove) + CHASING;
    if (chasing) terminal.note('changes: messages come back as fast as they are moved; see connect-sync dlq.');
    if (chasing || signal.aborted) {
      await task.cancel();
      return { sent: moved, done: false };
    }
    await sleep(POLL_MS);
  }
}
