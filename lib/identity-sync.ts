import { Annotations, type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import { type Problem, policySchema } from '../lambda/config.ts';
import { type Chain, findUnusableChain } from './configuration/chain.ts';
import { configErrorOf, settle } from './configuration/configuration-problems.ts';
import { ratesSchema } from './configuration/configuration-schema.ts';
import { type ConnectInstance, resolveConnectInstance } from './configuration/connect-instance.ts';
import { findOversizedPolicy } from './configuration/policy-environment.ts';
import { ChangeIntake } from './constructs/change-intake.ts';
import { ChangeQueue } from './constructs/change-queue.ts';
import { IntakeDeadLetterQueue } from './constructs/intake-dead-letter-queue.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { PoolTrigger } from './constructs/pool-trigger.ts';
import { StateTable } from './constructs/state-table.ts';
import { Sweep } from './constructs/sweep.ts';
import type { LoggingProps } from './constructs/sync-function.ts';
import { SYNC_WORKER_TIMEOUT, SyncWorker } from './constructs/sync-worker.ts';

/** Props of {@link IdentitySync}. */
export interface IdentitySyncProps extends LoggingProps {
  /**
   * The users who are synchronized. A `UserPool` of the same app gets our triggers; an imported one does not (CDK cannot
   * change it) and works by CloudTrail and the sweep until they are attached.
   */
  readonly userPool: IUserPool;
  /** The instance whose users are updated: same account, any Region. */
  readonly connectInstanceArn: string;
  /** Requests per second and Connect operation, all functions together; 0.01 to 100. @default 1.95 */
  readonly connectRequestsPerSecond?: number | undefined;
  /** Run after each sign-in too, for federated users. @default false */
  readonly postAuthentication?: boolean | undefined;
  /**
   * Functions (ARNs, of the stack's account and Region) that our triggers call and whose answers and errors they pass on:
   * those that had the triggers of the pool before. @default - none
   */
  readonly chain?: Chain | undefined;
  /**
   * Minutes from one pass of the sweep, which finds what no event has told of, to the next: 15 to 10,080 (a week);
   * 0 for no sweep. @default 60
   */
  readonly sweepIntervalMinutes?: number | undefined;
  /** SNS topic, of the stack's Region, that is told of alarms. @default - they show in CloudWatch only */
  readonly alarmTopicArn?: string | undefined;
  /** What may be written, and to whom. @default - the careful defaults of docs/configuration.md */
  readonly policy?: z.input<typeof policySchema> | undefined;
  /** What becomes of the table when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /** Refuse to delete the table until this is switched off. @default false */
  readonly deletionProtection?: boolean | undefined;
}

/**
 * Keeps the users of an Amazon Connect instance in step with a Cognito user pool: names and e-mail addresses, event by
 * event, within Connect's request quota.
 *
 * @throws {ConfigError} at construction, when props cannot be used, with what is wrong with each.
 */
export class IdentitySync extends Construct {
  readonly instance: ConnectInstance;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly intakeDeadLetterQueue: IQueue;
  readonly table: StateTable;
  readonly poolTrigger: PoolTrigger;
  readonly changeIntake: ChangeIntake;
  readonly syncWorker: SyncWorker;
  /** Absent where no sweep is wanted. */
  readonly sweep: Sweep | undefined;
  readonly monitoring: Monitoring;

  constructor(scope: Construct, id: string, props: IdentitySyncProps) {
    super(scope, id);
    const { userPool, logRetention, logLevel, postAuthentication, chain = {} } = props;
    const { connectRequestsPerSecond, sweepIntervalMinutes } = settle(ratesSchema, {
      connectRequestsPerSecond: props.connectRequestsPerSecond,
      sweepIntervalMinutes: props.sweepIntervalMinutes,
    });
    const policy = settle(policySchema, props.policy ?? {});
    this.instance = resolveConnectInstance(props.connectInstanceArn);
    this.refuse(findMisplaced(Stack.of(this), userPool, this.instance));
    this.refuse(findUnusableChain(chain, knownHome(Stack.of(this))));
    this.refuse(findOversizedPolicy(policy));
    if (!policy.email.requireVerified)
      Annotations.of(this).addWarningV2(
        'connect-sync:unverified-email',
        'email.requireVerified is off: whoever can set an unverified address in the user pool can receive the password reset of that Connect user.',
      );

    const logging = { logRetention, logLevel };
    const changes = new ChangeQueue(this, 'ChangeQueue', { consumerTimeout: SYNC_WORKER_TIMEOUT });
    this.queue = changes.queue;
    this.deadLetterQueue = changes.deadLetterQueue;
    this.intakeDeadLetterQueue = new IntakeDeadLetterQueue(this, 'IntakeDeadLetters');
    const { queue, intakeDeadLetterQueue: deadLetterQueue } = this;
    const table = new StateTable(this, 'State', props);
    this.table = table;
    this.poolTrigger = new PoolTrigger(this, 'PoolTrigger', { ...logging, userPool, queue, postAuthentication, chain });
    this.changeIntake = new ChangeIntake(this, 'ChangeIntake', {
      ...logging,
      userPool,
      queue,
      deadLetterQueue,
      table,
      membership: policy.scope.kind === 'group',
    });
    this.syncWorker = new SyncWorker(this, 'SyncWorker', {
      ...logging,
      userPool,
      instance: this.instance,
      changes,
      table,
      connectRequestsPerSecond,
      policy,
    });
    this.sweep =
      sweepIntervalMinutes === 0
        ? undefined
        : new Sweep(this, 'Sweep', {
            ...logging,
            userPool,
            instance: this.instance,
            queue,
            table,
            connectRequestsPerSecond,
            policy,
            sweepIntervalMinutes,
          });
    const { poolTrigger, changeIntake, syncWorker, sweep } = this;
    this.monitoring = new Monitoring(this, 'Monitoring', {
      queue,
      deadLetterQueue: changes.deadLetterQueue,
      intakeDeadLetterQueue: this.intakeDeadLetterQueue,
      poolTrigger,
      changeIntake,
      syncWorker,
      sweep,
      logLevel,
      alarmTopicArn: props.alarmTopicArn,
    });
  }

  private refuse(problems: readonly Problem[]): void {
    if (problems.length > 0) throw configErrorOf(problems);
  }
}

const known = (value: string) => !Token.isUnresolved(value);

const knownHome = ({ account, region }: Stack) => ({
  ...(known(account) && { account }),
  ...(known(region) && { region }),
});

function findMisplaced(stack: Stack, { userPoolId }: IUserPool, { account, region }: ConnectInstance) {
  const problems: { path: string; message: string }[] = [];
  if (known(account) && known(stack.account) && account !== stack.account)
    problems.push({
      path: 'connectInstanceArn',
      message: `received an instance of account ${account} (${region}); expected one of the stack's account ${stack.account}: Connect takes no calls from another account`,
    });
  const poolRegion = userPoolId.split('_')[0];
  if (known(userPoolId) && known(stack.region) && poolRegion !== stack.region)
    problems.push({
      path: 'userPool',
      message: `received ${userPoolId}, a pool in ${poolRegion}; expected one in the stack's Region ${stack.region}: set the Region of the stack to ${poolRegion}`,
    });
  return problems;
}
