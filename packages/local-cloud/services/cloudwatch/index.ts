import type {
  DeleteAlarmsInput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
  PutMetricAlarmInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import { AwsError, type Cloud } from '../../service.ts';

/** What is assumed because AWS does not document it, and documented facts that surprise. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'CloudWatch metrics',
    assumed:
      'There are none. An alarm has the state that a client gives it beside the API: INSUFFICIENT_DATA at first.',
    switch: 'PUT /_local/monitoring/alarm-state {name, state}',
  },
];

/** What is missing from operations that are served in part. */
export const PARTIAL: Readonly<Record<string, string>> = {
  DescribeAlarms: 'one page; metric alarms only, all or by name',
  PutMetricAlarm: 'kept and described, never evaluated',
};

const stateSchema = z.strictObject({ name: z.string(), state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']) });

/**
 * Creates CloudWatch. Alarms are described and never evaluated, because there are no metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function createCloudWatch({ clock, accountId, region }: Pick<Cloud, 'clock' | 'accountId' | 'region'>) {
  const alarms = new Map<string, { settings: PutMetricAlarmInput; state: StateValue }>();
  const describe = ({
    settings: { Tags: _, ...settings },
    state,
  }: {
    settings: PutMetricAlarmInput;
    state: StateValue;
  }) =>
    ({
      ...structuredClone(settings),
      AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${settings.AlarmName}`,
      ActionsEnabled: settings.ActionsEnabled ?? true,
      AlarmActions: settings.AlarmActions ?? [],
      StateValue: state,
      StateUpdatedTimestamp: new Date(clock.now()),
    }) satisfies MetricAlarm;
  return {
    operations: {
      PutMetricAlarm(settings: PutMetricAlarmInput): object {
        const { AlarmName = '' } = settings;
        alarms.set(AlarmName, { settings, state: alarms.get(AlarmName)?.state ?? 'INSUFFICIENT_DATA' });
        return {};
      },
      DescribeAlarms({ AlarmNames }: DescribeAlarmsInput): DescribeAlarmsOutput {
        const named = [...alarms].filter(([name]) => AlarmNames === undefined || AlarmNames.includes(name));
        return { MetricAlarms: named.map(([, alarm]) => describe(alarm)), CompositeAlarms: [] };
      },
      DeleteAlarms({ AlarmNames }: DeleteAlarmsInput): object {
        const missing = AlarmNames?.filter((name) => !alarms.has(name)) ?? [];
        if (missing.length > 0)
          throw new AwsError('ResourceNotFound', `Alarms ${missing.join(', ')} do not exist.`, 404);
        for (const name of AlarmNames ?? []) alarms.delete(name);
        return {};
      },
    },
    changes: {
      'alarm-state': (body: unknown) => {
        const { data, error } = stateSchema.safeParse(body);
        if (error !== undefined) throw new AwsError('ValidationException', z.prettifyError(error));
        const alarm = alarms.get(data.name);
        if (alarm === undefined) throw new AwsError('ResourceNotFound', `There is no alarm ${data.name}.`, 404);
        alarm.state = data.state;
        return describe(alarm);
      },
    },
  };
}
