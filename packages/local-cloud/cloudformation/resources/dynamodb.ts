import { TemplateError } from '../errors.ts';
import { type Existing, ignoringMissing, type Made, type Provider, pick, until, type Work } from '../provider.ts';
import { type Fields, isFields, isSame } from '../values.ts';

interface Description {
  readonly TableStatus: string;
  readonly TableArn?: string;
  readonly TableId?: string;
  readonly LatestStreamArn?: string;
}

const gone = ['ResourceNotFoundException'];
const indexes = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'];
const tableMembers = ['AttributeDefinitions', 'BillingMode', 'KeySchema', 'ProvisionedThroughput', ...indexes];
const inPlace = ['TimeToLiveSpecification', 'DeletionProtectionEnabled'];

const describe = async ({ call }: Work, name: string) =>
  (await call<{ Table: Description }>('dynamodb', 'DescribeTable', { TableName: name })).Table;

const madeFrom = (work: Work, name: string, { TableArn, TableId, LatestStreamArn }: Description): Made => ({
  physicalId: name,
  attributes: {
    Arn: TableArn ?? `arn:aws:dynamodb:${work.cloud.region}:${work.cloud.accountId}:table/${name}`,
    ...(TableId === undefined ? {} : { TableId }),
    ...(LatestStreamArn === undefined ? {} : { StreamArn: LatestStreamArn }),
  },
});

const setTimeToLive = async ({ call }: Work, name: string, wanted: unknown, before: unknown) => {
  if (isSame(wanted, before)) return;
  const specification = isFields(wanted) ? wanted : { ...(before as Fields), Enabled: false };
  if (specification.Enabled === false && before === undefined) return;
  await call('dynamodb', 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: specification });
};

const create = async (work: Work, properties: Fields, begun: (physicalId: string) => void): Promise<Made> => {
  const name = (properties.TableName as string | undefined) ?? work.name({ maxLength: 255 });
  await work.call('dynamodb', 'CreateTable', { TableName: name, ...pick(properties, tableMembers) });
  begun(name);
  let description: Description | undefined;
  await until(work.cloud, `table ${name}`, async () => {
    description = await describe(work, name);
    return description.TableStatus === 'ACTIVE';
  });
  await setTimeToLive(work, name, properties.TimeToLiveSpecification, undefined);
  return madeFrom(work, name, description as Description);
};

const update = async (existing: Existing, properties: Fields, previous: Fields): Promise<Made> => {
  const changed = [...tableMembers, ...inPlace].filter((member) => !isSame(properties[member], previous[member]));
  const refused = changed.filter((member) => !inPlace.includes(member));
  if (refused.length > 0)
    throw new TemplateError(`The local cloud does not model changing ${refused.join(', ')} of a table in place`);
  await setTimeToLive(
    existing,
    existing.physicalId,
    properties.TimeToLiveSpecification,
    previous.TimeToLiveSpecification,
  );
  return { physicalId: existing.physicalId, attributes: existing.attributes };
};

const remove = async (existing: Existing, { DeletionProtectionEnabled }: Fields) => {
  const { physicalId, call, cloud } = existing;
  if (DeletionProtectionEnabled === true)
    throw new TemplateError(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  await ignoringMissing(gone, () => call('dynamodb', 'DeleteTable', { TableName: physicalId }));
  let isGone = false;
  await until(cloud, `deletion of table ${physicalId}`, async () => {
    isGone = true;
    await ignoringMissing(gone, async () => {
      await describe(existing, physicalId);
      isGone = false;
    });
    return isGone;
  });
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const tableProvider: Provider = {
  type: 'AWS::DynamoDB::Table',
  models: ['TableName', ...tableMembers, ...inPlace],
  createOnly: ['LocalSecondaryIndexes'],
  nameProperty: 'TableName',
  create: (work, begun) => create(work, work.properties, begun),
  update: (existing) => update(existing, existing.properties, existing.previous),
  remove: (existing) => remove(existing, existing.previous),
};

/** The properties of a global table with one replica, as those of a table. */
const asTable = ({ cloud }: Work, properties: Fields): Fields => {
  const [replica, ...others] = properties.Replicas as readonly Fields[];
  if (replica?.Region !== cloud.region || others.length > 0)
    throw new TemplateError(`The local cloud models global tables with one replica, in ${cloud.region}`);
  return { ...properties, ...pick(replica, ['DeletionProtectionEnabled']) };
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html */
export const globalTableProvider: Provider = {
  type: 'AWS::DynamoDB::GlobalTable',
  models: [
    ...['TableName', 'AttributeDefinitions', 'BillingMode', 'KeySchema', 'TimeToLiveSpecification'],
    ...['LocalSecondaryIndexes', 'Replicas.Region', 'Replicas.DeletionProtectionEnabled'],
    ...['IndexName', 'KeySchema', 'Projection'].map((member) => `GlobalSecondaryIndexes.${member}`),
  ],
  nameProperty: 'TableName',
  create: async (work, begun) => create(work, asTable(work, work.properties), begun),
  update: async (existing) =>
    update(existing, asTable(existing, existing.properties), asTable(existing, existing.previous)),
  remove: async (existing) => remove(existing, asTable(existing, existing.previous)),
};
