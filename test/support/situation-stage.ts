import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { deployStack } from '../../local/deployment.ts';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { onStage, type Stage } from './acting.ts';
import { type CliResult, runCli } from './cli.ts';
import { deploy, eventually } from './deployed.ts';
import { createLeapingClock } from './leaping-clock.ts';
import { createPlants, ON_CALL, type Plants } from './plant-faults.ts';
import { advised, transcribe } from './transcript.ts';

/** The configuration that is deployed. */
export const CONFIGURATION = {
  createUserPool: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:on-call',
  email: {
    allowedDomains: ['example.com', 'example.org'],
    maxUsersPerHour: 4,
    // Those of the local instance that may edit users.
    protectedSecurityProfiles: ['Admin', 'CallCenterManager'],
  },
};

/** The clock of the local cloud. */
export const clock = createLeapingClock();
/** The deployment, once {@link useSituations} has made it. */
export let deployed: Stage;
/** Faults to plant into it. */
export let plants: Plants;
let cwd: string;

/** Makes one deployment for all tests of a file. */
export function useSituations(): void {
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'connect-sync-situations-'));
    deployed = onStage(await deploy(numberedPeople(16), { clock, configuration: CONFIGURATION }));
    const configuration = { ...CONFIGURATION, connectInstanceArn: deployed.description.connectInstanceArn };
    await writeFile(join(cwd, 'connect-sync.json'), JSON.stringify(configuration));
    plants = createPlants({ deployed, cwd, configuration });
    await plants.put('sns/topics', [ON_CALL]);
  });
  afterAll(async () => {
    await deployed?.close();
    await rm(cwd, { recursive: true, force: true });
  });
  afterEach(() => answer());
}

/** From now on these calls of Connect are answered so. */
export const answer = (...faults: readonly object[]) =>
  putLocal(
    deployed.local.endpoint,
    'faults',
    faults.map((fault) => ({ service: 'connect', ...fault })),
  );

/** Runs the command with the clock of the local cloud. */
export const cli = (args: readonly string[]): Promise<CliResult> => {
  const aheadMs = clock.now() - Date.now();
  const setClock = `globalThis.own=Date.now;Date.now=()=>globalThis.own()+${aheadMs}`;
  return runCli(args, {
    ...deployed.description,
    cwd,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${setClock}` },
  });
};

/** Runs a command, compares its transcript, and resolves to what it advises. */
export async function ask(situation: string, ...args: readonly string[]) {
  const result = await cli(args);
  await expect(transcribe(args, result)).toMatchFileSnapshot(`transcripts/${situation}.txt`);
  return { ...result, commands: advised(result) };
}

/** With a wait for the worker that only ends a hang: the default is for people. */
export const paste = (args: readonly string[] = []): Promise<CliResult> =>
  cli(/^(release|sync|link) /.test(args.join(' ')) ? [...args, '--wait', '600'] : args);

/** Resolves when no function runs, so that what a worker delays is delayed. */
export const idle = () => eventually('no function to run', () => deployed.local.services.lambda.running() === 0);

/** A Connect user that no one has linked yet. */
export function seedAgent(Username: string): string {
  const identity = { FirstName: 'Old', LastName: 'Name', Email: `${Username}@example.com`.toLowerCase() };
  const [agent] = deployed.local.services.connect.seedUsers([{ Username, IdentityInfo: identity }]);
  return agent?.Id ?? '';
}

/** `npx cdk deploy` with the configuration that is deployed, on the clock of the local cloud. */
export async function redeploy(): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey, connectInstanceArn } = deployed.description;
  const setClock = `globalThis.own=Date.now;Date.now=()=>globalThis.own()+${clock.now() - Date.now()}`;
  vi.stubEnv('NODE_OPTIONS', `--import=data:text/javascript,${setClock}`);
  await deployStack({
    ...{ endpoint, region, credentials: { accessKeyId, secretAccessKey } },
    configuration: { ...CONFIGURATION, connectInstanceArn },
    onLine: () => {},
    signal: new AbortController().signal,
  });
  vi.unstubAllEnvs();
}
