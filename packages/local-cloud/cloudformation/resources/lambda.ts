import { strToU8, zipSync } from 'fflate';
import { ignoringMissing, type Provider, pick, type Work } from '../provider.ts';
import { type Fields, isFields, isSame } from '../values.ts';

/** Error codes that say that a function or a part of it does not exist. */
export const gone = ['ResourceNotFoundException'];

/** Properties that both CreateFunction and UpdateFunctionConfiguration take. */
const settings = [
  ...['DeadLetterConfig', 'Description', 'Environment', 'EphemeralStorage', 'Handler', 'LoggingConfig', 'MemorySize'],
  ...['Role', 'Runtime', 'Timeout', 'TracingConfig'],
];

/** The code as Lambda takes it: an archive in S3, or inline source, which CloudFormation packs as `index.js`. */
const codeOf = ({ Code }: Fields): Fields => {
  const code = isFields(Code) ? Code : {};
  return typeof code.ZipFile === 'string' ? { ZipFile: zipSync({ 'index.js': strToU8(code.ZipFile) }) } : code;
};

/** Tags as Lambda takes them. */
const tagsOf = ({ Tags }: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Array.isArray(Tags) ? Tags : []).filter(isFields).map(({ Key, Value }) => [String(Key), String(Value)]),
  );

const setTags = async ({ call, properties }: Work, Resource: unknown, previous: Fields) => {
  const wanted = tagsOf(properties);
  const TagKeys = Object.keys(tagsOf(previous)).filter((key) => !Object.hasOwn(wanted, key));
  if (TagKeys.length > 0) await call('lambda', 'UntagResource', { Resource, TagKeys });
  if (!isSame(wanted, tagsOf(previous))) await call('lambda', 'TagResource', { Resource, Tags: wanted });
};

const setConcurrency = async ({ call, properties }: Work, name: string, previous?: Fields) => {
  const wanted = properties.ReservedConcurrentExecutions;
  if (wanted === previous?.ReservedConcurrentExecutions) return;
  if (wanted === undefined) await call('lambda', 'DeleteFunctionConcurrency', { FunctionName: name });
  else await call('lambda', 'PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions: wanted });
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export const functionProvider: Provider = {
  type: 'AWS::Lambda::Function',
  models: [
    'FunctionName',
    'Code.S3Bucket',
    'Code.S3Key',
    'Code.ZipFile',
    'Architectures',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Tags',
    ...settings,
  ],
  nameProperty: 'FunctionName',
  async create(work, begun) {
    const { properties } = work;
    const name = (properties.FunctionName as string | undefined) ?? work.name({ maxLength: 64 });
    const { FunctionArn } = await work.call<{ FunctionArn: string }>('lambda', 'CreateFunction', {
      FunctionName: name,
      Code: codeOf(properties),
      Tags: tagsOf(properties),
      ...pick(properties, [...settings, 'Architectures', 'PackageType']),
    });
    begun(name);
    await setConcurrency(work, name);
    return { physicalId: name, attributes: { Arn: FunctionArn } };
  },
  async update(existing) {
    const { physicalId, properties, previous, attributes } = existing;
    const isSameCode =
      isSame(properties.Code, previous.Code) && isSame(properties.Architectures, previous.Architectures);
    if (!isSameCode)
      await existing.call('lambda', 'UpdateFunctionCode', {
        FunctionName: physicalId,
        ...codeOf(properties),
        ...pick(properties, ['Architectures']),
      });
    if (!isSame(pick(properties, settings), pick(previous, settings)))
      await existing.call('lambda', 'UpdateFunctionConfiguration', {
        FunctionName: physicalId,
        // A setting that the template no longer has returns to Lambda's default.
        ...(previous.Environment === undefined ? {} : { Environment: { Variables: {} } }),
        ...(previous.Description === undefined ? {} : { Description: '' }),
        ...(previous.EphemeralStorage === undefined ? {} : { EphemeralStorage: { Size: 512 } }),
        ...(previous.TracingConfig === undefined ? {} : { TracingConfig: { Mode: 'PassThrough' } }),
        ...(previous.MemorySize === undefined ? {} : { MemorySize: 128 }),
        ...(previous.Timeout === undefined ? {} : { Timeout: 3 }),
        ...(previous.DeadLetterConfig === undefined ? {} : { DeadLetterConfig: { TargetArn: '' } }),
        ...pick(properties, settings),
      });
    await setTags(existing, attributes.Arn, previous);
    await setConcurrency(existing, physicalId, previous);
    return { physicalId, attributes };
  },
  remove: ({ call, physicalId }) =>
    ignoringMissing(gone, () => call('lambda', 'DeleteFunction', { FunctionName: physicalId })),
};

const permissionMembers = [
  'FunctionName',
  'Action',
  'Principal',
  'SourceArn',
  'SourceAccount',
  'EventSourceToken',
  'PrincipalOrgID',
];

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export const permissionProvider: Provider = {
  type: 'AWS::Lambda::Permission',
  models: ['FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount'],
  async create(work) {
    const id = work.name({ maxLength: 100 });
    await work.call('lambda', 'AddPermission', { StatementId: id, ...pick(work.properties, permissionMembers) });
    return { physicalId: id, attributes: { Id: id } };
  },
  // Every property needs a new permission, so there is nothing to change in place.
  update: async ({ physicalId, attributes }) => ({ physicalId, attributes }),
  remove: ({ call, physicalId, previous }) =>
    ignoringMissing(gone, () =>
      call('lambda', 'RemovePermission', { FunctionName: previous.FunctionName, StatementId: physicalId }),
    ),
};
