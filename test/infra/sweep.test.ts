import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, POOL_ID } from './stacks.ts';

const imported = Template.fromStack(createStack());

describe('sweep', () => {
  it('runs every 15 minutes, does not retry, and never runs twice at the same time', () => {
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
