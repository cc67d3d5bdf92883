/**
 * What does it cost to find who differs: calls, memory and time of the deployed bundle of `sweep`, in a process of its own with the
 * memory of the function, against populations on the loopback.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { policyHashOf } from '../lambda/adapters/policy-hash.ts';
import { policySchema } from '../lambda/core/policy.ts';
import { bundleFunctions } from '../lib/bundling/bundle.ts';
import { startPopulation } from './harness/population.ts';
import type { Question } from './harness/report.ts';

const GOALS = { lists: 250, factor: 50, megabytes: 256, megabytesOfMany: 512, millionCalls: 1_300, groupCalls: 40 };

/** A pool, and whom the sweep has to find in it. */
interface Population {
  readonly title: string;
  readonly users: number;
  readonly connectUsers: number;
  readonly driftEvery: number;
  readonly left?: number;
  readonly policy: object;
  readonly why: Readonly<Record<string, number>>;
}

const pool = (users: number, changed: number): Population => ({
  title: `a pool of ${users.toLocaleString('en-US')}, all linked`,
  users,
  connectUsers: users,
  driftEvery: 33,
  policy: {},
  why: { 'cognito-user-changed': changed },
});
const POPULATIONS = {
  thousand: pool(1_000, 31),
  many: pool(10_000, 304),
  most: pool(100_000, 3_031),
  million: {
    title: 'a pool of 1,000,000, 1,000 linked',
    users: 1_000_000,
    connectUsers: 1_000,
    driftEvery: 34,
    policy: {},
    why: { 'cognito-user-changed': 30 },
  },
  group: {
    title: 'a group of 500 in a pool of 200,000, 20 left it',
    users: 200_000,
    connectUsers: 500,
    driftEvery: 0,
    left: 20,
    policy: { scope: { kind: 'group', group: 'agents' } },
    why: { 'left-scope': 20 },
  },
} satisfies Readonly<Record<string, Population>>;

/** Loads the bundle and has it plan a pass; what it measured is the last line of its output. */
const PROBE = `
const [folder] = process.argv.slice(1);
const { handler } = require(folder + '/index.js');
const started = performance.now();
handler({ mode: 'plan' }, { getRemainingTimeInMillis: () => 870_000 }).then(({ why, way }) => {
  const kilobytes = process.resourceUsage().maxRSS;
  const measured = { milliseconds: performance.now() - started, kilobytes, why, way };
  process.stdout.write('\\n' + JSON.stringify(measured), () => process.exit(0));
});
`;

interface Found {
  readonly title: string;
  readonly way: string;
  readonly drifted: number;
  /** Calls of any service. */
  readonly calls: number;
  /** Of them lists of Cognito users. */
  readonly cognito: number;
  /** Of them calls to Connect. */
  readonly connect: number;
  readonly scans: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** How much does it cost to find who differs? */
export const benchSweep: Question = async (progress) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sweep-'));
  try {
    const { sweep } = Object.fromEntries(await bundleFunctions());
    for (const [name, contents] of Object.entries(sweep ?? {})) writeFileSync(join(folder, name), contents);
    const found = new Map<string, Found>();
    for (const [name, population] of Object.entries(POPULATIONS)) {
      progress(population.title);
      found.set(name, await measure(folder, population));
    }
    return { tables: [tableOf([...found.values()])], goals: goalsOf(found) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

async function measure(folder: string, population: Population): Promise<Found> {
  const policy = policySchema.parse(population.policy);
  const { endpoint, calls, close } = await startPopulation({ ...population, policyHash: policyHashOf(policy) });
  try {
    // As Lambda does for 512 MB: the heap may take nearly all of it.
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=460', '-e', PROBE, folder], {
      env: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_ENDPOINT_URL: endpoint,
        QUEUE_URL: `${endpoint}/111122223333/changes.fifo`,
        TABLE_NAME: 'table',
        USER_POOL_ID: 'eu-west-1_EXAMPLE1',
        CONNECT_INSTANCE_ID: 'instance',
        CONNECT_REGION: 'eu-west-1',
        // The rate limit is not what is measured: at two a second it adds half a second for each thousand agents.
        CONNECT_REQUESTS_PER_SECOND: '100',
        SWEEP_INTERVAL_MINUTES: '60',
        COGNITO_LISTS_PER_SECOND: '30',
        POLICY: JSON.stringify(policy),
      },
    });
    const { milliseconds, kilobytes, why, way } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
    if (!isDeepStrictEqual(why, population.why)) throw new Error(`The sweep found ${JSON.stringify(why)}.`);
    return {
      title: population.title,
      way,
      drifted: Object.values(population.why).reduce((total, count) => total + count, 0),
      calls: Object.values(calls).reduce((total, count) => total + count, 0),
      cognito: (calls.ListUsers ?? 0) + (calls.ListUsersInGroup ?? 0),
      connect: calls['/users-summary'] ?? 0,
      scans: calls.Scan ?? 0,
      megabytes: kilobytes / 1_024,
      seconds: milliseconds / 1_000,
    };
  } finally {
    close();
  }
}

const tableOf = (found: readonly Found[]) => ({
  caption: 'A pass that finds who differs, until it begins to queue',
  columns: [
    'population',
    'way',
    'found',
    'calls',
    'Cognito lists',
    'calls to Connect',
    'reads of the table',
    'memory',
    'seconds',
  ],
  rows: found.map(({ title, way, megabytes, seconds, ...counts }) => [
    title,
    way,
    ...[counts.drifted, counts.calls, counts.cognito, counts.connect, counts.scans].map(String),
    `${megabytes.toFixed(0)} MB`,
    seconds.toFixed(1),
  ]),
});

function goalsOf(found: ReadonlyMap<string, Found>) {
  const of = (name: keyof typeof POPULATIONS) => {
    const one = found.get(name);
    if (one === undefined) throw new Error(`No population ${name}.`);
    return one;
  };
  const [many, most, million, group] = [of('many'), of('most'), of('million'), of('group')];
  const lists = many.cognito + many.connect;
  // A describe for each one found, as well: that is what the worker does.
  const factor = POPULATIONS.many.connectUsers / many.connect;
  const below = (goal: string, measured: number, limit: number, unit = '') => ({
    goal: `${goal}: below ${limit.toLocaleString('en-US')}${unit}`,
    measured: `${measured.toFixed(0)}${unit}`,
    met: measured < limit,
  });
  return [
    below('10,000 linked, list calls', lists, GOALS.lists),
    {
      goal: `at least ${GOALS.factor} times fewer calls to Connect to find them than a describe each`,
      measured: `${factor.toFixed(0)} times`,
      met: factor >= GOALS.factor,
    },
    below('10,000 linked, memory', many.megabytes, GOALS.megabytes, ' MB'),
    below('100,000 linked, memory', most.megabytes, GOALS.megabytesOfMany, ' MB'),
    below('1,000,000 users, 1,000 linked, exactly 30 found: calls', million.calls, GOALS.millionCalls),
    below('1,000,000 users, 1,000 linked: memory', million.megabytes, GOALS.megabytes, ' MB'),
    below('group of 500 in a pool of 200,000, exactly 20 found: calls', group.calls, GOALS.groupCalls),
  ];
}
