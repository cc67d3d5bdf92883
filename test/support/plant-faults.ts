import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import type { Deployed } from './deployed.ts';
import { updatePool } from './user-pools.ts';

/** Plants a fault; what it returns takes the fault out again. */
export type Plant = () => Promise<() => Promise<unknown>>;

/** The topic that the alarms of a healthy deployment tell. */
export const ON_CALL = { name: 'on-call', subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com' }] };

/** What faults are planted in. */
export interface Field {
  readonly deployed: Deployed;
  /** Folder of the `connect-sync.json`. */
  readonly cwd: string;
  /** What it holds while it is healthy. */
  readonly configuration: object;
}

/** Faults that a deployment in the local cloud can have. */
export function createPlants({ deployed, cwd, configuration: healthy }: Field) {
  const { accountId, connectInstanceId, endpoint, functions, intakeDeadLetterQueueUrl, userPoolId } =
    deployed.description;
  const call = <Output>(service: string, operation: string, input: object) =>
    deployed.local.cloud.call<Output>(service, operation, input, { kind: 'account' });
  const put = (path: string, body: unknown) => putLocal(endpoint, path, body);
  const idsOf = async (type: string): Promise<readonly string[]> => {
    const StackName = `ConnectSync-${connectInstanceId.slice(0, 8)}`;
    const { StackResourceSummaries } = await call<{
      readonly StackResourceSummaries: readonly {
        readonly ResourceType: string;
        readonly PhysicalResourceId: string;
      }[];
    }>('cloudformation', 'ListStackResources', { StackName });
    const ofType = StackResourceSummaries.filter(({ ResourceType }) => ResourceType === type);
    return ofType.map(({ PhysicalResourceId }) => PhysicalResourceId);
  };
  const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:${accountId}:function:${name}`;
  return {
    put,
    /** `connect-sync.json` with other members. */
    configuration:
      (members: object): Plant =>
      async () => {
        const write = (more: object) =>
          writeFile(join(cwd, 'connect-sync.json'), JSON.stringify({ ...healthy, ...more }));
        await write(members);
        return () => write({});
      },
    trails:
      (trails: readonly object[]): Plant =>
      async () => {
        await put('cloudtrail/trails', trails);
        return () => put('cloudtrail/trails', [{ name: 'management-events' }]);
      },
    topics:
      (topics: readonly object[]): Plant =>
      async () => {
        await put('sns/topics', topics);
        return () => put('sns/topics', [ON_CALL]);
      },
    pool:
      (settings: Parameters<typeof updatePool>[1]): Plant =>
      async () => {
        await updatePool(deployed, settings);
        return () =>
          updatePool(deployed, {
            AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
            UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
          });
      },
    deadTrigger: async () => {
      const own = functionArn(functions.poolTrigger);
      const ours = { CustomMessage: own, PostConfirmation: own };
      await updatePool(deployed, { LambdaConfig: { ...ours, PostAuthentication: functionArn('gone') } });
      return () => updatePool(deployed, { LambdaConfig: ours });
    },
    noPermission: async () => {
      const FunctionName = functions.poolTrigger;
      const { Policy } = await call<{ readonly Policy: string }>('lambda', 'GetPolicy', { FunctionName });
      const { Statement } = JSON.parse(Policy) as { readonly Statement: readonly { readonly Sid: string }[] };
      for (const { Sid } of Statement) await call('lambda', 'RemovePermission', { FunctionName, StatementId: Sid });
      return () =>
        call('lambda', 'AddPermission', {
          FunctionName,
          StatementId: 'again',
          Action: 'lambda:InvokeFunction',
          Principal: 'cognito-idp.amazonaws.com',
          SourceArn: `arn:aws:cognito-idp:eu-west-1:${accountId}:userpool/${userPoolId}`,
          SourceAccount: accountId,
        });
    },
    lowQuota: async () => {
      const quota = (ratePerSecond: number) => ({ quotas: { SearchUsers: { ratePerSecond, burst: 5 } } });
      await put('connect/settings', quota(1));
      return () => put('connect/settings', quota(2));
    },
    pause: async () => {
      const [UUID] = await idsOf('AWS::Lambda::EventSourceMapping');
      await call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false });
      return () => call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: true });
    },
    scheduleOff: async () => {
      const [Name] = await idsOf('AWS::Scheduler::Schedule');
      const found = await call<Readonly<Record<string, unknown>>>('scheduler', 'GetSchedule', { Name });
      const { Arn, CreationDate, LastModificationDate, ...schedule } = found;
      await call('scheduler', 'UpdateSchedule', { ...schedule, State: 'DISABLED' });
      return () => call('scheduler', 'UpdateSchedule', { ...schedule, State: 'ENABLED' });
    },
    ruleOff: async () => {
      const [Name] = await idsOf('AWS::Events::Rule');
      const { EventPattern, State } = await call<Readonly<Record<string, string>>>('events', 'DescribeRule', { Name });
      await call('events', 'PutRule', { Name, EventPattern, State: 'DISABLED' });
      return () => call('events', 'PutRule', { Name, EventPattern, State });
    },
    noTarget: async () => {
      const [, Rule] = await idsOf('AWS::Events::Rule');
      const { Targets } = await call<{ readonly Targets: readonly { readonly Id: string }[] }>(
        'events',
        'ListTargetsByRule',
        { Rule },
      );
      await call('events', 'RemoveTargets', { Rule, Ids: Targets.map(({ Id }) => Id) });
      return () => call('events', 'PutTargets', { Rule, Targets });
    },
    deadLetter: async () => {
      const QueueUrl = intakeDeadLetterQueueUrl;
      await call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'dead' });
      return async () => {
        const { Messages } = await call<{ readonly Messages: readonly { readonly ReceiptHandle: string }[] }>(
          'sqs',
          'ReceiveMessage',
          { QueueUrl },
        );
        await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle });
      };
    },
    activeAlarm: async () => {
      const [name] = await idsOf('AWS::CloudWatch::Alarm');
      await put('monitoring/alarm-state', { name, state: 'ALARM' });
      return () => put('monitoring/alarm-state', { name, state: 'OK' });
    },
  };
}

/** See {@link createPlants}. */
export type Plants = ReturnType<typeof createPlants>;
