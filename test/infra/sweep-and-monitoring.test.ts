import { readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, POOL_ID } from './stacks.ts';

const imported = Template.fromStack(createStack());

describe('sweep', () => {
  it('runs every quarter of an hour, tries no second time, and never meets itself', () => {
    imported.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('SweepFunction'), 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 900 },
      },
    });
    imported.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('SweepFunction') },
      MaximumRetryAttempts: 0,
    });
    imported.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 870,
      Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: 'sweep', SWEEP_INTERVAL_MINUTES: '60' }) },
    });
  });

  it('lists the members of the group that is synchronized', () => {
    const scoped = Template.fromStack(createStack({ userPoolId: POOL_ID, scope: { kind: 'group', group: 'agents' } }));
    const mayList = { Action: Match.arrayWith(['cognito-idp:ListUsersInGroup']) };
    const role = { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(mayList)]) } }] };

    scoped.resourcePropertiesCountIs('AWS::IAM::Role', role, 1);
    imported.resourcePropertiesCountIs('AWS::IAM::Role', role, 0);
  });

  it('comes as often as the configuration says, or not at all', () => {
    const withInterval = (sweepIntervalMinutes: number) =>
      Template.fromStack(createStack({ userPoolId: POOL_ID, sweepIntervalMinutes }));
    const daily = withInterval(1_440);
    const none = withInterval(0);

    daily.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SWEEP_INTERVAL_MINUTES: '1440' }) },
    });
    none.resourceCountIs('AWS::Scheduler::Schedule', 0);
    none.resourceCountIs('AWS::Lambda::Function', 3);
    expect(none.findOutputs('SweepFunctionName')).toEqual({});
  });
});

describe('monitoring', () => {
  const alarms = Object.values(imported.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

  it('explains each alarm in the runbook', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = alarms.map(({ AlarmDescription }) => /section "(.+)"\.$/.exec(AlarmDescription)?.[1]);

    expect(alarms).toHaveLength(8);
    for (const section of sections) expect(runbook).toContain(`\n## ${section}\n`);
  });

  it('is quiet where nothing is measured, but for the sweep, and tells nobody unless told whom', () => {
    const missing = alarms.map((alarm) => [alarm.TreatMissingData, /^The sweep/.test(alarm.AlarmDescription)]);

    expect(missing.toSorted()).toEqual([
      ['breaching', true],
      ...Array.from({ length: 7 }, () => ['notBreaching', false]),
    ]);
    expect(alarms.flatMap(({ AlarmActions = [] }) => AlarmActions)).toEqual([]);
  });

  it('tells the topic of both ends of an alarm', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:on-call';
    const template = Template.fromStack(createStack({ userPoolId: POOL_ID, alarmTopicArn }));

    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [alarmTopicArn],
      OKActions: [alarmTopicArn],
    });
  });

  it('reads what the functions log', () => {
    const filters = Object.values(imported.findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => [
      Properties.FilterPattern,
      Properties.MetricTransformations[0].MetricValue,
    ]);

    expect(filters).toEqual([
      ['{ $.status = "held" }', '1'],
      ['{ ($.status = "bug") || ($.status = "call-refused") || ($.status = "no-permission") }', '1'],
      ['{ $.message = "change not noted" }', '1'],
      ['{ $.status = "written" }', '$.lagMs'],
      ['{ ($.message = "sweep finished") || ($.message = "sweep goes on at the next tick") }', '1'],
    ]);
  });

  it.each([
    [15, { Period: 2_700, EvaluationPeriods: 1 }],
    [60, { Period: 10_800, EvaluationPeriods: 1 }],
    [480, { Period: 86_400, EvaluationPeriods: 1 }],
    [600, { Period: 86_400, EvaluationPeriods: 2 }],
    [2_880, { Period: 86_400, EvaluationPeriods: 6 }],
  ])('goes off when no sweep has ended for three intervals of %i minutes', (sweepIntervalMinutes, over) => {
    const template = Template.fromStack(createStack({ userPoolId: POOL_ID, sweepIntervalMinutes }));

    const { Period, EvaluationPeriods } = over;
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods,
      DatapointsToAlarm: EvaluationPeriods,
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(ticks, 0)' }),
        Match.objectLike({ MetricStat: Match.objectLike({ Period, Stat: 'Sum' }) }),
      ]),
    });
  });

  it.each([
    ['no sweep', { sweepIntervalMinutes: 0 }],
    ['one every other week', { sweepIntervalMinutes: 2_881 }],
    ['a log without the lines', { logLevel: 'WARN' }],
  ] as const)('does without that alarm where CloudWatch cannot tell: %s', (_, configuration) => {
    const none = Template.fromStack(createStack({ userPoolId: POOL_ID, ...configuration }));

    none.resourceCountIs('AWS::CloudWatch::Alarm', 7);
  });
});
