import type { Cloud } from '../../service.ts';
import type { Weather } from '../../weather/index.ts';
import { invalidRequest, notFound } from './errors.ts';
import { readResourceId } from './identifiers.ts';
import type { Instance, Instances, Profile } from './instances.ts';
import type { Settings } from './settings.ts';
import type { Spread, UserRecord, UserStore } from './user-store.ts';

/** What the operations share. */
export interface Context {
  readonly cloud: Cloud;
  readonly instances: Instances;
  readonly users: UserStore;
  readonly settings: () => Settings;
  readonly newId: () => string;
  readonly weather: Weather;
}

/**
 * How long a write about `userId` takes to be shown: as long as it is set, or as the weather has it.
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
 * Finds a user as reads show it, by id or ARN.
 *
 * @throws {AwsError} ResourceNotFoundException, for a while also for a user that was just created; and while a change
 * spreads, in rough weather, InvalidRequestException.
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
 * Finds a user to be written: its newest state, provided that reads know the user already.
 *
 * @throws {AwsError} ResourceNotFoundException, also for a user deleted but still shown by reads.
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
