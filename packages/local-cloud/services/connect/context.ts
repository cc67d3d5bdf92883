import type { Cloud } from '../../service.ts';
import type { Weather } from '../../weather/index.ts';
import { invalidRequest, notFound } from './errors.ts';
import { readResourceId } from './identifiers.ts';
import type { Instance, Instances, Profile } from './instances.ts';
import type { Settings } from './settings.ts';
import type { Spread, UserRecord, UserStore } from './user-store.ts';

/** What all operations need. */
export interface Context {
  readonly cloud: Cloud;
  readonly instances: Instances;
  readonly users: UserStore;
  readonly settings: () => Settings;
  readonly newId: () => string;
  readonly weather: Weather;
}

/**
 * How long it takes until reads show a write of `userId`: the setting, or the decision of the weather.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/eventual-consistency.html
 */
export function spreadOf({ settings, weather }: Context, userId: string): Spread {
  const setMs = settings().consistencyDelayMs;
  return {
    readsMs: Math.max(setMs, Math.ceil(weather.strike('slow-spread', userId) ?? 0)),
    searchesMs: Math.max(setMs, Math.ceil(weather.strike('stale-search', userId) ?? 0)),
  };
}

/**
 * Finds a user by id or ARN, as reads show it.
 *
 * @throws {AwsError} ResourceNotFoundException, for some time also for a user that was just created. In rough weather,
 *   InvalidRequestException until a change is visible.
 */
export function readUser(context: Context, instance: Instance, userId: unknown): UserRecord {
  const id = readResourceId(context.cloud, userId, 'UserId', instance.id, 'agent');
  const record = context.users.visible(instance.id, id);
  const missing = notFound(`There is no user ${id} in instance ${instance.id}.`);
  if (record === undefined) throw missing;
  const unsettled = context.users.isSpreading(instance.id, id)
    ? context.weather.strike('unsettled-user', id)
    : undefined;
  if (unsettled !== undefined)
    throw unsettled < 0.7 ? invalidRequest('The request is not valid for the state of the resource.') : missing;
  return record;
}

/**
 * Finds the newest state of a user that reads already show, for a write.
 *
 * @throws {AwsError} ResourceNotFoundException, also for a deleted user that reads still show.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/eventual-consistency.html
 */
export function userToWrite(context: Context, instance: Instance, userId: unknown): UserRecord {
  const { id } = readUser(context, instance, userId);
  const record = context.users.newest(instance.id, id);
  if (record === undefined) throw notFound(`There is no user ${id} in instance ${instance.id}.`);
  return record;
}

/**
 * Finds a profile of an instance by id or ARN.
 *
 * @throws {AwsError} ResourceNotFoundException
 */
export function requireProfile(
  context: Context,
  instance: Instance,
  idOrArn: unknown,
  kind: 'security-profile' | 'routing-profile',
  member: string,
): Profile {
  const id = readResourceId(context.cloud, idOrArn, member, instance.id, kind);
  const profiles = kind === 'security-profile' ? instance.securityProfiles : instance.routingProfiles;
  const profile = profiles.find((candidate) => candidate.id === id);
  if (profile === undefined) throw notFound(`${member}: there is no ${kind} ${id} in instance ${instance.id}.`);
  return profile;
}
