import type { Resource } from '../infra/stacks.ts';
import { readFilterPattern } from './filter-pattern.ts';
import type { Line } from './simulation/onlooker.ts';

/** A line as CloudWatch Logs has it. */
export interface LoggedLine {
  /** Milliseconds. */
  readonly at: number;
  readonly line: Readonly<Record<string, unknown>>;
}

/** A number that AWS itself measures. */
export interface Sample {
  readonly metric: string;
  readonly at: number;
  readonly value: number;
}

/** What an alarm sees. */
export interface Seen {
  readonly lines?: readonly LoggedLine[];
  readonly samples?: readonly Sample[];
}

/** State of an alarm; `as before` where there is too little to decide it. */
export type AlarmState = 'OK' | 'ALARM' | 'as before';

type Template = Readonly<Record<string, Resource>>;
type Series = readonly (number | undefined)[];

/**
 * Evaluates an alarm of a template at a moment, as CloudWatch does: the lines go through the metric filters of the template, their
 * values into periods that end at that moment, and the periods are compared with the threshold. Lines of all functions go through
 * every filter.
 *
 * @param name - part of the logical id of the alarm.
 * @param now - milliseconds.
 */
export function evaluateAlarm(template: Template, name: string, seen: Seen, now: number): AlarmState {
  const { Properties } = only(template, 'AWS::CloudWatch::Alarm', name);
  const { EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData } = Properties;
  if (EvaluationPeriods !== DatapointsToAlarm) throw new Error(`${name} asks for some of its periods only.`);
  const breaches = comparisonOf(ComparisonOperator, Threshold);
  const series = seriesOf(template, Properties, seen, now);
  const known = series.filter((value) => value !== undefined);
  if (known.some((value) => !breaches(value))) return 'OK';
  if (known.length === series.length) return 'ALARM';
  if (TreatMissingData === 'ignore') return 'as before';
  if (TreatMissingData === 'notBreaching') return 'OK';
  throw new Error(`Unknown: TreatMissingData ${TreatMissingData}.`);
}

function comparisonOf(operator: string, threshold: number): (value: number) => boolean {
  if (operator === 'GreaterThanOrEqualToThreshold') return (value) => value >= threshold;
  if (operator === 'LessThanThreshold') return (value) => value < threshold;
  throw new Error(`Unknown: ComparisonOperator ${operator}.`);
}

/** One value for each period that is evaluated. */
function seriesOf(template: Template, alarm: Resource['Properties'], seen: Seen, now: number): Series {
  const read = (metric: Resource['Properties'], statistic: string, periodMs: number) =>
    Array.from({ length: alarm.EvaluationPeriods }, (_, index) => {
      const until = now - index * periodMs;
      const values = valuesOf(template, metric, seen)
        .filter(({ at }) => at > until - periodMs && at <= until)
        .map(({ value }) => value);
      return aggregate(statistic, values);
    });
  if (alarm.Metrics === undefined) return read(alarm, alarm.Statistic, alarm.Period * 1_000);
  const inputs = new Map<string, Series>();
  let expression = '';
  for (const { Id, Expression, MetricStat } of alarm.Metrics) {
    if (Expression === undefined) inputs.set(Id, read(MetricStat.Metric, MetricStat.Stat, MetricStat.Period * 1_000));
    else expression = Expression;
  }
  return calculate(expression, (id) => inputs.get(id) ?? fail(`${id} in ${expression}`));
}

/** Values of a metric: those that AWS measures, and those that a filter reads from lines. */
function valuesOf(
  template: Template,
  { MetricName, Namespace }: Resource['Properties'],
  { lines = [], samples = [] }: Seen,
) {
  if (typeof MetricName === 'string') return samples.filter(({ metric }) => metric === MetricName);
  const name = JSON.stringify(MetricName);
  const filters = Object.values(template).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Logs::MetricFilter' &&
      JSON.stringify(Properties.MetricTransformations[0].MetricName) === name &&
      Properties.MetricTransformations[0].MetricNamespace === Namespace,
  );
  if (filters.length === 0) fail(`no filter writes ${name}`);
  return filters.flatMap(({ Properties }) => {
    const matches = readFilterPattern(Properties.FilterPattern);
    const [{ MetricValue }] = Properties.MetricTransformations;
    return lines
      .filter(({ line }) => matches(line))
      .map(({ at, line }) => ({
        at,
        value: Number(MetricValue.startsWith('$.') ? line[MetricValue.slice(2)] : MetricValue),
      }));
  });
}

function aggregate(statistic: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Maximum') return Math.max(...values);
  if (statistic === 'Average') return values.reduce((sum, value) => sum + value, 0) / values.length;
  return fail(`statistic ${statistic}`);
}

/** The two forms of metric math that the template has. */
function calculate(expression: string, series: (id: string) => Series): Series {
  const choice = /^IF\((\w+) >= (\w+), \1, 0\)$/.exec(expression);
  if (choice) {
    const [some, all] = [series(choice[1] ?? ''), series(choice[2] ?? '')];
    return some.map((value, index) => {
      const other = all[index];
      return value === undefined || other === undefined ? undefined : value >= other ? value : 0;
    });
  }
  const filled = /^FILL\((\w+), 0\) \+ 0 \* (\w+)$/.exec(expression);
  if (filled) {
    const [some, clock] = [series(filled[1] ?? ''), series(filled[2] ?? '')];
    return some.map((value = 0, index) => (clock[index] === undefined ? undefined : value));
  }
  return fail(`metric math ${expression}`);
}

/** The resource of this type whose logical id has this in it. */
function only(template: Template, type: string, part: string): Resource {
  const [found, ...others] = Object.entries(template).filter(([id, { Type }]) => Type === type && id.includes(part));
  if (found === undefined || others.length > 0) return fail(`${type} ${part}: found ${found ? 'several' : 'none'}`);
  return found[1];
}

function fail(what: string): never {
  throw new Error(`Unknown: ${what}.`);
}

/** Lines of a run, as CloudWatch Logs gets them. */
export const toLogged = (lines: readonly Line[]): readonly LoggedLine[] =>
  lines.map(({ at, level, message, fields }) => ({ at, line: { level: level.toUpperCase(), message, ...fields } }));
