import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  FunctionConfiguration,
  GetFunctionRequest,
  ListFunctionsRequest,
  PutFunctionConcurrencyRequest,
  TagResourceRequest,
  UntagResourceRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, type Cloud, type Operations, unsupported } from '../../service.ts';
import { type CodeStore, fetchZip } from './function-code.ts';
import { bareName } from './function-name.ts';
import { SETTINGS, settingsFrom } from './function-settings.ts';
import type { FunctionRegistry, LambdaFunction } from './lambda-function.ts';
import { takePage } from './paging.ts';
import { checkRange, onlySupported } from './supported-input.ts';

/** A function as the API shows it. */
function describeFunction(deployed: LambdaFunction): FunctionConfiguration {
  const { settings, code } = deployed;
  const { Environment, DeadLetterConfig, ...plain } = settings;
  return {
    ...plain,
    FunctionName: deployed.name,
    FunctionArn: deployed.arn,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Version: '$LATEST',
    LastModified: new Date(deployed.lastModified).toISOString().replace('Z', '+0000'),
    RevisionId: deployed.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: deployed.architectures as FunctionConfiguration['Architectures'],
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    ...(Object.keys(Environment.Variables).length === 0 ? {} : { Environment }),
    ...(DeadLetterConfig.TargetArn === undefined ? {} : { DeadLetterConfig }),
  };
}

const noVersions = (publish: boolean | undefined) => {
  if (publish === true) throw unsupported('function versions (Publish)');
};

/** Operations on functions and their concurrency: create, read, list, update, delete. */
export function functionOperations(cloud: Cloud, registry: FunctionRegistry, store: CodeStore): Operations {
  return {
    async CreateFunction(input: CreateFunctionRequest) {
      onlySupported('CreateFunction', input, [
        ...SETTINGS,
        ...['FunctionName', 'Code', 'Publish', 'PackageType', 'Architectures', 'Tags'],
      ]);
      const name = bareName(cloud, input.FunctionName);
      noVersions(input.Publish);
      if ((input.PackageType ?? 'Zip') !== 'Zip') throw unsupported(`the package type ${input.PackageType}`);
      const settings = settingsFrom(name, input);
      const zip = await fetchZip(cloud, input.Code);
      if (registry.get(name) !== undefined) {
        throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
      }
      const architectures = input.Architectures ?? ['x86_64'];
      return describeFunction(
        registry.add({ name, settings, code: store.unpack(zip), architectures, tags: input.Tags ?? {} }),
      );
    },
    GetFunction(input: GetFunctionRequest) {
      const deployed = registry.find(input.FunctionName, input.Qualifier);
      const { reservedConcurrency: ReservedConcurrentExecutions, tags } = deployed;
      return {
        Configuration: describeFunction(deployed),
        Code: { RepositoryType: 'S3' },
        ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
        ...(ReservedConcurrentExecutions === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions } }),
      };
    },
    GetFunctionConfiguration: (input: GetFunctionRequest) =>
      describeFunction(registry.find(input.FunctionName, input.Qualifier)),
    ListFunctions(input: ListFunctionsRequest) {
      onlySupported('ListFunctions', input, ['Marker', 'MaxItems']);
      const { page, next } = takePage(registry.all(), input, 50);
      return { Functions: page.map(describeFunction), ...next };
    },
    async UpdateFunctionCode(input: UpdateFunctionCodeRequest) {
      onlySupported('UpdateFunctionCode', input, [
        ...['FunctionName', 'ZipFile', 'S3Bucket', 'S3Key', 'Publish', 'Architectures'],
      ]);
      noVersions(input.Publish);
      const deployed = registry.find(input.FunctionName);
      const { ZipFile, S3Bucket, S3Key } = input;
      const code = store.unpack(await fetchZip(cloud, { ZipFile, S3Bucket, S3Key }));
      registry.update(deployed, { code, architectures: input.Architectures ?? deployed.architectures });
      return describeFunction(deployed);
    },
    UpdateFunctionConfiguration(input: UpdateFunctionConfigurationRequest) {
      onlySupported('UpdateFunctionConfiguration', input, [...SETTINGS, 'FunctionName']);
      const deployed = registry.find(input.FunctionName);
      registry.update(deployed, { settings: settingsFrom(deployed.name, input, deployed.settings) });
      return describeFunction(deployed);
    },
    DeleteFunction(input: DeleteFunctionRequest) {
      registry.remove(registry.find(input.FunctionName, input.Qualifier));
      return {};
    },
    TagResource({ Resource, Tags }: TagResourceRequest) {
      const deployed = registry.find(Resource);
      deployed.tags = { ...deployed.tags, ...Tags };
      return {};
    },
    UntagResource({ Resource, TagKeys = [] }: UntagResourceRequest) {
      const deployed = registry.find(Resource);
      deployed.tags = Object.fromEntries(Object.entries(deployed.tags).filter(([key]) => !TagKeys.includes(key)));
      return {};
    },
    PutFunctionConcurrency(input: PutFunctionConcurrencyRequest) {
      const deployed = registry.find(input.FunctionName);
      checkRange('reservedConcurrentExecutions', input.ReservedConcurrentExecutions, 0, 1_000);
      deployed.reservedConcurrency = input.ReservedConcurrentExecutions;
      registry.wake(deployed);
      return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
    },
    DeleteFunctionConcurrency(input: DeleteFunctionRequest) {
      const deployed = registry.find(input.FunctionName);
      deployed.reservedConcurrency = undefined;
      registry.wake(deployed);
      return {};
    },
  };
}
