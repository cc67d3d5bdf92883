import type { Cloud, Operations } from '../../service.ts';
import { createAsyncEvents } from './async-events.ts';
import { eventInvokeConfigOperations } from './event-invoke-config.ts';
import { createCodeStore } from './function-code.ts';
import { functionOperations } from './function-operations.ts';
import { invokeOperations } from './invoke.ts';
import { createRegistry } from './lambda-function.ts';
import { createMappings } from './mapping-operations.ts';
import type { Credentials } from './process-environment.ts';
import { policyOperations } from './resource-policy.ts';

export { ASSUMPTIONS, PARTIAL } from './assumptions.ts';

/** Options of the service. */
export interface LambdaOptions {
  /** Creates the keys of a function process. It is called for every process. */
  credentialsFor(roleArn: string, functionName: string): Credentials;
}

/** AWS Lambda. Functions run in their own processes and are invoked by calls, events and queues. */
export interface Lambda {
  readonly operations: Operations;
  /** Invocations and failed invocations since the function was created, by function name. */
  stats(): Readonly<Record<string, { readonly invocations: number; readonly errors: number }>>;
  /** How many invocations are running, of all functions together. */
  running(): number;
  readonly admin: {
    /** Ids of the running processes of a function, idle and busy. */
    processIds(functionName: string): readonly number[];
  };
  /** See `HostedService`. */
  readonly views: { processIds(query: { readonly function?: string } | undefined): readonly number[] };
  /** The last lines that a function logged. An unknown function has none. */
  logs(functionName: string): string[];
  /** Stops polling, kills every process and deletes the unpacked code. Resolves when this is done. */
  close(): Promise<void>;
}

/**
 * Creates the service without functions.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/
 */
export function createLambda(cloud: Cloud, { credentialsFor }: LambdaOptions): Lambda {
  const store = createCodeStore();
  const registry = createRegistry(cloud, {
    credentialsFor,
    onFree: (deployed) => events.pump(deployed),
    onChange: (name) => mappings.onFunctionChange(name),
  });
  const events = createAsyncEvents(cloud, registry);
  const mappings = createMappings(cloud, registry);
  const processIds = (name: string) => registry.get(name)?.pool.processIds() ?? [];
  return {
    operations: {
      ...functionOperations(cloud, registry, store),
      ...policyOperations(registry),
      ...eventInvokeConfigOperations(cloud, registry),
      ...invokeOperations(cloud, registry, events),
      ...mappings.operations,
    },
    stats: () =>
      Object.fromEntries(registry.all().map(({ name, invocations, errors }) => [name, { invocations, errors }])),
    running: () => registry.all().reduce((sum, { pool }) => sum + pool.busy(), 0),
    admin: { processIds },
    views: { processIds: (query) => processIds(query?.function ?? '') },
    logs: (name) => registry.get(name)?.log.lines() ?? [],
    async close() {
      mappings.close();
      events.close();
      await registry.close();
      store.close();
    },
  };
}
