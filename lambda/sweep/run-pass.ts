import { type Change, subSchema } from '../core/events/change.ts';
import { LOG_MESSAGES } from '../core/log-lines.ts';
import type { Candidate } from '../core/sweep/drift.ts';
import { countNearMisses } from '../core/sweep/near-misses.ts';
import { PAUSE_MS, roomIn, type SweepState } from '../core/sweep/sweep-pass.ts';
import type { SweepDeps } from './deps.ts';
import { countReasons, findCandidates } from './find-candidates.ts';

type Scope = NonNullable<SweepState['scope']>;
type ChangeCounts = NonNullable<SweepState['changes']>;

/** Time that the inventory leaves for queueing. Without it a pass could take the inventory each time and queue no user. */
const QUEUEING_MS = 60_000;

/**
 * Runs a pass, or the rest of one: queues the candidates behind the cursor while there is time.
 *
 * @param version - of the state with which this invocation took the lease.
 * @param deadline - latest time to end, milliseconds since the epoch.
 */
export async function runPass(deps: SweepDeps, pass: SweepState, version: number, deadline: number): Promise<void> {
  const { clock, logger, store, queue } = deps;
  const begunAt = clock.now();
  const { counts, candidates, ...found } = await findCandidates(deps, deadline - QUEUEING_MS, pass.countedUntil);
  // A comparison that began earlier may not have seen what the lists show.
  const foundAt = clock.now();
  const { startedAt, leaseUntil, cursor: before = '' } = pass;
  const nearMisses = countNearMisses(found.nearMisses);
  // With a cursor, the state has what earlier ticks of this pass have found. Without one, it has what the last pass found.
  const earlier: Partial<SweepState> = pass.cursor === undefined ? {} : pass;
  const changes = addChanges(earlier.changes, found.changes);
  const comparison = {
    startedAt,
    nearMisses,
    changes,
    countedUntil: found.countedUntil,
    intervalMs: deps.sweepIntervalMs,
  };
  const mine = candidatesBehind(deps, candidates, before);
  let rest = mine;
  let cursor = pass.cursor;
  let kept = version;
  const keep = async (progress: Partial<SweepState> & Pick<SweepState, 'leaseUntil'>): Promise<boolean> => {
    const scope = addScope(earlier.scope, mine.slice(0, mine.length - rest.length));
    if (await store.write({ ...comparison, scope, ...progress }, kept++)) return true;
    // Another invocation has a newer lease. It continues from here, or the next one does.
    logger.warn('sweep taken over', { pass: passId(pass) });
    return false;
  };
  while (rest.length > 0 && clock.now() < deadline) {
    const room = roomIn(await queue.depth(), deps.connectRequestsPerSecond);
    const batch = rest.slice(0, room);
    await Promise.all(
      batch.map(async ({ sub }) => {
        const connectUserId = found.matches.get(sub);
        if (connectUserId !== undefined)
          await deps.table.keepCaseMatch(sub, { connectUserId, policyHash: deps.policyHash }, clock.now());
        await queue.send(changeOf(deps, pass, sub, foundAt));
      }),
    );
    cursor = batch.at(-1)?.sub ?? cursor;
    rest = rest.slice(batch.length);
    if (rest.length === 0) break;
    if (batch.length > 0 && !(await keep({ leaseUntil, cursor }))) return;
    await clock.sleep(PAUSE_MS);
  }
  const end = clock.now();
  const finished = rest.length === 0;
  const progress = finished ? { finishedAt: end } : { cursor: cursor ?? '' };
  if (!(await keep({ leaseUntil: end, ...progress }))) return;
  const line = {
    // The event ids of its changes begin with it.
    pass: passId(pass),
    ...counts,
    ...nearMisses,
    ...found.levels,
    ...found.changes,
    queued: mine.length - rest.length,
    left: rest.length,
    why: countReasons(mine),
    durationMs: end - begunAt,
    passMs: end - startedAt,
  };
  if (finished) logger.info(LOG_MESSAGES.sweepFinished, line);
  else if (rest.length < mine.length) logger.info(LOG_MESSAGES.sweepGoesOn, line);
  else
    logger.warn(LOG_MESSAGES.sweepHasNoRoom, { ...line, advice: 'Read docs/runbook.md, section "The queue grows".' });
}

/** The candidates that the pass has not queued yet. */
function candidatesBehind(
  { logger }: SweepDeps,
  candidates: readonly Candidate[],
  cursor: string,
): readonly Candidate[] {
  const left = candidates.filter(({ sub }) => sub > cursor);
  const mine = left.filter(({ sub }) => subSchema.safeParse(sub).success);
  if (mine.length < left.length)
    logger.warn('rows without a sub', {
      rows: left.length - mine.length,
      advice:
        'The table has keys that begin with user# but have no sub. This product does not write such rows: find out what does.',
    });
  return mine;
}

function addScope({ entered, left }: Scope = { entered: 0, left: 0 }, queued: readonly Candidate[]): Scope {
  const { 'entered-scope': more = 0, 'left-scope': gone = 0 } = countReasons(queued);
  return { entered: entered + more, left: left + gone };
}

const addChanges = (earlier: ChangeCounts = { changed: 0, unannounced: 0 }, now: ChangeCounts): ChangeCounts => ({
  changed: earlier.changed + now.changed,
  unannounced: earlier.unannounced + now.unannounced,
});

const passId = ({ startedAt }: SweepState): string => `sweep-${startedAt}`;

const changeOf = ({ userPoolId }: SweepDeps, pass: SweepState, sub: string, occurredAt: number): Change => ({
  v: 1,
  userPoolId,
  sub,
  cause: 'sweep',
  eventId: `${passId(pass)}-${sub}`,
  occurredAt,
});
