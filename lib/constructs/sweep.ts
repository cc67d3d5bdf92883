import { Duration, Stack } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  type EnvironmentOf,
  type Policy,
  readsAppClients,
  SWEEP_INTERVAL_MINUTES,
  type sweepEnv,
} from '../../lambda/config.ts';
import type { ConnectInstance } from '../configuration/connect-instance.ts';
import { connectEnvironment } from '../configuration/policy-environment.ts';
import type { LoggingProps } from './logging-props.ts';
import { allowItems, type TableReference } from './state-table.ts';
import { SyncFunction } from './sync-function.ts';

/** Props of {@link Sweep}. */
export interface SweepProps extends LoggingProps {
  readonly userPool: IUserPool;
  readonly instance: ConnectInstance;
  readonly queue: IQueue;
  readonly table: TableReference;
  /** Requests per second and Connect operation, all functions together. */
  readonly connectRequestsPerSecond: number;
  readonly policy: Policy;
  /** From the beginning of one pass to that of the next. */
  readonly sweepIntervalMinutes: number;
  /** Pages of Cognito users a second. */
  readonly cognitoListsPerSecond: number;
}

/** How often the function checks whether a pass is due or unfinished. */
const TICK = Duration.minutes(SWEEP_INTERVAL_MINUTES.min);

/** Less than the time between two ticks, so that two invocations never run at the same time. */
const TIMEOUT = Duration.seconds(14 * 60 + 30);

/** Connect users and rows are held in memory at once: some hundred megabytes for a hundred thousand users. */
const MEMORY_MB = 512;

/** The function that compares both sides in lists and queues candidates, and the schedule that runs it. */
export class Sweep extends SyncFunction {
  readonly sweepIntervalMinutes: number;

  constructor(scope: Construct, id: string, props: SweepProps) {
    const { userPool, instance, queue, table, policy, ...others } = props;
    const { connectRequestsPerSecond, sweepIntervalMinutes, cognitoListsPerSecond, ...logging } = others;
    super(scope, id, {
      ...logging,
      bundle: 'sweep',
      description: 'Finds Cognito users who may differ from Amazon Connect although no event has told of it',
      timeout: TIMEOUT,
      memorySize: MEMORY_MB,
      environment: {
        QUEUE_URL: queue.queueUrl,
        TABLE_NAME: table.tableName,
        USER_POOL_ID: userPool.userPoolId,
        SWEEP_INTERVAL_MINUTES: String(sweepIntervalMinutes),
        COGNITO_LISTS_PER_SECOND: String(cognitoListsPerSecond),
        ...connectEnvironment(instance, connectRequestsPerSecond, policy),
      } satisfies EnvironmentOf<typeof sweepEnv>,
      permissions: [
        { actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'], resources: [queue.queueArn] },
        // The sweep reads every row and writes none.
        { actions: ['dynamodb:Scan'], resources: [table.tableArn] },
        allowItems(
          table,
          ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          ['deployment', 'sweep', 'caseMatch', 'rateLimit', 'exposure'],
        ),
        {
          actions: [
            'cognito-idp:ListUsers',
            'cognito-idp:DescribeUserPool',
            ...(readsAppClients(policy)
              ? ['cognito-idp:ListUserPoolClients', 'cognito-idp:DescribeUserPoolClient']
              : []),
            ...(policy.scope.kind === 'group' ? ['cognito-idp:ListUsersInGroup'] : []),
          ],
          resources: [userPool.userPoolArn],
        },
        { actions: ['connect:ListUsers'], resources: [instance.arn] },
      ],
    });
    this.sweepIntervalMinutes = sweepIntervalMinutes;
    // Lambda does not retry: the next tick continues a pass that failed.
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: TICK });
    const { account } = Stack.of(this);
    // EventBridge Scheduler sends the group, not the schedule.
    const group = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    const role = new Role(this, 'ScheduleRole', {
      // @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group } },
      }),
      description: 'Lets EventBridge Scheduler run the sweep',
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: 'Runs the sweep, which begins a pass when one is due',
      scheduleExpression: `rate(${TICK.toMinutes()} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: TICK.toSeconds() },
      },
    });
  }
}
