/**
 * Properties that the local cloud accepts without effect, each with the reason why no effect is needed. Paths have no list
 * indices. A path includes everything below it.
 */
export const inertProperties: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::SQS::Queue': {
    KmsMasterKeyId: 'encryption: nothing is kept on disk',
    KmsDataKeyReusePeriodSeconds: 'encryption: nothing is kept on disk',
    SqsManagedSseEnabled: 'encryption: nothing is kept on disk',
    Tags: 'tags are for bills and searches',
  },
  'AWS::Lambda::Function': {
    RuntimeManagementConfig: 'there is one Node.js on the machine',
    RecursiveLoop: 'loop detection protects a bill, and there is none',
    KmsKeyArn: 'encryption: code lives in a temporary folder only',
  },
  'AWS::Lambda::EventSourceMapping': {
    KmsKeyArn: 'encryption: nothing is kept on disk',
    MetricsConfig: 'metrics: there is no CloudWatch',
    Tags: 'tags are for bills and searches',
  },
  'AWS::DynamoDB::Table': {
    SSESpecification: 'encryption: nothing is kept on disk',
    PointInTimeRecoverySpecification: 'backups: nothing outlives the local cloud',
    ContributorInsightsSpecification: 'metrics: there is no CloudWatch',
    TableClass: 'a price, not a behaviour',
    Tags: 'tags are for bills and searches',
  },
  'AWS::DynamoDB::GlobalTable': {
    SSESpecification: 'encryption: nothing is kept on disk',
    'Replicas.SSESpecification': 'encryption: nothing is kept on disk',
    'Replicas.PointInTimeRecoverySpecification': 'backups: nothing outlives the local cloud',
    'Replicas.ContributorInsightsSpecification': 'metrics: there is no CloudWatch',
    'Replicas.TableClass': 'a price, not a behaviour',
    'Replicas.Tags': 'tags are for bills and searches',
  },
  'AWS::Logs::LogGroup': {
    RetentionInDays: 'retention: logs live as long as the local cloud',
    KmsKeyId: 'encryption: logs are not kept in CloudWatch',
    LogGroupClass: 'a price, not a behaviour',
    Tags: 'tags are for bills and searches',
  },
  'AWS::IAM::Role': {
    Description: 'text for people',
    Tags: 'tags are for bills and searches',
  },
  'AWS::Events::Rule': {
    Description: 'text for people',
    Tags: 'tags are for bills and searches',
  },
  'AWS::Logs::MetricFilter': Object.fromEntries(
    ['ApplyOnTransformedLogs', 'FilterPattern', 'LogGroupName', 'MetricTransformations'].map((name) => [
      name,
      'metrics: there is no CloudWatch',
    ]),
  ),
  'AWS::CloudWatch::Dashboard': {
    DashboardBody: 'dashboards: there is no console to show one',
    Tags: 'tags are for bills and searches',
  },
  'AWS::Scheduler::Schedule': {
    KmsKeyArn: 'encryption: nothing is kept on disk',
  },
};

/** Whether the property at `path` of `type`, or one above it, is accepted without effect. */
export const isInert = (type: string, path: string): boolean =>
  Object.keys(inertProperties[type] ?? {}).some((inert) => path === inert || path.startsWith(`${inert}.`));
