import type { Change } from '../../../lambda/core/change.ts';
import type { ListedCognitoUser, ReconciledRow } from '../../../lambda/core/inventory.ts';
import { policySchema } from '../../../lambda/core/policy.ts';
import type { SweepState } from '../../../lambda/core/sweep-pass.ts';
import type { ListOptions, SweepStore, VisitUser } from '../../../lambda/ports.ts';
import { createHandler } from '../../../lambda/sweep/handler.ts';
import { createClock, createLogger, createRecorder } from '../../support/ports.ts';

export const NOW = 1_767_268_800_000;
export const MINUTE = 60_000;
export const LAMBDA_MS = 14.5 * MINUTE;
export const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
export const usersOf = (count: number): readonly ListedCognitoUser[] =>
  Array.from({ length: count }, (_, index) => ({
    sub: subOf(index),
    username: `user-${index}`,
    attributes: {},
    modifiedAt: NOW - 60 * MINUTE + 123,
    createdAt: NOW - 90 * MINUTE,
  }));

interface World {
  readonly users?: readonly ListedCognitoUser[];
  readonly state?: SweepState;
  readonly policy?: object;
  /** Of the group; `undefined` when there is none. */
  readonly members?: ReadonlySet<string> | undefined;
  /** How many changes wait in the queue beside those of the sweep. */
  readonly waiting?: (now: number) => number;
  readonly remainingMs?: number;
  /** Users of the pool that cannot be told apart. */
  readonly skipped?: number;
}

/** A sweep of a pool whose users all have an unlinked namesake in Connect: each is a candidate. */
export function startSweep(given: World = {}) {
  const { users = usersOf(3), state, policy = {}, waiting = () => 0, remainingMs = LAMBDA_MS, skipped = 0 } = given;
  const recorder = createRecorder();
  const clock = createClock(NOW);
  const logger = createLogger();
  const kept = { state, version: state === undefined ? 0 : 7 };
  const connectUsers = users.map(({ username }, index) => ({ id: `connectUser-${index}`, username, modifiedAt: NOW }));
  const store: SweepStore = {
    read: async () => ({ ...kept }),
    async write(next, version) {
      if (version !== kept.version) return false;
      Object.assign(kept, { state: next, version: version + 1 });
      return true;
    },
  };
  const handler = createHandler({
    pool: recorder.watch('pool', {
      users: async (_: ListOptions, visit: VisitUser) => {
        for (const user of users) visit(user);
        return { calls: 1, skipped };
      },
      members: async (_: string, __: ListOptions, visit: VisitUser) => {
        const members = 'members' in given ? given.members : new Set([subOf(1)]);
        for (const user of users) if (members?.has(user.sub)) visit(user);
        return members && { calls: 1, skipped: 0 };
      },
      exposure: async () => ({ selfSignUp: false, writableAttributes: new Set<string>() }),
    }),
    directory: recorder.watch('directory', { users: async () => connectUsers }),
    table: recorder.watch('table', {
      rowsAndClaims: async () => ({ rows: new Map<string, ReconciledRow>(), claims: new Map<string, string>() }),
    }),
    store: recorder.watch('store', store),
    queue: recorder.watch('queue', { send: async (_: Change) => {}, waiting: async () => waiting(clock.now()) }),
    policy: policySchema.parse(policy),
    policyHash: 'policy-1',
    userPoolId: 'eu-west-1_EXAMPLE00',
    sweepIntervalMs: 60 * MINUTE,
    connectRequestsPerSecond: 1.95,
    clock,
    logger,
  });
  return {
    recorder,
    clock,
    logger,
    kept,
    tick: (event: unknown = {}) => handler(event, { getRemainingTimeInMillis: () => remainingMs }),
    queued: () => recorder.argsOf('queue.send').map(([change]) => (change as Change).sub),
  };
}
