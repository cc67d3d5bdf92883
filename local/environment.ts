import { setTimeout as sleep } from 'node:timers/promises';
import { OUTPUTS } from '../lib/outputs.ts';
import type { Clock } from '../packages/local-cloud/clock.ts';
import { createLocalCloud, type LocalCloud } from '../packages/local-cloud/cloud.ts';
import { deployStack } from './deployment.ts';
import { type Person, type SeededUser, seedPeople } from './seed.ts';

/** Longest wait for the first run of the schedule, milliseconds. With a virtual clock it never runs by itself. */
const FIRST_SWEEP_MS = 120_000;

/** Everything that a client needs to use a local cloud with the product in it. The ready file holds it. */
export interface EnvironmentDescription {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  readonly connectInstanceId: string;
  readonly connectInstanceArn: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly intakeDeadLetterQueueUrl: string;
  readonly tableName: string;
  readonly functions: {
    readonly poolTrigger: string;
    readonly changeIntake: string;
    readonly syncWorker: string;
    /** Absent when the configuration has no sweep. */
    readonly sweep?: string;
  };
  readonly users: readonly SeededUser[];
}

/** Links seeded users and brings them in step, as the product would do. */
export type LinkSeeded = (
  environment: Omit<EnvironmentDescription, 'users'>,
  users: readonly SeededUser[],
  signal: AbortSignal,
) => Promise<void>;

/** What existed before the product was deployed: see {@link EnvironmentOptions.prepare}. */
export interface Prepared {
  /** Further configuration of the stack. With a `userPoolId` the stack creates no pool. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** An app client of that pool. */
  readonly userPoolClientId?: string;
}

/** See {@link startEnvironment}. */
export interface EnvironmentOptions {
  readonly port?: number;
  /** Region of everything. @default that of the local cloud */
  readonly region?: string;
  readonly clock?: Clock;
  readonly people: readonly Person[];
  readonly identityManagementType: 'CONNECT_MANAGED' | 'SAML' | 'EXISTING_DIRECTORY';
  /** Further configuration of the stack, as in `connect-sync.json`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Creates what must exist before the deployment: a user pool, functions to chain. */
  readonly prepare?: (local: LocalCloud) => Promise<Prepared>;
  readonly linkSeeded: LinkSeeded;
  /** Is called with each line of `cdk deploy` and of this module. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A local cloud with the deployed product and seeded users. */
export interface Environment {
  readonly local: LocalCloud;
  readonly description: EnvironmentDescription;
  /** From start to "deployed", milliseconds. */
  readonly deployMs: number;
}

/**
 * Starts the local cloud, deploys the product into it with the real CDK CLI, and seeds users.
 *
 * @throws {Error} when a step fails. Everything that was started has been stopped before.
 */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const startedAt = performance.now();
  const { port, region, clock, identityManagementType, onLine, signal, people } = options;
  const local = await createLocalCloud({
    ...(port === undefined ? {} : { port }),
    ...(region === undefined ? {} : { region }),
    ...(clock === undefined ? {} : { clock }),
    connect: { identityManagementType },
  });
  try {
    const { endpoint, credentials, cloud, services } = local;
    const connectInstanceArn = services.connect.instance.arn;
    const prepared = await options.prepare?.(local);
    const configuration = { ...options.configuration, ...prepared?.configuration };
    const outputs = await deployStack({
      endpoint,
      region: cloud.region,
      credentials,
      configuration: {
        ...(configuration.userPoolId === undefined && { createUserPool: true }),
        ...configuration,
        connectInstanceArn,
      },
      onLine,
      signal,
    });
    const deployMs = performance.now() - startedAt;
    const given = { [OUTPUTS.userPoolClientId]: prepared?.userPoolClientId ?? '' };
    const description = describeEnvironment(local, connectInstanceArn, { ...given, ...outputs });
    await firstSweep(local, description.functions.sweep, signal);
    // Records of seeding many users would only fill the queue.
    services.cloudtrail.admin.settings({ lose: 1 });
    const users = await seedPeople(cloud, services.connect, description.userPoolId, people, signal);
    services.cloudtrail.admin.settings({ lose: 0 });
    await options.linkSeeded(description, users, signal);
    signal.throwIfAborted();
    return { local, deployMs, description: { ...description, users } };
  } catch (error) {
    await local.close();
    throw error;
  }
}

/** A schedule runs at once when it is created. Wait for that run, so that its result does not depend on seeding. */
async function firstSweep({ services }: LocalCloud, name: string | undefined, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + FIRST_SWEEP_MS;
  const hasRun = () => name === undefined || services.lambda.logs(name).some((line) => line.startsWith('REPORT '));
  while (!hasRun() && performance.now() < giveUpAt && !signal.aborted) await sleep(10);
}

/** Reads what a client needs from the outputs of a stack. @throws {Error} when an output is missing. */
export function describeEnvironment(
  { endpoint, credentials, cloud }: LocalCloud,
  connectInstanceArn: string,
  outputs: Readonly<Record<string, string>>,
): Omit<EnvironmentDescription, 'users'> {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  };
  const sweep = outputs[OUTPUTS.sweepFunctionName];
  return {
    endpoint,
    region: cloud.region,
    accountId: cloud.accountId,
    ...credentials,
    userPoolId: output(OUTPUTS.userPoolId),
    userPoolClientId: output(OUTPUTS.userPoolClientId),
    connectInstanceId: output(OUTPUTS.connectInstanceId),
    connectInstanceArn,
    queueUrl: output(OUTPUTS.queueUrl),
    deadLetterQueueUrl: output(OUTPUTS.deadLetterQueueUrl),
    intakeDeadLetterQueueUrl: output(OUTPUTS.intakeDeadLetterQueueUrl),
    tableName: output(OUTPUTS.tableName),
    functions: {
      poolTrigger: output(OUTPUTS.poolTriggerFunctionName),
      changeIntake: output(OUTPUTS.changeIntakeFunctionName),
      syncWorker: output(OUTPUTS.syncWorkerFunctionName),
      ...(sweep !== undefined && { sweep }),
    },
  };
}
