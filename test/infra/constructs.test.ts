import { readFileSync } from 'node:fs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ManagedUserPool } from '../../lib/constructs/managed-user-pool.ts';
import { ACCOUNT, createApp, createStack, POOL_ID, REGION } from './stacks.ts';

const imported = Template.fromStack(createStack());
const created = Template.fromStack(createStack({ createUserPool: true }));

describe('change queue', () => {
  it('is a FIFO queue that gives up after 250 receives to a FIFO dead-letter queue and names neither by hand', () => {
    imported.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      QueueName: Match.absent(),
      MessageRetentionPeriod: 1_209_600,
      VisibilityTimeout: 180,
      ContentBasedDeduplication: Match.absent(),
      RedrivePolicy: { maxReceiveCount: 250 },
    });
  });

  it('feeds the worker in batches of ten, two at a time, message by message', () => {
    imported.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    imported.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });
});

describe('state table', () => {
  const table = {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  };

  it('is on demand, encrypted, recoverable, forgets what has expired, and outlives the stack', () => {
    imported.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ...table,
        Replicas: [{ Region: REGION, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      },
    });
  });

  it('goes with the stack when told so', () => {
    const template = Template.fromStack(createStack(undefined, { removalPolicy: RemovalPolicy.DESTROY }));

    template.hasResource('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
  });
});

describe('functions', () => {
  it.each([
    ['pool-trigger', 5, 512],
    ['change-intake', 10, 256],
    ['sync-worker', 30, 256],
    ['sweep', 870, 512],
  ])('%s runs on Node 24 on ARM for at most %i seconds with %i MB', (name, Timeout, MemorySize) => {
    imported.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout,
      MemorySize,
      LoggingConfig: { LogFormat: 'Text' },
      Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_LOG_LEVEL: 'INFO' }) },
    });
  });

  it('give the worker its configuration as text', () => {
    imported.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          QUEUE_URL: { Ref: Match.stringLikeRegexp('ChangeQueueChanges') },
          DEAD_LETTER_QUEUE_URL: { Ref: Match.stringLikeRegexp('ChangeQueueDeadLetters') },
          TABLE_NAME: { Ref: Match.stringLikeRegexp('State') },
          USER_POOL_ID: POOL_ID,
          CONNECT_INSTANCE_ID: '11111111-2222-3333-4444-555555555555',
          CONNECT_REGION: 'eu-west-1',
          CONNECT_REQUESTS_PER_SECOND: '1.95',
          POLICY: Match.serializedJson(
            Match.objectLike({ email: Match.objectLike({ maxUsersPerHour: 50, requireVerified: true }) }),
          ),
        },
      },
    });
  });

  it('take level, retention and pace from the configuration', () => {
    const template = Template.fromStack(
      createStack({
        userPoolId: POOL_ID,
        logLevel: 'DEBUG',
        logRetentionDays: 7,
        connectRequestsPerSecond: 9,
        postAuthentication: true,
      }),
    );

    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ POWERTOOLS_LOG_LEVEL: 'DEBUG' }) },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ CONNECT_REQUESTS_PER_SECOND: '9' }) },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ POST_AUTHENTICATION: 'true' }) },
    });
  });
});

describe('change intake', () => {
  it('gives a record that it cannot take in to the standard queue, after two more attempts', () => {
    imported.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('IntakeDeadLetters'), 'Arn'] } },
      },
      MaximumEventAgeInSeconds: 21_600,
      MaximumRetryAttempts: 2,
    });
  });

  it('is invoked by three rules that retry for a day and then use the standard queue', () => {
    const target = {
      Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('ChangeIntakeFunction'), 'Arn'] },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('IntakeDeadLetters'), 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    };

    imported.resourceCountIs('AWS::Events::Rule', 3);
    imported.allResourcesProperties('AWS::Events::Rule', { Targets: [Match.objectLike(target)] });
  });

  it('hears of pages even where CloudTrail counts them as reads, and of calls only where they write', () => {
    const states = Object.values(imported.findResources('AWS::Events::Rule')).map(({ Properties }) => [
      Properties.EventPattern['detail-type'][0],
      Properties.State,
    ]);

    expect(states.toSorted()).toEqual([
      ['AWS API Call via CloudTrail', 'ENABLED'],
      ['AWS API Call via CloudTrail', 'ENABLED'],
      ['AWS Service Event via CloudTrail', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    ]);
  });
});

describe('a group as the scope', () => {
  const scoped = Template.fromStack(createStack({ userPoolId: POOL_ID, scope: { kind: 'group', group: 'agents' } }));
  const membership = Match.arrayWith(['AdminAddUserToGroup', 'AdminRemoveUserFromGroup']);
  const rule = { EventPattern: { detail: { eventName: membership, requestParameters: { userPoolId: [POOL_ID] } } } };
  const mayListGroups = { Action: Match.arrayWith(['cognito-idp:AdminListGroupsForUser']) };
  const role = {
    Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(mayListGroups)]) } }],
  };

  it('brings the calls that decide who belongs to it, and lets the worker ask', () => {
    scoped.resourcePropertiesCountIs('AWS::Events::Rule', rule, 1);
    scoped.resourcePropertiesCountIs('AWS::IAM::Role', role, 1);
  });

  it('is what it takes for both', () => {
    imported.resourcePropertiesCountIs('AWS::Events::Rule', rule, 0);
    imported.resourcePropertiesCountIs('AWS::IAM::Role', role, 0);
  });
});

describe('a chain', () => {
  const words = 'arn:aws:lambda:eu-west-1:111122223333:function:words';
  const welcome = 'arn:aws:lambda:eu-west-1:111122223333:function:welcome:live';
  const chained = Template.fromStack(
    createStack({ createUserPool: true, chain: { customMessage: words, postAuthentication: welcome } }),
  );
  /** That of the sweep's schedule is always there. */
  const SCHEDULE = 1;
  const mayInvoke = (Resource: unknown) => ({
    Policies: [
      {
        PolicyDocument: {
          Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource }]),
        },
      },
    ],
  });

  it('is told to the trigger, which may call these functions and no others', () => {
    chained.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: 'pool-trigger',
          POST_AUTHENTICATION: 'false',
          CHAIN_CUSTOM_MESSAGE_ARN: words,
          CHAIN_POST_CONFIRMATION_ARN: Match.absent(),
          CHAIN_POST_AUTHENTICATION_ARN: welcome,
        },
      },
    });
    chained.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke([welcome, words]), 1);
    chained.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(Match.anyValue()), 1 + SCHEDULE);
  });

  it('needs the trigger behind which it stands, also where we ourselves have no use for it', () => {
    const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('PoolTriggerFunction'), 'Arn'] };

    chained.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: functionArn, PostConfirmation: functionArn, PostAuthentication: functionArn },
    });
  });

  it('of none leaves no trace', () => {
    imported.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(Match.anyValue()), SCHEDULE);
    imported.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: { CHAIN_CUSTOM_MESSAGE_ARN: Match.anyValue() } } },
      0,
    );
  });

  it('of one function for two triggers is allowed once', () => {
    const template = Template.fromStack(
      createStack({ userPoolId: POOL_ID, chain: { customMessage: words, postConfirmation: words } }),
    );

    template.resourcePropertiesCountIs('AWS::IAM::Role', mayInvoke(words), 1);
  });
});

describe('user pool', () => {
  const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('PoolTriggerFunction'), 'Arn'] };

  it('gets our triggers when it is created here, with one permission that names pool and account', () => {
    created.hasResourceProperties('AWS::Cognito::UserPool', {
      LambdaConfig: { CustomMessage: functionArn, PostConfirmation: functionArn, PostAuthentication: Match.absent() },
    });
    expect(
      Object.values(
        created.findResources('AWS::Lambda::Permission', { Properties: { Principal: 'cognito-idp.amazonaws.com' } }),
      ).map(({ Properties }) => Properties.SourceAccount),
    ).toEqual([ACCOUNT]);
  });

  it('is told of sign-ins only when that was asked for', () => {
    const template = Template.fromStack(createStack({ createUserPool: true, postAuthentication: true }));

    template.hasResourceProperties('AWS::Cognito::UserPool', { LambdaConfig: { PostAuthentication: functionArn } });
  });

  it('stays untouched when it is imported, but may call the function once somebody attaches it', () => {
    imported.resourceCountIs('AWS::Cognito::UserPool', 0);
    imported.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'cognito-idp.amazonaws.com',
      Action: 'lambda:InvokeFunction',
      SourceAccount: ACCOUNT,
      SourceArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${POOL_ID}`,
    });
  });

  it('takes no strangers, keeps an address until the new one is verified, and is protected', () => {
    created.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AliasAttributes: Match.absent(),
        UsernameAttributes: Match.absent(),
        AutoVerifiedAttributes: ['email'],
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
        Schema: [{ Name: 'CustomAttr1', AttributeDataType: 'String', Mutable: true }],
        DeletionProtection: 'ACTIVE',
      },
    });
  });

  it('has a client through which people may change their name, address and number, and no custom attribute', () => {
    created.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      WriteAttributes: ['email', 'family_name', 'given_name', 'name', 'phone_number'],
    });
  });

  it('loses its protection with the removal policy', () => {
    const stack = new Stack(createApp(), 'Pool');
    new ManagedUserPool(stack, 'UserPool', { removalPolicy: RemovalPolicy.DESTROY });

    Template.fromStack(stack).hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtection: 'INACTIVE' },
    });
  });
});

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
      Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: 'sweep', INTERVAL_MINUTES: '60' }) },
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
      Environment: { Variables: Match.objectLike({ INTERVAL_MINUTES: '1440' }) },
    });
    none.resourceCountIs('AWS::Scheduler::Schedule', 0);
    none.resourceCountIs('AWS::Lambda::Function', 3);
    expect(none.findOutputs('SweepFunctionName')).toEqual({});
  });
});

describe('outputs', () => {
  const names = [
    'ChangeIntakeFunctionName',
    'ConnectInstanceId',
    'DeadLetterQueueUrl',
    'IntakeDeadLetterQueueUrl',
    'PoolTriggerFunctionArn',
    'PoolTriggerFunctionName',
    'QueueUrl',
    'SweepFunctionName',
    'SyncWorkerFunctionName',
    'TableName',
    'UserPoolId',
  ];

  it('have names without hashes', () => {
    expect(Object.keys(imported.findOutputs('*')).sort()).toEqual(names);
    expect(Object.keys(created.findOutputs('*')).sort()).toEqual([...names, 'UserPoolClientId'].sort());
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
      ['{ $.status = "bug" }', '1'],
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
