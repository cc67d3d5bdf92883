import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Change } from '../core/change.ts';
import { type Census, findDrift, type Suspect } from '../core/drift.ts';
import { describeError, PermanentError } from '../core/errors.ts';
import type { Policy } from '../core/policy.ts';
import { nextPass, PAUSE_MS, roomIn, type SweepState } from '../core/sweep-pass.ts';
import type {
  AgentList,
  ChangeQueue,
  Clock,
  Logger,
  PoolList,
  QueueDepth,
  RowList,
  SweepStore,
  UserPool,
} from '../ports.ts';

/** What is left of the invocation for its end. */
const RESERVE_MS = 30_000;

/** See {@link createHandler}. */
export interface SweepDeps {
  readonly pool: PoolList & Pick<UserPool, 'exposure'>;
  readonly directory: AgentList;
  readonly table: RowList;
  readonly store: SweepStore;
  readonly queue: ChangeQueue & QueueDepth;
  readonly policy: Policy;
  readonly policyHash: string;
  readonly userPoolId: string;
  /** From one pass to the next, milliseconds. */
  readonly intervalMs: number;
  /** What the worker makes of Connect, operation by operation. */
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a tick of the schedule sends is empty; a person may ask for more. */
const eventSchema = z.object({
  /** `now` begins a pass although none is due; `plan` tells who would be looked at, and queues nobody. */
  mode: z.optional(z.enum(['now', 'plan'])),
});

/** Who would be looked at. */
export interface SweepPlan {
  readonly users: number;
  readonly connectUsers: number;
  readonly rows: number;
  /** The first thousand, by sub. */
  readonly suspects: readonly Suspect[];
  /** How many there are, by reason. */
  readonly why: Readonly<Record<string, number>>;
}

/** As many as fit into an answer of Lambda many times over. */
const MAX_PLANNED = 1_000;

/**
 * sweep: finds, in pages and not user by user, who may differ although no event has told of it, and has the worker look.
 *
 * Trigger  EventBridge Scheduler, every quarter of an hour; most ticks find that no pass is due.
 * Returns  nothing; a {@link SweepPlan} to whoever asks for one.
 * Errors   throws what stops a pass: the next tick takes it up where it was. A list that ends early counts for nothing.
 */
export const createHandler =
  (deps: SweepDeps) =>
  async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SweepPlan | undefined> => {
    const { clock, logger, store } = deps;
    const now = clock.now();
    const leaseMs = context.getRemainingTimeInMillis();
    try {
      const mode = readMode(event);
      if (mode === 'plan') return await plan(deps);
      const intervalMs = mode === 'now' ? 0 : deps.intervalMs;
      const { state, version } = await store.read();
      const pass = nextPass(state, now, { intervalMs, leaseMs });
      if (pass === 'busy' || pass === 'not-due' || !(await store.write(pass, version))) {
        logger.info('no sweep', { why: typeof pass === 'string' ? pass : 'busy' });
        return undefined;
      }
      await runPass(deps, pass, version + 1, now + leaseMs - RESERVE_MS);
      return undefined;
    } catch (error) {
      logger.error('sweep failed', {
        ...describeError(error),
        advice: 'Read docs/runbook.md, section "The sweep fails".',
      });
      throw error;
    }
  };

function readMode(event: unknown) {
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return parsed.data.mode;
  throw new PermanentError('unknown-mode', 'The event of a sweep is {}, {"mode":"now"} or {"mode":"plan"}.');
}

async function plan(deps: SweepDeps): Promise<SweepPlan> {
  const { counts, suspects } = await findSuspects(deps);
  return { ...counts, suspects: suspects.slice(0, MAX_PLANNED), why: countReasons(suspects) };
}

/** One pass, or the rest of one: who may differ and has not been dealt with is queued as long as there is time. */
async function runPass(deps: SweepDeps, pass: SweepState, version: number, deadline: number): Promise<void> {
  const { clock, logger, store, queue } = deps;
  const readAt = clock.now();
  const { counts, suspects } = await findSuspects(deps);
  const { startedAt, leaseUntil, cursor: before = '' } = pass;
  const mine = suspects.filter(({ sub }) => sub > before);
  let rest = mine;
  let cursor = pass.cursor;
  let kept = version;
  while (rest.length > 0 && clock.now() < deadline) {
    const room = roomIn(await queue.waiting(), deps.requestsPerSecond);
    const helping = rest.slice(0, room);
    await Promise.all(helping.map(({ sub }) => queue.send(changeOf(deps, pass, sub, readAt))));
    cursor = helping.at(-1)?.sub ?? cursor;
    rest = rest.slice(helping.length);
    if (rest.length === 0) break;
    // Whoever holds a newer lease goes on from here.
    if (helping.length > 0 && !(await store.write({ startedAt, leaseUntil, cursor }, kept++))) break;
    await clock.sleep(PAUSE_MS);
  }
  const end = clock.now();
  const finished = rest.length === 0;
  await store.write({ startedAt, leaseUntil: end, ...(finished ? { finishedAt: end } : { cursor }) }, kept);
  logger.info(finished ? 'sweep finished' : 'sweep goes on at the next tick', {
    // As the ids of its changes begin.
    pass: passId(pass),
    ...counts,
    queued: mine.length - rest.length,
    left: rest.length,
    why: countReasons(mine),
    durationMs: end - readAt,
    passMs: end - startedAt,
  });
}

/** Both lists first and the table after them: what is done meanwhile then shows in the rows, and is nothing new. */
async function findSuspects({ pool, directory, table, policy, policyHash, clock, logger }: SweepDeps) {
  const [users, agents, members, exposure] = await Promise.all([
    pool.users(),
    directory.users(),
    listMembers(pool, policy, logger),
    pool.exposure(),
  ]);
  const census: Census = { users, agents, members, exposure, ...(await table.rowsAndClaims()) };
  const counts = { users: users.length, connectUsers: agents.length, rows: census.rows.size };
  return { counts, suspects: findDrift(census, policy, policyHash, clock.now()) };
}

/** Of a group that is gone nobody is a member: as the worker sees it, which asks each user for the groups he is in. */
async function listMembers(pool: PoolList, { scope }: Policy, logger: Logger) {
  if (scope.kind !== 'group') return undefined;
  const members = await pool.membersOf(scope.group);
  if (members === undefined)
    logger.warn('no group to synchronize', {
      advice: 'The group that scope names does not exist in the pool: everybody is out of scope.',
    });
  return members ?? new Set<string>();
}

const countReasons = (suspects: readonly Suspect[]) =>
  Object.fromEntries([...Map.groupBy(suspects, ({ why }) => why)].map(([why, those]) => [why, those.length] as const));

const passId = ({ startedAt }: SweepState): string => `sweep-${startedAt}`;

const changeOf = ({ userPoolId }: SweepDeps, pass: SweepState, sub: string, occurredAt: number): Change => ({
  v: 1,
  userPoolId,
  sub,
  cause: 'sweep',
  eventId: `${passId(pass)}-${sub}`,
  occurredAt,
});
