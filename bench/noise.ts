import { type Product, startProduct } from './harness/product.ts';
import type { Goal, Question, Table } from './harness/report.ts';
import { inVirtualTime, type VirtualTime } from './harness/virtual-time.ts';

const USERS = 5_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Cognito's default quota of updates, which a nightly job cannot exceed. */
const UPDATES_PER_SECOND = 25;
const SIGN_IN_MINUTES = 15;
/** What this product makes of Connect, operation by operation. */
const REQUESTS_PER_SECOND = 1.95;
const GOALS = { nameSeconds: 10, connectCalls: 10, firstDayShare: 1.05 };

/** What became of one run. Seconds are virtual. */
interface Outcome {
  readonly what: string;
  /** From each change that counts until Connect had it. */
  readonly waits: readonly number[];
  readonly seconds: number;
  /** Requests to Connect, by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

/** What changes nothing must not delay what does, and cost Connect nothing. */
export const benchNoise: Question = async (progress) => {
  const outcomes: Outcome[] = [];
  const run = async (what: string, scene: Scene, start: Start = {}) => {
    const outcome = await inVirtualTime((time) => play(time, what, scene, start));
    outcomes.push(outcome);
    progress(JSON.stringify({ ...outcome, waits: longest(outcome) }));
    return outcome;
  };
  const paced = await run(
    '5,000 updates of `locale` at 25 a second, then one name',
    localesThenName(UPDATES_PER_SECOND),
  );
  await run('5,000 updates of `locale` queued at once, then one name', localesThenName(Number.POSITIVE_INFINITY));
  const signIns = await run('5,000 sign-ins in 15 minutes, one name a minute', signInsAndNames);
  const unverified = await run(
    '5,000 sign-ins in 15 minutes of people whose address is not verified, one name of another person a minute',
    signInsOfUnverified,
    { people: USERS + SIGN_IN_MINUTES, prepare: leaveUnverified },
  );
  const firstDay = await run('first day: 5,000 Connect users to link, half of the addresses differ', linkAll, {
    linked: false,
    otherAddresses: true,
  });
  await run('5,000 names at once, one more person a minute later', flood);
  return { tables: [toTable(outcomes)], goals: goalsOf(paced, signIns, unverified, firstDay) };
};

interface Stage extends Product {
  readonly time: VirtualTime;
  /** Changes a first name, and remembers how long Connect takes to show it. */
  renameAndWatch(index: number, firstName: string): Promise<void>;
}
type Scene = (stage: Stage) => Promise<void>;

/** What there is before a scene. */
interface Start extends NonNullable<Parameters<typeof startProduct>[2]> {
  /** One more than the crowd unless given: the person who waits. */
  readonly people?: number;
  /** Happens before the scene, and is worked off before anything is counted. */
  readonly prepare?: (product: Product) => Promise<void>;
}

async function play(
  time: VirtualTime,
  what: string,
  scene: Scene,
  { people = USERS + 1, prepare, ...options }: Start,
): Promise<Outcome> {
  const product = await startProduct(time, people, options);
  if (prepare !== undefined) await product.drain(prepare(product));
  // The rate limit's burst is full again.
  await time.sleep(MINUTE_MS);
  const awaited = new Map<string, number>();
  const waits: number[] = [];
  const stop = product.local.services.connect.onChange(({ user }) => {
    const since = awaited.get(`${user.Id} ${user.IdentityInfo?.FirstName}`);
    if (since !== undefined) waits.push((time.now() - since) / SECOND_MS);
  });
  const before = await readCalls(product);
  const startedAt = time.now();
  const stage: Stage = {
    ...product,
    time,
    async renameAndWatch(index, firstName) {
      const user = userAt(product, index);
      awaited.set(`${user.connectUserId} ${firstName}`, time.now());
      await product.rename(user, firstName);
    },
  };
  await product.drain(scene(stage));
  stop();
  const seconds = (time.now() - startedAt) / SECOND_MS;
  const after = await readCalls(product);
  await product.close();
  const calls = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
  if (waits.length !== awaited.size) throw new Error(`${what}: ${awaited.size - waits.length} names never arrived.`);
  return { what, waits, seconds, calls };
}

const userAt = ({ users }: Product, index: number) => {
  const user = users[index];
  if (user === undefined) throw new Error(`There is no user ${index}.`);
  return user;
};

const localesThenName =
  (perSecond: number): Scene =>
  async (stage) => {
    for (let index = 0; index < USERS; index += 1) {
      await stage.change(userAt(stage, index), { locale: 'de' });
      if (Number.isFinite(perSecond)) await stage.time.sleep(SECOND_MS / perSecond);
    }
    await stage.renameAndWatch(USERS, 'Later');
  };

/** Each person of the crowd gets another address, which is not verified: each row says that it waits. */
const leaveUnverified = async (product: Product): Promise<void> => {
  for (let index = 0; index < USERS; index += 1) {
    const user = userAt(product, index);
    await product.change(user, { email: `unverified.${user.username}@example.com`, email_verified: 'false' });
  }
};

const signInsAndNames: Scene = (stage) => signInAll(stage, (named) => USERS - named);

/** The people with a new name are not of the crowd. */
const signInsOfUnverified: Scene = (stage) => signInAll(stage, (named) => USERS + named);

async function signInAll(stage: Stage, indexOfNamed: (named: number) => number): Promise<void> {
  const everyMs = (SIGN_IN_MINUTES * MINUTE_MS) / USERS;
  const perMinute = USERS / SIGN_IN_MINUTES;
  let named = 0;
  for (let index = 0; index < USERS; index += 1) {
    await stage.announce(userAt(stage, index), 'trigger');
    if (index >= named * perMinute) {
      // People who have signed in a while ago, one after the other.
      await stage.renameAndWatch(indexOfNamed(named), `Name ${named}`);
      named += 1;
    }
    await stage.time.sleep(everyMs);
  }
}

const linkAll: Scene = ({ sweep }) => sweep();

const flood: Scene = async (stage) => {
  for (let index = 0; index < USERS; index += 1) await stage.rename(userAt(stage, index), `Name ${index}`);
  await stage.time.sleep(MINUTE_MS);
  await stage.renameAndWatch(USERS, 'Later');
};

const OPERATIONS = ['SearchUsers', 'DescribeUser', 'UpdateUserIdentityInfo'] as const;

async function readCalls({ local }: Product): Promise<Readonly<Record<string, number>>> {
  const stats = (await (await fetch(`${local.endpoint}/_local/stats`)).json()) as {
    readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  return Object.fromEntries(
    OPERATIONS.map((operation) => [
      operation,
      Object.values(stats.calls[`connect.${operation}`] ?? {}).reduce((sum, count) => sum + count, 0),
    ]),
  );
}

const longest = ({ waits }: Outcome): number => Math.max(0, ...waits);
const allCalls = ({ calls }: Outcome): number => Object.values(calls).reduce((sum, count) => sum + count, 0);
/** Seconds for so many rate-limited calls of one operation after a full burst. */
const limitSeconds = (calls: number): number => (calls - 5) / REQUESTS_PER_SECOND;

const toTable = (outcomes: readonly Outcome[]): Table => ({
  caption: `What else happens, and what a change of a name waits (${USERS} users, all in step but on the first day)`,
  columns: ['what', 'longest wait of a name, s', 'all done after, s', ...OPERATIONS],
  rows: outcomes.map((outcome) => [
    outcome.what,
    outcome.waits.length === 0 ? 'none' : longest(outcome).toFixed(1),
    outcome.seconds.toFixed(0),
    ...OPERATIONS.map((operation) => String(outcome.calls[operation] ?? 0)),
  ]),
});

function goalsOf(paced: Outcome, signIns: Outcome, unverified: Outcome, firstDay: Outcome): readonly Goal[] {
  const limit = limitSeconds(USERS + 1);
  return [
    {
      goal: `5,000 unmapped updates: the name within ${GOALS.nameSeconds} s, under ${GOALS.connectCalls} calls to Connect`,
      measured: `${longest(paced).toFixed(1)} s, ${allCalls(paced)} calls`,
      met: longest(paced) <= GOALS.nameSeconds && allCalls(paced) < GOALS.connectCalls,
    },
    {
      goal: `5,000 sign-ins: each name within ${GOALS.nameSeconds} s`,
      measured: `${signIns.waits.length} names, the last after ${longest(signIns).toFixed(1)} s`,
      met: longest(signIns) <= GOALS.nameSeconds,
    },
    {
      goal: `5,000 sign-ins of people whose address is not verified: each name within ${GOALS.nameSeconds} s`,
      measured: `${unverified.waits.length} names, the last after ${longest(unverified).toFixed(1)} s`,
      met: longest(unverified) <= GOALS.nameSeconds,
    },
    {
      goal: 'first day: within 5 % of the limit of one call of an operation for each user',
      measured: `${firstDay.seconds.toFixed(0)} s, the limit is ${limit.toFixed(0)} s`,
      met: firstDay.seconds <= limit * GOALS.firstDayShare,
    },
  ];
}
