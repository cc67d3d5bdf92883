/**
 * What does it cost to find who differs: calls, memory and time of the deployed bundle of `sweep`, in a process of its own with the
 * memory of the function, against populations on the loopback.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { policyHashOf } from '../lambda/adapters/policy-hash.ts';
import { policySchema } from '../lambda/core/policy.ts';
import { bundleFunctions } from '../lib/bundling/bundle.ts';
import { startPopulation } from './harness/population.ts';
import type { Question } from './harness/report.ts';

const GOALS = { lists: 250, factor: 50, megabytes: 256, megabytesOfMany: 512 };
/** Agents, and every so-maniest of them changed. */
const POPULATIONS = [
  { connectUsers: 1_000, driftEvery: 33 },
  { connectUsers: 10_000, driftEvery: 33 },
  { connectUsers: 100_000, driftEvery: 33 },
];

/** Loads the bundle and has it plan a pass; what it measured is the last line of its output. */
const PROBE = `
const [folder] = process.argv.slice(1);
const { handler } = require(folder + '/index.js');
const started = performance.now();
handler({ mode: 'plan' }, { getRemainingTimeInMillis: () => 870_000 }).then(({ why }) => {
  const measured = { milliseconds: performance.now() - started, kilobytes: process.resourceUsage().maxRSS, why };
  process.stdout.write('\\n' + JSON.stringify(measured), () => process.exit(0));
});
`;

interface Found {
  readonly connectUsers: number;
  readonly drifted: number;
  readonly lists: number;
  readonly rateLimited: number;
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
    const found: Found[] = [];
    for (const population of POPULATIONS) {
      progress(`${population.connectUsers} connectUsers`);
      found.push(await measure(folder, population));
    }
    return { tables: [tableOf(found)], goals: goalsOf(found) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

async function measure(folder: string, population: (typeof POPULATIONS)[number]): Promise<Found> {
  const policy = policySchema.parse({});
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
    const { milliseconds, kilobytes, why } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1));
    const drifted = Number(why['cognito-user-changed']);
    if (drifted !== Math.ceil(population.connectUsers / population.driftEvery))
      throw new Error(`The sweep found ${JSON.stringify(why)}.`);
    const rateLimited = calls['/users-summary'] ?? 0;
    return {
      connectUsers: population.connectUsers,
      drifted,
      lists: (calls.ListUsers ?? 0) + rateLimited,
      rateLimited,
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
    'connectUsers',
    'drifted',
    'list calls',
    'of them paced',
    'reads of the table',
    'a describe each',
    'memory',
    'seconds',
  ],
  rows: found.map(({ connectUsers, drifted, lists, rateLimited, scans, megabytes, seconds }) => [
    ...[connectUsers, drifted, lists, rateLimited, scans].map(String),
    `${((connectUsers - 5) / 2 / 60).toFixed(0)} min`,
    `${megabytes.toFixed(0)} MB`,
    seconds.toFixed(1),
  ]),
});

function goalsOf(found: readonly Found[]) {
  const of = (connectUsers: number) => {
    const one = found.find((each) => each.connectUsers === connectUsers);
    if (one === undefined) throw new Error(`No population of ${connectUsers}.`);
    return one;
  };
  const [some, many] = [of(10_000), of(100_000)];
  // A describe for each one found, as well: that is what the worker does.
  const factor = some.connectUsers / some.rateLimited;
  const linear = many.seconds / some.seconds;
  return [
    {
      goal: `P7: 10,000 connectUsers: fewer than ${GOALS.lists} list calls`,
      measured: `${some.lists}`,
      met: some.lists < GOALS.lists,
    },
    {
      goal: `P7: at least ${GOALS.factor} times fewer paced calls to find them than a describe each`,
      measured: `${factor.toFixed(0)} times`,
      met: factor >= GOALS.factor,
    },
    {
      goal: `P7: below ${GOALS.megabytes} MB`,
      measured: `${some.megabytes.toFixed(0)} MB`,
      met: some.megabytes < GOALS.megabytes,
    },
    {
      goal: `P7: 100,000 connectUsers below ${GOALS.megabytesOfMany} MB`,
      measured: `${many.megabytes.toFixed(0)} MB`,
      met: many.megabytes < GOALS.megabytesOfMany,
    },
    {
      goal: 'P7: ten times the connectUsers, at most twelve times the time',
      measured: linear.toFixed(1),
      met: linear <= 12,
    },
  ];
}
