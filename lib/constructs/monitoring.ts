import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type IFilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LOG_MESSAGES, type LoggedStatus } from '../../lambda/config.ts';
import type { LoggingProps } from './logging-props.ts';
import type { SyncFunction } from './sync-function.ts';

/** Props of {@link Monitoring}. */
export interface MonitoringProps {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly intakeDeadLetterQueue: IQueue;
  readonly poolTrigger: SyncFunction;
  readonly changeIntake: SyncFunction;
  readonly syncWorker: SyncFunction;
  readonly sweep: (SyncFunction & { readonly sweepIntervalMinutes: number }) | undefined;
  /** Of the functions: metrics are read from their lines. @default 'INFO' */
  readonly logLevel?: LoggingProps['logLevel'];
  /** SNS topic that is told when an alarm goes off and when it ends. @default - alarms show in CloudWatch only */
  readonly alarmTopic?: ITopic | undefined;
}

/** An alarm, and where it is explained. */
interface Watched {
  readonly metric: IMetric;
  /** Goes off at so much. */
  readonly threshold: number;
  /** In so many periods of so many. @default once */
  readonly datapoints?: readonly [number, number];
  /** Goes off below the threshold, and where nothing is measured: something that should happen does not. */
  readonly silence?: boolean;
  /** What has happened, in a sentence. */
  readonly says: string;
  /** Heading in `docs/runbook.md`. */
  readonly section: string;
}

/** Metrics that are read from our own log lines. */
const NAMESPACE = 'CognitoConnectSync';

/** A sweep that is missed by so many intervals is missing. */
const MISSED_INTERVALS = 3;

/**
 * What tells a person that something waits for one: an alarm for each, with a section in the runbook, and a dashboard. All
 * alarms are quiet while there is nothing to do.
 */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { queue, deadLetterQueue, intakeDeadLetterQueue, poolTrigger, changeIntake, syncWorker, sweep } = props;
    const held = this.count('Held', syncWorker, withStatus('held'));
    const failed = this.count(
      'Failed',
      syncWorker,
      FilterPattern.any(withStatus('bug'), withStatus('call-refused'), withStatus('no-permission')),
    );
    const unnoted = this.count('NotNoted', poolTrigger, saying('changeNotNoted'));
    const lag = this.lag(syncWorker);
    const age = queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) });
    const dead = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });
    const deadEvents = intakeDeadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });

    const topic = props.alarmTopic;
    const watch = (name: string, watched: Watched) => {
      const { metric, threshold, datapoints: [of, all] = [1, 1], says, section, silence = false } = watched;
      const alarm = new Alarm(this, name, {
        metric,
        threshold,
        datapointsToAlarm: of,
        evaluationPeriods: all,
        comparisonOperator: silence
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
        alarmDescription: `${says} See docs/runbook.md, section "${section}".`,
      });
      if (topic !== undefined) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
      return alarm;
    };
    this.alarms = [
      watch('DeadLetters', {
        metric: dead,
        threshold: 1,
        says: 'Changes were given up and wait in the dead-letter queue.',
        section: 'Messages in the dead-letter queue',
      }),
      watch('IntakeDeadLetters', {
        metric: deadEvents,
        threshold: 1,
        says: 'CloudTrail records could not be read or sent.',
        section: "The intake's dead-letter queue",
      }),
      watch('OldestChange', {
        metric: age,
        threshold: 3_600,
        datapoints: [3, 3],
        says: 'A change has waited for more than an hour.',
        section: 'The queue grows',
      }),
      watch('HeldUsers', {
        metric: held,
        threshold: 1,
        says: 'A guard holds something until a person decides.',
        section: 'Outcomes',
      }),
      watch('NotNoted', {
        metric: unnoted,
        threshold: 5,
        datapoints: [3, 3],
        says: 'The pool trigger cannot send; changes arrive by CloudTrail or the sweep, later.',
        section: 'The trigger cannot send',
      }),
      watch('FailedUsers', {
        metric: failed,
        threshold: 1,
        says: 'Reconciling a user fails, and time will not mend it.',
        section: 'A user fails for good',
      }),
      watch('WorkerErrors', {
        metric: syncWorker.function.metricErrors(),
        threshold: 1,
        datapoints: [3, 3],
        says: 'sync-worker keeps running out of time or memory, or does not start.',
        section: 'A function does not run',
      }),
      ...(['DEBUG', 'INFO'].includes(props.logLevel ?? 'INFO') ? this.watchSweep(sweep, watch) : []),
    ];

    const functions = [poolTrigger, changeIntake, syncWorker, ...(sweep === undefined ? [] : [sweep])];
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 });
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${Stack.of(this).stackName}\nCognito to Amazon Connect.`,
            width: 24,
            height: 2,
          }),
        ],
        [
          graph('From change to Connect, ms', lag, lag.with({ statistic: 'p95' })),
          graph('Oldest change waiting, s', age),
          graph('Changes waiting', queue.metricApproximateNumberOfMessagesVisible()),
        ],
        [
          graph('Given up', dead, deadEvents),
          graph('Waiting for a person', held),
          graph('Errors', ...functions.map((each) => each.function.metricErrors())),
        ],
      ],
    });
  }

  /**
   * One alarm for whatever keeps the sweep from working: schedule, role, failures. CloudWatch looks back a week at most: none
   * where passes are more than two days apart, nor where the function does not log what the alarm reads.
   */
  private watchSweep(
    sweep: MonitoringProps['sweep'],
    watch: (name: string, watched: Watched) => Alarm,
  ): readonly Alarm[] {
    const minutes = (sweep?.sweepIntervalMinutes ?? 0) * MISSED_INTERVALS;
    const days = Math.ceil(minutes / (24 * 60));
    if (sweep === undefined || days > 6) return [];
    const period = days > 1 ? Duration.days(1) : Duration.minutes(minutes);
    const ticks = this.count('SweepTicks', sweep, FilterPattern.any(saying('sweepFinished'), saying('sweepGoesOn')));
    return [
      watch('SweepMissing', {
        // Without it CloudWatch looks further back for a number, and finds the last good one.
        metric: new MathExpression({
          expression: 'FILL(ticks, 0)',
          usingMetrics: { ticks: ticks.with({ period }) },
          period,
        }),
        threshold: 1,
        datapoints: [days, days],
        silence: true,
        says: 'The sweep has not worked for three intervals.',
        section: 'The sweep fails',
      }),
    ];
  }

  /** How many lines of a function's log match, an hour at a time. */
  private count(metricName: string, { logGroup }: SyncFunction, filterPattern: IFilterPattern): Metric {
    const filter = { logGroup, filterPattern, metricNamespace: NAMESPACE, metricName: this.nameOf(metricName) };
    new MetricFilter(this, `${metricName}Filter`, filter);
    const period = metricName === 'NotNoted' ? Duration.minutes(5) : Duration.hours(1);
    return new Metric({ namespace: NAMESPACE, metricName: filter.metricName, statistic: 'Sum', period });
  }

  /** From the change to the answer of Connect, milliseconds. */
  private lag({ logGroup }: SyncFunction): Metric {
    const metricName = this.nameOf('Lag');
    new MetricFilter(this, 'LagFilter', {
      logGroup,
      filterPattern: withStatus('written'),
      metricNamespace: NAMESPACE,
      metricName,
      metricValue: '$.lagMs',
    });
    return new Metric({ namespace: NAMESPACE, metricName, statistic: 'p50', period: Duration.minutes(5) });
  }

  /** Metrics from logs belong to nobody: two stacks in an account need names of their own. */
  private nameOf(metricName: string): string {
    return `${Stack.of(this).stackName}-${metricName}`;
  }
}

/** Lines of sync-worker about a user whose reconciling ended so. */
const withStatus = (status: LoggedStatus) => FilterPattern.stringValue('$.status', '=', status);

/** Lines with one of our messages. */
const saying = (message: keyof typeof LOG_MESSAGES) =>
  FilterPattern.stringValue('$.message', '=', LOG_MESSAGES[message]);
