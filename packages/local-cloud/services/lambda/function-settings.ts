import type { CreateFunctionRequest, FunctionConfiguration, LoggingConfig } from '@aws-sdk/client-lambda';
import { unsupported } from '../../service.ts';
import { checkRange, invalidValue } from './supported-input.ts';

/** The settings of a function, with all defaults. */
export interface FunctionSettings {
  readonly Description: string;
  readonly Runtime: 'nodejs24.x';
  readonly Role: string;
  readonly Handler: string;
  /** Seconds. */
  readonly Timeout: number;
  /** MB. Stored, not enforced. */
  readonly MemorySize: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly DeadLetterConfig: { readonly TargetArn?: string };
  readonly TracingConfig: NonNullable<FunctionConfiguration['TracingConfig']>;
  readonly EphemeralStorage: { readonly Size: number };
  readonly LoggingConfig: LoggingConfig & { readonly LogFormat: 'Text' | 'JSON'; readonly LogGroup: string };
}

/** The request members that {@link settingsFrom} reads. */
export const SETTINGS = [
  'Description Runtime Role Handler Timeout MemorySize Environment DeadLetterConfig TracingConfig',
  'EphemeralStorage LoggingConfig SnapStart',
].flatMap((names) => names.split(' '));

type Request = Partial<Omit<CreateFunctionRequest, 'Code'>>;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED = new Set(
  [
    '_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR',
  ].flatMap((names) => names.split(' ')),
);

/** The default settings of a function. */
const defaults = (name: string): FunctionSettings => ({
  Description: '',
  Runtime: 'nodejs24.x',
  Role: '',
  Handler: '',
  Timeout: 3,
  MemorySize: 128,
  Environment: { Variables: {} },
  DeadLetterConfig: {},
  TracingConfig: { Mode: 'PassThrough' },
  EphemeralStorage: { Size: 512 },
  LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
});

/**
 * Checks the settings in a request. Settings that it does not name stay as in `current`.
 *
 * @throws {AwsError} the error of AWS for invalid values, `UnsupportedOperation` for settings that are not modelled.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export function settingsFrom(name: string, request: Request, current = defaults(name)): FunctionSettings {
  checkRange('timeout', request.Timeout, 1, 900);
  checkRange('memorySize', request.MemorySize, 128, 10_240);
  if ((request.Runtime ?? 'nodejs24.x') !== 'nodejs24.x') throw unsupported(`the runtime ${request.Runtime}`);
  if ((request.SnapStart?.ApplyOn ?? 'None') !== 'None') throw unsupported('SnapStart');
  const Role = request.Role ?? current.Role;
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(Role))
    throw invalidValue(`The role ${Role} is not the ARN of an IAM role.`);
  const Handler = request.Handler ?? current.Handler;
  if (!/^\S+\.\S+$/.test(Handler)) throw invalidValue(`The handler ${Handler} is not of the form file.export.`);
  return {
    Runtime: 'nodejs24.x',
    Role,
    Handler,
    Description: request.Description ?? current.Description,
    Timeout: request.Timeout ?? current.Timeout,
    MemorySize: request.MemorySize ?? current.MemorySize,
    TracingConfig: request.TracingConfig ?? current.TracingConfig,
    EphemeralStorage: { Size: request.EphemeralStorage?.Size ?? current.EphemeralStorage.Size },
    Environment: request.Environment
      ? { Variables: variablesFrom(request.Environment.Variables) }
      : current.Environment,
    DeadLetterConfig: request.DeadLetterConfig
      ? deadLettersFrom(request.DeadLetterConfig.TargetArn)
      : current.DeadLetterConfig,
    LoggingConfig: {
      ...current.LoggingConfig,
      ...request.LoggingConfig,
      LogFormat: request.LoggingConfig?.LogFormat ?? current.LoggingConfig.LogFormat,
      LogGroup: request.LoggingConfig?.LogGroup ?? current.LoggingConfig.LogGroup,
    },
  };
}

function variablesFrom(variables: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const reserved = Object.keys(variables).filter((key) => RESERVED.has(key));
  if (reserved.length > 0) {
    throw invalidValue(
      'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
        `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (JSON.stringify(variables).length > 4_096) {
    throw invalidValue(
      'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
        'exceeded the 4KB limit.',
    );
  }
  return { ...variables };
}

function deadLettersFrom(targetArn: string | undefined): FunctionSettings['DeadLetterConfig'] {
  if (targetArn === undefined || targetArn === '') return {};
  if (!targetArn.startsWith('arn:aws:sqs:')) throw unsupported(`the dead-letter target ${targetArn} (only SQS queues)`);
  return { TargetArn: targetArn };
}
