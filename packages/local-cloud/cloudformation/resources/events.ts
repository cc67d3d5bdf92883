import {
  documentOf,
  type Existing,
  ignoringMissing,
  type Provider,
  pick,
  ResourceError,
  type Work,
} from '../provider.ts';
import type { Fields } from '../values.ts';

const gone = ['ResourceNotFoundException'];
const targetMembers = [
  'Arn',
  'Id',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'SqsParameters',
  'DeadLetterConfig',
  'RetryPolicy',
];

const targetsOf = (properties: Fields) => (properties.Targets ?? []) as readonly (Fields & { readonly Id: string })[];

const busOf = (properties: Fields) => pick(properties, ['EventBusName']);

interface PutTargetsOutput {
  readonly FailedEntries?: readonly {
    readonly TargetId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

const putRule = async ({ call, properties }: Work, name: string): Promise<string> => {
  const { RuleArn } = await call<{ RuleArn: string }>('events', 'PutRule', {
    Name: name,
    ...pick(properties, ['EventBusName', 'RoleArn', 'ScheduleExpression', 'State']),
    ...(properties.EventPattern === undefined ? {} : { EventPattern: documentOf(properties.EventPattern) }),
  });
  return RuleArn;
};

const putTargets = async ({ call, properties }: Work, name: string) => {
  const Targets = targetsOf(properties);
  if (Targets.length === 0) return;
  const { FailedEntries = [] } = await call<PutTargetsOutput>('events', 'PutTargets', {
    Rule: name,
    ...busOf(properties),
    Targets,
  });
  const [failed] = FailedEntries;
  if (failed)
    throw new ResourceError(
      `Target ${failed.TargetId}: ${failed.ErrorMessage} (Service: events, Operation: PutTargets, Error: ${failed.ErrorCode})`,
      failed.ErrorCode ?? '',
      failed,
    );
};

const removeTargets = async ({ call, physicalId, previous }: Existing, ids: readonly string[]) => {
  if (ids.length > 0)
    await ignoringMissing(gone, () =>
      call('events', 'RemoveTargets', { Rule: nameOf(physicalId), ...busOf(previous), Ids: ids }),
    );
};

/** A rule of another bus than the default one has `bus|rule` as its physical id. */
const nameOf = (physicalId: string) => physicalId.split('|').at(-1) ?? physicalId;

const made = (physicalId: string, arn: string) => ({
  physicalId,
  attributes: { Arn: arn, RuleName: nameOf(physicalId) },
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export const ruleProvider: Provider = {
  type: 'AWS::Events::Rule',
  models: [
    'Name',
    'EventBusName',
    'EventPattern',
    'RoleArn',
    'ScheduleExpression',
    'State',
    ...targetMembers.map((member) => `Targets.${member}`),
  ],
  nameProperty: 'Name',
  async create(work, begun) {
    const { Name, EventBusName } = work.properties;
    const name = (Name as string | undefined) ?? work.name({ maxLength: 64 });
    const physicalId = EventBusName === undefined || EventBusName === 'default' ? name : `${EventBusName}|${name}`;
    const arn = await putRule(work, name);
    begun(physicalId);
    await putTargets(work, name);
    return made(physicalId, arn);
  },
  async update(existing) {
    const { physicalId, properties, previous } = existing;
    const arn = await putRule(existing, nameOf(physicalId));
    const kept = targetsOf(properties).map(({ Id }) => Id);
    await removeTargets(
      existing,
      targetsOf(previous)
        .map(({ Id }) => Id)
        .filter((id) => !kept.includes(id)),
    );
    await putTargets(existing, nameOf(physicalId));
    return made(physicalId, arn);
  },
  async remove(existing) {
    await removeTargets(
      existing,
      targetsOf(existing.previous).map(({ Id }) => Id),
    );
    await ignoringMissing(gone, () =>
      existing.call('events', 'DeleteRule', { Name: nameOf(existing.physicalId), ...busOf(existing.previous) }),
    );
  },
};
