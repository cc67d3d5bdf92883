import type { Change } from '../../../lambda/core/events/change.ts';
import { NO_HISTORY } from '../../../lambda/core/links/exposure.ts';
import { policySchema } from '../../../lambda/core/policy.ts';
import type { ListedCognitoUser, ListedConnectUser, ReconciledRow } from '../../../lambda/core/sweep/inventory.ts';
import type { Question } from '../../../lambda/core/sweep/list-plan.ts';
import type { QueuedMessages, SweepState } from '../../../lambda/core/sweep/sweep-pass.ts';
import type { CaseMatch, ListOptions, SweepStore, VisitUser } from '../../../lambda/ports.ts';
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
    providers: [],
  }));

interface World {
  readonly users?: readonly ListedCognitoUser[];
  /** What the list of the pool shows, when it is not that. */
  readonly listed?: readonly ListedCognitoUser[];
  /** What Cognito finds for every question, beside what was asked for. */
  readonly alsoFound?: readonly ListedCognitoUser[];
  /** By default each Cognito user has a namesake. */
  readonly connectUsers?: readonly ListedConnectUser[];
  /** By sub. */
  readonly rows?: Readonly<Record<string, ReconciledRow>>;
  readonly state?: SweepState;
  readonly policy?: object;
  /** Of the group; `undefined` when there is none. */
  readonly members?: ReadonlySet<string> | undefined;
  /** The changes in the queue beside those of the sweep. */
  readonly depth?: (now: number) => QueuedMessages;
  readonly remainingMs?: number;
  /** Users of the pool that cannot be told apart. */
  readonly skipped?: number;
  /** What Cognito says of the size of the pool. */
  readonly estimatedUsers?: number | undefined;
  readonly generatedUsernames?: boolean;
  /** How long a call to Cognito takes, milliseconds. */
  readonly callMs?: number;
}

const PAGE = 60;

/** A sweep of a pool; by default its users have no row, and a namesake in Connect, so that each is a candidate. */
export function startSweep(given: World = {}) {
  const { users = usersOf(3), rows = {}, state, policy = {}, remainingMs = LAMBDA_MS } = given;
  const skipped = Array.from({ length: given.skipped ?? 0 }, (_, index) => `unreadable-${index}`);
  const { generatedUsernames = false, callMs = 0, depth = () => ({ waiting: 0, hidden: 0 }) } = given;
  const estimatedUsers = 'estimatedUsers' in given ? given.estimatedUsers : users.length;
  const recorder = createRecorder();
  const clock = createClock(NOW);
  const logger = createLogger();
  const kept = { state, version: state === undefined ? 0 : 7 };
  const namesakes = users.map(({ username }, index) => ({ id: `connectUser-${index}`, username, modifiedAt: NOW }));
  const connectUsers = given.connectUsers ?? namesakes;
  const store: SweepStore = {
    read: async () => ({ ...kept }),
    async write(next, version) {
      if (version !== kept.version) return false;
      Object.assign(kept, { state: next, version: version + 1 });
      return true;
    },
  };
  /** As the adapter does: page after page, until there are no more or the caller has enough. */
  const list = (those: readonly ListedCognitoUser[], { deadline, enough }: ListOptions, visit: VisitUser) => {
    const isEnough = enough ?? (() => clock.now() >= deadline);
    for (let calls = 1; ; calls += 1) {
      clock.advance(callMs);
      for (const user of those.slice((calls - 1) * PAGE, calls * PAGE)) visit(user);
      if (calls * PAGE >= those.length) return { complete: true, calls, skipped };
      if (isEnough(calls)) return { complete: false, calls, skipped };
    }
  };
  const read = (user: ListedCognitoUser, attribute: string) =>
    attribute === 'username' ? user.username : attribute === 'sub' ? user.sub : user.attributes[attribute];
  const handler = createHandler({
    pool: recorder.watch('pool', {
      facts: async () => ({ estimatedUsers, generatedUsernames }),
      users: async (options: ListOptions, visit: VisitUser) => list(given.listed ?? users, options, visit),
      members: async (_: string, options: ListOptions, visit: VisitUser) => {
        const members = 'members' in given ? given.members : new Set([subOf(1)]);
        return (
          members &&
          list(
            users.filter(({ sub }) => members.has(sub)),
            options,
            visit,
          )
        );
      },
      found: async ({ attribute, value }: Question, options: ListOptions, visit: VisitUser) =>
        list([...users.filter((user) => read(user, attribute) === value), ...(given.alsoFound ?? [])], options, visit),
      exposure: async () => ({
        selfSignUp: false,
        writableAttributes: new Set<string>(),
        keepsVerifiedEmail: true,
        readAt: 0,
      }),
    }),
    directory: recorder.watch('directory', { users: async () => ({ users: connectUsers, calls: 1 }) }),
    table: recorder.watch('table', {
      rowsAndClaims: async () => ({ rows: new Map(Object.entries(rows)), claims: new Map<string, string>() }),
      rememberExposure: async () => NO_HISTORY,
      keepCaseMatch: async (_: string, __: CaseMatch, ___: number) => {},
    }),
    store: recorder.watch('store', store),
    queue: recorder.watch('queue', { send: async (_: Change) => {}, depth: async () => depth(clock.now()) }),
    policy: policySchema.parse(policy),
    policyHash: 'policy-1',
    userPoolId: 'eu-west-1_EXAMPLE00',
    sweepIntervalMs: 60 * MINUTE,
    connectRequestsPerSecond: 1.95,
    cognitoListsPerSecond: 15,
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
    /** What Cognito was asked for, beside its lists. */
    asked: () => recorder.argsOf('pool.found').map(([question]) => question as Question),
  };
}

/** A row of a user who is in step, linked to the Connect user of the same number. */
export const inStep = (index: number): ReconciledRow => ({
  connectUserId: `connectUser-${index}`,
  status: 'unchanged',
  policyHash: 'policy-1',
  syncedReadAt: NOW - 30 * MINUTE,
  cognitoModifiedAt: NOW - 60 * MINUTE + 123,
  connectModifiedAt: NOW,
});
