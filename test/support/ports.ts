import type { Change } from '../../lambda/core/change.ts';
import { type ExposureHistory, NO_HISTORY, type PoolExposure, rememberExposure } from '../../lambda/core/exposure.ts';
import type { Identity, IdentityManagementType } from '../../lambda/core/identity.ts';
import { type UserRow, userRowSchema } from '../../lambda/core/user-row.ts';
import type {
  CaseMatch,
  ChangeSender,
  Clock,
  CognitoUser,
  ConnectDirectory,
  LinkRead,
  Logger,
  ReceivedMessages,
  SyncTable,
  UserPool,
} from '../../lambda/ports.ts';

/** One call of a port: `<port>.<method>` and its arguments as they were at the time. */
interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Watches the calls of all doubles of a test, and makes chosen ones fail. */
export function createRecorder() {
  const calls: Call[] = [];
  const failures = new Map<string, { readonly error: unknown; times: number }>();
  const hooks = new Map<string, () => void>();
  return {
    calls,
    /** Arguments of every call of `<port>.<method>`, oldest first. */
    argsOf: (name: string) => calls.filter((call) => call.name === name).map(({ args }) => args),
    /** The next `times` calls of `<port>.<method>` throw `error`. */
    fail(name: string, error: unknown, times = 1) {
      failures.set(name, { error, times });
    },
    /** What happens in the world just before each call of `<port>.<method>`. */
    before(name: string, act: () => void) {
      hooks.set(name, act);
    },
    watch<Port extends object>(port: string, methods: Port): Port {
      const watched = Object.entries(methods).map(([method, body]) => {
        const name = `${port}.${method}`;
        const call = async (...args: unknown[]) => {
          calls.push({ name, args: args.map(copyOf) });
          hooks.get(name)?.();
          const failure = failures.get(name);
          if (failure !== undefined && failure.times > 0) {
            failure.times -= 1;
            throw failure.error;
          }
          return body(...args);
        };
        return [method, call];
      });
      return Object.fromEntries(watched) as Port;
    },
  };
}

/** Functions stay what they are, also as members of an argument. */
function copyOf(value: unknown): unknown {
  if (typeof value === 'function') return value;
  const members = Object.entries(value ?? {});
  if (members.some(([, member]) => typeof member === 'function'))
    return Object.fromEntries(members.map(([name, member]) => [name, copyOf(member)]));
  return structuredClone(value);
}

/** See {@link createRecorder}. */
export type Recorder = ReturnType<typeof createRecorder>;

/**
 * A clock that stands still, but for `advance` and for sleeping, which takes no time.
 *
 * @param onSleep - what happens in the world meanwhile.
 */
export function createClock(start: number, onSleep: () => void = () => {}) {
  let now = start;
  const sleeps: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
      now += milliseconds;
      onSleep();
    },
  };
  return {
    ...clock,
    sleeps,
    advance(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** A line of the log. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export function createLogger(): Logger & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: Line['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** A user pool in memory; `users` may be changed at any time. */
export function createPool(
  recorder: Recorder,
  users: readonly CognitoUser[],
  exposure: Partial<PoolExposure> = {},
  groups: Readonly<Record<string, readonly string[]>> = {},
  now: () => number = () => 0,
) {
  const bySub = new Map(users.map((user) => [user.sub, user]));
  const port = recorder.watch<UserPool>('pool', {
    findUser: async (sub) => bySub.get(sub),
    groupsOf: async (username: string) => groups[username] ?? [],
    exposure: async () => ({
      selfSignUp: false,
      writableAttributes: new Set<string>(),
      keepsVerifiedEmail: true,
      readAt: now(),
      ...exposure,
    }),
  });
  return { ...port, users: bySub };
}

/** A Connect user as the double keeps it. */
export interface DirectoryUser {
  readonly id: string;
  readonly username: string;
  readonly identity: Identity;
  /** `null` where Connect does not say. */
  readonly securityProfileIds?: readonly string[] | null;
  readonly modifiedAt?: number;
}

/** A Connect directory in memory that replaces identities as a whole; `users` may be changed at any time. */
export function createDirectory(
  recorder: Recorder,
  users: readonly DirectoryUser[],
  {
    type = 'CONNECT_MANAGED' as IdentityManagementType,
    profiles = { Admin: 'profile-admin', Agent: 'profile-agent' } as Readonly<Record<string, string>>,
  } = {},
) {
  const byId = new Map(users.map((user) => [user.id, user]));
  const port = recorder.watch<ConnectDirectory>('directory', {
    identityManagementType: async () => type,
    findIdsByUsername: async (username) =>
      [...byId.values()].filter((user) => user.username === username).map(({ id }) => id),
    describeUser: async (id) => {
      const user = byId.get(id);
      if (user === undefined) return undefined;
      const { identity, username, securityProfileIds = ['profile-agent'], modifiedAt } = user;
      return { id, username, identity, securityProfileIds: securityProfileIds ?? undefined, modifiedAt };
    },
    updateIdentity: async (id, identity) => {
      const user = byId.get(id);
      if (user === undefined) return 'connect-user-missing';
      byId.set(id, { ...user, identity });
      return 'updated';
    },
    securityProfileIds: async (names) =>
      new Map(names.flatMap((name) => (profiles[name] ? [[name, profiles[name]] as const] : []))),
    checkInstance: async () => {},
  });
  /** The deadlines callers had, oldest first. */
  const deadlines: number[] = [];
  const directory = {
    ...port,
    users: byId,
    deadlines,
    before: (deadline: number): ConnectDirectory => {
      deadlines.push(deadline);
      // Whatever a test has put in place of a method by then.
      return directory;
    },
  };
  return directory;
}

interface Claim {
  readonly sub: string;
  readonly claimedAt: number;
  readonly orphanedAt?: number | undefined;
}

const ABANDONED_CLAIM_MS = 900_000;
const READ_MEMBERS: ReadonlySet<string> = new Set(Object.keys(userRowSchema.shape));

/** The table in memory, with the conditions of the real one; a contract test holds the two together. */
export function createTable(recorder: Recorder, policyHash = 'policy-1') {
  const rows = new Map<string, Readonly<Record<string, unknown>>>();
  const claims = new Map<string, Claim>();
  const budgets = new Map<string, Set<string>>();
  /** What the sweep has found, by sub. */
  const caseMatches = new Map<string, CaseMatch>();
  let history: ExposureHistory = NO_HISTORY;
  const linkOf = (sub: string) => rows.get(sub)?.connectUserId;
  const rowOf = (sub: string) => userRowSchema.safeParse(rows.get(sub)).data;
  const hasLink = (sub: string, link: LinkRead) =>
    linkOf(sub) === link.connectUserId &&
    (link.connectUserId === undefined || link.linkedAt === undefined || rows.get(sub)?.linkedAt === link.linkedAt);
  const update = (sub: string, changes: Readonly<Record<string, unknown>>) => {
    const merged = Object.entries({ ...rows.get(sub), ...changes }).filter(([, value]) => value !== undefined);
    rows.set(sub, Object.fromEntries(merged));
  };
  const claim = (sub: string, connectUserId: string, now: number): boolean => {
    const holder = claims.get(connectUserId);
    if (holder?.sub === sub) {
      if (holder.orphanedAt === undefined) claims.set(connectUserId, { sub, claimedAt: now });
      return holder.orphanedAt === undefined;
    }
    const abandoned =
      holder !== undefined &&
      holder.orphanedAt === undefined &&
      holder.claimedAt + ABANDONED_CLAIM_MS < now &&
      linkOf(holder.sub) !== connectUserId;
    if (holder !== undefined && !abandoned) return false;
    claims.set(connectUserId, { sub, claimedAt: now });
    return true;
  };
  const port = recorder.watch<SyncTable>('table', {
    getUser: async (sub) => {
      const row = rows.get(sub);
      if (row === undefined) return undefined;
      return Object.fromEntries(Object.entries(row).filter(([name]) => READ_MEMBERS.has(name))) as unknown as UserRow;
    },
    async link(sub, connectUserId, now) {
      if (!claim(sub, connectUserId, now)) return 'claimed-by-another';
      const linked = linkOf(sub);
      if (linked !== undefined && linked !== connectUserId) return 'claimed-by-another';
      update(sub, { sub, connectUserId, linkedAt: now, firstEmail: true });
      return 'linked';
    },
    async unlink(sub, connectUserId) {
      if (linkOf(sub) !== connectUserId) return;
      const link = [
        'connectUserId',
        'linkedAt',
        'firstEmail',
        'lastWrite',
        'lastWriteAt',
        'writeAnswered',
        'releases',
        'holds',
        'repeats',
        'refused',
        'settled',
        'echo',
        'earlierWriteAt',
      ];
      const forgotten = [...link, 'releasedAt', 'status', 'reason', 'changed', 'withheld', 'since'];
      update(sub, Object.fromEntries(forgotten.map((name) => [name, undefined])));
    },
    async orphan(sub, connectUserId, now) {
      const holder = claims.get(connectUserId);
      if (holder?.sub === sub) claims.set(connectUserId, { ...holder, orphanedAt: now });
    },
    noteMissing: async (sub, missingSince) => update(sub, { sub, missingSince }),
    async noteWrite(sub, link, digest, now, earlierWriteAt) {
      if (!hasLink(sub, link)) return false;
      const answered = { writeAnswered: undefined, settled: undefined };
      update(sub, { lastWriteAt: now, lastWrite: digest, earlierWriteAt, ...answered });
      return true;
    },
    async takeBackWrite(sub, { hash }, { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt }) {
      if (rowOf(sub)?.lastWrite?.hash !== hash) return;
      update(sub, { lastWriteAt, lastWrite, writeAnswered, earlierWriteAt });
    },
    noteEcho: async (sub, echo) => update(sub, { echo }),
    async noteTry(sub, lastTry) {
      if (rows.has(sub)) update(sub, { lastTry });
    },
    async conclude(sub, conclusion) {
      const { outcome, change, readAt, link, synced, since, writeAnswered, emailSettled, holds, memory } = conclusion;
      if (!hasLink(sub, link)) return false;
      const { status, reason, changed, withheld } = outcome;
      const { cause, eventId, occurredAt } = change;
      const { cognitoModifiedAt, connectModifiedAt } = conclusion;
      const { refused, repeats, settled, echo, hadEmail } = memory ?? {};
      update(sub, {
        sub,
        missingSince: undefined,
        lastTry: undefined,
        status,
        reason,
        changed,
        withheld,
        cause,
        eventId,
        occurredAt,
        concludedAt: readAt,
        since,
        cognitoModifiedAt,
        connectModifiedAt,
        policyHash,
        candidateId: conclusion.candidateId,
        holds,
        ...(synced ? { syncedReadAt: readAt } : {}),
        ...(writeAnswered !== undefined && (writeAnswered || synced) && { writeAnswered: writeAnswered || undefined }),
        ...(emailSettled ? { firstEmail: undefined } : {}),
        ...(memory === undefined ? {} : { refused, repeats, settled, echo, hadEmail }),
      });
      const { releases } = conclusion;
      if (releases === undefined || rows.get(sub)?.releasedAt !== releases.givenAt) return true;
      const used = Object.keys(releases.left).length === 0;
      update(sub, used ? { releases: undefined, releasedAt: undefined } : { releases: releases.left });
      return true;
    },
    async concludeUnchanged(sub, { settled, status, withheld, change, readAt, since, cognitoModifiedAt }) {
      if (rowOf(sub)?.settled?.hash !== settled.hash) return false;
      const { cause, eventId, occurredAt } = change;
      const outcome = { status, reason: undefined, changed: [], withheld };
      const read = { concludedAt: readAt, syncedReadAt: readAt, since, cognitoModifiedAt, policyHash };
      update(sub, { ...outcome, cause, eventId, occurredAt, ...read, missingSince: undefined, lastTry: undefined });
      return true;
    },
    async spendEmailBudget(sub, now, maxUsersPerHour) {
      const hour = new Date(now).toISOString().slice(0, 13);
      const subs = budgets.get(hour) ?? new Set<string>();
      if (subs.has(sub)) return 'counted-before';
      if (subs.size >= maxUsersPerHour) return 'spent';
      budgets.set(hour, subs.add(sub));
      return 'taken';
    },
    async giveBackEmailBudget(sub, now) {
      budgets.get(new Date(now).toISOString().slice(0, 13))?.delete(sub);
    },
    async rememberExposure(exposure, watched, now) {
      history = rememberExposure(history, exposure, watched, now);
      return history;
    },
    findCaseMatch: async (sub) => caseMatches.get(sub),
  });
  return { ...port, rows, claims, budgets, caseMatches };
}

/** A queue that keeps what was sent. */
export function createQueue(recorder: Recorder) {
  const sent: Change[] = [];
  const port = recorder.watch<ChangeSender>('queue', {
    send: async (change) => {
      sent.push(change);
    },
  });
  return { ...port, sent };
}

/** The worker's hand on received messages; what was done with them is in the recorder. */
export const createMessages = (recorder: Recorder): ReceivedMessages =>
  recorder.watch<ReceivedMessages>('messages', { delay: async () => {}, deadLetter: async () => {} });
