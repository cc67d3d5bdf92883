import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { runCli } from '../support/cli.ts';
import { type Deployed, deploy } from '../support/deployed.ts';
import { updatePool } from '../support/user-pools.ts';

const TOPIC = { name: 'on-call', subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com' }] };
const CONFIGURATION = {
  createUserPool: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:on-call',
  // Those of the local instance that may edit users.
  email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager'] },
};

let deployed: Deployed;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-doctor-'));
  deployed = await deploy([], { configuration: CONFIGURATION });
  const { connectInstanceArn } = deployed.description;
  await writeFile(join(cwd, 'connect-sync.json'), JSON.stringify({ ...CONFIGURATION, connectInstanceArn }));
  await put('sns/topics', [TOPIC]);
});
afterAll(async () => {
  await deployed?.close();
  await rm(cwd, { recursive: true, force: true });
});

/** A complaint as `--json` has it. */
interface Found {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly permission?: string;
}

const put = (path: string, body: unknown) => putLocal(deployed.description.endpoint, path, body);
const call = <Output>(service: string, operation: string, input: object) =>
  deployed.local.cloud.call<Output>(service, operation, input, { kind: 'account' });
const cli = (...args: string[]) => runCli(args, { ...deployed.description, cwd });

/** Runs `doctor`, and leaves out what is in order. */
async function complaints(...args: string[]) {
  const { exit, stdout, stderr } = await cli('doctor', '--json', ...args);
  const { checks, healthy } = JSON.parse(stdout || `"${stderr}"`) as { checks: readonly Found[]; healthy: boolean };
  return { exit, healthy, count: checks.length, found: checks.filter(({ state }) => state !== 'ok') };
}

const physicalIds = async (type: string): Promise<readonly string[]> => {
  const { StackResourceSummaries } = await call<{
    readonly StackResourceSummaries: readonly { readonly ResourceType: string; readonly PhysicalResourceId: string }[];
  }>('cloudformation', 'ListStackResources', { StackName: stackName() });
  return StackResourceSummaries.filter(({ ResourceType }) => ResourceType === type).map(
    ({ PhysicalResourceId }) => PhysicalResourceId,
  );
};
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

  /** Plants a fault; what it returns takes the fault out again. */
  type Plant = () => Promise<() => Promise<unknown>>;

  it.each<readonly [string, Plant, string, string, RegExp]>([
    ['no trail', withTrails([]), 'trail', 'problem', /no trail in eu-west-1/],
    [
      'a trail that does not log',
      withTrails([{ name: 'all', logging: false }]),
      'trail',
      'problem',
      /all does not log/,
    ],
    [
      'a trail of another Region',
      withTrails([{ name: 'far', homeRegion: 'us-east-1', multiRegion: false }]),
      'trail',
      'problem',
      /no trail in eu-west-1/,
    ],
    [
      'a trail of reads',
      withTrails([{ name: 'reads', selectors: [{ ReadWriteType: 'ReadOnly' }] }]),
      'trail',
      'problem',
      /reads leaves them out/,
    ],
    [
      'a trail without Cognito',
      withTrails([
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
      withPool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } }),
      'sign-up',
      'warning',
      /sign themselves up/,
    ],
    [
      'no verification before an update',
      withPool({ UserAttributeUpdateSettings: {} }),
      'verification',
      'warning',
      /before it is verified/,
    ],
    [
      'a trigger on a function that is gone',
      withDeadTrigger,
      'triggers',
      'problem',
      /PostAuthentication names a function that is gone/,
    ],
    ['a low quota', withQuota, 'quotas', 'problem', /AWS allows 1 of SearchUsers/],
    ['a pause', withMapping, 'worker-input', 'problem', /paused/],
    ['a schedule that is off', withSchedule, 'schedule', 'problem', /DISABLED/],
    ['a rule that is off', withRule, 'rules', 'problem', /DISABLED/],
    ['a rule without a target', withoutTarget, 'rules', 'problem', /0 targets/],
    ['an active alarm', withAlarm, 'alarm-states', 'problem', /Active: /],
    ['a topic that is gone', withTopics([]), 'subscriptions', 'problem', /does not exist/],
    ['a subscription without confirmation', withTopics([unconfirmed()]), 'subscriptions', 'problem', /1 wait/],
    ['a setting that is not deployed', withConfiguration({ mode: 'observe' }), 'configuration', 'warning', /: mode\./],
  ])('finds %s, and complains of nothing else', async (_, plant, check, state, says) => {
    const takeOut = await plant();

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
    await put('faults', [
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
    await put('cloudtrail/trails', [{ name: 'all', logging: false }]);

    const { stdout } = await cli('doctor');
    await put('cloudtrail/trails', [{ name: 'all' }]);

    expect(stdout).toMatch(/^problem +trail +Trail all does not log\.$/m);
    expect(stdout).toContain(
      '    aws cloudtrail start-logging --name arn:aws:cloudtrail:eu-west-1:000000000000:trail/all --region eu-west-1',
    );
    expect(stdout).toMatch(/^29 checks: 1 problem, 0 warnings, 0 not checked\.$/m);
  });

  it('looks at a configuration before its deployment', async () => {
    const { connectInstanceArn, userPoolId } = deployed.description;
    const takeOut = await withConfiguration({
      createUserPool: false,
      userPoolId,
      connectInstanceArn,
      stackName: 'Not-Yet',
      mapping: { FirstName: { from: ['given_nam'] } },
      scope: { kind: 'group', group: 'agents' },
    })();

    const { exit, found, count } = await complaints();
    await takeOut();

    expect(found).toMatchObject([
      { check: 'attributes', advice: expect.stringContaining('did you mean given_name?') },
      { check: 'group', says: expect.stringContaining('no user is in scope') },
    ]);
    expect(count).toBe(17);
    expect(exit).toBe(1);
  });

  it('names every problem of a configuration that cannot be used', async () => {
    const takeOut = await withConfiguration({ connectRequestsPerSecond: 0, mode: 'watch' })();

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

function withTrails(trails: readonly object[]) {
  return async () => {
    await put('cloudtrail/trails', trails);
    return () => put('cloudtrail/trails', [{ name: 'management-events' }]);
  };
}

function withPool(settings: Parameters<typeof updatePool>[1]) {
  return async () => {
    await updatePool(deployed, settings);
    return () =>
      updatePool(deployed, {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      });
  };
}

async function withDeadTrigger() {
  const { accountId, functions } = deployed.description;
  const arn = (name: string) => `arn:aws:lambda:eu-west-1:${accountId}:function:${name}`;
  const ours = { CustomMessage: arn(functions.poolTrigger), PostConfirmation: arn(functions.poolTrigger) };
  await updatePool(deployed, { LambdaConfig: { ...ours, PostAuthentication: arn('gone') } });
  return () => updatePool(deployed, { LambdaConfig: ours });
}

async function withQuota() {
  const quota = (ratePerSecond: number) => ({ quotas: { SearchUsers: { ratePerSecond, burst: 5 } } });
  await put('connect/settings', quota(1));
  return () => put('connect/settings', quota(2));
}

async function withMapping() {
  const [UUID] = await physicalIds('AWS::Lambda::EventSourceMapping');
  await call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false });
  return () => call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: true });
}

async function withSchedule() {
  const [Name] = await physicalIds('AWS::Scheduler::Schedule');
  const { Arn, CreationDate, LastModificationDate, ...schedule } = await call<Readonly<Record<string, unknown>>>(
    'scheduler',
    'GetSchedule',
    { Name },
  );
  await call('scheduler', 'UpdateSchedule', { ...schedule, State: 'DISABLED' });
  return () => call('scheduler', 'UpdateSchedule', { ...schedule, State: 'ENABLED' });
}

async function withRule() {
  const [Name] = await physicalIds('AWS::Events::Rule');
  const { EventPattern, State } = await call<{ readonly EventPattern: string; readonly State: string }>(
    'events',
    'DescribeRule',
    { Name },
  );
  await call('events', 'PutRule', { Name, EventPattern, State: 'DISABLED' });
  return () => call('events', 'PutRule', { Name, EventPattern, State });
}

async function withoutTarget() {
  const [, Rule] = await physicalIds('AWS::Events::Rule');
  const { Targets } = await call<{ readonly Targets: readonly { readonly Id: string }[] }>(
    'events',
    'ListTargetsByRule',
    {
      Rule,
    },
  );
  await call('events', 'RemoveTargets', { Rule, Ids: Targets.map(({ Id }) => Id) });
  return () => call('events', 'PutTargets', { Rule, Targets });
}

async function withAlarm() {
  const [name] = await physicalIds('AWS::CloudWatch::Alarm');
  await put('monitoring/alarm-state', { name, state: 'ALARM' });
  return () => put('monitoring/alarm-state', { name, state: 'OK' });
}

function withTopics(topics: readonly object[]) {
  return async () => {
    await put('sns/topics', topics);
    return () => put('sns/topics', [TOPIC]);
  };
}

function unconfirmed() {
  return { ...TOPIC, subscriptions: TOPIC.subscriptions.map((one) => ({ ...one, confirmed: false })) };
}

function withConfiguration(members: object) {
  return async () => {
    const path = join(cwd, 'connect-sync.json');
    const { connectInstanceArn } = deployed.description;
    const write = (more: object) => writeFile(path, JSON.stringify({ ...CONFIGURATION, connectInstanceArn, ...more }));
    await write(members);
    return () => write({});
  };
}
