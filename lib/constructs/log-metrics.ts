import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, type JsonPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LOG_MESSAGES, type LoggedStatus } from '../../lambda/config.ts';
import type { SyncFunction } from './sync-function.ts';

/** Namespace of the metrics that are read from log lines. */
const NAMESPACE = 'CognitoConnectSync';

/** How a metric is read from the lines of a function. */
interface Reading {
  readonly from: SyncFunction;
  readonly pattern: IFilterPattern;
  /** What a matching line counts: a number, or a member of the line such as `$.held`. @default '1' */
  readonly value?: string;
  /** What the log of the function counts while no line matches. @default - nothing */
  readonly otherwise?: number;
  readonly statistic: string;
  readonly period: Duration;
}

/**
 * Metrics that are read from the log lines of the functions. CloudWatch keeps them by account and Region, so the name of each
 * begins with the name of the stack and the path of the construct that it belongs to: no two deployments share one.
 */
export class LogMetrics extends Construct {
  readonly #prefix: string;

  /** @param owner - whose path the names begin with. */
  constructor(scope: Construct, id: string, owner: Construct) {
    super(scope, id);
    const path = owner.node.path.slice(Stack.of(owner).node.path.length + 1);
    // The name of a metric that a filter writes cannot have these characters.
    // @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
    // The stack name is a reference, because a template that is deployed without the CDK gets it only then.
    this.#prefix = `${Aws.STACK_NAME}/${path.replaceAll(/[:*$]/g, '-')}`;
  }

  /** A metric of this name. A second reading of the same name adds to it. */
  read(name: string, { from, pattern, value = '1', otherwise, statistic, period }: Reading): Metric {
    const metricName = `${this.#prefix}/${name}`;
    new MetricFilter(this, this.node.tryFindChild(name) === undefined ? name : `${name}Also`, {
      logGroup: from.logGroup,
      filterPattern: pattern,
      metricNamespace: NAMESPACE,
      metricName,
      metricValue: value,
      ...(otherwise !== undefined && { defaultValue: otherwise }),
    });
    return new Metric({ namespace: NAMESPACE, metricName, statistic, period });
  }
}

/** Lines of sync-worker with this status. */
export const withStatus = (status: LoggedStatus): JsonPattern => FilterPattern.stringValue('$.status', '=', status);

/** Lines with one of our messages. */
export const saying = (message: keyof typeof LOG_MESSAGES): JsonPattern =>
  FilterPattern.stringValue('$.message', '=', LOG_MESSAGES[message]);
