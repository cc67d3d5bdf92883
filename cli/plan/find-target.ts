import { COGNITO_LISTS_PER_SECOND } from '../../lambda/config.ts';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import type { Configuration } from '../../lib/configuration/configuration-schema.ts';
import { parseConnectInstanceArn } from '../../lib/configuration/connect-instance.ts';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { pickPolicy } from '../../lib/configuration/policy-environment.ts';
import type { CommandOptions } from '../command.ts';
import type { Connections } from '../connections.ts';
import { checkTable, readOwnerOf } from '../deployment/check-table.ts';
import { type CloudFormation, locate } from '../deployment/places.ts';
import { readWorkerSettings } from '../deployment/worker-settings.ts';
import type { PlanTarget } from './ports.ts';

/** Places of a deployment that a plan needs. */
export const PLAN_PLACES = ['tableName', 'userPoolId', 'syncWorker'] as const;

/** Where a plan looks for what it is about. */
export interface TargetOptions extends CommandOptions {
  /** The configuration whose policy counts, instead of that of the deployment. */
  readonly configuration: Configuration | undefined;
  /** The configuration at hand, for a stack that does not exist yet. */
  readonly atHand: () => Configuration | undefined;
}

/**
 * Finds out what a plan is about: a deployment, under its own policy or that of a configuration; or, where there is none yet, the
 * one that the configuration would make.
 *
 * @throws {ConfigError} when neither is found.
 */
export async function findTarget(
  connections: Pick<Connections, 'describeStack' | 'stacks' | 'region' | 'functions' | 'tableOwner'> &
    Pick<CloudFormation, 'note'>,
  options: TargetOptions,
): Promise<PlanTarget> {
  const { configuration = options.stack === undefined ? options.atHand() : undefined } = options;
  const given = [options.table, options.userPool, options.workerFunction].some((place) => place !== undefined);
  const stack = options.stack ?? (configuration && stackNameOf(configuration));
  const exists = given || stack === undefined || (await connections.describeStack(stack)) !== undefined;
  if (!exists && configuration !== undefined && options.stack === undefined) return fromConfiguration(configuration);
  const place = await locate(connections, { ...options, stack }, PLAN_PLACES);
  checkTable(place.tableName, await readOwnerOf(place.tableName, connections), place.userPoolId);
  const settings = await readWorkerSettings(connections.functions, place.syncWorker);
  if ('unknown' in settings)
    throw new ConfigError('no-settings', `The settings of the deployment were not read: ${settings.unknown}.`);
  return {
    userPoolId: place.userPoolId,
    instanceId: settings.CONNECT_INSTANCE_ID,
    region: settings.CONNECT_REGION,
    policy: options.configuration === undefined ? settings.POLICY : pickPolicy(options.configuration),
    requestsPerSecond: settings.CONNECT_REQUESTS_PER_SECOND,
    listsPerSecond: configuration?.cognitoListsPerSecond ?? COGNITO_LISTS_PER_SECOND.default,
    tableName: place.tableName,
  };
}

function fromConfiguration(configuration: Configuration): PlanTarget {
  const { userPoolId, connectInstanceArn, connectRequestsPerSecond, cognitoListsPerSecond } = configuration;
  const instance = parseConnectInstanceArn(connectInstanceArn);
  if (userPoolId === undefined || instance === undefined)
    throw new ConfigError(
      'no-pool',
      'The configuration creates the user pool: it has no users yet, and there is nothing to plan.',
    );
  return {
    userPoolId,
    instanceId: instance.instanceId,
    region: instance.region,
    policy: pickPolicy(configuration),
    requestsPerSecond: connectRequestsPerSecond,
    listsPerSecond: cognitoListsPerSecond,
    tableName: undefined,
  };
}
