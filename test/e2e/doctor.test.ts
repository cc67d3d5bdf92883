import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type Deployed, deploy } from '../support/deployed.ts';
import { createPlants, ON_CALL, type Plant, type Plants } from '../support/plant-faults.ts';

const UNCONFIRMED = { ...ON_CALL, subscriptions: ON_CALL.subscriptions.map((one) => ({ ...one, confirmed: false })) };
const CONFIGURATION = {
  createUserPool: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:on-call',
  // Those of the local instance that may edit users.
  email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager'] },
};

let deployed: Deployed;
let cwd: string;
let plants: Plants;
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

/** The ARN of an instance, made when a case runs, because the instance is not known before. */
const instanceArn =
  ({ account, id }: { readonly account?: string; readonly id?: string }) =>
  () => {
    const { accountId, connectInstanceId } = deployed.description;
    return `arn:aws:connect:eu-west-1:${account ?? accountId}:instance/${id ?? connectInstanceId}`;
  };

/** A complaint as `--json` has it. */
interface Found {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly permission?: string;
}

const cli = (...args: string[]) => runCli(args, { ...deployed.description, cwd });

/** Runs `doctor`, and leaves out what is in order. */
async function complaints(...args: string[]) {
  const { exit, stdout, stderr } = await cli('doctor', '--json', ...args);
  const { checks, healthy } = JSON.parse(stdout || `"${stderr}"`) as { checks: readonly Found[]; healthy: boolean };
  return { exit, healthy, count: checks.length, found: checks.filter(({ state }) => state !== 'ok') };
}

const stackName = () => `ConnectSync-${deployed.description.connectInstanceId.slice(0, 8)}`;

describe('connect-sync doctor', () => {
  it('finds a healthy deployment healthy, by the configuration and by the stack alone', async () => {
    const byConfiguration = await complaints();
    const byStack = await runCli(['doctor', '--json', '--stack', stackName()], {
      ...deployed.description,
      cwd: tmpdir(),
    });

    expect(byConfiguration).toEqual({ exit: 0, healthy: true, count: 29, found: [] });
    const { checks } = JSON.parse(byStack.stdout) as { readonly checks: readonly Found[] };
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    // What is deployed cannot differ from a configuration that is not there.
    expect(checks).toHaveLength(28);
    expect(byStack.exit).toBe(0);
  });

  it.each<readonly [string, (plants: Plants) => Plant, string, string, RegExp]>([
    ['no trail', (plant) => plant.trails([]), 'trail', 'problem', /no trail in eu-west-1/],
    [
      'a trail that does not log',
      (plant) => plant.trails([{ name: 'all', logging: false }]),
      'trail',
      'problem',
      /all does not log/,
    ],
    [
      'a trail of another Region',
      (plant) => plant.trails([{ name: 'far', homeRegion: 'us-east-1', multiRegion: false }]),
      'trail',
      'problem',
      /no trail in eu-west-1/,
    ],
    [
      'a trail of reads',
      (plant) => plant.trails([{ name: 'reads', selectors: [{ ReadWriteType: 'ReadOnly' }] }]),
      'trail',
      'problem',
      /reads leaves them out/,
    ],
    [
      'a trail without Cognito',
      (plant) =>
        plant.trails([
          {
            name: 'others',
            advancedSelectors: [
              {
                FieldSelectors: [
                  { Field: 'eventCategory', Equals: ['Management'] },
                  { Field: 'eventSource', NotEquals: ['cognito-idp.amazonaws.com'] },
                ],
              },
            ],
          },
        ]),
      'trail',
      'problem',
      /others leaves them out/,
    ],
    [
      'open sign-up',
      (plant) => plant.pool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } }),
      'sign-up',
      'warning',
      /sign themselves up/,
    ],
    [
      'no verification before an update',
      (plant) => plant.pool({ UserAttributeUpdateSettings: {} }),
      'verification',
      'warning',
      /before it is verified/,
    ],
    [
      'a trigger on a function that is gone',
      (plant) => plant.deadTrigger,
      'triggers',
      'problem',
      /PostAuthentication names a function that is gone/,
    ],
    [
      'our trigger without the permission to be invoked',
      (plant) => plant.noPermission,
      'triggers',
      'problem',
      /may not invoke it/,
    ],
    ['a dead letter', (plant) => plant.deadLetter, 'queues', 'problem', /1 message is in the dead-letter queues/],
    ['a low quota', (plant) => plant.lowQuota, 'quotas', 'problem', /AWS allows 1 of SearchUsers/],
    ['a pause', (plant) => plant.pause, 'worker-input', 'problem', /paused/],
    ['a schedule that is off', (plant) => plant.scheduleOff, 'schedule', 'problem', /DISABLED/],
    ['a rule that is off', (plant) => plant.ruleOff, 'rules', 'problem', /DISABLED/],
    ['a rule without a target', (plant) => plant.noTarget, 'rules', 'problem', /0 targets/],
    ['an active alarm', (plant) => plant.activeAlarm, 'alarm-states', 'problem', /Active: /],
    ['a topic that is gone', (plant) => plant.topics([]), 'subscriptions', 'problem', /does not exist/],
    [
      'a subscription without confirmation',
      (plant) => plant.topics([UNCONFIRMED]),
      'subscriptions',
      'problem',
      /1 wait/,
    ],
    [
      'a setting that is not deployed',
      (plant) => plant.configuration({ mode: 'observe' }),
      'configuration',
      'warning',
      /: mode\./,
    ],
  ])('finds %s, and complains of nothing else', async (_, plant, check, state, says) => {
    const takeOut = await plant(plants)();

    const { exit, found } = await complaints();
    await takeOut();

    expect(found).toEqual([expect.objectContaining({ check, state, says: expect.stringMatching(says) })]);
    expect(exit).toBe(state === 'problem' ? 1 : 0);
  });

  it('is healthy again when every fault is taken out', async () => {
    expect(await complaints()).toMatchObject({ exit: 0, found: [] });
  });

  it('shows what it could see where a read is denied, and names the permission', async () => {
    const denied = { status: 403, code: 'AccessDeniedException' };
    await plants.put('faults', [
      { service: 'cloudtrail', operation: 'GetEventSelectors', ...denied },
      { service: 'events', operation: 'ListTargetsByRule', ...denied },
      { service: 'connect', operation: 'ListSecurityProfilePermissions', ...denied },
    ]);

    const { exit, found } = await complaints();
    await fetch(`${deployed.description.endpoint}/_local/faults`, { method: 'DELETE' });

    expect(found.map(({ check, state, permission }) => [check, state, permission])).toEqual([
      ['profile-editors', 'not checked', 'connect:ListSecurityProfilePermissions'],
      ['trail', 'not checked', 'cloudtrail:GetEventSelectors'],
      ['rules', 'not checked', 'events:ListTargetsByRule'],
    ]);
    expect(exit).toBe(0);
  });

  it('says to people what to do, with a command to paste', async () => {
    await plants.put('cloudtrail/trails', [{ name: 'all', logging: false }]);

    const { stdout } = await cli('doctor');
    await plants.put('cloudtrail/trails', [{ name: 'all' }]);

    expect(stdout).toMatch(/^problem +trail +Trail all does not log\.$/m);
    expect(stdout).toContain(
      '    aws cloudtrail start-logging --name arn:aws:cloudtrail:eu-west-1:000000000000:trail/all --region eu-west-1',
    );
    expect(stdout).toMatch(/^29 checks: 1 problem, 0 warnings, 0 not checked\.$/m);
  });

  it.each<readonly [string, object, string, string, RegExp]>([
    [
      'another account',
      { connectInstanceArn: instanceArn({ account: '999988887777' }) },
      'account',
      'problem',
      /999988887777/,
    ],
    ['no such pool', { userPoolId: 'eu-west-1_Nobody' }, 'pool', 'problem', /no user pool eu-west-1_Nobody/],
    [
      'a typo in the mapping',
      { mapping: { FirstName: { from: ['given_nam'] } } },
      'attributes',
      'problem',
      /no attribute given_nam\./,
    ],
    [
      'a typo in the attribute of the scope',
      { scope: { kind: 'attribute', attribute: 'custom:team', equals: 'desk' } },
      'attributes',
      'problem',
      /no attribute custom:team\./,
    ],
    [
      'a typo in the attribute of an adoption rule',
      { adoption: { rules: [{ kind: 'username', attribute: 'custom:CustomAttr' }] } },
      'attributes',
      'problem',
      /no attribute custom:CustomAttr\./,
    ],
    [
      'an adoption rule over what users may write',
      { adoption: { rules: [{ kind: 'username', attribute: 'email' }] } },
      'writers',
      'warning',
      /lets users write email/,
    ],
    ['no such group', { scope: { kind: 'group', group: 'agents' } }, 'group', 'problem', /no user is in scope/],
    [
      'no such instance',
      { connectInstanceArn: instanceArn({ id: '99999999-2222-3333-4444-555555555555' }) },
      'instance',
      'problem',
      /no Connect instance 99999999/,
    ],
    [
      'another identity management type',
      { identityManagementType: 'SAML' },
      'identity-type',
      'problem',
      /is SAML, and the instance has CONNECT_MANAGED/,
    ],
    [
      'a misspelt security profile',
      { email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager', 'Supervisors'] } },
      'profiles',
      'problem',
      /no security profile Supervisors/,
    ],
    [
      'an unprotected profile that may edit users',
      { email: {} },
      'profile-editors',
      'warning',
      /CallCenterManager may edit users/,
    ],
    [
      'a rate above the default quota',
      { connectRequestsPerSecond: 5 },
      'quotas',
      'problem',
      /AWS allows 2 of UpdateUserIdentityInfo/,
    ],
    [
      'a chained function that is gone',
      { chain: { customMessage: 'arn:aws:lambda:eu-west-1:000000000000:function:gone' } },
      'chain',
      'problem',
      /function:gone does not exist/,
    ],
  ])('finds %s before the deployment, and complains of nothing else', async (_, members, check, state, says) => {
    const { userPoolId } = deployed.description;
    const chosen = Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, typeof value === 'function' ? value() : value]),
    );
    const before = { createUserPool: false, userPoolId, stackName: 'Not-Yet', ...chosen };
    const takeOut = await plants.configuration(before)();

    const { exit, found } = await complaints();
    await takeOut();

    expect(found).toEqual([expect.objectContaining({ check, state, says: expect.stringMatching(says) })]);
    expect(exit).toBe(state === 'problem' ? 1 : 0);
  });

  it('names every problem of a configuration that cannot be used', async () => {
    const takeOut = await plants.configuration({ connectRequestsPerSecond: 0, mode: 'watch' })();

    const { exit, stderr } = await cli('doctor');
    await takeOut();

    expect(exit).toBe(2);
    expect(stderr).toMatch(/^- connectRequestsPerSecond: /m);
    expect(stderr).toMatch(/^- mode: /m);
  });

  it('ends with 3 where AWS cannot even say who is calling', async () => {
    const { exit, stderr } = await runCli(['doctor'], { ...deployed.description, accessKeyId: 'AKIAUNKNOWN', cwd });

    expect(exit).toBe(3);
    expect(stderr).toContain('sts:GetCallerIdentity');
  });
});
