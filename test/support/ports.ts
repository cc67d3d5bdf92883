import type { Change } from '../../lambda/core/events/change.ts';
import type { Identity, IdentityManagementType } from '../../lambda/core/identity/identity.ts';
import type { PoolExposure } from '../../lambda/core/links/exposure.ts';
import type {
  ChangeSender,
  Clock,
  CognitoUser,
  ConnectDirectory,
  Logger,
  ReceivedMessages,
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
