import { randomUUID } from 'node:crypto';
import type { Change } from '../../lambda/core/events/change.ts';
import { isCovered } from '../../lambda/core/events/freshness.ts';
import type { ChangeSender } from '../../lambda/ports.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { UserRecord, UserTable } from './ports.ts';

/** What sending a change, and waiting for what comes of it, needs. */
export interface SendDeps {
  readonly table: UserTable;
  readonly queue: ChangeSender;
  readonly userPoolId: string;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

const POLL_MS = 500;

/** Asks the worker to reconcile a user. */
export async function sendChange({ table, queue, userPoolId }: SendDeps, sub: string): Promise<Change> {
  // Take the time of the table. With a wrong clock here, reconciling that began earlier could count as having read this
  // change.
  const occurredAt = await table.now();
  const eventId = `operator-${randomUUID()}`;
  const change: Change = { v: 1, userPoolId, sub, cause: 'operator', eventId, occurredAt };
  await queue.send(change);
  return change;
}

/**
 * Asks the worker to reconcile a user, and waits for the row to say how it ended.
 *
 * @returns the row; `undefined` when the worker has not concluded in time, or the operator did not want to wait.
 */
export async function sendAndFollow(deps: SendDeps, sub: string, waitMs: number): Promise<UserRecord | undefined> {
  const { table, terminal, now, sleep, signal } = deps;
  const change = await sendChange(deps, sub);
  terminal.note('A change was sent; waiting for the worker.');
  const deadline = now() + waitMs;
  for (;;) {
    const row = await table.find(sub);
    // Do not compare with the clock of the operator: it may be wrong.
    if (row?.eventId === change.eventId || isCovered(change, row, Number.POSITIVE_INFINITY)) return row;
    if (signal.aborted || now() >= deadline) break;
    await sleep(POLL_MS);
  }
  terminal.note(
    signal.aborted
      ? 'Interrupted: the change is in the queue all the same.'
      : `The worker has not concluded within ${waitMs / 1_000} s. The change is in the queue, and nothing is lost.`,
  );
  terminal.note(`Look again: npx connect-sync explain ${sub}`);
  terminal.note('Whether the worker is paused or fails: npx connect-sync status');
  return undefined;
}
