import { ignoringMissing, type Provider, pick, type Work } from '../provider.ts';

const gone = ['ResourceNotFoundException'];
const settings = ['Description', 'FlexibleTimeWindow', 'ScheduleExpression', 'State', 'Target'];
const targetMembers = ['Arn', 'RoleArn', 'Input', 'RetryPolicy'];

const put = ({ call, properties }: Work, operation: string, name: string) =>
  call<{ ScheduleArn: string }>('scheduler', operation, {
    Name: name,
    ...pick(properties, ['GroupName', ...settings]),
  });

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html */
export const scheduleProvider: Provider = {
  type: 'AWS::Scheduler::Schedule',
  models: [
    'Name',
    'GroupName',
    ...settings.filter((name) => name !== 'Target'),
    ...targetMembers.map((member) => `Target.${member}`),
  ],
  createOnly: ['GroupName'],
  nameProperty: 'Name',
  async create(work) {
    const name = (work.properties.Name as string | undefined) ?? work.name({ maxLength: 64 });
    const { ScheduleArn } = await put(work, 'CreateSchedule', name);
    return { physicalId: name, attributes: { Arn: ScheduleArn } };
  },
  async update(existing) {
    const { ScheduleArn } = await put(existing, 'UpdateSchedule', existing.physicalId);
    return { physicalId: existing.physicalId, attributes: { Arn: ScheduleArn } };
  },
  remove: ({ call, physicalId, previous }) =>
    ignoringMissing(gone, () =>
      call('scheduler', 'DeleteSchedule', { Name: physicalId, ...pick(previous, ['GroupName']) }),
    ),
};
