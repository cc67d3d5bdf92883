import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeRuleCommand, type EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import { PermanentError } from '../../lambda/core/failures/errors.ts';
import type { DeploymentReader, StackResource, TopicFacts } from '../doctor/ports.ts';
import { pagesOf } from './pages.ts';

/** Most alarms that one request may name. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const ALARMS_AT_ONCE = 100;

/** What a subscription has in place of an ARN until it is confirmed. @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const PENDING = 'PendingConfirmation';

/** Clients of the services that have a part of a deployment. */
interface DeploymentClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly cloudWatch: CloudWatchClient;
  readonly eventBridge: EventBridgeClient;
  readonly scheduler: SchedulerClient;
  readonly sns: SNSClient;
}

/** Reads the parts of a deployment as AWS has them now. */
export function createDeploymentReader(clients: DeploymentClients): DeploymentReader {
  const { cloudFormation, lambda, cloudWatch, eventBridge, scheduler, sns } = clients;
  return {
    async stack(StackName) {
      const answer = await callAws(
        'cloudformation:DescribeStacks',
        () => cloudFormation.send(new DescribeStacksCommand({ StackName })),
        { ValidationError: undefined },
      );
      const [stack] = answer?.Stacks ?? [];
      if (stack?.StackStatus === undefined) return undefined;
      const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
      const createdAt = stack.CreationTime?.getTime() ?? 0;
      return { name: StackName, status: stack.StackStatus, createdAt, outputs: Object.fromEntries(outputs) };
    },
    async resources(StackName) {
      const resources: StackResource[] = [];
      const pages = paginateListStackResources({ client: cloudFormation }, { StackName });
      for await (const { StackResourceSummaries = [] } of pagesOf('cloudformation:ListStackResources', pages))
        for (const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId } of StackResourceSummaries)
          if (PhysicalResourceId !== undefined)
            resources.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
      return resources;
    },
    async functionState(FunctionName) {
      const answer = await callAws(
        'lambda:GetFunctionConfiguration',
        () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
        { ResourceNotFoundException: undefined },
      );
      return answer && { state: answer.State ?? 'Active', lastUpdate: answer.LastUpdateStatus ?? 'Successful' };
    },
    async mappings(FunctionName) {
      const states: string[] = [];
      const pages = paginateListEventSourceMappings({ client: lambda }, { FunctionName });
      for await (const { EventSourceMappings = [] } of pagesOf('lambda:ListEventSourceMappings', pages))
        states.push(...EventSourceMappings.map(({ State = '' }) => State));
      return states;
    },
    async scheduleState(Name) {
      const answer = await callAws('scheduler:GetSchedule', () => scheduler.send(new GetScheduleCommand({ Name })), {
        ResourceNotFoundException: undefined,
      });
      return answer?.State;
    },
    async rule(Name) {
      const answer = await callAws('events:DescribeRule', () => eventBridge.send(new DescribeRuleCommand({ Name })), {
        ResourceNotFoundException: undefined,
      });
      if (answer === undefined) return { name: Name, state: 'missing', targets: 0 };
      const { Targets = [] } = await callAws('events:ListTargetsByRule', () =>
        eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name })),
      );
      return { name: Name, state: answer.State ?? 'unknown', targets: Targets.length };
    },
    async alarms(names) {
      const { MetricAlarms = [] } = await callAws('cloudwatch:DescribeAlarms', () =>
        cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: names.slice(0, ALARMS_AT_ONCE) })),
      );
      return MetricAlarms.map(({ AlarmName = '', StateValue = '', ...alarm }) => ({
        name: AlarmName,
        state: StateValue,
        actionsEnabled: alarm.ActionsEnabled ?? true,
        actions: alarm.AlarmActions ?? [],
        description: alarm.AlarmDescription ?? '',
      }));
    },
    async topic(TopicArn) {
      try {
        let topic: TopicFacts = { arn: TopicArn, confirmed: 0, pending: 0 };
        const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn });
        for await (const { Subscriptions = [] } of pagesOf('sns:ListSubscriptionsByTopic', pages)) {
          const pending = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === PENDING).length;
          const confirmed = topic.confirmed + Subscriptions.length - pending;
          topic = { ...topic, confirmed, pending: topic.pending + pending };
        }
        return topic;
      } catch (error) {
        if (error instanceof PermanentError && /^NotFound/.test(error.code)) return undefined;
        throw error;
      }
    },
  };
}
