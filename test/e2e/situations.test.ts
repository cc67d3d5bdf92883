import { describe, expect, it } from 'vitest';
import { identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';
import type { Plant } from '../support/plant-faults.ts';
import { findClis, run } from '../support/real-clients.ts';
import {
  ask,
  CONFIGURATION,
  cli,
  deployed,
  paste,
  plants,
  seedAgent,
  useSituations,
} from '../support/situation-stage.ts';

useSituations();

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
