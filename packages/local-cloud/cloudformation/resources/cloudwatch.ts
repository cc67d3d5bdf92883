import { ignoringMissing, type Provider, pick, type Work } from '../provider.ts';

const members = [
  ...['ActionsEnabled', 'AlarmActions', 'AlarmDescription', 'ComparisonOperator', 'DatapointsToAlarm', 'Dimensions'],
  ...['EvaluateLowSampleCountPercentile', 'EvaluationPeriods', 'ExtendedStatistic', 'InsufficientDataActions'],
  ...['MetricName', 'Metrics', 'Namespace', 'OKActions', 'Period', 'Statistic', 'Tags', 'Threshold'],
  ...['ThresholdMetricId', 'TreatMissingData', 'Unit'],
];

async function put({ call, cloud, properties }: Work, name: string) {
  await call('monitoring', 'PutMetricAlarm', { AlarmName: name, ...pick(properties, members) });
  return {
    physicalId: name,
    attributes: { Arn: `arn:aws:cloudwatch:${cloud.region}:${cloud.accountId}:alarm:${name}` },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export const alarmProvider: Provider = {
  type: 'AWS::CloudWatch::Alarm',
  models: ['AlarmName', ...members],
  nameProperty: 'AlarmName',
  create: (work) => put(work, (work.properties.AlarmName as string | undefined) ?? work.name({ maxLength: 255 })),
  update: (existing) => put(existing, existing.physicalId),
  remove: ({ call, physicalId }) =>
    ignoringMissing(['ResourceNotFound'], () => call('monitoring', 'DeleteAlarms', { AlarmNames: [physicalId] })),
};
