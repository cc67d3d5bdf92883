import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type BundleName, folderOf } from '../bundling/bundle-names.ts';
import { bundledCode } from '../bundling/bundles.ts';
import type { LoggingProps } from './logging-props.ts';

/** Props of {@link SyncFunction}. */
export interface SyncFunctionProps extends LoggingProps {
  /** The code that the function runs. */
  readonly bundle: BundleName;
  readonly description: string;
  readonly timeout: Duration;
  /** Megabytes; the share of a processor grows with it. */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything the function may do, besides writing its own log. */
  readonly permissions: readonly Allowance[];
}

/** Actions that a function may use on resources. */
export interface Allowance {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Under which conditions, as IAM has them. @default always */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * One of our functions with what belongs to it: a log group with a retention time, and a role that allows what is listed
 * and nothing else. The role is complete before the function exists, so that an event source mapping never starts without
 * its permissions.
 */
export class SyncFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: SyncFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      // Outcomes that must outlive the stack are in the table.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const log = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] };
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${props.description} (role of the function)`,
      inlinePolicies: {
        function: new PolicyDocument({ statements: [...props.permissions, log].map(toStatement) }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      code: bundledCode(props.bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup: this.logGroup,
      // Powertools writes JSON lines itself; Lambda's JSON format would wrap them once more.
      loggingFormat: LoggingFormat.TEXT,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: folderOf(props.bundle),
        POWERTOOLS_LOG_LEVEL: props.logLevel ?? 'INFO',
      },
    });
  }
}

const toStatement = ({ actions, resources, conditions }: Allowance): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions }),
  });
