import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { IdentitySync } from '../../lib/identity-sync.ts';
import { ACCOUNT, createApp, createStack, INSTANCE_ARN, ofType, POOL_ID, REGION, resourcesOf } from './stacks.ts';

const GROUP = { kind: 'group', group: 'agents' } as const;
const resources = resourcesOf(createStack({ userPoolId: POOL_ID, scope: GROUP }));
const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');

/** A text of the template, with references in brackets. */
const textOf = (
  value: string | { readonly 'Fn::Join': readonly [string, readonly (string | { readonly Ref: string })[]] },
) =>
  typeof value === 'string'
    ? value
    : value['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `[${part.Ref}]`)).join('');
const described = alarms.map(({ Properties }) => textOf(Properties.AlarmDescription));
const nameOf = (id: string) => /Monitoring(.*)[0-9A-F]{8}$/.exec(id)?.[1];

describe('the alarms', () => {
  it('are these', () => {
    expect(alarms.map(({ id }) => nameOf(id))).toEqual([
      'DeadLetters',
      'IntakeDeadLetters',
      'OldestChange',
      'NotNoted',
      'WorkerErrors',
      'HeldUsers',
      'FailingUsers',
      'OnlySweepFinds',
      'GroupMissing',
      'SweepMissing',
    ]);
  });

  it('name a section of the runbook', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = described.map((text) => / \(then docs\/runbook\.md, section "(.+)"\)\.$/.exec(text)?.[1]);

    for (const section of sections) expect(runbook).toContain(`\n## ${section}\n`);
  });

  it('name a command that there is, with the stack', () => {
    const terminal = { out: () => {}, note: () => {}, json: () => {} };
    // biome-ignore lint/suspicious/noExplicitAny: only the names of the commands are read
    const program = createProgram({ terminal, version: '0' } as any);
    const known = program.commands.flatMap((command) => [
      command.name(),
      ...command.commands.map((inner) => `${command.name()} ${inner.name()}`),
    ]);
    const commands = described.map((text) => / Run: (.+) \(then /.exec(text)?.[1] ?? '');

    const own = commands.filter((command) => command.startsWith('npx connect-sync '));
    for (const command of own)
      expect(known).toContain(/^npx connect-sync (.+) --stack \[AWS::StackName\]$/.exec(command)?.[1]);
    expect(commands.filter((command) => !own.includes(command))).toEqual([
      expect.stringMatching(/^aws logs tail \[IdentitySyncSyncWorkerLogs\w+\] --since 3h$/),
    ]);
  });

  it('take silence for order, or for no news where the sweep tells levels', () => {
    const missing = alarms.map(({ id, Properties }) => [nameOf(id), Properties.TreatMissingData]);

    expect(Object.fromEntries(missing)).toEqual({
      DeadLetters: 'notBreaching',
      IntakeDeadLetters: 'notBreaching',
      OldestChange: 'notBreaching',
      NotNoted: 'notBreaching',
      WorkerErrors: 'notBreaching',
      HeldUsers: 'ignore',
      FailingUsers: 'ignore',
      OnlySweepFinds: 'ignore',
      GroupMissing: 'ignore',
      SweepMissing: 'ignore',
    });
  });

  it.each([
    [15, { Period: 900, EvaluationPeriods: 4 }],
    [45, { Period: 900, EvaluationPeriods: 10 }],
    [60, { Period: 3_600, EvaluationPeriods: 4 }],
    [480, { Period: 3_600, EvaluationPeriods: 25 }],
    [2_880, { Period: 3_600, EvaluationPeriods: 145 }],
  ])('wait for three intervals of %i minutes before the sweep is missing', (sweepIntervalMinutes, expected) => {
    const [alarm] = ofType(
      resourcesOf(createStack({ userPoolId: POOL_ID, sweepIntervalMinutes })),
      'AWS::CloudWatch::Alarm',
    ).filter(({ id }) => nameOf(id) === 'SweepMissing');

    const { EvaluationPeriods, Metrics } = alarm?.Properties ?? {};
    const periods = Metrics.flatMap(({ MetricStat }: { MetricStat?: { Period: number } }) => MetricStat?.Period ?? []);
    expect({ EvaluationPeriods, periods }).toEqual({
      EvaluationPeriods: expected.EvaluationPeriods,
      periods: [expected.Period, expected.Period],
    });
  });

  it.each([
    ['no sweep', { sweepIntervalMinutes: 0 }, []],
    ['a log without the lines', { logLevel: 'WARN' }, []],
    ['one pass every other week', { sweepIntervalMinutes: 2_881 }, ['OnlySweepFinds']],
    ['no group', {}, ['OnlySweepFinds', 'SweepMissing']],
  ] as const)('are left out where CloudWatch cannot tell: %s', (_, configuration, left) => {
    const found = ofType(resourcesOf(createStack({ userPoolId: POOL_ID, ...configuration })), 'AWS::CloudWatch::Alarm');

    expect(found.map(({ id }) => nameOf(id))).toEqual([
      'DeadLetters',
      'IntakeDeadLetters',
      'OldestChange',
      'NotNoted',
      'WorkerErrors',
      'HeldUsers',
      'FailingUsers',
      ...left,
    ]);
  });
});

describe('the metrics', () => {
  it('are read from the lines of the right function', () => {
    const filters = ofType(resources, 'AWS::Logs::MetricFilter').map(({ Properties }) => [
      textOf(Properties.MetricTransformations[0].MetricName),
      /IdentitySync(\w+)Logs/.exec(Properties.LogGroupName.Ref)?.[1],
      Properties.FilterPattern,
      Properties.MetricTransformations[0].MetricValue,
    ]);

    expect(filters).toEqual([
      ['[AWS::StackName]/IdentitySync/Lag', 'SyncWorker', '{ $.status = "written" }', '$.lagMs'],
      ['[AWS::StackName]/IdentitySync/Throttled', 'SyncWorker', '{ $.throttled IS TRUE }', '1'],
      ['[AWS::StackName]/IdentitySync/NotNoted', 'PoolTrigger', '{ $.message = "change not noted" }', '1'],
      ['[AWS::StackName]/IdentitySync/Held', 'Sweep', '{ $.held >= 0 }', '$.held'],
      ['[AWS::StackName]/IdentitySync/Failing', 'Sweep', '{ $.failing >= 0 }', '$.failing'],
      ['[AWS::StackName]/IdentitySync/Changed', 'Sweep', '{ $.changed >= 0 }', '$.changed'],
      ['[AWS::StackName]/IdentitySync/Unannounced', 'Sweep', '{ $.unannounced >= 0 }', '$.unannounced'],
      [
        '[AWS::StackName]/IdentitySync/Passes',
        'Sweep',
        '{ ($.message = "sweep finished") || ($.message = "sweep goes on at the next tick") }',
        '1',
      ],
      ['[AWS::StackName]/IdentitySync/GroupMissing', 'Sweep', '{ $.groupMissing IS FALSE }', '0'],
      ['[AWS::StackName]/IdentitySync/GroupMissing', 'Sweep', '{ $.groupMissing IS TRUE }', '1'],
    ]);
  });

  it('are not shared by two constructs of a stack, nor are alarms and dashboards', () => {
    const stack = new Stack(createApp(), 'Both', { env: { account: ACCOUNT, region: REGION } });
    const userPool = UserPool.fromUserPoolId(stack, 'Pool', POOL_ID);
    const other = INSTANCE_ARN.replace('11111111', '99999999');

    new IdentitySync(stack, 'One', { userPool, connectInstanceArn: INSTANCE_ARN });
    new IdentitySync(stack, 'Two', { userPool, connectInstanceArn: other });

    const both = Template.fromStack(stack).toJSON().Resources;
    const names = ofType(both, 'AWS::Logs::MetricFilter').map(({ Properties }) =>
      textOf(Properties.MetricTransformations[0].MetricName),
    );
    const heldOf = (id: string) =>
      ofType(both, 'AWS::CloudWatch::Alarm').find((alarm) => alarm.id.startsWith(`${id}MonitoringHeldUsers`))
        ?.Properties.MetricName;
    expect(names.filter((name) => name.endsWith('/Held'))).toEqual([
      '[AWS::StackName]/One/Held',
      '[AWS::StackName]/Two/Held',
    ]);
    expect([textOf(heldOf('One')), textOf(heldOf('Two'))]).toEqual([
      '[AWS::StackName]/One/Held',
      '[AWS::StackName]/Two/Held',
    ]);
    // Without a name of their own they are named after their logical ids, which differ.
    for (const { Properties } of ofType(both, 'AWS::CloudWatch::Alarm')) expect(Properties.AlarmName).toBeUndefined();
    for (const { Properties } of ofType(both, 'AWS::CloudWatch::Dashboard'))
      expect(Properties.DashboardName).toBeUndefined();
  });
});

describe('the dashboard', () => {
  it('answers five questions in order', () => {
    const [dashboard] = ofType(resources, 'AWS::CloudWatch::Dashboard');
    const body = JSON.parse(textOf(dashboard?.Properties.DashboardBody)) as {
      readonly widgets: readonly {
        readonly type: string;
        readonly properties: { markdown?: string; title?: string };
      }[];
    };

    const told = body.widgets.map(({ properties }) => properties.title ?? properties.markdown?.split('\n')[0]);
    expect(told).toEqual([
      '# ConnectSync-EXAMPLE1-11111111',
      '## Fresh?',
      'From change to Connect, ms',
      'Oldest change waiting, s',
      'Passes of the sweep',
      '## Stuck?',
      'Changes waiting',
      'Users who fail',
      'Given up',
      'Errors of functions',
      '## Held?',
      'Users who are held',
      '## Throttled?',
      'Throttled tries',
      'Throttled functions',
      '## What changed?',
      'Users written',
      'Changed in Cognito',
      'Outcomes',
    ]);
  });
});

describe('who is told of alarms', () => {
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:on-call';
  const alarmEmail = 'on-call@example.com';
  const told = (configuration: object) => {
    const made = resourcesOf(createStack({ userPoolId: POOL_ID, ...configuration }));
    const [first, ...others] = ofType(made, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    for (const other of others) expect(other.AlarmActions).toEqual(first.AlarmActions);
    return { made, begins: first.AlarmActions, ends: first.OKActions };
  };
  const ownTopic = { Ref: expect.stringMatching(/^IdentitySyncMonitoringTopic/) };

  it('is not set by default', () => {
    const { begins, ends, made } = told({});

    expect([begins, ends, ofType(made, 'AWS::SNS::Topic')]).toEqual([undefined, undefined, []]);
  });

  it('is a topic, an address, or both, at both ends of an alarm', () => {
    expect(told({ alarmTopicArn })).toMatchObject({ begins: [alarmTopicArn], ends: [alarmTopicArn] });
    expect(told({ alarmEmail })).toMatchObject({ begins: [ownTopic], ends: [ownTopic] });
    expect(told({ alarmTopicArn, alarmEmail })).toMatchObject({
      begins: [alarmTopicArn, ownTopic],
      ends: [alarmTopicArn, ownTopic],
    });
  });

  it('is an address by a topic that takes messages by TLS, from CloudWatch and this account only, and has no key', () => {
    const { made } = told({ alarmEmail });
    const [topic] = ofType(made, 'AWS::SNS::Topic');
    const [policy] = ofType(made, 'AWS::SNS::TopicPolicy');

    expect(topic?.Properties?.KmsMasterKeyId).toBeUndefined();
    expect(ofType(made, 'AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual([
      { Protocol: 'email', Endpoint: alarmEmail, TopicArn: ownTopic },
    ]);
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: ownTopic,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AllowAlarmsOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: ownTopic,
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*' },
        },
      },
    ]);
  });

  it('leaves no finding of cdk-nag unanswered', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(createStack({ userPoolId: POOL_ID, alarmEmail }));

    expect(violations).toEqual([]);
  });
});

/** US dollars a month. @see https://aws.amazon.com/cloudwatch/pricing/ */
const PRICES = { alarmMetric: 0.1, customMetric: 0.3, dashboard: 3 };

it('cost, with metrics and dashboard, what the README and docs/deploying.md say', () => {
  const stack = resourcesOf(createStack({ userPoolId: POOL_ID }));
  const alarmMetrics = ofType(stack, 'AWS::CloudWatch::Alarm').flatMap(({ Properties }): readonly object[] =>
    (Properties.Metrics ?? [{ MetricStat: {} }]).filter((metric: object) => 'MetricStat' in metric),
  ).length;
  const customMetrics = ofType(stack, 'AWS::Logs::MetricFilter').length;
  const dashboards = ofType(stack, 'AWS::CloudWatch::Dashboard').length;
  const cost = alarmMetrics * PRICES.alarmMetric + customMetrics * PRICES.customMetric + dashboards * PRICES.dashboard;
  const page = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8').replace(/\s+/g, ' ');

  expect([alarmMetrics, customMetrics, dashboards]).toEqual([11, 8, 1]);
  expect(cost.toFixed(2)).toBe('6.50');
  expect(page('README.md')).toContain('about 6.50 US dollars a month');
  expect(page('docs/deploying.md')).toContain('11 alarm metrics at 0.10, 8 custom metrics at 0.30, one dashboard at 3');
});
