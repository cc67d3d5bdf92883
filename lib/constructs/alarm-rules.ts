import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { type LogMetrics, withStatus } from './log-metrics.ts';
import { type Measures, readGroupMissing, type SweepMeasures, TICK } from './measures.ts';
import type { SyncFunction } from './sync-function.ts';

/** When an alarm begins, and what it says then. */
export interface AlarmRule {
  readonly metric: IMetric;
  /** The alarm begins at this value and above. */
  readonly threshold: number;
  /** The alarm begins below the threshold instead: for something that should happen and does not. @default false */
  readonly below?: boolean;
  /** Number of successive periods in which this must be so. @default 1 */
  readonly periods?: number;
  /** What a period without a number means. @default TreatMissingData.NOT_BREACHING */
  readonly missing?: TreatMissingData;
  /** What has happened, in a sentence. */
  readonly says: string;
  /** The command that shows more: one of `connect-sync`, or one of the AWS CLI. */
  readonly run: string;
  /** Heading in `docs/runbook.md`. */
  readonly section: string;
}

/** Alarms by their construct id. */
export type AlarmRules = Readonly<Record<string, AlarmRule>>;

/** The command that shows the log of a function. */
const showLog = ({ logGroup }: SyncFunction) => `aws logs tail ${logGroup.logGroupName} --since 3h`;

/** Alarms that need no sweep. */
export const basicRules = (measures: Measures, syncWorker: SyncFunction): AlarmRules => ({
  DeadLetters: {
    metric: measures.deadLetters,
    threshold: 1,
    says: 'Changes were given up and wait in the dead-letter queue.',
    run: 'connect-sync dlq',
    section: 'Messages in the dead-letter queue',
  },
  IntakeDeadLetters: {
    metric: measures.intakeDeadLetters,
    threshold: 1,
    says: 'CloudTrail records could not be read or sent.',
    run: 'connect-sync dlq',
    section: "The intake's dead-letter queue",
  },
  OldestChange: {
    metric: measures.oldest,
    threshold: 3_600,
    periods: 3,
    says: 'A change has waited for more than an hour.',
    run: 'connect-sync status',
    section: 'The queue grows',
  },
  NotNoted: {
    metric: measures.notNoted,
    threshold: 5,
    periods: 3,
    says: 'The pool trigger cannot send; changes arrive by CloudTrail or the sweep, later.',
    run: 'connect-sync trigger show',
    section: 'The trigger cannot send',
  },
  WorkerErrors: {
    metric: measures.workerErrors,
    threshold: 1,
    periods: 3,
    says: 'sync-worker keeps running out of time or memory, or does not start.',
    run: showLog(syncWorker),
    section: 'A function does not run',
  },
});

const HELD = {
  threshold: 1,
  says: 'A guard holds something until a person decides.',
  run: 'connect-sync held',
  section: 'Users are held',
};

const FAILING = {
  threshold: 1,
  run: 'connect-sync status',
  section: 'Users fail',
};

/**
 * Held and failing users as events, for a deployment whose sweep logs no levels. Such an alarm ends when there are no more
 * such lines, and not when the person has decided.
 */
export function eventRules(metrics: LogMetrics, syncWorker: SyncFunction) {
  const hour = { from: syncWorker, statistic: Stats.SUM, period: Duration.hours(1) };
  const failed = FilterPattern.any(withStatus('bug'), withStatus('call-refused'), withStatus('no-permission'));
  return {
    HeldUsers: { ...HELD, metric: metrics.read('Held', { ...hour, pattern: withStatus('held') }) },
    FailingUsers: {
      ...FAILING,
      metric: metrics.read('Failing', { ...hour, pattern: failed }),
      says: 'Reconciling a user fails, and a later try would fail too.',
    },
  } satisfies AlarmRules;
}

/**
 * Held and failing users as levels: the alarm lasts as long as there are any. A tick without levels, because a pass is
 * running or fails, changes nothing: `SweepMissing` is for that.
 */
export const levelRules = ({ held, failing, unannounced, changed }: SweepMeasures) =>
  ({
    HeldUsers: { ...HELD, metric: held, missing: TreatMissingData.IGNORE },
    FailingUsers: {
      ...FAILING,
      metric: failing,
      // Throttling, or an outage of minutes, ends by itself.
      periods: Duration.hours(1).toMinutes() / TICK.toMinutes(),
      missing: TreatMissingData.IGNORE,
      says: 'For an hour there have been users whose reconciling fails.',
    },
    OnlySweepFinds: {
      // In a day with many changes, one lost record is normal: CloudTrail does not promise delivery.
      metric: new MathExpression({
        expression: 'IF(unannounced >= changed, unannounced, 0)',
        usingMetrics: { unannounced, changed },
        period: Duration.days(1),
        label: 'changes that only the sweep found',
      }),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
      says: 'Cognito changed users within a day, and no trigger and no CloudTrail record has announced any of them.',
      run: 'connect-sync doctor',
      section: 'Only the sweep finds changes',
    },
  }) satisfies AlarmRules;

/** The alarm on a missing scope group. */
export const groupRules = (metrics: LogMetrics, sweep: SyncFunction): AlarmRules => ({
  GroupMissing: {
    metric: readGroupMissing(metrics, sweep),
    threshold: 1,
    missing: TreatMissingData.IGNORE,
    says: 'The group that scope names does not exist in the pool, so that every user is out of scope.',
    run: 'connect-sync doctor',
    section: 'The group is missing',
  },
});

/** The sweep counts as missing after this many intervals without a pass. */
const MISSED_INTERVALS = 3;

/** CloudWatch looks back a week at most, if the periods are an hour or more. */
const MOST_DAYS = 6;

/**
 * One alarm for whatever keeps the sweep from working: schedule, role, failures. None where CloudWatch cannot look back three
 * intervals.
 *
 * A pass that is missing leaves no number, and neither does the time before the deployment. The queue tells them apart: the worker
 * polls it from the first minute on, so that SQS measures it (`waiting`). Zero passes count only where the queue was measured, and
 * periods without a number leave the alarm as it is. So the alarm cannot begin before three whole intervals have passed without a
 * pass, on the first day as on any other. (AWS does not say whether FILL makes numbers for a metric that has never had one. Every
 * line of the sweep gives it one, so that this matters only where the function has never run.)
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function missingRules(
  { passes }: SweepMeasures,
  { waiting }: Measures,
  sweepIntervalMinutes: number,
): AlarmRules {
  const span = Duration.minutes(sweepIntervalMinutes * MISSED_INTERVALS);
  if (span.toDays({ integral: false }) > MOST_DAYS) return {};
  const period = sweepIntervalMinutes < 60 ? TICK : Duration.hours(1);
  return {
    SweepMissing: {
      metric: new MathExpression({
        expression: 'FILL(passes, 0) + 0 * waiting',
        usingMetrics: { passes: passes.with({ period }), waiting: waiting.with({ period }) },
        period,
        label: 'passes of the sweep',
      }),
      threshold: 1,
      below: true,
      // One more, because the first period with a number may have begun before the deployment.
      periods: Math.ceil(span.toMinutes() / period.toMinutes()) + 1,
      missing: TreatMissingData.IGNORE,
      says: 'The sweep has not worked for three intervals.',
      run: 'connect-sync status',
      section: 'The sweep fails',
    },
  };
}
