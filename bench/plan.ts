/**
 * How long does `connect-sync plan` take for 10,000 users, as a process on the loopback, at the rate limit that AWS gives?
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { numberedPeople, seedPeople } from '../local/seed.ts';
import { createLocalCloud } from '../packages/local-cloud/cloud.ts';
import type { Question } from './harness/report.ts';

const PEOPLE = 10_000;
const GOAL_SECONDS = 30;
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
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
    await local.close();
  }
};

/** Users that the next pass would queue. */
async function plan(
  { endpoint, credentials, cloud }: Awaited<ReturnType<typeof createLocalCloud>>,
  cwd: string,
): Promise<number> {
  const child = spawn(process.execPath, [EXECUTABLE, 'plan', '--json'], {
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
  const { nextPass } = JSON.parse(stdout) as { readonly nextPass: { readonly users: number } };
  return nextPass.users;
}
