import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { SWEEP_INTERVAL_MINUTES, type SweepFlag, type SweepNumber } from '../../lambda/config.ts';
import { type LogMetrics, saying, withStatus } from './log-metrics.ts';
import type { SyncFunction } from './sync-function.ts';

/** What is measured. */
export interface Measured {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly intakeDeadLetterQueue: IQueue;
  readonly poolTrigger: SyncFunction;
  readonly syncWorker: SyncFunction;
}

/** Metrics of the sweep's lines. */
export interface SweepMeasures {
  /** Users whom a guard holds, at each tick of the schedule. */
  readonly held: Metric;
  /** Users whose last try failed, at each tick of the schedule. */
  readonly failing: Metric;
  /** Linked users whom Cognito changed, in a day. */
  readonly changed: Metric;
  /** Those of them whom only the sweep found. */
  readonly unannounced: Metric;
  /** Passes that ended, or have queued users and had more left for the next tick. */
  readonly passes: Metric;
}

/** How often the sweep logs the levels. */
export const TICK = Duration.minutes(SWEEP_INTERVAL_MINUTES.min);

/** Metrics that need no sweep. */
export type Measures = ReturnType<typeof takeMeasures>;

/** Reads the metrics that need no sweep. */
export function takeMeasures(metrics: LogMetrics, measured: Measured) {
  const { queue, deadLetterQueue, intakeDeadLetterQueue, poolTrigger, syncWorker } = measured;
  const atMost = { statistic: Stats.MAXIMUM };
  const period = Duration.minutes(5);
  return {
    /** From the change to the answer of Connect, milliseconds; one for each user that was written. */
    lag: metrics.read('Lag', {
      from: syncWorker,
      pattern: withStatus('written'),
      value: '$.lagMs',
      statistic: Stats.percentile(50),
      period,
    }),
    /** Tries that AWS refused because the callers of the account are too fast. */
    throttled: metrics.read('Throttled', {
      from: syncWorker,
      pattern: FilterPattern.booleanValue('$.throttled', true),
      statistic: Stats.SUM,
      period,
    }),
    /** Changes that the trigger could not send. */
    notNoted: metrics.read('NotNoted', {
      from: poolTrigger,
      pattern: saying('changeNotNoted'),
      statistic: Stats.SUM,
      period,
    }),
    /** Age of the oldest change in the queue, seconds. */
    oldest: queue.metricApproximateAgeOfOldestMessage({ period }),
    waiting: queue.metricApproximateNumberOfMessagesVisible(),
    deadLetters: deadLetterQueue.metricApproximateNumberOfMessagesVisible(atMost),
    intakeDeadLetters: intakeDeadLetterQueue.metricApproximateNumberOfMessagesVisible(atMost),
    workerErrors: syncWorker.function.metricErrors(),
  };
}

/** Reads the metrics of the sweep, which must log at level INFO. */
export function takeSweepMeasures(metrics: LogMetrics, sweep: SyncFunction): SweepMeasures {
  const number = (name: string, member: SweepNumber, statistic: string, period: Duration) =>
    metrics.read(name, {
      from: sweep,
      pattern: FilterPattern.numberValue(`$.${member}`, '>=', 0),
      value: `$.${member}`,
      statistic,
      period,
    });
  const day = Duration.days(1);
  return {
    held: number('Held', 'held', Stats.MAXIMUM, TICK),
    failing: number('Failing', 'failing', Stats.MAXIMUM, TICK),
    changed: number('Changed', 'changed', Stats.SUM, day),
    unannounced: number('Unannounced', 'unannounced', Stats.SUM, day),
    passes: metrics.read('Passes', {
      from: sweep,
      pattern: FilterPattern.any(saying('sweepFinished'), saying('sweepGoesOn')),
      otherwise: 0,
      statistic: Stats.SUM,
      period: Duration.hours(1),
    }),
  };
}

/** Whether the group that scope names is missing, 1 or 0, at each tick of the schedule. */
export function readGroupMissing(metrics: LogMetrics, sweep: SyncFunction): Metric {
  const member: SweepFlag = 'groupMissing';
  const read = (value: boolean) =>
    metrics.read('GroupMissing', {
      from: sweep,
      pattern: FilterPattern.booleanValue(`$.${member}`, value),
      value: value ? '1' : '0',
      statistic: Stats.MAXIMUM,
      period: TICK,
    });
  // A line without the member counts for neither value, so a sweep that fails does not end the alarm.
  read(false);
  return read(true);
}
