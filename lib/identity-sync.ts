import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { checkProps } from './check-props.ts';
import { CONNECT_REGIONS } from './configuration/regions.ts';
import { ChangeIntake } from './constructs/change-intake.ts';
import { ChangeQueue } from './constructs/change-queue.ts';
import { IntakeDeadLetterQueue } from './constructs/intake-dead-letter-queue.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { PoolTrigger } from './constructs/pool-trigger.ts';
import { StateTable } from './constructs/state-table.ts';
import { Sweep } from './constructs/sweep.ts';
import { SYNC_WORKER_TIMEOUT, SyncWorker } from './constructs/sync-worker.ts';
import type { IdentitySyncProps } from './identity-sync-props.ts';

/**
 * Keeps the users of an Amazon Connect instance in step with a Cognito user pool: names and e-mail addresses, event by
 * event, within Connect's request quota.
 *
 * @throws {ConfigError} at construction, when props cannot be used, with what is wrong with each.
 */
export class IdentitySync extends Construct {
  /** Id of the Connect instance whose users are updated. */
  readonly connectInstanceId: string;
  /** FIFO queue of changes: who may have changed. */
  readonly queue: IQueue;
  /** Changes that were given up. */
  readonly deadLetterQueue: IQueue;
  /** CloudTrail records that could not be read or sent. */
  readonly intakeDeadLetterQueue: IQueue;
  /** Links, holds and outcomes. */
  readonly table: ITable | TableV2;
  /** Called by Cognito. */
  readonly poolTriggerFunction: IFunction;
  /** Called by EventBridge with the records of CloudTrail. */
  readonly changeIntakeFunction: IFunction;
  /** Reads the queue and writes to Connect. */
  readonly syncWorkerFunction: IFunction;
  /** Compares both sides on a schedule. Absent where no sweep is wanted. */
  readonly sweepFunction: IFunction | undefined;
  /** Role of the function that Cognito calls: send to the queue. */
  readonly poolTriggerRole: IRole;
  /** Role of the function that reads the records of CloudTrail: send to both queues, read a row. */
  readonly changeIntakeRole: IRole;
  /** Role of the function that reconciles users: read the pool, read and write the table, update users of Connect. */
  readonly syncWorkerRole: IRole;
  /** Role of the function that compares both sides. Absent where no sweep is wanted. */
  readonly sweepRole: IRole | undefined;
  /** One for each thing that waits for a person. */
  readonly alarms: IAlarm[];

  constructor(scope: Construct, id: string, props: IdentitySyncProps) {
    super(scope, id);
    const { userPool, logRetention, logLevel, postAuthentication } = props;
    const checked = checkProps(Stack.of(this), props);
    const { instance, policy, chain, attachment } = checked;
    const { connectRequestsPerSecond, sweepIntervalMinutes, cognitoListsPerSecond } = checked;
    if (attachment.note !== undefined)
      Annotations.of(this).addInfoV2('connect-sync:no-triggers', `${this.node.path}: ${attachment.note}.`);
    this.connectInstanceId = instance.instanceId;
    if (!Token.isUnresolved(instance.region) && !CONNECT_REGIONS.includes(instance.region))
      Annotations.of(this).addWarningV2(
        'connect-sync:connect-region',
        `connectInstanceArn: AWS lists no Amazon Connect in ${instance.region}. Correct the ARN: its Region is that of the instance, which may differ from that of the pool. Listed: ${CONNECT_REGIONS.join(', ')}. If AWS has added ${instance.region} since, acknowledge this warning.`,
      );
    if (!policy.email.requireVerified)
      Annotations.of(this).addWarningV2(
        'connect-sync:unverified-email',
        'email.requireVerified is off: a person who can set an unverified address in the user pool can receive the password reset of that Connect user.',
      );

    const logging = { logRetention, logLevel };
    const changes = new ChangeQueue(this, 'ChangeQueue', { consumerTimeout: SYNC_WORKER_TIMEOUT });
    this.queue = changes.queue;
    this.deadLetterQueue = changes.deadLetterQueue;
    this.intakeDeadLetterQueue = new IntakeDeadLetterQueue(this, 'IntakeDeadLetters');
    const { queue, intakeDeadLetterQueue: deadLetterQueue } = this;
    const table = props.table ?? new StateTable(this, 'State', props);
    this.table = table;
    const poolTrigger = new PoolTrigger(this, 'PoolTrigger', {
      ...logging,
      userPool,
      queue,
      postAuthentication,
      chain,
      slots: attachment.slots,
    });
    const changeIntake = new ChangeIntake(this, 'ChangeIntake', {
      ...logging,
      userPool,
      queue,
      deadLetterQueue,
      table,
      membership: policy.scope.kind === 'group',
    });
    const syncWorker = new SyncWorker(this, 'SyncWorker', {
      ...logging,
      userPool,
      instance,
      changes,
      table,
      connectRequestsPerSecond,
      policy,
    });
    const sweep =
      sweepIntervalMinutes === 0
        ? undefined
        : new Sweep(this, 'Sweep', {
            ...logging,
            userPool,
            instance,
            queue,
            table,
            connectRequestsPerSecond,
            policy,
            sweepIntervalMinutes,
            cognitoListsPerSecond,
          });
    this.poolTriggerFunction = poolTrigger.function;
    this.changeIntakeFunction = changeIntake.function;
    this.syncWorkerFunction = syncWorker.function;
    this.sweepFunction = sweep?.function;
    this.poolTriggerRole = poolTrigger.role;
    this.changeIntakeRole = changeIntake.role;
    this.syncWorkerRole = syncWorker.role;
    this.sweepRole = sweep?.role;
    const monitoring = new Monitoring(this, 'Monitoring', {
      queue,
      deadLetterQueue: changes.deadLetterQueue,
      intakeDeadLetterQueue: this.intakeDeadLetterQueue,
      poolTrigger,
      changeIntake,
      syncWorker,
      sweep,
      logLevel,
      scopeIsGroup: policy.scope.kind === 'group',
      alarmTopic: props.alarmTopic,
      alarmEmail: props.alarmEmail,
    });
    this.alarms = [...monitoring.alarms];
  }
}
