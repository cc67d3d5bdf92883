import * as z from 'zod/mini';
import { DRIFT_REASONS } from './drift.ts';
import { PermanentError } from './errors.ts';
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
  /** Listed users that cannot be reconciled: without sub, user name or modification date. */
  skipped: z._default(count, 0),
  connectUsers: count,
  rows: count,
  /** How the Cognito users were found, why so, and with how many calls. */
  way: z._default(z.string(), 'whole-pool'),
  because: z._default(z.string(), 'unknown'),
  calls: z._default(z.object({ cognito: count, connect: count }), { cognito: 0, connect: 0 }),
  /** What this way has not looked for. */
  notLookedFor: z._default(z.array(z.string()), []),
  /** Whom no rule links; the first ones by id. */
  nearMisses: z._default(
    z.object({
      counts: nearMissCounts,
      unmatched: z.array(z.string()),
      otherCase: z.array(z.object({ sub: z.string(), connectUserId: z.string() })),
    }),
    { counts: NO_NEAR_MISSES, unmatched: [], otherCase: [] },
  ),
  /** A pass is at work at this moment: it deals with them, or with those behind its cursor. */
  underWay: z.boolean(),
  /** The first ones, by sub. Reasons of another version pass. */
  candidates: z.array(z.object({ sub: z.string(), why: z.union([z.enum(DRIFT_REASONS), z.string()]) })),
  /** How many there are, by reason. */
  why: z.record(z.string(), count),
});

/** The candidates of the sweep, as it answers to a plan. */
export type SweepPlan = Readonly<z.infer<typeof planSchema>>;

/**
 * Reads the answer of the sweep. Pure.
 *
 * @throws {PermanentError} `unexpected-answer` for anything else than a plan.
 */
export function parseSweepPlan(answer: unknown): SweepPlan {
  const { success, data } = planSchema.safeParse(answer);
  if (success) return data;
  const message = 'The sweep answered with something else than a plan: is it of this version?';
  throw new PermanentError('unexpected-answer', message);
}

/** How many candidates there are, whatever the reason. Pure. */
export const countCandidates = ({ why }: SweepPlan): number =>
  Object.values(why).reduce((total, those) => total + those, 0);
