import { type Change, subSchema } from '../core/events/change.ts';
import { LOG_MESSAGES } from '../core/log-lines.ts';
import { countNearMisses } from '../core/sweep/near-misses.ts';
import { PAUSE_MS, roomIn, type SweepState } from '../core/sweep/sweep-pass.ts';
import type { SweepDeps } from './deps.ts';
import { countReasons, findCandidates } from './find-candidates.ts';

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
  const readAt = clock.now();
  const { counts, candidates, ...found } = await findCandidates(deps, deadline - QUEUEING_MS);
  const { startedAt, leaseUntil, cursor: before = '' } = pass;
  const nearMisses = countNearMisses(found.nearMisses);
  const { 'entered-scope': entered = 0, 'left-scope': gone = 0 } = found.why;
  const scope = { entered, left: gone };
  const state = { startedAt, nearMisses, scope, changes: found.changes, intervalMs: deps.sweepIntervalMs };
  const left = candidates.filter(({ sub }) => sub > before);
  const mine = left.filter(({ sub }) => subSchema.safeParse(sub).success);
  if (mine.length < left.length)
    logger.warn('rows without a sub', {
      rows: left.length - mine.length,
      advice:
        'The table has keys that begin with user# but have no sub. This product does not write such rows: find out what does.',
    });
  let rest = mine;
  let cursor = pass.cursor;
  let kept = version;
  while (rest.length > 0 && clock.now() < deadline) {
    const room = roomIn(await queue.waiting(), deps.connectRequestsPerSecond);
    const batch = rest.slice(0, room);
    await Promise.all(
      batch.map(async ({ sub }) => {
        const connectUserId = found.matches.get(sub);
        if (connectUserId !== undefined)
          await deps.table.keepCaseMatch(sub, { connectUserId, policyHash: deps.policyHash }, clock.now());
        await queue.send(changeOf(deps, pass, sub, readAt));
      }),
    );
    cursor = batch.at(-1)?.sub ?? cursor;
    rest = rest.slice(batch.length);
    if (rest.length === 0) break;
    if (batch.length > 0 && !(await store.write({ ...state, leaseUntil, cursor }, kept++))) {
      // Another invocation has a newer lease. It continues from here, or the next one does.
      logger.warn('sweep taken over', { pass: passId(pass) });
      return;
    }
    await clock.sleep(PAUSE_MS);
  }
  const end = clock.now();
  const finished = rest.length === 0;
  const progress = finished ? { finishedAt: end } : { cursor };
  await store.write({ ...state, leaseUntil: end, ...progress }, kept);
  logger.info(finished ? LOG_MESSAGES.sweepFinished : LOG_MESSAGES.sweepGoesOn, {
    // The event ids of its changes begin with it.
    pass: passId(pass),
    ...counts,
    ...nearMisses,
    ...found.levels,
    ...found.changes,
    queued: mine.length - rest.length,
    left: rest.length,
    why: countReasons(mine),
    durationMs: end - readAt,
    passMs: end - startedAt,
  });
}

const passId = ({ startedAt }: SweepState): string => `sweep-${startedAt}`;

const changeOf = ({ userPoolId }: SweepDeps, pass: SweepState, sub: string, occurredAt: number): Change => ({
  v: 1,
  userPoolId,
  sub,
  cause: 'sweep',
  eventId: `${passId(pass)}-${sub}`,
  occurredAt,
});
