import * as z from 'zod/mini';
import { PermanentError } from '../failures/errors.ts';
import { DRIFT_REASONS } from './drift.ts';
import { NO_NEAR_MISSES } from './near-misses.ts';

const count = z.int().check(z.gte(0));

const nearMissCounts = z.object({
  unmatched: count,
  otherCase: count,
  rulePointless: z.boolean(),
  groupMissing: z.boolean(),
});

const planSchema = z.object({
  users: count,
  /** Listed users that cannot be reconciled, because they lack sub, user name or modification date. */
  skipped: z._default(count, 0),
  connectUsers: count,
  rows: count,
  /** How the Cognito users were found, why in this way, and with how many calls. */
  way: z._default(z.string(), 'whole-pool'),
  because: z._default(z.string(), 'unknown'),
  calls: z._default(z.object({ cognito: count, connect: count }), { cognito: 0, connect: 0 }),
  /** What this way did not look for. */
  notLookedFor: z._default(z.array(z.string()), []),
  /** Users whom no rule links: all counts, and the first ids. */
  nearMisses: z._default(
    z.object({
      counts: nearMissCounts,
      unmatched: z.array(z.string()),
      otherCase: z.array(z.object({ sub: z.string(), connectUserId: z.string() })),
    }),
    { counts: NO_NEAR_MISSES, unmatched: [], otherCase: [] },
  ),
  /** A pass is running now. It queues the candidates, or those behind its cursor. */
  underWay: z.boolean(),
  /** The first candidates by sub. A reason of another version is allowed. */
  candidates: z.array(z.object({ sub: z.string(), why: z.union([z.enum(DRIFT_REASONS), z.string()]) })),
  /** How many candidates there are, by reason. */
  why: z.record(z.string(), count),
});

/** The answer of the sweep when it is asked for its candidates. */
export type SweepPlan = Readonly<z.infer<typeof planSchema>>;

/**
 * Reads the answer of the sweep. Pure.
 *
 * @throws {PermanentError} `unexpected-answer` when the answer is not a plan.
 */
export function parseSweepPlan(answer: unknown): SweepPlan {
  const { success, data } = planSchema.safeParse(answer);
  if (success) return data;
  const message = 'The answer of the sweep is not a plan: check that its function has the same version.';
  throw new PermanentError('unexpected-answer', message);
}

/** How many candidates there are in total. Pure. */
export const countCandidates = ({ why }: SweepPlan): number =>
  Object.values(why).reduce((total, those) => total + those, 0);
