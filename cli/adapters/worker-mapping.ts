import {
  type LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { MappingState, WorkerMapping } from '../deployment/ports.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html for the states */
const STATES: Readonly<Record<string, MappingState['state']>> = { Enabled: 'enabled', Disabled: 'disabled' };

/** The mapping of a function from an SQS queue; the worker has no other. */
export const createWorkerMapping = (client: LambdaClient): WorkerMapping => ({
  async find(FunctionName) {
    const { EventSourceMappings = [] } = await callAws('lambda:ListEventSourceMappings', () =>
      client.send(new ListEventSourceMappingsCommand({ FunctionName })),
    );
    const found = EventSourceMappings.find(({ EventSourceArn = '' }) => EventSourceArn.includes(':sqs:'));
    if (found?.UUID === undefined) return undefined;
    return { id: found.UUID, state: STATES[found.State ?? ''] ?? 'changing' };
  },
  async setEnabled(UUID, Enabled) {
    await callAws('lambda:UpdateEventSourceMapping', () =>
      client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled })),
    );
  },
});
