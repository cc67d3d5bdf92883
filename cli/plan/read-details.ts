import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { Clock } from '../../lambda/ports.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { keepReads, type ReadsFile } from './kept-reads.ts';
import type { PlanSources } from './ports.ts';
import { createRehearsalTable } from './rehearsal-table.ts';
import { createRehearsal } from './rehearse.ts';
import type { SidesSurvey } from './survey.ts';
import type { DetailedUser } from './view-plan.ts';

/** What {@link readDetails} works with. */
export interface DetailDeps {
  readonly sources: PlanSources;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Where reads of Connect users are kept. */
  readonly kept?: { readonly file: ReadsFile; readonly instanceId: string } | undefined;
}

/** What was read on both sides, and what ended it early, if anything did. */
export interface ReadDetails {
  /** By sub. */
  readonly details: ReadonlyMap<string, DetailedUser>;
  readonly refused: PermanentError | undefined;
}

/**
 * Rehearses every user whom the next pass of the sweep queues, in the order of the sweep: each Connect user is read at the rate
 * limit. Ctrl-C ends it after the user in hand; nothing is written to AWS, so that it can be repeated at any time. With a file of
 * reads the next one goes on.
 */
export async function readDetails(deps: DetailDeps, survey: SidesSurvey): Promise<ReadDetails> {
  const { sources, clock, terminal, signal } = deps;
  const { inventory, policy, users, drift } = survey;
  const { kept, policyHash } = sources;
  const table = createRehearsalTable({
    kept,
    policyHash,
    history: inventory.history,
    emailBudget: await kept.emailBudget(clock.now()),
    caseMatches: new Map(drift.namesakes.unique.map(({ sub, connectUserId }) => [sub, connectUserId])),
  });
  const rehearse = createRehearsal({
    reads: await openReads(deps, survey),
    exposure: sources.pool.exposure,
    ...{ table, policy, policyHash },
    users: new Map([...users].filter(([sub]) => !inventory.absent.has(sub))),
    members: inventory.members,
    idsByUsername: idsByUsername(survey),
    now: clock.now,
  });
  const details = new Map<string, DetailedUser>();
  const progress = startProgress({ terminal, now: clock.now }, 'Both sides read', drift.candidates.length);
  try {
    for (const { sub } of drift.candidates) {
      if (signal.aborted) break;
      details.set(sub, { sub, ...(await rehearse(sub)) });
      progress.at(details.size);
    }
    return { details, refused: undefined };
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    return { details, refused: error };
  } finally {
    progress.end();
  }
}

async function openReads(
  { sources, clock, terminal, kept: keeping }: DetailDeps,
  { inventory: { connectUsers } }: SidesSurvey,
): Promise<PlanSources['connectReads']> {
  if (keeping === undefined) return sources.connectReads;
  const modified = new Map(connectUsers.map(({ id, modifiedAt }) => [id, modifiedAt]));
  const modifiedAt = (id: string) => modified.get(id);
  const kept = await keepReads({ reads: sources.connectReads, ...keeping, modifiedAt, now: clock.now });
  if (kept.users > 0) terminal.note(`Connect users that were read before, and are not read again: ${kept.users}`);
  return kept.reads;
}

function idsByUsername({ inventory: { connectUsers } }: SidesSurvey): ReadonlyMap<string, readonly string[]> {
  const byUsername = Map.groupBy(connectUsers, ({ username }) => username);
  return new Map([...byUsername].map(([username, those]) => [username, those.map(({ id }) => id)]));
}
