import type { SweepState } from '../../lambda/core/sweep/sweep-pass.ts';
import type { QueueCounts } from '../deployment/ports.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { UserRecord, UserTable } from '../users/ports.ts';
import { needsAttention, reasonsOf } from '../users/user-view.ts';

/** What {@link followPass} works with. */
export interface FollowDeps {
  readonly table: Pick<UserTable, 'scan'>;
  readonly sweepState: () => Promise<SweepState | undefined>;
  readonly queued: () => Promise<QueueCounts>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** How a pass ended for those whom it has queued. */
export interface FollowedPass {
  readonly complete: boolean;
  /** Why it was not followed to its end, a sentence; absent after an interruption too. */
  readonly stopped?: string;
  readonly reconciled: number;
  /** Those who fail or wait for a person. */
  readonly notInStep: readonly { readonly sub: string; readonly what: string }[];
}

/** The whole table is read each time. */
const POLL_MS = 5_000;
/** The longest tick of the sweep, and the longest wait for another try. */
const STUCK_MS = 15 * 60_000;

/**
 * Waits until a pass has queued its users and the worker has handled them. Users who have failed since then are reported, and
 * not waited for. A sweep that fails, and a queue in which nothing has changed for a quarter of an hour, are not waited for
 * either.
 *
 * @param begunAt - when the pass was asked for, by the clock of the table, milliseconds since the epoch.
 * @param total - how many users the plan has.
 */
export async function followPass(deps: FollowDeps, begunAt: number, total: number): Promise<FollowedPass> {
  const { terminal, sleep, signal } = deps;
  const progress = startProgress(deps, 'Reconciled', total);
  let last = { seen: '', since: deps.now() };
  for (;;) {
    const [pass, { visible, hidden }] = [await deps.sweepState(), await deps.queued()];
    const { reconciled, failing, notInStep } = await countSince(deps.table, begunAt, deps.now());
    progress.at(reconciled);
    const seen = [reconciled, failing, visible, hidden, pass?.startedAt, pass?.finishedAt, pass?.cursor].join();
    if (seen !== last.seen) last = { seen, since: deps.now() };
    const queuedAll = pass !== undefined && pass.startedAt >= begunAt && pass.finishedAt !== undefined;
    const complete = queuedAll && visible + hidden <= failing;
    const isStuck = deps.now() - last.since >= STUCK_MS;
    const stopped = describeFailure(pass, begunAt) ?? (isStuck ? describeStuck(visible, hidden) : undefined);
    if (complete || signal.aborted || stopped !== undefined) {
      progress.end();
      for (const { sub, what } of notInStep) terminal.note(`${sub}: ${what}`);
      return { complete, ...(!complete && stopped !== undefined && { stopped }), reconciled, notInStep };
    }
    await sleep(POLL_MS);
  }
}

function describeFailure(pass: SweepState | undefined, begunAt: number): string | undefined {
  const { at, code, operation = 'its own code' } = pass?.failure ?? { at: 0, code: '' };
  if (at < begunAt) return undefined;
  return `The sweep failed at ${operation}: ${code}. Its next tick tries again. How far it is: npx connect-sync status`;
}

const describeStuck = (visible: number, hidden: number): string =>
  `Nothing has changed for 15 minutes: ${visible} changes wait for the worker, and it has ${hidden}, or tries them again later. ` +
  'Why: npx connect-sync status';

async function countSince(table: FollowDeps['table'], begunAt: number, now: number) {
  const notInStep: { readonly sub: string; readonly what: string }[] = [];
  let [reconciled, failing] = [0, 0];
  for await (const page of table.scan())
    for (const row of page) {
      // Until the next try of a user who failed before the pass, the message is hidden.
      const failed = row.lastTry !== undefined && (row.lastTry.at >= begunAt || row.lastTry.nextAt > now);
      const concluded = (row.concludedAt ?? 0) >= begunAt;
      if (failed) failing += 1;
      else if (concluded) reconciled += 1;
      if (failed || (concluded && needsAttention(row))) notInStep.push({ sub: row.sub, what: describe(row) });
    }
  return { reconciled, failing, notInStep };
}

function describe(row: UserRecord): string {
  const { lastTry, status = 'no outcome' } = row;
  if (lastTry !== undefined) return `failing, ${lastTry.code}`;
  return [status, ...reasonsOf(row)].join(', ');
}
