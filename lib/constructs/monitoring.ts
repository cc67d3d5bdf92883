import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmRule, basicRules, eventRules, groupRules, levelRules, missingRules } from './alarm-rules.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { addDashboard } from './dashboard.ts';
import { LogMetrics } from './log-metrics.ts';
import type { LoggingProps } from './logging-props.ts';
import { type Measured, takeMeasures, takeSweepMeasures } from './measures.ts';
import type { SyncFunction } from './sync-function.ts';

/** Props of {@link Monitoring}. */
export interface MonitoringProps extends Measured {
  readonly changeIntake: SyncFunction;
  readonly sweep: (SyncFunction & { readonly sweepIntervalMinutes: number }) | undefined;
  /** Only members of a group are synchronized. */
  readonly scopeIsGroup: boolean;
  /** Of the functions: metrics are read from their lines. @default 'INFO' */
  readonly logLevel?: LoggingProps['logLevel'];
  /** SNS topic that is told when an alarm begins and when it ends. @default - alarms show in CloudWatch only */
  readonly alarmTopic?: ITopic | undefined;
  /** Address that is told as well. @default - none */
  readonly alarmEmail?: string | undefined;
}

/**
 * Alarms, each with a command and a section in the runbook, and a dashboard. No alarm is active while a person has nothing
 * to do.
 */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[];

  /** @param owner - the construct that is watched: names of metrics begin with its path. */
  constructor(owner: Construct, id: string, props: MonitoringProps) {
    super(owner, id);
    const { poolTrigger, changeIntake, syncWorker, sweep, alarmEmail } = props;
    const metrics = new LogMetrics(this, 'Metrics', owner);
    const measures = takeMeasures(metrics, props);
    const tells = ['DEBUG', 'INFO'].includes(props.logLevel ?? 'INFO');
    const levels = sweep && tells ? { ...takeSweepMeasures(metrics, sweep), sweep } : undefined;
    const users = levels ? levelRules(levels) : eventRules(metrics, syncWorker);
    const rules = {
      ...basicRules(measures, syncWorker),
      ...users,
      ...(levels && props.scopeIsGroup && groupRules(metrics, levels.sweep)),
      ...(levels && missingRules(levels, measures, levels.sweep.sweepIntervalMinutes)),
    };
    const topics = [
      ...(props.alarmTopic ? [props.alarmTopic] : []),
      ...(alarmEmail === undefined ? [] : [new AlarmTopic(this, 'Topic', { email: alarmEmail })]),
    ].map((topic) => new SnsAction(topic));
    this.alarms = Object.entries(rules).map(([name, rule]) => {
      const alarm = createAlarm(this, name, rule);
      alarm.addAlarmAction(...topics);
      alarm.addOkAction(...topics);
      return alarm;
    });
    addDashboard(this, {
      measures,
      sweepMeasures: levels,
      held: users.HeldUsers.metric,
      failing: users.FailingUsers.metric,
      functions: [poolTrigger, changeIntake, syncWorker, ...(sweep === undefined ? [] : [sweep])],
      syncWorker,
    });
  }
}

function createAlarm(scope: Construct, id: string, rule: AlarmRule): Alarm {
  const { metric, threshold, below = false, periods = 1, missing = TreatMissingData.NOT_BREACHING } = rule;
  const { says, run, section } = rule;
  const command = run.startsWith('connect-sync ') ? `npx ${run} --stack ${Aws.STACK_NAME}` : run;
  return new Alarm(scope, id, {
    metric,
    threshold,
    datapointsToAlarm: periods,
    evaluationPeriods: periods,
    comparisonOperator: below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: missing,
    alarmDescription: `${says} Run: ${command} (then docs/runbook.md, section "${section}").`,
  });
}
