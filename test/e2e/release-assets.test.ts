import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkSeeded } from '../../bin/link-seeded.ts';
import { describeEnvironment } from '../../local/environment.ts';
import { numberedPeople, seedPeople } from '../../local/seed.ts';
import { createLocalCloud, type LocalCloud } from '../../packages/local-cloud/cloud.ts';
import { runCli } from '../support/cli.ts';
import { type Deployed, eventually, identityOf, withClients } from '../support/deployed.ts';
import { createCli, findClis } from '../support/real-clients.ts';
import { ownPool } from '../support/user-pools.ts';

const ROOT = join(import.meta.dirname, '../..');
const STACK = 'IdentitySync';
const folder = mkdtempSync(join(tmpdir(), 'connect-sync-assets-'));
const build = (target: string) =>
  execFileSync(process.execPath, [join(ROOT, 'packaging/build-assets.ts'), target], { stdio: 'pipe' });
build(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const template = readFileSync(join(folder, 'template.json'), 'utf8');
const zips = readdirSync(folder).filter((name) => name.endsWith('.zip'));

describe('the release assets', () => {
  it('are the template, a zip file for each function, and checksums of all', () => {
    expect(readdirSync(folder).map((name) => name.replace(/-[0-9a-f]{12}\.zip$/, '-HASH.zip'))).toEqual([
      'SHA256SUMS',
      'change-intake-HASH.zip',
      'pool-trigger-HASH.zip',
      'sweep-HASH.zip',
      'sync-worker-HASH.zip',
      'template.json',
    ]);
    const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
    expect(
      sums
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^[0-9a-f]{64} {2}/, ''))
        .toSorted(),
    ).toEqual([...zips, 'template.json'].toSorted());
  });

  it('come out the same each time', () => {
    const again = mkdtempSync(join(tmpdir(), 'connect-sync-assets-'));
    build(again);
    const sums = readFileSync(join(again, 'SHA256SUMS'), 'utf8');
    rmSync(again, { recursive: true });

    expect(sums).toBe(readFileSync(join(folder, 'SHA256SUMS'), 'utf8'));
  });

  it('fit into one call of CloudFormation, and need no bootstrapped account', () => {
    // The limit of --template-body: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    expect(Buffer.byteLength(template)).toBeLessThan(51_200);
    const { Parameters, Rules } = JSON.parse(template);
    expect(Object.keys(Parameters)).toEqual([
      'UserPoolId',
      'ConnectInstanceArn',
      'AssetBucket',
      'AssetPrefix',
      'Policy',
      'AlarmTopicArn',
      'AlarmEmail',
    ]);
    expect(Rules).toBeUndefined();
    expect(template).not.toMatch(/cdk-hnb659fds|EXAMPLE1|111122223333/);
  });
});

const found = findClis().find(({ command }) => command !== undefined);
const title = 'deploy with the AWS CLI alone';

describe.skipIf(found === undefined)(found ? title : `${title} (not run: the AWS CLI is not installed)`, () => {
  let local: LocalCloud;
  let deployed: Deployed;
  let aws: ReturnType<typeof createCli>;
  const reach = (state: string) =>
    eventually(`the stack to be in ${state}`, async () => {
      const answer = await aws.ask('cloudformation', 'describe-stacks', '--stack-name', STACK);
      const [one] = (answer?.Stacks ?? []) as readonly StackAnswer[];
      if (one && /FAILED|ROLLBACK/.test(one.StackStatus))
        throw new Error(`${one.StackStatus}: ${one.StackStatusReason}`);
      return one?.StackStatus === state && one;
    });
  beforeAll(async () => {
    local = await createLocalCloud({ connect: { identityManagementType: 'CONNECT_MANAGED' } });
    const { endpoint, credentials, cloud } = local;
    aws = createCli(found ?? { name: '', version: 2, command: undefined }, {
      endpoint,
      region: cloud.region,
      ...credentials,
    });
    const { userPoolId, userPoolClientId = '' } = await ownPool({
      // No stranger can choose an agent's user name: the worker may link.
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    })(local);
    const bucket = `cdk-hnb659fds-assets-${cloud.accountId}-${cloud.region}`;
    for (const zip of zips) {
      const key = `connect-sync/${zip}`;
      await aws.ask('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', join(folder, zip));
    }
    const connectInstanceArn = local.services.connect.instance.arn;
    const values = {
      UserPoolId: userPoolId,
      ConnectInstanceArn: connectInstanceArn,
      AssetBucket: bucket,
      AssetPrefix: 'connect-sync/',
      Policy: JSON.stringify({ email: { allowedDomains: ['example.com'] } }),
    };
    const parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    await aws.ask(
      ...['cloudformation', 'create-stack', '--stack-name', STACK, '--capabilities', 'CAPABILITY_IAM'],
      ...['--template-body', `file://${join(folder, 'template.json')}`, '--parameters', JSON.stringify(parameters)],
    );
    const stack = await reach('CREATE_COMPLETE');
    const outputs = Object.fromEntries(stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const description = describeEnvironment(local, connectInstanceArn, {
      UserPoolClientId: userPoolClientId,
      ...outputs,
    });
    const users = await seedPeople(cloud, local.services.connect, userPoolId, numberedPeople(1));
    await linkSeeded(description, users, new AbortController().signal);
    deployed = withClients({ local, deployMs: 0, description: { ...description, users } });
  });
  afterAll(() => deployed?.close() ?? local?.close());

  it('and a changed name reaches Connect', async () => {
    const { cloud, services } = deployed.local;
    const [user] = deployed.description.users;
    services.cloudtrail.admin.settings({ lose: 0 });

    await cloud.call(
      'cognito-idp',
      'AdminUpdateUserAttributes',
      {
        UserPoolId: deployed.description.userPoolId,
        Username: user?.username,
        UserAttributes: [{ Name: 'family_name', Value: 'Jones' }],
      },
      { kind: 'account' },
    );

    await eventually('Connect to follow', () => identityOf(deployed, user?.connectUserId ?? '').LastName === 'Jones');
  });

  it('and the CLI operates the stack', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = deployed.description;
    const access = { endpoint, region, accessKeyId, secretAccessKey, cwd: folder };

    const { exit, stdout, stderr } = await runCli(['status', '--stack', STACK, '--json'], access);

    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ inOrder: true, users: 1 });
  });

  it('and no address is told of alarms until the parameter AlarmEmail names one', async () => {
    const { sns } = local.services;
    const actions = async () => {
      const { MetricAlarms = [] } = await local.cloud.call<DescribeAlarmsOutput>(
        ...(['monitoring', 'DescribeAlarms', {}, { kind: 'account' }] as const),
      );
      return new Set(MetricAlarms.flatMap(({ AlarmActions = [] }) => AlarmActions));
    };
    const before = [sns.views.topics(), await actions()];
    const kept = ['UserPoolId', 'ConnectInstanceArn', 'AssetBucket', 'AssetPrefix', 'Policy', 'AlarmTopicArn'];
    const parameters = [
      ...kept.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
      { ParameterKey: 'AlarmEmail', ParameterValue: 'on-call@example.com' },
    ];

    await aws.ask(
      ...['cloudformation', 'update-stack', '--stack-name', STACK, '--capabilities', 'CAPABILITY_IAM'],
      ...['--use-previous-template', '--parameters', JSON.stringify(parameters)],
    );
    await reach('UPDATE_COMPLETE');

    const [topic] = sns.views.topics();
    expect(before).toEqual([[], new Set()]);
    expect(topic?.subscriptions).toMatchObject([{ protocol: 'email', endpoint: 'on-call@example.com' }]);
    expect(await actions()).toEqual(new Set([topic?.topicArn]));
  });
});

interface StackAnswer {
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}
