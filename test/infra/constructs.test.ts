import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, POOL_ID, REGION } from './stacks.ts';

const imported = Template.fromStack(createStack());
const created = Template.fromStack(createStack({ createUserPool: true }));

describe('change queue', () => {
  it('is a FIFO queue with a FIFO dead-letter queue after 250 receives, both with generated names', () => {
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

describe('the worker', () => {
  const directories = {
    Policies: Match.arrayWith([
      Match.objectLike({
        PolicyDocument: {
          Statement: Match.arrayWith([{ Action: 'ds:DescribeDirectories', Effect: 'Allow', Resource: '*' }]),
        },
      }),
    ]),
  };

  it('may describe directories where it has to ask Connect who manages identities', () => {
    imported.resourcePropertiesCountIs('AWS::IAM::Role', directories, 1);
  });

  it('may not where the configuration says it', () => {
    const told = Template.fromStack(createStack({ userPoolId: POOL_ID, identityManagementType: 'CONNECT_MANAGED' }));

    told.resourcePropertiesCountIs('AWS::IAM::Role', directories, 0);
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

  it('can be the one that an earlier deployment has left', () => {
    const template = Template.fromStack(createStack({ userPoolId: POOL_ID, existingTableName: 'Old-State' }));

    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    template.hasOutput('TableName', { Value: 'Old-State' });
    template.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ TABLE_NAME: 'Old-State' }) } },
      3,
    );
  });

  it('goes with the stack when told so', () => {
    const template = Template.fromStack(createStack(undefined, { removalPolicy: RemovalPolicy.DESTROY }));

    template.hasResource('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
  });
});

describe('functions', () => {
  it.each([
    ['pool-trigger', 5, 512],
    ['change-intake', 30, 256],
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
          CONNECT_REGION: 'eu-west-2',
          CONNECT_REQUESTS_PER_SECOND: '1.95',
          POLICY: Match.serializedJson(
            Match.objectLike({ email: Match.objectLike({ maxUsersPerHour: 50, requireVerified: true }) }),
          ),
        },
      },
    });
  });

  it('take level, retention and rate limit from the configuration', () => {
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
  it('knows the standard dead-letter queue of its own, not that of the changes', () => {
    imported.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: 'change-intake',
          DEAD_LETTER_QUEUE_URL: { Ref: Match.stringLikeRegexp('IntakeDeadLetters') },
        },
      },
    });
  });

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

  it('gets page events also when CloudTrail counts them as reads, and calls only when they write', () => {
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

describe('an adoption rule over an attribute', () => {
  it('lets worker and sweep read which attributes users of app clients may write', () => {
    const byAttribute = Template.fromStack(
      createStack({ userPoolId: POOL_ID, adoption: { rules: [{ kind: 'username', attribute: 'email' }] } }),
    );
    const mayRead = {
      Action: Match.arrayWith(['cognito-idp:DescribeUserPoolClient', 'cognito-idp:ListUserPoolClients']),
    };
    const role = { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(mayRead)]) } }] };

    byAttribute.resourcePropertiesCountIs('AWS::IAM::Role', role, 2);
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
    'Version',
  ];

  it('have names without hashes', () => {
    expect(Object.keys(imported.findOutputs('*')).sort()).toEqual(names);
    expect(Object.keys(created.findOutputs('*')).sort()).toEqual([...names, 'UserPoolClientId'].sort());
  });
});
