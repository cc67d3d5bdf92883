import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployStack } from '../../local/deployment.ts';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { deploy, eventually, identityOf, leapWhileIdle, quiet, rowOf, sweep } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { createPlants, ON_CALL, type Plant, type Plants } from '../support/plant-faults.ts';
import { findClis, run } from '../support/real-clients.ts';
import { advised, transcribe } from '../support/transcript.ts';

const MINUTE_MS = 60_000;
const CONFIGURATION = {
  createUserPool: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:on-call',
  email: {
    allowedDomains: ['example.com', 'example.org'],
    maxUsersPerHour: 4,
    // Those of the local instance that may edit users.
    protectedSecurityProfiles: ['Admin', 'CallCenterManager'],
  },
};

const clock = createLeapingClock();
let deployed: Stage;
let cwd: string;
let plants: Plants;
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

/** From now on these calls of Connect are answered so. */
const answer = (...faults: readonly object[]) =>
  putLocal(
    deployed.local.endpoint,
    'faults',
    faults.map((fault) => ({ service: 'connect', ...fault })),
  );
afterEach(() => answer());

/** Runs the command with the clock of the local cloud. */
const cli = (args: readonly string[]): Promise<CliResult> => {
  const aheadMs = clock.now() - Date.now();
  const setClock = `globalThis.own=Date.now;Date.now=()=>globalThis.own()+${aheadMs}`;
  return runCli(args, {
    ...deployed.description,
    cwd,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${setClock}` },
  });
};

/** Runs a command, compares its transcript, and resolves to what it advises. */
async function ask(situation: string, ...args: readonly string[]) {
  const result = await cli(args);
  await expect(transcribe(args, result)).toMatchFileSnapshot(`transcripts/${situation}.txt`);
  return { ...result, commands: advised(result) };
}

/** With a wait for the worker that only ends a hang: the default is for people. */
const paste = (args: readonly string[] = []): Promise<CliResult> =>
  cli(/^(release|sync|link) /.test(args.join(' ')) ? [...args, '--wait', '600'] : args);

/** Resolves when no function runs, so that what a worker delays is delayed. */
const idle = () => eventually('no function to run', () => deployed.local.services.lambda.running() === 0);

/** A Connect user that no one has linked yet. */
function seedAgent(Username: string): string {
  const identity = { FirstName: 'Old', LastName: 'Name', Email: `${Username}@example.com`.toLowerCase() };
  const [agent] = deployed.local.services.connect.seedUsers([{ Username, IdentityInfo: identity }]);
  return agent?.Id ?? '';
}

describe('status, in this situation, names the cause and a command that works when pasted', () => {
  it('paused', async () => {
    await plants.pause();

    const { commands } = await ask('paused', 'status');

    expect(commands).toContainEqual(['resume', '--apply']);
    expect((await paste(['resume', '--apply'])).exit).toBe(0);
    expect((await cli(['status'])).stdout).not.toContain('paused');
  });

  it('other case', async () => {
    const agentId = seedAgent('Mixed.Case');
    const sub = await deployed.create('mixed.case', {});
    await rowOf(deployed, sub, ({ status }) => status === 'unlinked');
    await quiet(deployed);
    await sweep(deployed);
    await quiet(deployed);

    const { commands } = await ask('other-case', 'status');
    expect(commands).toContainEqual(['reconcile']);
    const { commands: links } = await ask('other-case-pairs', 'reconcile');

    expect(links).toContainEqual(['link', sub, agentId, '--apply']);
    expect((await paste(['link', sub, agentId, '--apply'])).exit).toBe(0);
    expect(identityOf(deployed, agentId)).toMatchObject({ FirstName: 'New', LastName: 'Person' });
  });
});

/** What the advised `aws` command prints: the value that belongs into the setting which is wrong. */
const CURES: Readonly<Record<string, () => RegExp>> = {
  'mapping-typo': () => /"given_name"/,
  'wrong-instance': () => new RegExp(deployed.description.connectInstanceId),
  'unknown-profile': () => /"CallCenterManager"/,
};

/** A configuration before its first deployment, for this pool. */
const undeployed = (members: object): Plant =>
  plants.configuration({
    ...{ createUserPool: false, userPoolId: deployed.description.userPoolId, stackName: 'Not-Yet' },
    ...members,
  });

const hasAws = findClis().some(({ command }) => command !== undefined);

/** Runs a line that begins with `aws`, as a person pastes it. Resolves to what it prints. */
async function pasteAws(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await run('sh', ['-c', line], deployed.description);
  expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: '' });
  return stdout;
}

/** `npx cdk deploy` with the configuration that is deployed, on the clock of the local cloud. */
async function redeploy(): Promise<void> {
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

describe(`doctor, in this situation, names the cause and what to do${hasAws ? '' : ' (its aws commands are not run: no AWS CLI)'}`, () => {
  it.each<readonly [string, () => Plant, string]>([
    ['no-trail', () => plants.trails([]), 'aws s3 mb '],
    [
      'mapping-typo',
      () => undeployed({ mapping: { FirstName: { from: ['given_nam'] } } }),
      'aws cognito-idp describe-user-pool ',
    ],
    [
      'wrong-instance',
      () =>
        undeployed({
          connectInstanceArn: `arn:aws:connect:eu-west-1:${deployed.description.accountId}:instance/99999999-2222-3333-4444-555555555555`,
        }),
      'aws connect list-instances ',
    ],
    [
      'unknown-profile',
      () =>
        undeployed({
          email: { ...CONFIGURATION.email, protectedSecurityProfiles: ['Admin', 'CallCenterManager', 'Supervisors'] },
        }),
      'aws connect list-security-profiles ',
    ],
  ])('%s', async (situation, plant, command) => {
    const takeOut = await plant()();

    const { exit, stdout } = await ask(situation, 'doctor');
    await takeOut();

    expect(exit).toBe(1);
    expect(stdout).toContain(`    ${command}`);
    expect(stdout).not.toMatch(/YOUR_|\$\{/);
    expect((await cli(['doctor'])).exit).toBe(0);
    const line = stdout.split('\n').find((text) => text.startsWith(`    ${command}`)) ?? '';
    const cure = CURES[situation];
    if (hasAws && cure !== undefined) expect(await pasteAws(line)).toMatch(cure());
    // The local cloud makes no buckets and trails: the AWS CLI only checks what the commands send.
    if (hasAws && situation === 'no-trail')
      for (const part of line.split(' && ').slice(1)) await pasteAws(`${part} --generate-cli-skeleton output`);
  });

  it('group-missing', async () => {
    const takeOut = await undeployed({ scope: { kind: 'group', group: 'agents' } })();

    const { exit, stdout } = await ask('group-missing', 'doctor');
    const line = stdout.split('\n').find((text) => text.startsWith('    aws cognito-idp create-group ')) ?? '';
    if (hasAws) await pasteAws(line);
    const after = hasAws ? (await cli(['doctor'])).exit : 0;
    await takeOut();

    expect(exit).toBe(1);
    expect(line).not.toBe('');
    expect(after).toBe(0);
  });

  it('trigger on a dead function', async () => {
    await plants.deadTrigger();

    const { commands, exit } = await ask('dead-trigger', 'doctor');

    const { userPoolId } = deployed.description;
    expect(exit).toBe(1);
    expect(commands).toEqual(
      ['detach', 'attach'].map((verb) => ['trigger', verb, '--user-pool', userPoolId, '--apply']),
    );
    for (const command of commands) expect((await paste(command)).exit).toBe(0);
    const healthy = await cli(['doctor']);
    expect(healthy.exit).toBe(0);
    expect(healthy.stdout).toMatch(/^ok +triggers +Our function has CustomMessage, PostConfirmation\.$/m);
  });
});

describe('explain, in this situation, names the cause and a command that works when pasted', () => {
  it('unlinked', async () => {
    const sub = await deployed.create('not.yet', {});
    await rowOf(deployed, sub, ({ status }) => status === 'unlinked');
    await quiet(deployed);

    const { commands, exit } = await ask('unlinked', 'explain', 'not.yet');

    expect(exit).toBe(1);
    expect(commands).toEqual([['sync', sub, '--apply']]);
    const agentId = seedAgent('not.yet');
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, agentId)).toMatchObject({ FirstName: 'New', LastName: 'Person' });
  });

  it('claimed by another', async () => {
    const agentId = seedAgent('desk.one');
    await deployed.create('substitute', {});
    expect((await paste(['link', 'substitute', agentId, '--apply'])).exit).toBe(0);
    const sub = await deployed.create('desk.one', {});
    await rowOf(deployed, sub, ({ status }) => status === 'ambiguous');
    await quiet(deployed);

    const { commands, exit } = await ask('claimed-by-another', 'explain', 'desk.one');

    expect(exit).toBe(1);
    expect(commands).toEqual([['link', sub, agentId, '--replace-claim', '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(await rowOf(deployed, sub)).toMatchObject({ connectUserId: agentId });
  });

  it('first e-mail', async () => {
    const agentId = seedAgent('new.agent');
    const sub = await deployed.create('new.agent', { email: 'new.agent@example.org', email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('first-e-mail', 'explain', 'new.agent');

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, agentId).Email).toBe('new.agent@example.org');
  });

  it('protected', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    const { admin } = deployed.local.services.connect;
    admin.settings({ securityProfileIds: 'omitted' });
    await deployed.adminUpdate(username, { email: `new.${username}@example.com`, email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('protected', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    admin.settings({ securityProfileIds: 'shown' });
    expect(identityOf(deployed, connectUserId).Email).toBe(`new.${username}@example.com`);
  });

  it('domain', async () => {
    const { username, sub } = deployed.nextPerson();
    await deployed.adminUpdate(username, { email: `${username}@elsewhere.example`, email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'rejected');
    await quiet(deployed);

    const { commands, exit } = await ask('domain', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['show', sub]]);
    expect((await paste(commands[0])).stdout).toContain(`${username}@elsewhere.example`);
  });

  it('pending verification', async () => {
    const username = 'unverified';
    seedAgent(username);
    const sub = await deployed.create(username, { email: 'unverified@example.org' });
    // An address that is not verified is read twice, two minutes apart.
    await rowOf(deployed, sub, ({ connectUserId }) => connectUserId !== undefined);
    await idle();
    clock.leap(3 * MINUTE_MS);
    await rowOf(deployed, sub, ({ status }) => status === 'waiting');
    await idle();
    clock.leap(3 * MINUTE_MS);
    await quiet(deployed);

    const { commands, exit } = await ask('pending-verification', 'explain', username);

    expect(exit).toBe(0);
    expect(commands).toEqual([['show', sub]]);
    expect((await paste(commands[0])).stdout).toContain('email-not-verified');
  });

  it('budget', async () => {
    clock.leap(61 * MINUTE_MS);
    const people = Array.from({ length: 5 }, () => deployed.nextPerson());
    for (const { username, sub, connectUserId } of people) {
      await deployed.adminUpdate(username, { email: `moved.${username}@example.com`, email_verified: 'true' });
      if (sub !== people.at(-1)?.sub) await deployed.arrives(connectUserId, { Email: `moved.${username}@example.com` });
    }
    const { username = '', sub = '', connectUserId = '' } = people.at(-1) ?? {};
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('budget', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).Email).toBe(`moved.${username}@example.com`);
  });

  it('Connect refuses', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    // The whole identity, then the names by themselves.
    await answer({ operation: 'UpdateUserIdentityInfo', times: 2, status: 400, code: 'InvalidParameterException' });
    await deployed.adminUpdate(username, { family_name: 'Refused' });
    await rowOf(deployed, sub, ({ status }) => status === 'rejected');
    await quiet(deployed);

    const { commands, exit } = await ask('connect-refuses', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['sync', sub, '--apply']]);
    await answer();
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Refused');
  });

  it('no permission', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 403, code: 'AccessDeniedException' });
    await deployed.adminUpdate(username, { family_name: 'Denied' });
    await rowOf(deployed, sub, ({ lastTry }) => lastTry !== undefined);

    const { commands, exit, stdout } = await ask('no-permission', 'explain', username);

    expect(exit).toBe(1);
    expect(stdout).toContain('for connect:DescribeUser');
    expect(commands).toEqual([['sync', sub, '--apply']]);
    expect(stdout).toContain(`    npx cdk deploy && npx connect-sync sync ${sub} --apply\n`);
    await redeploy();
    await answer();
    clock.leap(15 * MINUTE_MS);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Denied');
  });

  it('record lost', async () => {
    await quiet(deployed);
    await sweep(deployed);
    await quiet(deployed);
    const { username, sub, connectUserId } = deployed.nextPerson();
    const { admin } = deployed.local.services.cloudtrail;
    admin.settings({ lose: 1 });
    await deployed.adminUpdate(username, { family_name: 'Lost' });
    admin.settings({ lose: 0 });
    clock.leap(16 * MINUTE_MS);
    await quiet(deployed);

    const { commands, exit } = await ask('record-lost', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toContainEqual(['sync', sub, '--apply']);
    expect((await paste(['sync', sub, '--apply'])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Lost');
  });

  it('throttled for an hour', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 429, code: 'TooManyRequestsException' });
    await deployed.adminUpdate(username, { family_name: 'Late' });
    // The row has the try before the message is put off: time passes again and again until it is due.
    await eventually('an hour of tries', async () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      const { lastTry } = await rowOf(deployed, sub);
      return (lastTry?.at ?? 0) - (lastTry?.since ?? Number.POSITIVE_INFINITY) > 60 * MINUTE_MS;
    });

    const { commands, exit } = await ask('throttled', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['doctor']]);
    const takeOut = await plants.lowQuota();
    expect((await paste(commands[0])).stdout).toMatch(/^problem +quotas /m);
    await takeOut();
    await answer();
    await eventually('the name', () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      return identityOf(deployed, connectUserId).LastName === 'Late';
    });
  });

  it('dead letter', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 400, code: 'InvalidRequestException' });
    await deployed.adminUpdate(username, { family_name: 'Dead' });
    const dead = () =>
      deployed.local.services.sqs.stats()[deployed.description.deadLetterQueueUrl.split('/').at(-1) ?? ''];
    await eventually('a dead letter', () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      return (dead()?.visible ?? 0) > 0;
    });
    await quiet(deployed);

    const { commands, exit } = await ask('dead-letter', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toContainEqual(['redrive', '--sub', sub, '--apply']);
    await answer();
    expect((await paste(['redrive', '--sub', sub, '--apply'])).exit).toBe(0);
    await deployed.arrives(connectUserId, { LastName: 'Dead' });
  });
});
