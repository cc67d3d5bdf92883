import { CfnOutput, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { Configuration } from './configuration/configuration-schema.ts';
import { pickPolicy } from './configuration/policy-environment.ts';
import { ManagedUserPool } from './constructs/managed-user-pool.ts';
import { IdentitySync } from './identity-sync.ts';
import { OUTPUTS, type OutputValues } from './outputs.ts';

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
    const created = userPoolId === undefined ? new ManagedUserPool(this, 'UserPool', { removalPolicy }) : undefined;
    const userPool = created?.userPool ?? UserPool.fromUserPoolId(this, 'UserPool', userPoolId ?? '');
    const sync = new IdentitySync(this, 'IdentitySync', {
      userPool,
      connectInstanceArn,
      connectRequestsPerSecond,
      postAuthentication,
      alarmTopicArn: configuration.alarmTopicArn,
      sweepIntervalMinutes: configuration.sweepIntervalMinutes,
      chain,
      logLevel,
      logRetention: configuration.logRetentionDays,
      policy: pickPolicy(configuration),
      removalPolicy,
    });

    const outputs: OutputValues = {
      userPoolId: userPool.userPoolId,
      ...(created && { userPoolClientId: created.client.userPoolClientId }),
      connectInstanceId: sync.instance.instanceId,
      queueUrl: sync.queue.queueUrl,
      deadLetterQueueUrl: sync.deadLetterQueue.queueUrl,
      intakeDeadLetterQueueUrl: sync.intakeDeadLetterQueue.queueUrl,
      tableName: sync.table.tableName,
      poolTriggerFunctionName: sync.poolTrigger.function.functionName,
      poolTriggerFunctionArn: sync.poolTrigger.function.functionArn,
      changeIntakeFunctionName: sync.changeIntake.function.functionName,
      syncWorkerFunctionName: sync.syncWorker.function.functionName,
      ...(sync.sweep && { sweepFunctionName: sync.sweep.function.functionName }),
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, OUTPUTS[name as keyof OutputValues], { value });
  }
}
