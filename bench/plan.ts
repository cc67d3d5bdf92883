/**
 * How long does `connect-sync plan` take for 10,000 users, as a process on the loopback, at the rate limit that AWS gives? And how
 * long `explain` and `show` of one user of a deployment?
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { numberedPeople, seedPeople } from '../local/seed.ts';
import { createLocalCloud, type LocalCloud } from '../packages/local-cloud/cloud.ts';
import { deploy, timed } from './harness/deployed.ts';
import { median } from './harness/random.ts';
import type { Goal, Question } from './harness/report.ts';

const PEOPLE = 10_000;
const GOAL_SECONDS = 30;
/** Runs of `explain` and `show`; the middle one counts. */
const RUNS = 5;
const USER_GOAL_SECONDS = 2;
const EXECUTABLE = resolve(import.meta.dirname, '../bin/connect-sync.cjs');

/** How long does a plan of a large pool take? */
export const benchPlan: Question = async (progress) => {
  const local = await createLocalCloud({});
  const folder = mkdtempSync(join(tmpdir(), 'bench-plan-'));
  try {
    const { cloud, services } = local;
    const account = { kind: 'account' } as const;
    const { UserPool } = await cloud.call<{ readonly UserPool: { readonly Id: string } }>(
      'cognito-idp',
      'CreateUserPool',
      { PoolName: 'bench' },
      account,
    );
    await seedPeople(cloud, services.connect, UserPool.Id, numberedPeople(PEOPLE));
    progress(`${PEOPLE} users seeded`);
    const configuration = { userPoolId: UserPool.Id, connectInstanceArn: services.connect.instance.arn };
    writeFileSync(join(folder, 'connect-sync.json'), JSON.stringify(configuration));
    const startedAt = performance.now();
    const users = await plan(local, folder);
    const seconds = (performance.now() - startedAt) / 1_000;
    progress(`${users} users planned in ${seconds.toFixed(1)} s`);
    return {
      tables: [],
      goals: [
        {
          goal: `a plan of ${PEOPLE} users in less than ${GOAL_SECONDS} s`,
          measured: `${seconds.toFixed(1)} s`,
          met: users === PEOPLE && seconds < GOAL_SECONDS,
        },
        ...(await measureUser(progress)),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
    await local.close();
  }
};

/** `explain` and `show` of one of 100 users, each as a process. */
async function measureUser(progress: (line: string) => void): Promise<readonly Goal[]> {
  const deployed = await deploy(100, { identityManagementType: 'CONNECT_MANAGED' });
  const folder = mkdtempSync(join(tmpdir(), 'bench-user-'));
  const { description, local } = deployed;
  const goals: Goal[] = [];
  try {
    for (const command of ['explain', 'show']) {
      const seconds: number[] = [];
      for (const { username } of description.users.slice(0, RUNS))
        seconds.push((await timed(() => run(local, folder, [command, username]))) / 1_000);
      const measured = `${median(seconds).toFixed(1)} s`;
      progress(`${command}: ${measured}`);
      goals.push({
        ...{ goal: `${command} of one user in less than ${USER_GOAL_SECONDS} s`, measured },
        met: median(seconds) < USER_GOAL_SECONDS,
      });
    }
    return goals;
  } finally {
    rmSync(folder, { recursive: true });
    await deployed.close();
  }
}

/** Users that the next pass would queue. */
async function plan(local: LocalCloud, cwd: string): Promise<number> {
  const { nextPass } = JSON.parse(await run(local, cwd, ['plan', '--json'])) as {
    readonly nextPass: { readonly users: number };
  };
  return nextPass.users;
}

/** Runs the command line as a process. Resolves to its stdout. */
async function run(
  { endpoint, credentials, cloud }: LocalCloud,
  cwd: string,
  args: readonly string[],
): Promise<string> {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: cloud.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  const [stdout] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return stdout;
}
