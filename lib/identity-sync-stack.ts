import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration/configuration-schema.ts';
import { pickPolicy } from './configuration/policy-environment.ts';
import { ManagedUserPool } from './constructs/managed-user-pool.ts';
import { IdentitySync } from './identity-sync.ts';

/** Props of {@link IdentitySyncStack}. */
export interface IdentitySyncStackProps extends StackProps {
  readonly configuration: Configuration;
  /** What becomes of table and created pool when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** The deployable product: {@link IdentitySync} for an existing or a new user pool, and outputs with fixed names. */
export class IdentitySyncStack extends Stack {
  constructor(scope: Construct, id: string, props: IdentitySyncStackProps) {
    const { configuration, removalPolicy, ...stackProps } = props;
    super(scope, id, {
      description: 'cognito-connect-sync: keeps Amazon Connect users in step with a Cognito user pool',
      ...stackProps,
    });
    const { userPoolId, connectInstanceArn, connectRequestsPerSecond, postAuthentication, chain, logLevel } =
      configuration;
    const { sweepIntervalMinutes } = configuration;
    const created = userPoolId === undefined ? new ManagedUserPool(this, 'UserPool', { removalPolicy }) : undefined;
    const userPool = created?.userPool ?? UserPool.fromUserPoolId(this, 'UserPool', userPoolId ?? '');
    const sync = new IdentitySync(this, 'IdentitySync', {
      userPool,
      connectInstanceArn,
      connectRequestsPerSecond,
      postAuthentication,
      alarmTopicArn: configuration.alarmTopicArn,
      sweepInterval: sweepIntervalMinutes === 0 ? null : Duration.minutes(sweepIntervalMinutes),
      chain,
      logLevel,
      logRetention: configuration.logRetentionDays,
      policy: pickPolicy(configuration),
      removalPolicy,
    });

    const outputs = {
      UserPoolId: userPool.userPoolId,
      ...(created && { UserPoolClientId: created.client.userPoolClientId }),
      ConnectInstanceId: sync.instance.instanceId,
      QueueUrl: sync.queue.queueUrl,
      DeadLetterQueueUrl: sync.deadLetterQueue.queueUrl,
      IntakeDeadLetterQueueUrl: sync.intakeDeadLetterQueue.queueUrl,
      TableName: sync.table.tableName,
      PoolTriggerFunctionName: sync.poolTrigger.function.functionName,
      PoolTriggerFunctionArn: sync.poolTrigger.function.functionArn,
      ChangeIntakeFunctionName: sync.changeIntake.function.functionName,
      SyncWorkerFunctionName: sync.syncWorker.function.functionName,
      ...(sync.sweep && { SweepFunctionName: sync.sweep.function.functionName }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
