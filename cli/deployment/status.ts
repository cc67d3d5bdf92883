import type { Command } from 'commander';
import { NO_NEAR_MISSES, needsPerson } from '../../lambda/core/near-misses.ts';
import type { SweepState } from '../../lambda/core/sweep-pass.ts';
import { addCommand, type CommandOptions, open } from '../command.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { ProgramDeps } from '../program-deps.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { UserTable } from '../users/ports.ts';
import { needsAttention, reasonsOf, toTime } from '../users/user-view.ts';
import type { QueueCounts } from './ports.ts';
import { renderStatus } from './render-status.ts';

/** What {@link showStatus} works with. */
export interface StatusDeps {
  readonly table: UserTable;
  readonly depths: () => Promise<{
    readonly changes: QueueCounts;
    readonly deadLetters: QueueCounts;
    readonly intakeDeadLetters: QueueCounts;
  }>;
  readonly lastSweep: () => Promise<SweepState | undefined>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Users with the same outcome. */
interface Group {
  readonly status: string | null;
  readonly reasons: readonly string[];
  users: number;
}

/**
 * `status`: how many users are in step and how many are not, how far the sweep is, and what waits in the queues.
 *
 * @returns in order when no user waits for a person, none is missed by a hair, and no dead letter is there.
 */
export async function showStatus(deps: StatusDeps, { json }: { readonly json: boolean }): Promise<Exit> {
  const { table, terminal, now } = deps;
  const groups = new Map<string, Group>();
  const attention: { readonly sub: string; readonly status: string; readonly reasons: readonly string[] }[] = [];
  let lastReconciledAt: number | undefined;
  for await (const page of table.scan()) {
    for (const row of page) {
      const { sub, status, concludedAt } = row;
      const reasons = reasonsOf(row);
      const key = [status, ...reasons].join(' ');
      const group = groups.get(key) ?? { status: status ?? null, reasons, users: 0 };
      group.users += 1;
      groups.set(key, group);
      if (status !== undefined && needsAttention(row)) attention.push({ sub, status, reasons });
      if (concludedAt !== undefined) lastReconciledAt = Math.max(lastReconciledAt ?? 0, concludedAt);
    }
  }
  const [queues, pass] = await Promise.all([deps.depths(), deps.lastSweep()]);
  const sweep =
    pass === undefined
      ? null
      : {
          startedAt: toTime(pass.startedAt),
          finishedAt: toTime(pass.finishedAt),
          nearMisses: pass.nearMisses ?? NO_NEAR_MISSES,
        };
  const missed = sweep !== null && needsPerson(sweep.nearMisses);
  const dead = [queues.deadLetters, queues.intakeDeadLetters].some(({ visible, hidden }) => visible + hidden > 0);
  const inOrder = attention.length === 0 && !dead && !missed;
  const outcomes = [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
  const users = outcomes.reduce((sum, group) => sum + group.users, 0);
  const report = { inOrder, users, outcomes, lastReconciled: toTime(lastReconciledAt), sweep, queues, attention };
  if (json) terminal.json(report);
  else terminal.out(renderStatus(report, now()));
  if (attention.length > 0 && !json) terminal.note('Why, and what to do: connect-sync explain SUB');
  if (missed && !json) terminal.note('Who is nearly linked: connect-sync reconcile');
  if (dead && !json) terminal.note('What the dead letters are: connect-sync dlq');
  return inOrder ? EXIT.inOrder : EXIT.attention;
}

const PLACES = ['tableName', 'queueUrl', 'deadLetterQueueUrl', 'intakeDeadLetterQueueUrl'] as const;

/** Adds `status`. */
export function addStatus(program: Command, deps: ProgramDeps): void {
  addCommand(
    program,
    'status',
    'how many users are in step, how many are not and why, and what the queues hold',
    PLACES,
  ).action(async (options: CommandOptions) => {
    const { place, userTable, queueDepth, sweepState } = await open(deps, options, PLACES);
    const depths = async () => {
      const [changes, deadLetters, intakeDeadLetters] = await Promise.all([
        queueDepth(place.queueUrl),
        queueDepth(place.deadLetterQueueUrl),
        queueDepth(place.intakeDeadLetterQueueUrl),
      ]);
      return { changes, deadLetters, intakeDeadLetters };
    };
    const table = userTable(place.tableName);
    deps.onExit(await showStatus({ ...deps, table, depths, lastSweep: () => sweepState(place.tableName) }, options));
  });
}
