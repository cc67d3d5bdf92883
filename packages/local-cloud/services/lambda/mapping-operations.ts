import { randomUUID } from 'node:crypto';
import type {
  CreateEventSourceMappingRequest,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { AwsError, type Cloud, type Operations, unsupported } from '../../service.ts';
import {
  applySettings,
  describeMapping,
  type EventSourceMapping,
  pollingRole,
  stopPolling,
} from './event-source-mapping.ts';
import { functionArn } from './function-name.ts';
import type { FunctionRegistry, LambdaFunction } from './lambda-function.ts';
import { MAPPING_SETTINGS, mappingSettingsFrom } from './mapping-settings.ts';
import { takePage } from './paging.ts';
import { invalidValue, onlySupported } from './supported-input.ts';

/** The operations on event source mappings, and their polling. */
export interface Mappings {
  readonly operations: Operations;
  /** Starts or ends polling after a function was created or deleted, or got another role. */
  onFunctionChange(name: string): void;
  close(): void;
}

/** Reads a queue with the permissions of the function, as Lambda does before it accepts a mapping. */
async function lookUpQueue(cloud: Cloud, queueArn: string, deployed: LambdaFunction) {
  const QueueName = queueArn.split(':').at(-1);
  try {
    const { QueueUrl } = await cloud.call<{ readonly QueueUrl: string }>(
      'sqs',
      'GetQueueUrl',
      { QueueName },
      { kind: 'account' },
    );
    const { Attributes } = await cloud.call<{ readonly Attributes?: Readonly<Record<string, string>> }>(
      'sqs',
      'GetQueueAttributes',
      { QueueUrl, AttributeNames: ['VisibilityTimeout'] },
      pollingRole(deployed),
    );
    return { queueUrl: QueueUrl, visibilitySeconds: Number(Attributes?.VisibilityTimeout ?? 30) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code.startsWith('AccessDenied')) {
      throw invalidValue('The provided execution role does not have permissions to call GetQueueAttributes on SQS');
    }
    throw invalidValue(
      `Error occurred while ReceiveMessage. SQS Error Code: ${error.code}. SQS Error Message: ${error.message}`,
    );
  }
}

/** Creates the operations, without mappings. */
export function createMappings(cloud: Cloud, registry: FunctionRegistry): Mappings {
  const mappings = new Map<string, EventSourceMapping>();
  const find = (uuid: string | undefined): EventSourceMapping => {
    const found = mappings.get(uuid ?? '');
    if (found !== undefined) return found;
    const message = 'The resource you requested does not exist.';
    throw new AwsError('ResourceNotFoundException', message, 404);
  };
  const checkVisibility = (visibilitySeconds: number, { settings }: LambdaFunction) => {
    if (visibilitySeconds >= settings.Timeout) return;
    throw invalidValue(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${settings.Timeout} seconds`,
    );
  };

  const operations: Operations = {
    async CreateEventSourceMapping(input: CreateEventSourceMappingRequest) {
      onlySupported('CreateEventSourceMapping', input, ['EventSourceArn', 'FunctionName', 'Tags', ...MAPPING_SETTINGS]);
      const deployed = registry.find(input.FunctionName);
      const queueArn = input.EventSourceArn ?? '';
      if (!queueArn.startsWith('arn:aws:sqs:')) throw unsupported(`the event source ${queueArn} (only SQS queues)`);
      const settings = mappingSettingsFrom(input, queueArn.endsWith('.fifo'));
      const { queueUrl, visibilitySeconds } = await lookUpQueue(cloud, queueArn, deployed);
      checkVisibility(visibilitySeconds, deployed);
      const twin = [...mappings.values()].find(
        (other) => other.queueArn === queueArn && other.functionName === deployed.name,
      );
      if (twin !== undefined) {
        throw new AwsError(
          'ResourceConflictException',
          `An event source mapping with SQS arn ("${queueArn}") and function ("${deployed.name}") already exists. ` +
            `Please update or delete the existing mapping with UUID ${twin.uuid}`,
          409,
        );
      }
      const mapping: EventSourceMapping = {
        uuid: randomUUID(),
        queueArn,
        queueUrl,
        visibilityMs: visibilitySeconds * 1_000,
        tags: input.Tags ?? {},
        functionName: deployed.name,
        functionArn: deployed.arn,
        settings,
        lastModified: cloud.clock.now(),
        lastProcessingResult: 'No records processed',
        poller: undefined,
      };
      mappings.set(mapping.uuid, mapping);
      applySettings(cloud, registry, mapping);
      return describeMapping(cloud, mapping, 'Creating');
    },
    GetEventSourceMapping: (input: GetEventSourceMappingRequest) => describeMapping(cloud, find(input.UUID)),
    ListEventSourceMappings(input: ListEventSourceMappingsRequest) {
      onlySupported('ListEventSourceMappings', input, ['EventSourceArn', 'FunctionName', 'Marker', 'MaxItems']);
      const name = input.FunctionName === undefined ? undefined : registry.find(input.FunctionName).name;
      const matching = [...mappings.values()].filter(
        ({ queueArn, functionName }) =>
          (input.EventSourceArn ?? queueArn) === queueArn && (name ?? functionName) === functionName,
      );
      const { page, next } = takePage(matching, input, 100);
      return { EventSourceMappings: page.map((mapping) => describeMapping(cloud, mapping)), ...next };
    },
    UpdateEventSourceMapping(input: UpdateEventSourceMappingRequest) {
      onlySupported('UpdateEventSourceMapping', input, ['UUID', 'FunctionName', ...MAPPING_SETTINGS]);
      const mapping = find(input.UUID);
      const settings = mappingSettingsFrom(input, mapping.queueArn.endsWith('.fifo'), mapping.settings);
      const deployed = registry.find(input.FunctionName ?? mapping.functionName);
      checkVisibility(mapping.visibilityMs / 1_000, deployed);
      if (deployed.name !== mapping.functionName) stopPolling(mapping);
      mapping.functionName = deployed.name;
      mapping.functionArn = functionArn(cloud, deployed.name);
      mapping.settings = settings;
      mapping.lastModified = cloud.clock.now();
      applySettings(cloud, registry, mapping);
      return describeMapping(cloud, mapping, 'Updating');
    },
    DeleteEventSourceMapping(input: GetEventSourceMappingRequest) {
      const mapping = find(input.UUID);
      stopPolling(mapping);
      mappings.delete(mapping.uuid);
      return describeMapping(cloud, mapping, 'Deleting');
    },
  };

  return {
    operations,
    onFunctionChange(name) {
      for (const mapping of mappings.values()) {
        if (mapping.functionName !== name) continue;
        stopPolling(mapping);
        applySettings(cloud, registry, mapping);
      }
    },
    close() {
      mappings.forEach(stopPolling);
      mappings.clear();
    },
  };
}
