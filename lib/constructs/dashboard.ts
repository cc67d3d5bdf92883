import { Stack } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  type Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Measures, SweepMeasures } from './measures.ts';
import type { SyncFunction } from './sync-function.ts';

/** What {@link addDashboard} shows. */
export interface DashboardContent {
  readonly measures: Measures;
  readonly sweepMeasures: SweepMeasures | undefined;
  /** Held users, as far as it is known. */
  readonly held: Metric;
  /** Failing users, as far as it is known. */
  readonly failing: Metric;
  readonly functions: readonly SyncFunction[];
  readonly syncWorker: SyncFunction;
}

/** Columns of a dashboard. */
const WIDTH = 24;

/** Adds a dashboard that answers five questions, in the order in which an operator asks them. */
export function addDashboard(scope: Construct, content: DashboardContent): void {
  const { measures, sweepMeasures, held, failing, functions, syncWorker } = content;
  const { lag, oldest, waiting, deadLetters, intakeDeadLetters, throttled } = measures;
  const question = (asked: string, answer: string) => [
    new TextWidget({ markdown: `## ${asked}\n${answer}`, width: WIDTH, height: 2 }),
  ];
  const row = (...graphs: readonly (readonly [string, ...IMetric[]])[]) =>
    graphs.map(
      ([title, ...left]) =>
        new GraphWidget({ title, left, width: WIDTH / graphs.length, height: 6, leftYAxis: { min: 0 } }),
    );
  const named = (metric: Metric, label: string) => metric.with({ label });
  const lagAt = (percent: number) => lag.with({ statistic: Stats.percentile(percent), label: `p${percent}` });
  const bySweep = sweepMeasures && [
    named(sweepMeasures.changed, 'changed'),
    named(sweepMeasures.unannounced, 'found by the sweep only'),
  ];
  new Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        new TextWidget({
          markdown: `# ${Stack.of(scope).stackName}\nCognito to Amazon Connect`,
          width: WIDTH,
          height: 2,
        }),
      ],
      question('Fresh?', 'How long a change takes to reach Connect, and whether the sweep works.'),
      row(
        ['From change to Connect, ms', lagAt(50), lagAt(95)],
        ['Oldest change waiting, s', oldest],
        ...(sweepMeasures ? [['Passes of the sweep', named(sweepMeasures.passes, 'passes')] as const] : []),
      ),
      question('Stuck?', 'What does not move by itself: users who fail, what was given up, functions with errors.'),
      row(
        ['Changes waiting', waiting],
        ['Users who fail', named(failing, 'users')],
        ['Given up', deadLetters, intakeDeadLetters],
        ['Errors of functions', ...functions.map((each) => each.function.metricErrors())],
      ),
      question('Held?', 'What a person has to decide: connect-sync held.'),
      row(['Users who are held', named(held, 'users')]),
      question('Throttled?', 'Tries that AWS refused because the callers of the account are too fast.'),
      row(
        ['Throttled tries', named(throttled, 'tries')],
        ['Throttled functions', ...functions.map((each) => each.function.metricThrottles())],
      ),
      question(
        'What changed?',
        'Users whose Connect user was written, by whom they were found, and how their reconciling ended.',
      ),
      row(
        ['Users written', lag.with({ statistic: Stats.SAMPLE_COUNT, label: 'users' })],
        ...(bySweep ? [['Changed in Cognito', ...bySweep] as const] : []),
      ),
      [
        new LogQueryWidget({
          title: 'Outcomes',
          logGroupNames: [syncWorker.logGroup.logGroupName],
          queryLines: [
            'fields @timestamp, sub, status, reason, code, causes.0 as cause',
            'filter ispresent(status)',
            'sort @timestamp desc',
            'limit 50',
          ],
          width: WIDTH,
          height: 8,
        }),
      ],
    ],
  });
}
