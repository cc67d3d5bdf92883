import { createSharedRateLimit } from '../lambda/adapters/throttling/shared-rate-limit.ts';
import { currentRate } from '../lambda/core/rate-limit.ts';
import { optimumSeconds, QUOTA, type QuotaServer, startQuotaServer } from './harness/quota-server.ts';
import { median } from './harness/random.ts';
import { createMemoryStore } from './harness/rate-limit-store.ts';
import { type Goal, percent, type Question, type Table } from './harness/report.ts';
import { distinctWrites, runWrites } from './harness/run-writes.ts';
import { inVirtualTime } from './harness/virtual-time.ts';
import {
  clockOf,
  FULL_RATE,
  fixedSleep,
  sdk,
  sharedInMemory,
  splitShares,
  uncoordinated,
  type Way,
  withoutFeedback,
} from './harness/ways.ts';

/** Runs of each of the other ways. */
const OTHER_SEEDS = 4;

interface Case {
  readonly name: string;
  readonly way: Way;
  readonly workers: number;
  readonly ours?: true;
}
interface Setting {
  /** Calls a second that the neighbour makes, at random. */
  readonly neighbour: number;
  readonly writes: number;
  /** Runs of each of our cases. */
  readonly seeds: number;
  readonly cases: readonly Case[];
}

const OURS: readonly Case[] = [1, 2, 10].map((workers) => ({
  name: '**shared rate limit**',
  way: sharedInMemory,
  workers,
  ours: true,
}));
const HALF: Setting = {
  neighbour: 1,
  writes: 1_200,
  seeds: 11,
  cases: [
    { name: 'SDK standard, 3 attempts', way: sdk('standard'), workers: 2 },
    { name: 'SDK adaptive, 3 attempts', way: sdk('adaptive'), workers: 1 },
    { name: 'SDK adaptive, 3 attempts', way: sdk('adaptive'), workers: 2 },
    { name: 'sleep of 600 ms after each call', way: fixedSleep(600), workers: 1 },
    { name: 'split shares, 1.0 a second each', way: splitShares(1), workers: 2 },
    { name: 'shared rate limit without feedback', way: withoutFeedback(FULL_RATE), workers: 2 },
    { name: 'our rules, nothing shared', way: uncoordinated, workers: 2 },
    ...OURS,
  ],
};
const LIGHT: Setting = {
  neighbour: 0.1,
  writes: 1_200,
  seeds: 7,
  cases: [
    { name: 'SDK adaptive, 3 attempts', way: sdk('adaptive'), workers: 1 },
    { name: 'shared rate limit at 2.0, without feedback', way: withoutFeedback(2), workers: 2 },
    ...OURS,
  ],
};

interface Row {
  readonly ours: boolean;
  readonly cells: readonly string[];
  readonly share: number;
  readonly throttled: number;
  readonly neighbourThrottled: number;
}

/** What do we leave to another caller in the account, what do we get, and how soon do we recover? */
export const benchNeighbours: Question = async (progress) => {
  const server = await startQuotaServer();
  try {
    const half = await measure(server, HALF, progress);
    const light = await measure(server, LIGHT, progress);
    const recovery = await measureRecovery();
    return {
      tables: [toTable(HALF, half), toTable(LIGHT, light)],
      goals: [...goalsAtHalf(ours(half)), ...goalsBesideLight(ours(light)), ...goalsOfRecovery(recovery)],
    };
  } finally {
    await server.close();
  }
};

const ours = (rows: readonly Row[]): readonly Row[] => rows.filter((row) => row.ours);

async function measure(
  server: QuotaServer,
  { neighbour, writes, seeds, cases }: Setting,
  progress: (line: string) => void,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, way, workers, ours: own = false } of cases) {
    const results = [];
    for (let seed = 1; seed <= (own ? seeds : OTHER_SEEDS); seed += 1) {
      results.push(await runWrites({ server, way, workers, writes: distinctWrites(writes), neighbour, seed }));
    }
    const share = median(results.map(({ seconds }) => optimumSeconds(writes, neighbour) / seconds));
    const throttled = median(results.map((result) => result.throttled));
    const neighbourThrottled = median(results.map((result) => result.neighbourThrottled));
    const cells = [name, String(workers), percent(share), percent(throttled, 2), percent(neighbourThrottled)];
    rows.push({ ours: own, cells, share, throttled, neighbourThrottled });
    progress(cells.join(', '));
  }
  return rows;
}

const toTable = ({ neighbour, writes, seeds }: Setting, rows: readonly Row[]): Table => ({
  caption: `A neighbour makes ${neighbour} calls a second at random; ${writes} writes, median of ${seeds} seeds (of the other ways ${OTHER_SEEDS})`,
  columns: ['way', 'workers', 'of what is left', 'our calls refused', "neighbour's calls refused"],
  rows: rows.map(({ cells }) => cells),
});

function goalsAtHalf(rows: readonly Row[]): readonly Goal[] {
  const share = Math.min(...rows.map((row) => row.share));
  const throttled = Math.max(...rows.map((row) => row.throttled));
  const neighbourThrottled = Math.max(...rows.map((row) => row.neighbourThrottled));
  return [
    {
      goal: 'neighbour at half: at most 5.5 % of our calls refused',
      measured: `worst ${percent(throttled, 2)}`,
      met: throttled <= 0.055,
    },
    {
      goal: "neighbour at half: at most 10 % of the neighbour's",
      measured: `worst ${percent(neighbourThrottled)}`,
      met: neighbourThrottled <= 0.1,
    },
    {
      goal: 'neighbour at half: at least 95 % of what is left is used',
      measured: `worst ${percent(share)}`,
      met: share >= 0.95,
    },
  ];
}

function goalsBesideLight(rows: readonly Row[]): readonly Goal[] {
  const throttled = Math.max(...rows.map((row) => row.throttled));
  const goal = 'neighbour at 0.1 a second: at most 1 % of our calls refused';
  return [{ goal, measured: `worst ${percent(throttled, 2)}`, met: throttled <= 0.01 }];
}

/** Seconds from the last refusal to the full rate, from half of the quota and from the lowest rate there is. */
const measureRecovery = (): Promise<{ readonly fairShare: number; readonly floor: number }> =>
  inVirtualTime(async (time) => {
    const operation = 'UpdateUserIdentityInfo';
    const store = createMemoryStore(time);
    const rateLimit = createSharedRateLimit(store, FULL_RATE, clockOf(time));
    const rate = () => {
      const { state } = store.kept(operation);
      return state === undefined ? FULL_RATE : currentRate(state, time.now(), FULL_RATE);
    };
    for (let before = Number.POSITIVE_INFINITY; rate() < before; ) {
      before = rate();
      await rateLimit.throttled(operation);
      await time.sleep(1_000);
    }
    await rateLimit.throttled(operation);
    const lastRefusalAt = time.now();
    const secondsUntil = async (wanted: number): Promise<number> => {
      while (rate() < wanted) await time.sleep(100);
      return (time.now() - lastRefusalAt) / 1_000;
    };
    const fair = await secondsUntil(QUOTA.ratePerSecond / 2);
    const full = await secondsUntil(FULL_RATE);
    return { fairShare: full - fair, floor: full };
  });

const goalsOfRecovery = ({ fairShare, floor }: Awaited<ReturnType<typeof measureRecovery>>): readonly Goal[] => [
  {
    goal: 'back at the full rate within 60 s from the fair share',
    measured: `${fairShare.toFixed(1)} s`,
    met: fairShare <= 60,
  },
  { goal: 'within 120 s from the lowest rate', measured: `${floor.toFixed(1)} s`, met: floor <= 120 },
];
