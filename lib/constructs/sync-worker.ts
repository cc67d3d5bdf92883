import { Duration, Token, Validations } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { type EnvironmentOf, type Policy, readsAppClients, type syncWorkerEnv } from '../../lambda/config.ts';
import type { ConnectInstance } from '../configuration/connect-instance.ts';
import { connectEnvironment } from '../configuration/policy-environment.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { LoggingProps } from './logging-props.ts';
import { allowItems, type TableReference } from './state-table.ts';
import { SyncFunction } from './sync-function.ts';

/** Props of {@link SyncWorker}. */
export interface SyncWorkerProps extends LoggingProps {
  readonly userPool: IUserPool;
  readonly instance: ConnectInstance;
  readonly changes: ChangeQueue;
  readonly table: TableReference;
  /** Requests per second and Connect operation, all workers together. */
  readonly connectRequestsPerSecond: number;
  readonly policy: Policy;
}

/** Time-out of the worker; the queue's visibility timeout follows from it. */
export const SYNC_WORKER_TIMEOUT = Duration.seconds(30);

/** It mostly waits for Connect, which allows 2 requests a second. A faster processor would not help. */
const MEMORY_MB = 256;

/** Most messages that a FIFO queue hands over at once. */
const BATCH_SIZE = 10;

/** The smallest limit that Lambda accepts. The quota of Connect does not keep even one invocation busy. */
const MAX_CONCURRENCY = 2;

/** The function that brings Connect users to the identity that Cognito holds, and its connection to the queue. */
export class SyncWorker extends SyncFunction {
  constructor(scope: Construct, id: string, props: SyncWorkerProps) {
    const { userPool, instance, changes, table, connectRequestsPerSecond, policy, ...logging } = props;
    const { queue, deadLetterQueue } = changes;
    const agents = `${instance.arn}/agent/*`;
    const asksForType = policy.identityManagementType === undefined;
    super(scope, id, {
      ...logging,
      bundle: 'sync-worker',
      description: 'Brings Amazon Connect users to the identity that Cognito holds',
      timeout: SYNC_WORKER_TIMEOUT,
      memorySize: MEMORY_MB,
      environment: {
        QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
        TABLE_NAME: table.tableName,
        USER_POOL_ID: userPool.userPoolId,
        ...connectEnvironment(instance, connectRequestsPerSecond, policy),
      } satisfies EnvironmentOf<typeof syncWorkerEnv>,
      permissions: [
        {
          actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
          resources: [queue.queueArn],
        },
        { actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] },
        allowItems(
          table,
          ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          ['deployment', 'user', 'claim', 'emailBudget', 'rateLimit', 'exposure'],
        ),
        allowItems(table, ['dynamodb:PutItem'], ['claim']),
        allowItems(table, ['dynamodb:GetItem'], ['caseMatch']),
        {
          actions: [
            'cognito-idp:AdminGetUser',
            'cognito-idp:ListUsers',
            'cognito-idp:DescribeUserPool',
            ...(readsAppClients(policy)
              ? ['cognito-idp:ListUserPoolClients', 'cognito-idp:DescribeUserPoolClient']
              : []),
            ...(policy.scope.kind === 'group' ? ['cognito-idp:AdminListGroupsForUser'] : []),
          ],
          resources: [userPool.userPoolArn],
        },
        {
          actions: [
            ...(asksForType ? ['connect:DescribeInstance'] : []),
            'connect:SearchUsers',
            'connect:ListSecurityProfiles',
          ],
          resources: [instance.arn],
        },
        { actions: ['connect:DescribeUser', 'connect:UpdateUserIdentityInfo'], resources: [agents] },
        // Goes with connect:DescribeInstance, which a configured type makes needless. It knows no resource but `*`.
        // @see https://docs.aws.amazon.com/connect/latest/adminguide/security-iam-amazon-connect-permissions.html
        ...(asksForType ? [{ actions: ['ds:DescribeDirectories'], resources: ['*'] }] : []),
      ],
    });
    Validations.of(this.role).acknowledge({
      // An acknowledgement is named at synthesis, when an ARN that CloudFormation makes is not known yet.
      id: Token.isUnresolved(agents) ? 'AwsSolutions-IAM5' : `AwsSolutions-IAM5[Resource::${agents}]`,
      reason: 'Users of the one instance: the narrowest resource that these two actions know without naming each user.',
    });
    if (asksForType)
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'Amazon Connect looks at the directories of the account when it describes an instance, and ds:DescribeDirectories can be granted on * only. A configured identityManagementType takes it away.',
      });
    this.function.addEventSourceMapping('Changes', {
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      maxConcurrency: MAX_CONCURRENCY,
    });
  }
}
