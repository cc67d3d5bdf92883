import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { describeError, PermanentError, TransientError } from '../core/failures/errors.ts';
import { countLevels } from '../core/sweep/levels.ts';
import { countNearMisses, NO_NEAR_MISSES } from '../core/sweep/near-misses.ts';
import { nextPass, type SweepFailure, type SweepState } from '../core/sweep/sweep-pass.ts';
import type { SweepPlan } from '../core/sweep/sweep-plan.ts';
import type { SweepDeps } from './deps.ts';
import { findCandidates } from './find-candidates.ts';
import { runPass } from './run-pass.ts';

/** Time that is kept free at the end of the invocation. */
const RESERVE_MS = 30_000;

/** The schedule sends an empty event. An operator may send a mode. */
const eventSchema = z.object({
  /** `now` begins a pass also when none is due. `plan` returns the candidates and queues none. */
  mode: z.optional(z.enum(['now', 'plan'])),
});

/** Most candidates in an answer. They are far below the size limit of an answer of Lambda. */
const MAX_PLANNED = 1_000;

/**
 * sweep: compares both sides in lists and queues candidates, which the worker reconciles.
 *
 * Trigger  EventBridge Scheduler, every 15 minutes. Most invocations find that no pass is due.
 * Returns  nothing, or a {@link SweepPlan} for the mode `plan`.
 * Errors   throws the error that stops a pass. The next invocation continues the pass. A list that fails is not used.
 */
export const createHandler =
  (deps: SweepDeps) =>
  async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SweepPlan | undefined> => {
    const { clock, logger, store } = deps;
    const now = clock.now();
    const leaseMs = context.getRemainingTimeInMillis();
    let noteFailure = async (_: unknown) => {};
    try {
      const mode = readMode(event);
      const deadline = now + leaseMs - RESERVE_MS;
      if (mode === 'plan') return await plan(deps, deadline);
      const { state, version } = await store.read();
      const pass = nextPass(state, now, { sweepIntervalMs: deps.sweepIntervalMs, leaseMs, anew: mode === 'now' });
      if (pass === 'busy' || pass === 'not-due' || !(await store.write(pass, version))) {
        const { rows } = await deps.table.rowsAndClaims();
        const levels = { ...(state?.nearMisses ?? NO_NEAR_MISSES), ...countLevels(rows) };
        logger.info('no sweep', { why: typeof pass === 'string' ? pass : 'busy', ...levels });
        return undefined;
      }
      noteFailure = (error) => keepFailure(deps, pass, error);
      await runPass(deps, pass, version + 1, deadline);
      return undefined;
    } catch (error) {
      logger.error('sweep failed', {
        ...describeError(error),
        advice: 'Read docs/runbook.md, section "The sweep fails".',
      });
      await noteFailure(error);
      throw error;
    }
  };

/**
 * Keeps which call stopped the pass, so that people can see it, and ends the lease. If the table itself fails, only the log
 * has it. It does nothing when another invocation has the lease.
 */
async function keepFailure({ store, clock, logger }: SweepDeps, pass: SweepState, error: unknown): Promise<void> {
  try {
    const { state, version } = await store.read();
    if (state?.startedAt !== pass.startedAt || state.leaseUntil !== pass.leaseUntil) return;
    const at = clock.now();
    await store.write({ ...state, leaseUntil: at, failure: { at, ...codeOf(error) } }, version);
  } catch (failure) {
    logger.warn('failure not kept in the table', describeError(failure));
  }
}

function codeOf(error: unknown): Pick<SweepFailure, 'code' | 'operation'> {
  if (error instanceof PermanentError || error instanceof TransientError)
    return { code: error.code, ...(error.operation !== undefined && { operation: error.operation }) };
  return { code: error instanceof Error ? error.name : 'Unknown' };
}

function readMode(event: unknown) {
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return parsed.data.mode;
  throw new PermanentError('unknown-mode', 'The event of a sweep is {}, {"mode":"now"} or {"mode":"plan"}.');
}

async function plan(deps: SweepDeps, deadline: number): Promise<SweepPlan> {
  const { counts, candidates, why, nearMisses } = await findCandidates(deps, deadline);
  const { state } = await deps.store.read();
  const underWay = state !== undefined && state.leaseUntil > deps.clock.now();
  return {
    ...counts,
    calls: { ...counts.calls },
    notLookedFor: [...counts.notLookedFor],
    nearMisses: {
      counts: countNearMisses(nearMisses),
      unmatched: nearMisses.unmatched.slice(0, MAX_PLANNED),
      otherCase: nearMisses.otherCase.slice(0, MAX_PLANNED),
    },
    underWay,
    candidates: candidates.slice(0, MAX_PLANNED),
    why,
  };
}
