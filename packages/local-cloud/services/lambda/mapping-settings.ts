import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import { unsupported } from '../../service.ts';
import { checkRange, invalidValue } from './supported-input.ts';

/** The settings of a mapping, with all defaults. */
export interface MappingSettings {
  readonly enabled: boolean;
  /** 1 to 10 messages. */
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  /** 2 to 1,000 invocations at the same time. */
  readonly maximumConcurrency: number | undefined;
}

/** The request members that {@link mappingSettingsFrom} reads. */
export const MAPPING_SETTINGS = [
  ...['Enabled', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'FunctionResponseTypes', 'ScalingConfig'],
];

const DEFAULTS: MappingSettings = {
  enabled: true,
  batchSize: 10,
  reportsItemFailures: false,
  maximumConcurrency: undefined,
};

/**
 * Checks the settings in a request. Settings that it does not name stay as in `current`.
 *
 * @throws {AwsError} the error of AWS for invalid values, `UnsupportedOperation` for settings that are not modelled.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 */
export function mappingSettingsFrom(
  request: Partial<CreateEventSourceMappingRequest>,
  isFifo: boolean,
  current: MappingSettings = DEFAULTS,
): MappingSettings {
  const { BatchSize, FunctionResponseTypes, ScalingConfig } = request;
  checkRange('batchSize', BatchSize, 1, 10_000);
  if (BatchSize !== undefined && BatchSize > 10) {
    if (isFifo) throw invalidValue('Batch size must be between 1 and 10 for FIFO queues.');
    throw unsupported('batches of more than 10 messages');
  }
  if ((request.MaximumBatchingWindowInSeconds ?? 0) > 0) {
    if (isFifo) throw invalidValue('Maximum batch window in seconds is not supported for FIFO queues.');
    throw unsupported('MaximumBatchingWindowInSeconds');
  }
  checkRange('scalingConfig.maximumConcurrency', ScalingConfig?.MaximumConcurrency, 2, 1_000);
  return {
    enabled: request.Enabled ?? current.enabled,
    batchSize: BatchSize ?? current.batchSize,
    reportsItemFailures: FunctionResponseTypes
      ? FunctionResponseTypes.includes('ReportBatchItemFailures')
      : current.reportsItemFailures,
    maximumConcurrency: ScalingConfig ? ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
  };
}
