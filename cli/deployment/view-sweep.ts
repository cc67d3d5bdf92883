import { NO_NEAR_MISSES } from '../../lambda/core/sweep/near-misses.ts';
import type { SweepState } from '../../lambda/core/sweep/sweep-pass.ts';
import { toTime } from '../users/user-view.ts';
import { isStale } from './alerts.ts';

/** The sweep's last pass, or the one under way, for people. Pure. */
export function viewSweep(pass: SweepState | undefined, now: number) {
  if (pass === undefined) return null;
  const { startedAt, finishedAt, nearMisses = NO_NEAR_MISSES, changes = null, scope = null, failure } = pass;
  return {
    startedAt: toTime(startedAt),
    finishedAt: toTime(finishedAt),
    nearMisses,
    changes,
    scope,
    failure:
      failure === undefined
        ? null
        : { at: toTime(failure.at), code: failure.code, operation: failure.operation ?? null },
    stale: isStale(pass, now),
  };
}

/** See {@link viewSweep}. */
export type SweepView = NonNullable<ReturnType<typeof viewSweep>>;
