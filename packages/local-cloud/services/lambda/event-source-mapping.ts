import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Caller, Cloud } from '../../service.ts';
import { DEFAULT_CONCURRENCY, type FunctionRegistry, type LambdaFunction } from './lambda-function.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { processBatch } from './process-batch.ts';
import { pollQueue, type QueuePoller } from './queue-poller.ts';

/** A mapping from a queue to a function. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  /** The visibility timeout of the queue at creation, milliseconds. */
  readonly visibilityMs: number;
  readonly tags: Readonly<Record<string, string>>;
  functionName: string;
  functionArn: string;
  settings: MappingSettings;
  lastModified: number;
  lastProcessingResult: string;
  poller: QueuePoller | undefined;
}

/** The caller that reads the queue: the function's role. */
export const pollingRole = ({ settings, name }: LambdaFunction): Caller => ({
  kind: 'role',
  roleArn: settings.Role,
  functionName: name,
});

/** Starts or stops polling as the settings say. It must also be called when the function has changed. */
export function applySettings(cloud: Cloud, registry: FunctionRegistry, mapping: EventSourceMapping): void {
  const deployed = registry.get(mapping.functionName);
  if (!mapping.settings.enabled || deployed === undefined) stopPolling(mapping);
  else mapping.poller ??= startPolling(cloud, registry, mapping, deployed);
}

/** Ends polling. Batches in work are finished. */
export function stopPolling(mapping: EventSourceMapping): void {
  mapping.poller?.stop();
  mapping.poller = undefined;
}

function startPolling(
  cloud: Cloud,
  registry: FunctionRegistry,
  mapping: EventSourceMapping,
  deployed: LambdaFunction,
): QueuePoller {
  const { queueUrl, queueArn, visibilityMs } = mapping;
  const caller = pollingRole(deployed);
  const poller = pollQueue(cloud, {
    queueUrl,
    caller,
    batchSize: () => mapping.settings.batchSize,
    maximumConcurrency: () => mapping.settings.maximumConcurrency ?? DEFAULT_CONCURRENCY,
    async process(messages) {
      const { reportsItemFailures } = mapping.settings;
      const isActive = () => mapping.poller === poller && registry.get(deployed.name) === deployed;
      const options = { queueArn, queueUrl, visibilityMs, reportsItemFailures, caller, isActive };
      try {
        mapping.lastProcessingResult = await processBatch(cloud, deployed, messages, options);
      } catch (error) {
        mapping.lastProcessingResult = `PROBLEM: ${error instanceof Error ? error.message : error}`;
      }
      if (mapping.lastProcessingResult !== 'OK') deployed.log.append(`${mapping.uuid} ${mapping.lastProcessingResult}`);
    },
    onProblem(error) {
      mapping.lastProcessingResult = `PROBLEM: ${error instanceof Error ? error.message : error}`;
    },
  });
  return poller;
}

/** A mapping as the API shows it. */
export function describeMapping(
  cloud: Cloud,
  mapping: EventSourceMapping,
  state: string = mapping.settings.enabled ? 'Enabled' : 'Disabled',
): EventSourceMappingConfiguration {
  const { uuid, settings } = mapping;
  const { maximumConcurrency } = settings;
  return {
    UUID: uuid,
    EventSourceMappingArn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:event-source-mapping:${uuid}`,
    EventSourceArn: mapping.queueArn,
    FunctionArn: mapping.functionArn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    LastModified: new Date(mapping.lastModified),
    LastProcessingResult: mapping.lastProcessingResult,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
  };
}
