import { type Change, subSchema } from '../core/change.ts';
import { LOG_MESSAGES } from '../core/log-lines.ts';
import { countNearMisses } from '../core/near-misses.ts';
import { PAUSE_MS, roomIn, type SweepState } from '../core/sweep-pass.ts';
import type { SweepDeps } from './deps.ts';
import { countReasons, findCandidates } from './find-candidates.ts';

/** What listing has to leave for queueing: a pass that lists and queues nobody would never come further. */
const QUEUEING_MS = 60_000;

/**
 * One pass, or the rest of one: who may differ and has not been dealt with is queued as long as there is time.
 *
 * @param version - of the state that says that the pass is ours.
 * @param deadline - when to end at the latest, milliseconds since the epoch.
 */
export async function runPass(deps: SweepDeps, pass: SweepState, version: number, deadline: number): Promise<void> {
  const { clock, logger, store, queue } = deps;
  const readAt = clock.now();
  const { counts, candidates, ...found } = await findCandidates(deps, deadline - QUEUEING_MS);
  const { startedAt, leaseUntil, cursor: before = '' } = pass;
  const nearMisses = countNearMisses(found.nearMisses);
  const left = candidates.filter(({ sub }) => sub > before);
  const mine = left.filter(({ sub }) => subSchema.safeParse(sub).success);
  if (mine.length < left.length)
    logger.warn('rows of nobody', {
      rows: left.length - mine.length,
      advice: 'Keys of the table that begin with user# and hold no sub: no function of ours writes such a row.',
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
    if (batch.length > 0 && !(await store.write({ startedAt, leaseUntil, cursor, nearMisses }, kept++))) {
      // Whoever holds a newer lease goes on from here, or the next tick does.
      logger.warn('sweep taken over', { pass: passId(pass) });
      return;
    }
    await clock.sleep(PAUSE_MS);
  }
  const end = clock.now();
  const finished = rest.length === 0;
  const progress = finished ? { finishedAt: end } : { cursor };
  await store.write({ startedAt, leaseUntil: end, nearMisses, ...progress }, kept);
  logger.info(finished ? LOG_MESSAGES.sweepFinished : LOG_MESSAGES.sweepGoesOn, {
    // As the ids of its changes begin.
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
