import { CfnOutput, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import packageJson from '../package.json' with { type: 'json' };
import type { Configuration } from './configuration/configuration-schema.ts';
import { STACK_DESCRIPTION } from './configuration/deployment-identity.ts';
import { pickPolicy } from './configuration/policy-environment.ts';
import { ManagedUserPool } from './constructs/managed-user-pool.ts';
import { IdentitySync } from './identity-sync.ts';
import { OUTPUTS, type OutputValues } from './outputs.ts';

/** Props of {@link IdentitySyncStack}. */
export interface IdentitySyncStackProps extends StackProps {
  readonly configuration: Configuration;
  /** What happens to table and pool when the stack is deleted. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** The deployable product: {@link IdentitySync} for an existing or a new user pool, and outputs with fixed names. */
export class IdentitySyncStack extends Stack {
  constructor(scope: Construct, id: string, props: IdentitySyncStackProps) {
    const { configuration, removalPolicy, ...stackProps } = props;
    super(scope, id, {
      description: STACK_DESCRIPTION,
      ...stackProps,
    });
    const { userPoolId, connectInstanceArn, connectRequestsPerSecond, postAuthentication, logLevel } = configuration;
    const { alarmTopicArn } = configuration;
    const chain = Object.entries(configuration.chain).flatMap(([trigger, arn]) =>
      arn === undefined ? [] : [[trigger, LambdaFunction.fromFunctionArn(this, `Chained-${trigger}`, arn)]],
    );
    const created = userPoolId === undefined ? new ManagedUserPool(this, 'UserPool', { removalPolicy }) : undefined;
    const userPool = created?.userPool ?? UserPool.fromUserPoolId(this, 'UserPool', userPoolId ?? '');
    const { existingTableName } = configuration;
    const sync = new IdentitySync(this, 'IdentitySync', {
      userPool,
      connectInstanceArn,
      connectRequestsPerSecond,
      postAuthentication,
      alarmTopic: alarmTopicArn === undefined ? undefined : Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn),
      alarmEmail: configuration.alarmEmail,
      sweepIntervalMinutes: configuration.sweepIntervalMinutes,
      cognitoListsPerSecond: configuration.cognitoListsPerSecond,
      chain: Object.fromEntries(chain),
      logLevel,
      logRetention: configuration.logRetentionDays,
      policy: pickPolicy(configuration),
      ...(existingTableName !== undefined && { table: TableV2.fromTableName(this, 'Table', existingTableName) }),
      removalPolicy,
    });

    const outputs: OutputValues = {
      userPoolId: userPool.userPoolId,
      ...(created && { userPoolClientId: created.client.userPoolClientId }),
      connectInstanceId: sync.connectInstanceId,
      queueUrl: sync.queue.queueUrl,
      deadLetterQueueUrl: sync.deadLetterQueue.queueUrl,
      intakeDeadLetterQueueUrl: sync.intakeDeadLetterQueue.queueUrl,
      tableName: sync.table.tableName,
      poolTriggerFunctionName: sync.poolTriggerFunction.functionName,
      poolTriggerFunctionArn: sync.poolTriggerFunction.functionArn,
      changeIntakeFunctionName: sync.changeIntakeFunction.functionName,
      syncWorkerFunctionName: sync.syncWorkerFunction.functionName,
      version: packageJson.version,
      ...(sync.sweepFunction && { sweepFunctionName: sync.sweepFunction.functionName }),
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, OUTPUTS[name as keyof OutputValues], { value });
  }
}
