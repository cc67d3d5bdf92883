import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import {
  type Check,
  complaints,
  cwd,
  deployed,
  doctor,
  plants,
  useHealthyDeployment,
} from '../support/doctor-stage.ts';
import { ON_CALL, type Plant, type Plants } from '../support/plant-faults.ts';

useHealthyDeployment();

const UNCONFIRMED = { ...ON_CALL, subscriptions: ON_CALL.subscriptions.map((one) => ({ ...one, confirmed: false })) };
const stackName = () => `ConnectSync-${deployed.description.connectInstanceId.slice(0, 8)}`;

describe('connect-sync doctor', () => {
  it('finds a healthy deployment healthy, by the configuration and by the stack alone', async () => {
    const byConfiguration = await complaints();
    const byStack = await runCli(['doctor', '--json', '--stack', stackName()], {
      ...deployed.description,
      cwd: tmpdir(),
    });

    expect(byConfiguration).toEqual({ exit: 0, healthy: true, count: 29, found: [] });
    const { checks } = JSON.parse(byStack.stdout) as { readonly checks: readonly Check[] };
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

    const { stdout } = await doctor();
    await plants.put('cloudtrail/trails', [{ name: 'all' }]);

    expect(stdout).toMatch(/^problem +trail +Trail all does not log\.$/m);
    expect(stdout).toContain(
      '    aws cloudtrail start-logging --name arn:aws:cloudtrail:eu-west-1:000000000000:trail/all --region eu-west-1',
    );
    expect(stdout).toMatch(/^29 checks: 1 problem, 0 warnings, 0 not checked\.$/m);
  });

  it('ends with 3 where AWS cannot even say who is calling', async () => {
    const { exit, stderr } = await runCli(['doctor'], { ...deployed.description, accessKeyId: 'AKIAUNKNOWN', cwd });

    expect(exit).toBe(3);
    expect(stderr).toContain('sts:GetCallerIdentity');
  });
});
