import { rememberSettings } from '../../../cli/deployment/remember-settings.ts';
import type { ReadWorkerSettings } from '../../../cli/deployment/worker-settings.ts';
import type { ExplainDeps } from '../../../cli/users/explain.ts';
import type {
  Claim,
  ConnectUsers,
  DescribedConnectUser,
  PoolUser,
  PoolUsers,
  SearchedAttribute,
  UserRecord,
  UserTable,
} from '../../../cli/users/ports.ts';
import type { ReleaseDeps } from '../../../cli/users/release.ts';
import type { Change } from '../../../lambda/core/events/change.ts';
import type { Digest } from '../../../lambda/core/rows/digest.ts';
import { createClock, createQueue, createRecorder } from '../../support/ports.ts';
import { createTable } from '../../support/table.ts';
import { createDeadLetters, createTerminal, POOL_ID } from './doubles.ts';

/** 2026-01-01T00:00:00Z. */
export const NOW = 1_767_225_600_000;
export const MINUTE = 60_000;
export const MARY = '061f78a5-21d2-4642-b604-e6edacd78a9c';
export const JOHN = '3ae5d9cd-0afa-4c84-b2d4-32a7ee13a1ad';
export const DIGEST: Digest = { salt: 'salt', hash: 'hash' };

/** Sub of a third user. */
export const ANN = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
/** The row of a user whose address was written a few minutes ago. */
export const WRITTEN: UserRecord = {
  sub: JOHN,
  connectUserId: 'agent-john',
  linkedAt: NOW - 10 * MINUTE,
  status: 'written',
  changed: ['Email'],
  withheld: [],
  concludedAt: NOW - 3 * MINUTE,
  since: NOW - 3 * MINUTE,
};

/** Mary, newly linked, whose first address is held. */
export const HELD: UserRecord = {
  sub: MARY,
  connectUserId: 'agent-mary',
  linkedAt: NOW - 120 * MINUTE,
  firstEmail: true,
  status: 'held',
  changed: ['LastName'],
  withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
  holds: { Email: DIGEST },
  cause: 'cloudtrail',
  eventId: 'event-1',
  occurredAt: NOW - 6 * MINUTE,
  concludedAt: NOW - 5 * MINUTE,
  syncedReadAt: NOW - 5 * MINUTE,
  since: NOW - 60 * MINUTE,
};

/** Who runs the commands, and what is kept of it. */
const CALLER = 'arn:aws:sts::111122223333:assumed-role/Operators/oscar@example.com';
export const ROLE = 'arn:aws:sts::111122223333:assumed-role/Operators';

interface World {
  readonly workerSettings?: ReadWorkerSettings;
  /** Messages in the queue of changes. */
  readonly queued?: number;
  readonly rows?: readonly UserRecord[];
  readonly claims?: readonly Claim[];
  /** Users of the pool, or their subs alone, by user name. */
  readonly pool?: Readonly<Record<string, string | PoolUser>>;
  /** What the worker makes of the row when it takes a change; without it, it does not come to it. */
  readonly worker?: (row: UserRecord | undefined, change: Change) => UserRecord | undefined;
}

/** Table, pool and queue in memory, a worker that is at work while the operator waits, and a row for each page. */
export function createUserWorld({
  rows = [],
  claims = [],
  pool = {},
  worker,
  queued = 0,
  workerSettings = { unknown: 'nothing is deployed' },
}: World = {}) {
  const recorder = createRecorder();
  const store = createTable(recorder);
  for (const row of rows) store.rows.set(row.sub, { ...row });
  for (const { connectUserId, ...claim } of claims) store.claims.set(connectUserId, claim);
  const queue = createQueue(recorder);
  const terminal = createTerminal();
  const stop = new AbortController();
  const rowOf = (sub: string) => structuredClone(store.rows.get(sub)) as UserRecord | undefined;
  const isAsRead = ({ connectUserId, sub, claimedAt }: Claim) => {
    const found = store.claims.get(connectUserId);
    return found?.sub === sub && found.claimedAt === claimedAt;
  };
  const clock = createClock(NOW, () => {
    for (const change of queue.sent.splice(0)) {
      const row = worker?.(rowOf(change.sub), change);
      if (row !== undefined) store.rows.set(change.sub, { ...row });
    }
  });
  const table: UserTable = {
    link: store.link,
    unlink: store.unlink,
    rememberExposure: store.rememberExposure,
    now: async () => NOW - 1_000,
    find: async (sub) => rowOf(sub),
    async *scan() {
      for (const sub of store.rows.keys()) yield [rowOf(sub) as UserRecord];
    },
    async findClaim(connectUserId) {
      const claim = store.claims.get(connectUserId);
      return claim && { connectUserId, ...claim };
    },
    async release({ sub, connectUserId, holds = {}, releases }, fields, by) {
      const row = rowOf(sub);
      const wanted = fields.flatMap((field) => (holds[field] ? [[field, holds[field]] as const] : []));
      const same = wanted.every(([field, { hash }]) => row?.holds?.[field]?.hash === hash);
      const holding = row?.status === 'held' || row?.status === 'would-write';
      if (!holding || row.connectUserId !== connectUserId || wanted.length === 0 || !same) return false;
      store.rows.set(sub, {
        ...row,
        releases: { ...releases, ...Object.fromEntries(wanted) },
        releasedAt: by.at,
        releasedBy: by,
      });
      return true;
    },
    async noteOperator(sub, command, by) {
      const row = rowOf(sub);
      const member = { link: 'linkedBy', unlink: 'unlinkedBy', redrive: 'redrivenBy' }[command];
      if (row !== undefined) store.rows.set(sub, { ...row, [member]: by });
    },
    async takeClaim(claim, sub, now) {
      if (!isAsRead(claim)) return false;
      store.claims.set(claim.connectUserId, { sub, claimedAt: now });
      return true;
    },
    async freeClaim(claim) {
      const orphaned = store.claims.get(claim.connectUserId)?.orphanedAt !== undefined;
      if (isAsRead(claim) && !orphaned) store.claims.delete(claim.connectUserId);
    },
  };
  const deps: ReleaseDeps & ExplainDeps = {
    table,
    queue,
    pool: createPool(pool),
    remember: (signUp) =>
      rememberSettings(
        {
          table,
          workerSettings: async () => workerSettings,
          openSettings: () => Promise.reject(new Error('No rule of the worker reads an attribute.')),
        },
        signUp,
      ),
    caller: async () => CALLER,
    queued: async () => queued,
    workerSettings: async () => workerSettings,
    userPoolId: POOL_ID,
    terminal,
    now: clock.now,
    sleep: clock.sleep,
    signal: stop.signal,
    queues: { changes: createDeadLetters([]), intake: createDeadLetters([]) },
  };
  return {
    deps,
    terminal,
    store,
    stop,
    /** Names of the calls that wrote something about a user, and every change that was sent, in their order. */
    writes: () => recorder.calls.filter(({ name }) => !['table.getUser', 'table.rememberExposure'].includes(name)),
    row: rowOf,
    claim: (connectUserId: string) => store.claims.get(connectUserId),
    json: () => JSON.parse(terminal.lines.join('\n')) as unknown,
  };
}

/** A pool of users by user name, or of whole users. */
function createPool(people: World['pool'] = {}): PoolUsers {
  const users = Object.entries(people).map(
    ([username, user]): PoolUser =>
      typeof user === 'string'
        ? { sub: user, username, attributes: {}, modifiedAt: NOW - 1_440 * MINUTE, providers: [] }
        : user,
  );
  return {
    having: async (attribute, value) =>
      users.filter((user) => (isPlain(attribute) ? user[attribute] : user.attributes[attribute]) === value),
    named: async (text) =>
      users.find(({ username, sub, attributes }) => [username, sub, attributes.preferred_username].includes(text)),
    signInRules: async () => ({ ignoresCase: false, byAddress: false, selfSignUp: false, preSignUp: false }),
  };
}

const isPlain = (attribute: SearchedAttribute) => attribute === 'sub' || attribute === 'username';

/** Connect users in memory. */
export const createConnect = (users: readonly DescribedConnectUser[]): ConnectUsers => ({
  describe: async (id) => users.find((user) => user.id === id),
  idsByUsername: async (username) => users.filter((user) => user.username === username).map(({ id }) => id),
  allIdsByUsername: async () => {
    const byUsername = Map.groupBy(users, ({ username }) => username);
    return new Map([...byUsername].map(([username, those]) => [username, those.map(({ id }) => id)]));
  },
  identityManagementType: async () => 'CONNECT_MANAGED',
});

/** The row as the worker leaves it after a change. */
export const concluded = (row: UserRecord | undefined, change: Change, members: Partial<UserRecord>): UserRecord => ({
  ...row,
  sub: change.sub,
  status: 'unchanged',
  changed: [],
  withheld: [],
  cause: change.cause,
  eventId: change.eventId,
  occurredAt: change.occurredAt,
  concludedAt: NOW,
  syncedReadAt: NOW,
  since: NOW,
  ...members,
});
