import { Aws, CfnResource, Duration, RemovalPolicy, Resource, Stack, Tags } from 'aws-cdk-lib';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  type EnvironmentOf,
  POOL_TRIGGERS,
  type poolTriggerChainEnv,
  type poolTriggerEnv,
  type TriggerSlot,
} from '../../lambda/config.ts';
import { fillSlots, mayOutlive } from '../attachment.ts';
import type { Chain } from '../configuration/chain.ts';
import { STACK_ID_TAG } from '../configuration/deployment-identity.ts';
import type { LoggingProps } from './logging-props.ts';
import { SyncFunction } from './sync-function.ts';

/** Props of {@link PoolTrigger}. */
export interface PoolTriggerProps extends LoggingProps {
  readonly userPool: IUserPool;
  readonly queue: IQueue;
  /** Run after each sign-in too. @default false */
  readonly postAuthentication?: boolean | undefined;
  /** Functions that had these triggers before. @default - none */
  readonly chain?: Chain | undefined;
  /** Triggers of the pool that get the function. */
  readonly slots: readonly TriggerSlot[];
}

const PERMISSION_ID = 'Cognito';

/** Cognito waits only this long, even for a longer time-out. */
const TIMEOUT = Duration.seconds(5);

/** A person waits for this function: more processor time shortens a cold start. */
const MEMORY_MB = 512;

/**
 * The function that Cognito calls when it sends a code or confirms a user. A pool made in CDK gets it as its trigger. CDK cannot
 * change any other pool, so an operator attaches the function there. With chained functions, this function has another
 * entry point, which calls them, and its role may call no others.
 *
 * Neither the role nor the environment names the pool: the pool's own configuration names the function, and
 * CloudFormation refuses a circular dependency.
 */
export class PoolTrigger extends SyncFunction {
  constructor(scope: Construct, id: string, props: PoolTriggerProps) {
    const { userPool, queue, postAuthentication = false, chain = {}, slots, ...logging } = props;
    const chained = Object.values(chain).filter((arn) => arn !== undefined);
    super(scope, id, {
      ...logging,
      bundle: chained.length > 0 ? 'pool-trigger-chained' : 'pool-trigger',
      description: 'Notes that a Cognito user may have changed, when a user pool trigger runs',
      timeout: TIMEOUT,
      memorySize: MEMORY_MB,
      environment: {
        QUEUE_URL: queue.queueUrl,
        POST_AUTHENTICATION: String(postAuthentication),
        ...chainEnvironment(chain),
      } satisfies EnvironmentOf<typeof poolTriggerEnv>,
      permissions: [
        { actions: ['sqs:SendMessage'], resources: [queue.queueArn] },
        ...(chained.length > 0 ? [{ actions: ['lambda:InvokeFunction'], resources: [...new Set(chained)] }] : []),
      ],
    });
    this.function.addPermission(PERMISSION_ID, {
      principal: new ServicePrincipal('cognito-idp.amazonaws.com'),
      sourceArn: userPool.userPoolArn,
      sourceAccount: Stack.of(this).account,
    });
    Tags.of(this.function).add(STACK_ID_TAG, Aws.STACK_ID);
    // With a reference, the pool adds no permissions of its own: one for each trigger, without the account.
    const reference = LambdaFunction.fromFunctionAttributes(this, 'Reference', {
      functionArn: this.function.functionArn,
      skipPermissions: true,
    });
    fillSlots(userPool, reference, slots);
    if (mayOutlive(Stack.of(this), userPool)) this.outliveTheStack();
  }

  /**
   * Every sign-in fails in a pool that names a missing function, so the function stays with all that it needs to run.
   * Without its queue it notes nothing, and Cognito goes on as without a trigger.
   */
  private outliveTheStack(): void {
    const permission = this.function.permissionsNode.tryFindChild(PERMISSION_ID);
    for (const part of [this.function, this.role, this.logGroup, permission])
      if (part instanceof Resource || part instanceof CfnResource)
        part.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }
}

const chainEnvironment = (chain: Chain): Partial<EnvironmentOf<typeof poolTriggerChainEnv>> =>
  Object.fromEntries(
    Object.values(POOL_TRIGGERS).flatMap(({ setting, variable }) => {
      const arn = chain[setting];
      return arn === undefined ? [] : [[variable, arn]];
    }),
  );
