import { startDynalite } from './harness/dynalite-table.ts';
import { optimumSeconds, startQuotaServer } from './harness/quota-server.ts';
import { type Goal, percent, type Question, type Table } from './harness/report.ts';
import { distinctWrites, type RunResult, runWrites } from './harness/run-writes.ts';
import { realTime, type VirtualTime } from './harness/virtual-time.ts';
import { fixedSleep, sdk, sharedInTable, splitShares, uncoordinated, type Way } from './harness/ways.ts';

const SIZES = [200, 1_200];
/** Writes of the run on the real clock, which guards the virtual one, and of its twin. */
const GUARD = 120;
const SHORT_RUNS = 5;
const GOAL = 0.97;

interface Case {
  readonly name: string;
  readonly way: Way;
  readonly workers: number;
  readonly skew?: number;
}

const NAIVE: readonly Case[] = [
  ...[1, 2, 10].map((workers) => ({ name: 'SDK standard, 3 attempts', way: sdk('standard'), workers })),
  ...[1, 2, 10].map((workers) => ({ name: 'SDK adaptive, 3 attempts', way: sdk('adaptive'), workers })),
  ...[1, 2].map((workers) => ({ name: 'sleep of 600 ms after each call', way: fixedSleep(600), workers })),
  { name: 'split shares, 1.0 a second each', way: splitShares(1), workers: 2 },
  { name: 'split shares, work 80/20', way: splitShares(1), workers: 2, skew: 0.8 },
  { name: 'our rules, nothing shared', way: uncoordinated, workers: 2 },
];

const PRODUCT_RUNS: readonly { readonly workers: number; readonly skew?: number }[] = [
  { workers: 1 },
  { workers: 2 },
  { workers: 10 },
  { workers: 2, skew: 0.8 },
  { workers: 10, skew: 0.8 },
];

interface Row {
  readonly cells: readonly string[];
  readonly seconds: number;
  readonly efficiency: number;
  readonly throttled: number;
}

/** How much of Connect's quota do many writes use, alone, and how many calls are refused? */
export const benchThroughput: Question = async (progress) => {
  const server = await startQuotaServer();
  const dynalite = await startDynalite();
  const run = async ({ name, ...options }: Case, count: number, time?: VirtualTime): Promise<Row> => {
    const results: RunResult[] = [];
    // One message that comes back late decides a short run: of those the middle one counts.
    const runs = time === undefined && count <= 200 ? SHORT_RUNS : 1;
    for (let seed = 1; seed <= runs; seed += 1) {
      results.push(await runWrites({ server, writes: distinctWrites(count), seed, ...options }, time));
    }
    const middle = results.sort((left, right) => left.seconds - right.seconds)[Math.floor(runs / 2)];
    if (middle === undefined) throw new Error('There was no run.');
    const row = toRow(name, options.workers, count, middle);
    progress(row.cells.join(', '));
    return row;
  };
  const runOurs = async (options: (typeof PRODUCT_RUNS)[number], count: number, time?: VirtualTime): Promise<Row> => {
    // Each run needs a table that no other has used, and they cannot be made on virtual time.
    const tables: string[] = [];
    while (tables.length < SHORT_RUNS) tables.push(await dynalite.createTable());
    const way: Way = (world, workers) => sharedInTable(dynalite.endpoint, tables.pop() ?? '')(world, workers);
    const name = `**shared rate limit**${options.skew === undefined ? '' : ', work 80/20'}${time === undefined ? '' : ', real clock'}`;
    return run({ name, way, ...options }, count, time);
  };
  try {
    const rows: Row[] = [];
    const ours: Row[] = [];
    for (const count of SIZES) {
      for (const naive of NAIVE) rows.push(await run(naive, count));
      for (const each of PRODUCT_RUNS) ours.push(await runOurs(each, count));
      rows.push(...ours.slice(-PRODUCT_RUNS.length));
    }
    const virtual = await runOurs({ workers: 2 }, GUARD);
    const real = await runOurs({ workers: 2 }, GUARD, realTime);
    return { tables: [toTable([...rows, virtual, real])], goals: goalsOf(ours, virtual, real) };
  } finally {
    await dynalite.close();
    await server.close();
  }
};

function toRow(name: string, workers: number, writes: number, result: RunResult): Row {
  const { seconds, throttled, overReceived } = result;
  const efficiency = optimumSeconds(writes) / seconds;
  const figures = [seconds.toFixed(1), percent(efficiency), percent(throttled), String(overReceived)];
  return { cells: [name, String(workers), String(writes), ...figures], seconds, efficiency, throttled };
}

const toTable = (rows: readonly Row[]): Table => ({
  caption: 'Writes at 2 requests a second, burst 5, no other caller',
  columns: ['way', 'workers', 'writes', 'seconds', 'of the optimum', 'calls refused', 'received over 3 times'],
  rows: rows.map(({ cells }) => cells),
});

function goalsOf(ours: readonly Row[], virtual: Row, real: Row): readonly Goal[] {
  const worst = Math.min(...ours.map(({ efficiency }) => efficiency));
  const refused = Math.max(...[...ours, real].map(({ throttled }) => throttled));
  const apart = Math.abs(real.seconds / virtual.seconds - 1);
  return [
    {
      goal: `at least ${percent(GOAL, 0)} of the optimum, any number of workers, skewed too`,
      measured: `worst ${percent(worst)}`,
      met: worst >= GOAL,
    },
    { goal: 'no call refused', measured: `worst ${percent(refused)}`, met: refused === 0 },
    {
      goal: 'the real clock and the virtual one agree within 2 %',
      measured: `${percent(apart)} apart`,
      met: apart < 0.02,
    },
  ];
}
