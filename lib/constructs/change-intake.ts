import { Duration } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { changeIntakeEnv, EnvironmentOf } from '../../lambda/config.ts';
import { adminCallPattern, pageEventPattern, selfServiceCallPattern } from '../event-patterns.ts';
import type { LoggingProps } from './logging-props.ts';
import { allowItems, type TableReference } from './state-table.ts';
import { SyncFunction } from './sync-function.ts';

/** Props of {@link ChangeIntake}. */
export interface ChangeIntakeProps extends LoggingProps {
  readonly userPool: IUserPool;
  readonly queue: IQueue;
  /** Standard queue for records that were not read or sent. */
  readonly deadLetterQueue: IQueue;
  readonly table: TableReference;
  /** Notice who joins or leaves a group, too. */
  readonly membership: boolean;
}

/** Longer than its calls may take together: Lambda puts the whole event of a function that is killed into the queue. */
const TIMEOUT = Duration.seconds(30);

/** No person waits for this function, and it computes little. */
const MEMORY_MB = 256;

/** EventBridge's own limits: it tries for a day before it gives a record to the dead-letter queue. */
const TARGET_RETRY = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** Lambda's limits for an asynchronous call that fails: two more attempts within six hours. */
const FUNCTION_RETRY = { maxEventAge: Duration.hours(6), retryAttempts: 2 };

/**
 * The function that turns CloudTrail's records of Cognito calls into changes, and the three rules that hand them over.
 * Needs a trail with write management events in the account and Region; without one EventBridge sees none of them.
 */
export class ChangeIntake extends SyncFunction {
  constructor(scope: Construct, id: string, props: ChangeIntakeProps) {
    const { userPool, queue, deadLetterQueue, table, membership, ...logging } = props;
    super(scope, id, {
      ...logging,
      bundle: 'change-intake',
      description: 'Notes that a Cognito user may have changed, when CloudTrail tells of a call',
      timeout: TIMEOUT,
      memorySize: MEMORY_MB,
      environment: {
        QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
        TABLE_NAME: table.tableName,
        USER_POOL_ID: userPool.userPoolId,
      } satisfies EnvironmentOf<typeof changeIntakeEnv>,
      permissions: [
        // The second queue: the function puts there what it cannot read or send, and Lambda the event of a call that failed.
        { actions: ['sqs:SendMessage'], resources: [queue.queueArn, deadLetterQueue.queueArn] },
        allowItems(table, ['dynamodb:GetItem'], ['user']),
      ],
    });
    this.function.configureAsyncInvoke({
      ...FUNCTION_RETRY,
      // SqsDestination would allow the role more than it needs.
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    });
    const target = new LambdaTarget(this.function, { ...TARGET_RETRY, deadLetterQueue });
    new Rule(this, 'AdminCalls', {
      description: 'Calls of an administrator that change a user of the pool',
      eventPattern: adminCallPattern(userPool.userPoolId, { membership }),
      targets: [target],
    });
    new Rule(this, 'SelfServiceCalls', {
      description: 'Calls of users who change themselves; the records do not say in which pool',
      eventPattern: selfServiceCallPattern(),
      targets: [target],
    });
    const pages = new Rule(this, 'PageEvents', {
      description: 'Pages on which users confirm by link; the records may be of reads',
      eventPattern: pageEventPattern(),
      targets: [target],
    });
    // A Rule can only be on or off.
    if (pages.node.defaultChild instanceof CfnRule)
      pages.node.defaultChild.state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  }
}
