import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runCli } from './cli.ts';
import { type Deployed, deploy } from './deployed.ts';
import { createPlants, ON_CALL, type Plants } from './plant-faults.ts';

const CONFIGURATION = {
  createUserPool: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:on-call',
  // Those of the local instance that may edit users.
  email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager'] },
};

/** The deployment, once {@link useHealthyDeployment} has made it. */
export let deployed: Deployed;
/** Faults to plant into it. */
export let plants: Plants;
/** Folder of its `connect-sync.json`. */
export let cwd: string;

/** Makes one healthy deployment for all tests of a file. */
export function useHealthyDeployment(): void {
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'connect-sync-doctor-'));
    deployed = await deploy([], { configuration: CONFIGURATION });
    const { connectInstanceArn } = deployed.description;
    const configuration = { ...CONFIGURATION, connectInstanceArn };
    await writeFile(join(cwd, 'connect-sync.json'), JSON.stringify(configuration));
    plants = createPlants({ deployed, cwd, configuration });
    await plants.put('sns/topics', [ON_CALL]);
  });
  afterAll(async () => {
    await deployed?.close();
    await rm(cwd, { recursive: true, force: true });
  });
}

/** Runs `connect-sync doctor` where the `connect-sync.json` is. */
export const doctor = (...args: readonly string[]) => runCli(['doctor', ...args], { ...deployed.description, cwd });

/** A check as `--json` has it. */
export interface Check {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly permission?: string;
}

/** Runs `doctor`, and leaves out what is in order. */
export async function complaints() {
  const { exit, stdout, stderr } = await doctor('--json');
  const { checks, healthy }: { readonly checks: readonly Check[]; readonly healthy: boolean } = JSON.parse(
    stdout || `"${stderr}"`,
  );
  return { exit, healthy, count: checks.length, found: checks.filter(({ state }) => state !== 'ok') };
}
