import { readFileSync } from 'node:fs';
import { Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { IdentitySync } from '../../lib/index.ts';
import { ACCOUNT, createApp, createStack, INSTANCE_ARN, POOL_ID, REGION } from './stacks.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const instanceIn = (partition: string, region: string) =>
  `arn:${partition}:connect:${region}:${ACCOUNT}:instance/${ID}`;

/** A consumer's stack with our construct and an imported pool. */
function createConsumer({
  app = createApp(),
  region = REGION,
  poolId = POOL_ID,
  connectInstanceArn = INSTANCE_ARN,
} = {}) {
  const stack = new Stack(app, 'Theirs', { env: { account: ACCOUNT, region } });
  const userPool = UserPool.fromUserPoolId(stack, 'Pool', poolId);
  return { app, stack, sync: new IdentitySync(stack, 'Sync', { userPool, connectInstanceArn }) };
}

const regionWarnings = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('AWS lists no Amazon Connect'))
    .map(({ entry }) => String(entry.data));

describe('pool and instance in different partitions', () => {
  it.each([
    ['us-gov-west-1', instanceIn('aws', 'us-west-2'), 'expected an instance of the partition aws-us-gov'],
    [
      'us-east-1',
      instanceIn('aws-us-gov', 'us-gov-west-1'),
      'expected an instance of the partition aws, where the pool',
    ],
  ])('are refused at synthesis: pool in %s, %s', (region, connectInstanceArn, message) => {
    expect(() => createConsumer({ region, poolId: `${region}_EXAMPLE1`, connectInstanceArn })).toThrow(
      `- connectInstanceArn: received ${connectInstanceArn}; ${message}`,
    );
  });

  it('pass where both are of the European sovereign cloud, and nothing in the template names another partition', () => {
    const region = 'eusc-de-east-1';
    const { stack } = createConsumer({
      region,
      poolId: `${region}_EXAMPLE1`,
      connectInstanceArn: instanceIn('aws-eusc', region),
    });

    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/arn:aws:/);
  });
});

describe('a Region in which AWS lists no Amazon Connect', () => {
  it('is a warning that can be acknowledged, since AWS may have added it', () => {
    const { stack } = createConsumer({ connectInstanceArn: instanceIn('aws', 'eu-west-1') });

    expect(regionWarnings(stack)).toEqual([
      expect.stringContaining('connectInstanceArn: AWS lists no Amazon Connect in eu-west-1. Correct the ARN'),
    ]);
    expect(regionWarnings(stack)[0]).toContain('[ack: connect-sync:connect-region]');
  });

  it.each(['eu-west-2', 'us-east-1'])('is not %s', (region) => {
    expect(regionWarnings(createConsumer({ connectInstanceArn: instanceIn('aws', region) }).stack)).toEqual([]);
  });
});

it('an instance that is given by its alias is refused, with the command that shows its id', () => {
  const connectInstanceArn = `arn:aws:connect:eu-west-2:${ACCOUNT}:instance/contact-centre`;

  expect(() => createConsumer({ connectInstanceArn })).toThrow(
    'with the id of the instance, not its alias: aws connect list-instances',
  );
});

describe('a permissions boundary', () => {
  const rolesOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));

  it('that is applied to the app is on every role', () => {
    const { app, stack } = createConsumer();
    PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'Developers'));

    const boundaries = rolesOf(stack).map(({ Properties }) => JSON.stringify(Properties.PermissionsBoundary));

    expect(boundaries.length).toBeGreaterThanOrEqual(5);
    expect(new Set(boundaries)).toEqual(new Set([expect.stringContaining(':policy/Developers')]));
  });

  it('that cdk.json names is on every role of the checkout’s own stack', () => {
    const app = createApp();
    app.node.setContext('@aws-cdk/core:permissionsBoundary', { name: 'Developers' });

    const boundaries = rolesOf(createStack({ userPoolId: POOL_ID }, { app })).map(({ Properties }) =>
      JSON.stringify(Properties.PermissionsBoundary),
    );

    expect(boundaries.length).toBeGreaterThanOrEqual(5);
    expect(new Set(boundaries)).toEqual(new Set([expect.stringContaining(':policy/Developers')]));
  });
});

it('tags of the app are on everything that can carry them, beside our own', () => {
  const { app, stack } = createConsumer();
  Tags.of(app).add('CostCentre', '42');

  const { Resources } = Template.fromStack(stack).toJSON();
  const tagged = Object.values<{ readonly Type: string; readonly Properties: object }>(Resources)
    .filter(({ Properties }) => JSON.stringify(Properties).includes('{"Key":"CostCentre","Value":"42"}'))
    .map(({ Type }) => Type);

  expect([...new Set(tagged)].toSorted()).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::DynamoDB::GlobalTable',
    'AWS::Events::Rule',
    'AWS::IAM::Role',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::SQS::Queue',
  ]);
});

it('a bootstrap qualifier is the one of the roles and the bucket that a deployment uses', () => {
  const app = createApp();
  app.node.setContext('@aws-cdk/core:bootstrapQualifier', 'contact');
  const { stack } = createConsumer({ app });

  const artifact = app.synth().getStackArtifact(stack.artifactId);

  expect(artifact.assumeRoleArn).toContain(':role/cdk-contact-deploy-role-');
  expect(artifact.stackTemplateAssetObjectUrl).toMatch(/^s3:\/\/cdk-contact-assets-/);
});

describe('cdk-nag 3 in the app of a consumer', () => {
  const findings = (pack: NagPack) => {
    const { violations } = pack.validateScope(createConsumer().stack);
    return violations.map(({ ruleName }) => ruleName.replace(/^.*-/, '')).toSorted();
  };
  /** What docs/organisations.md says to these. */
  const NOT_WANTED = [
    'CloudWatchAlarmAction',
    'CloudWatchLogGroupEncrypted',
    'IAMNoInlinePolicy',
    'LambdaConcurrency',
    'LambdaDLQ',
    'LambdaInsideVPC',
  ];

  it('finds nothing in the construct by the rules of AwsSolutions', () => {
    expect(findings(new AwsSolutionsChecks())).toEqual([]);
  });

  it.each([
    ['HIPAA Security', new HIPAASecurityChecks()],
    ['NIST 800-53 R5', new NIST80053R5Checks()],
  ])('finds by the rules of %s what the page for organisations answers, and nothing else', (_, pack) => {
    expect(findings(pack)).toEqual(NOT_WANTED);
    const page = readFileSync(new URL('../../docs/organisations.md', import.meta.url), 'utf8');
    expect(NOT_WANTED.filter((rule) => !page.includes(`\`${rule}\``))).toEqual([]);
  });
});

it('a key that is given by its ARN is granted to the roles that use the table', () => {
  const { stack, sync } = createConsumer();
  const key = Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/${ID}`);
  for (const role of [sync.changeIntakeRole, sync.syncWorkerRole, sync.sweepRole])
    if (role !== undefined) key.grantEncryptDecrypt(role);

  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));

  expect(policies.map(({ Properties }) => Properties.Roles[0].Ref.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
    'SyncChangeIntakeRole',
    'SyncSweepRole',
    'SyncSyncWorkerRole',
  ]);
  expect(JSON.stringify(policies)).toContain('kms:GenerateDataKey*');
});
