import { randomUUID } from 'node:crypto';
import { type Cloud, unsupported } from '../../service.ts';
import type { UnpackedCode } from './function-code.ts';
import { createFunctionLog, type FunctionLog } from './function-log.ts';
import { bareName, functionArn, functionNotFound } from './function-name.ts';
import type { FunctionSettings } from './function-settings.ts';
import { sleepInFunction } from './function-time.ts';
import { type Credentials, processEnvironment } from './process-environment.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';
import { startWorker } from './worker-process.ts';

/** How many invocations of one function without reserved concurrency run at the same time. */
export const DEFAULT_CONCURRENCY = 20;

/** One statement of a function's resource policy, as `GetPolicy` shows it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: string | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: {
    readonly StringEquals?: { readonly 'AWS:SourceAccount': string };
    readonly ArnLike?: { readonly 'AWS:SourceArn': string };
  };
}

/** How the asynchronous events of a function are retried, and their destinations. */
export interface EventInvokeConfig {
  readonly lastModified: number;
  /** 0 to 2. */
  readonly maximumRetryAttempts: number | undefined;
  /** Seconds, 60 to 21,600. */
  readonly maximumEventAgeInSeconds: number | undefined;
  /** ARN of a queue. */
  readonly onSuccess: string | undefined;
  /** ARN of a queue. */
  readonly onFailure: string | undefined;
}

/** A deployed function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly log: FunctionLog;
  readonly pool: WorkerPool;
  settings: FunctionSettings;
  code: UnpackedCode;
  architectures: readonly string[];
  tags: Readonly<Record<string, string>>;
  lastModified: number;
  revisionId: string;
  policy: readonly Statement[];
  reservedConcurrency: number | undefined;
  eventInvokeConfig: EventInvokeConfig | undefined;
  invocations: number;
  errors: number;
}

/** All functions. */
export interface FunctionRegistry {
  /** @throws {AwsError} `ResourceNotFoundException`. */
  find(name: string | undefined, qualifier?: string): LambdaFunction;
  get(name: string): LambdaFunction | undefined;
  all(): readonly LambdaFunction[];
  add(created: Pick<LambdaFunction, 'name' | 'settings' | 'code' | 'architectures' | 'tags'>): LambdaFunction;
  /** Removes a function. Idle processes end at once, busy ones after their invocation. */
  remove(deployed: LambdaFunction): void;
  /** Changes code or settings. Later invocations start in new processes. */
  update(deployed: LambdaFunction, change: Partial<Pick<LambdaFunction, 'settings' | 'code' | 'architectures'>>): void;
  /** Must be called after the concurrency of a function has changed. */
  wake(deployed: LambdaFunction): void;
  close(): Promise<void>;
}

/** Options of a registry. */
export interface RegistryOptions {
  credentialsFor(roleArn: string, functionName: string): Credentials;
  /** Is called when a function may be able to run another invocation. */
  onFree(deployed: LambdaFunction): void;
  /** Is called when a function was created or deleted, or got another role. */
  onChange(name: string): void;
}

/** Creates an empty registry. */
export function createRegistry(cloud: Cloud, { credentialsFor, onFree, onChange }: RegistryOptions): FunctionRegistry {
  const functions = new Map<string, LambdaFunction>();
  const pools = new Set<WorkerPool>();
  if (!process.version.startsWith('v24.')) throw unsupported(`nodejs24.x functions on Node ${process.version}`);

  return {
    find(name, qualifier) {
      const bare = bareName(cloud, name, qualifier);
      const found = functions.get(bare);
      if (found === undefined) throw functionNotFound(functionArn(cloud, bare));
      return found;
    },
    get: (name) => functions.get(name),
    all: () => [...functions.values()],
    add(created) {
      const log = createFunctionLog();
      const pool = createWorkerPool({
        start() {
          const { name, settings, code } = added;
          const credentials = credentialsFor(settings.Role, name);
          const environment = processEnvironment(cloud, name, settings, code.directory, credentials);
          return startWorker({
            directory: code.directory,
            environment,
            onLine: log.append,
            sleep: (milliseconds) => sleepInFunction(cloud, milliseconds),
          });
        },
        limit: () => added.reservedConcurrency ?? DEFAULT_CONCURRENCY,
        onFree: () => onFree(added),
      });
      pools.add(pool);
      const added: LambdaFunction = {
        ...created,
        arn: functionArn(cloud, created.name),
        log,
        pool,
        lastModified: cloud.clock.now(),
        revisionId: randomUUID(),
        policy: [],
        reservedConcurrency: undefined,
        eventInvokeConfig: undefined,
        invocations: 0,
        errors: 0,
      };
      functions.set(added.name, added);
      onChange(added.name);
      return added;
    },
    remove(deployed) {
      functions.delete(deployed.name);
      deployed.pool.recycle();
      onChange(deployed.name);
    },
    update(deployed, change) {
      const roleBefore = deployed.settings.Role;
      Object.assign(deployed, change);
      deployed.lastModified = cloud.clock.now();
      deployed.revisionId = randomUUID();
      deployed.pool.recycle();
      if (deployed.settings.Role !== roleBefore) onChange(deployed.name);
    },
    wake: onFree,
    async close() {
      await Promise.all([...pools].map((pool) => pool.close()));
    },
  };
}
