import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployStack } from '../../local/deployment.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { runCli } from '../support/cli.ts';

let local: LocalCloud;
let userPoolId: string;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-first-'));
  local = await createLocalCloud();
  const { UserPool } = await call<{ readonly UserPool: { readonly Id: string } }>('cognito-idp', 'CreateUserPool', {
    PoolName: 'agents',
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  });
  userPoolId = UserPool.Id;
  const Username = 'mary.smith';
  const identity = { FirstName: 'Mary', LastName: 'Jones' };
  local.services.connect.seedUsers([{ Username, IdentityInfo: identity }]);
  const UserAttributes = [
    { Name: 'given_name', Value: 'Mary' },
    { Name: 'family_name', Value: 'Smith' },
  ];
  await call('cognito-idp', 'AdminCreateUser', {
    UserPoolId: userPoolId,
    Username,
    UserAttributes,
    MessageAction: 'SUPPRESS',
  });
});
afterAll(async () => {
  await local?.close();
  await rm(cwd, { recursive: true, force: true });
});

const call = <Output>(service: string, operation: string, input: object) =>
  local.cloud.call<Output>(service, operation, input, { kind: 'account' });
const cli = (...args: string[]) =>
  runCli(args, { endpoint: local.endpoint, region: 'eu-west-1', ...local.credentials, cwd });
const configuration = async () =>
  JSON.parse(await readFile(join(cwd, 'connect-sync.json'), 'utf8')) as Readonly<Record<string, unknown>>;
const deployment = async () =>
  deployStack({
    endpoint: local.endpoint,
    region: 'eu-west-1',
    credentials: local.credentials,
    configuration: await configuration(),
    onLine: () => {},
    signal: new AbortController().signal,
  });
/** Checks of `doctor` that complain. */
const doctor = async () => {
  const { exit, stdout } = await cli('doctor', '--json');
  const { checks } = JSON.parse(stdout) as {
    readonly checks: readonly { readonly check: string; readonly state: string }[];
  };
  return { exit, complaints: checks.filter(({ state }) => state !== 'ok').map(({ check, state }) => [check, state]) };
};
const nameInConnect = () => {
  const { users } = local.services.connect.admin.users({}) as {
    readonly users: readonly { readonly IdentityInfo: { readonly LastName: string } }[];
  };
  return users[0]?.IdentityInfo.LastName;
};
/** How often each operation of AWS was called, by `service.Operation`. */
const calls = async () => {
  const answer = await fetch(`${local.endpoint}/_local/stats`);
  const stats = (await answer.json()) as { readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>> };
  return new Map(
    Object.entries(stats.calls).map(([name, counts]) => [name, Object.values(counts).reduce((a, b) => a + b, 0)]),
  );
};
const outcomes = async () => {
  const { stdout } = await cli('status', '--json');
  const { outcomes: groups } = JSON.parse(stdout) as { readonly outcomes: readonly { readonly status: string }[] };
  return groups.map(({ status }) => status);
};

describe('from nothing to a healthy deployment', () => {
  it('begins with init, which writes a configuration and nothing into AWS', async () => {
    const { id } = local.services.connect.instance;
    const before = await calls();

    const { exit, stdout, stderr } = await cli('init', '--user-pool-id', userPoolId, '--instance-id', id, '--yes');

    expect(stdout).toMatch(/^mode +observe +/m);
    expect(stderr).toBe('connect-sync.json is written. Next:\n  npx connect-sync doctor\n  npx cdk deploy\n');
    expect(exit).toBe(0);
    expect(await configuration()).toEqual({
      userPoolId,
      connectInstanceArn: local.services.connect.instance.arn,
      mode: 'observe',
      identityManagementType: 'CONNECT_MANAGED',
      email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager'] },
    });
    const called = [...(await calls())].filter(([name, count]) => count !== before.get(name)).map(([name]) => name);
    expect(called).toContain('cognito-idp.ListUserPools');
    // The records of these reads are put by CloudTrail itself.
    expect(called.filter((name) => !/\.(List|Describe|Get)|^events\.PutEvents$/.test(name))).toEqual([]);
  });

  it('is healthy before the deployment', async () => {
    expect(await doctor()).toEqual({ exit: 0, complaints: [] });
  });

  it('is healthy after it, but for alarms without a destination, and has written nothing to Connect', async () => {
    await deployment();
    await expect.poll(outcomes, { timeout: 120_000, interval: 500 }).toEqual(['would-write']);

    expect(await doctor()).toEqual({ exit: 0, complaints: [['alarms', 'warning']] });
    expect(nameInConnect()).toBe('Jones');
  });

  it('writes to Connect once the mode is sync and deployed', async () => {
    await writeFile(
      join(cwd, 'connect-sync.json'),
      JSON.stringify({ ...(await configuration()), mode: 'sync', alarmEmail: 'ops@example.com' }),
    );
    const before = await doctor();
    await deployment();
    await cli('reconcile', '--apply');

    expect(before.complaints).toEqual([
      ['configuration', 'warning'],
      ['alarms', 'warning'],
    ]);
    await expect.poll(nameInConnect, { timeout: 120_000, interval: 100 }).toBe('Smith');
  });

  it('is healthy in every respect once the address for alarms is confirmed', async () => {
    const waiting = await doctor();
    const [topic] = local.services.sns.views.topics();
    local.services.sns.changes.confirm({ topicArn: topic?.topicArn });

    expect(waiting).toEqual({ exit: 1, complaints: [['subscriptions', 'problem']] });
    expect(await doctor()).toEqual({ exit: 0, complaints: [] });
  });
});
