import * as trails from '@aws-sdk/client-cloudtrail';
import * as alarms from '@aws-sdk/client-cloudwatch';
import * as quotas from '@aws-sdk/client-service-quotas';
import * as topics from '@aws-sdk/client-sns';
import { describe, expect } from 'vitest';
import { putLocal } from '../support/local-requests.ts';
import { bySdk, describeContract } from './contract-fixture.ts';

const TRAIL = 'arn:aws:cloudtrail:eu-west-1:000000000000:trail/management-events';

/** Each operation as https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_NAME.html has it. */
describe('CloudTrail', () => {
  describeContract({
    service: 'cloudtrail',
    connect: bySdk(trails, (config) => new trails.CloudTrailClient(config)),
    steps: [
      {
        operation: 'DescribeTrails',
        shows: 'has one trail from the start',
        input: () => ({}),
        answers: () => ({ trailList: [{ TrailARN: TRAIL, IsMultiRegionTrail: true, HomeRegion: 'eu-west-1' }] }),
      },
      { operation: 'GetTrailStatus', input: () => ({ Name: TRAIL }), answers: () => ({ IsLogging: true }) },
      {
        operation: 'GetTrailStatus',
        shows: 'knows no other trail',
        input: () => ({ Name: 'other' }),
        fails: { name: 'TrailNotFoundException', status: 400 },
      },
      {
        operation: 'GetEventSelectors',
        input: () => ({ TrailName: TRAIL }),
        answers: () => ({ EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] }),
      },
    ],
  });
});

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:on-call';
const MADE = 'arn:aws:sns:eu-west-1:000000000000:made';
const ALARM = {
  AlarmName: 'waiting',
  AlarmActions: [TOPIC],
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 1,
  MetricName: 'Waiting',
  Namespace: 'Test',
  Period: 300,
  Statistic: 'Sum',
  Threshold: 1,
};
const named = () => ({ AlarmNames: ['waiting'] });

/** Each operation as https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_NAME.html has it. */
describe('CloudWatch', () => {
  describeContract({
    service: 'cloudwatch',
    connect: bySdk(alarms, (config) => new alarms.CloudWatchClient(config)),
    steps: [
      { operation: 'PutMetricAlarm', input: () => ALARM },
      {
        operation: 'DescribeAlarms',
        input: named,
        answers: () => ({
          MetricAlarms: [
            {
              AlarmArn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:waiting',
              AlarmActions: [TOPIC],
              ActionsEnabled: true,
              StateValue: 'INSUFFICIENT_DATA',
            },
          ],
        }),
      },
      {
        operation: 'DescribeAlarms',
        shows: 'tells the state that an alarm was given',
        input: (_, local) => {
          local.services.cloudwatch.changes['alarm-state']({ name: 'waiting', state: 'ALARM' });
          return named();
        },
        answers: () => ({ MetricAlarms: [{ StateValue: 'ALARM' }] }),
      },
      {
        operation: 'DescribeAlarms',
        shows: 'leaves out what is not there',
        input: () => ({ AlarmNames: ['other'] }),
        answers: () => ({ MetricAlarms: [] }),
      },
      { operation: 'DeleteAlarms', input: named },
      {
        operation: 'DeleteAlarms',
        shows: 'knows a deleted alarm no more',
        input: named,
        fails: { name: 'ResourceNotFound', status: 404 },
      },
    ],
  });
});

/** Each operation as https://docs.aws.amazon.com/sns/latest/api/API_NAME.html has it. */
describe('SNS', () => {
  describeContract({
    service: 'sns',
    connect: bySdk(topics, (config) => new topics.SNSClient(config)),
    prepare: async ({ endpoint }) => {
      await putLocal(endpoint, 'sns/topics', [
        {
          name: 'on-call',
          subscriptions: [
            { protocol: 'email', endpoint: 'ops@example.com', confirmed: false },
            { protocol: 'https', endpoint: 'https://example.com/hook' },
          ],
        },
      ]);
    },
    steps: [
      {
        operation: 'ListSubscriptionsByTopic',
        shows: 'names those that wait for their confirmation',
        input: () => ({ TopicArn: TOPIC }),
        answers: () => ({
          Subscriptions: [
            { SubscriptionArn: 'PendingConfirmation', Endpoint: 'ops@example.com' },
            { SubscriptionArn: `${TOPIC}:1`, Protocol: 'https' },
          ],
        }),
      },
      {
        operation: 'CreateTopic',
        input: () => ({ Name: 'made' }),
        answers: () => ({ TopicArn: 'arn:aws:sns:eu-west-1:000000000000:made' }),
      },
      {
        operation: 'SetTopicAttributes',
        input: () => ({ TopicArn: MADE, AttributeName: 'Policy', AttributeValue: '{}' }),
      },
      {
        operation: 'Subscribe',
        input: () => ({ TopicArn: MADE, Protocol: 'email', Endpoint: 'ops@example.com', ReturnSubscriptionArn: true }),
        answers: () => ({ SubscriptionArn: expect.stringMatching(/:made:[0-9a-f-]{36}$/) }),
        keep: ({ SubscriptionArn }, state) => {
          state.subscription = String(SubscriptionArn);
        },
      },
      {
        operation: 'ListSubscriptionsByTopic',
        shows: 'names a subscription once it is confirmed',
        input: (_, local) => {
          local.services.sns.changes.confirm({ topicArn: MADE });
          return { TopicArn: MADE };
        },
        answers: ({ subscription }) => ({ Subscriptions: [{ SubscriptionArn: subscription }] }),
      },
      { operation: 'Unsubscribe', input: ({ subscription }) => ({ SubscriptionArn: subscription }) },
      { operation: 'DeleteTopic', input: () => ({ TopicArn: MADE }) },
      {
        operation: 'ListSubscriptionsByTopic',
        shows: 'knows no other topic',
        input: () => ({ TopicArn: `${TOPIC}-2` }),
        fails: { name: 'NotFoundException', status: 404 },
      },
    ],
  });
});

const RATE = { ServiceCode: 'connect', QuotaCode: 'L-66B5F86E' };

/** @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
describe('Service Quotas', () => {
  describeContract({
    service: 'serviceQuotas',
    connect: bySdk(quotas, (config) => new quotas.ServiceQuotasClient(config)),
    prepare: async ({ endpoint }) => {
      await putLocal(endpoint, 'connect/settings', {
        quotas: {
          UpdateUserIdentityInfo: { ratePerSecond: 10, burst: 20 },
          DescribeUser: { ratePerSecond: 2, burst: 5 },
        },
      });
    },
    steps: [
      { operation: 'GetServiceQuota', input: () => RATE, answers: () => ({ Quota: { Value: 10, Adjustable: true } }) },
      {
        operation: 'GetServiceQuota',
        shows: 'has none where the default holds',
        input: () => ({ ...RATE, QuotaCode: 'L-EE6F0D82' }),
        fails: { name: 'NoSuchResourceException', status: 400 },
      },
    ],
  });
});
