import type { AdminGetUserResponse, UserType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../service.ts';
import { isTrue, toList, type Values } from './attributes.ts';
import { type CognitoCall, type Context, noteUser, notFound, userNotFound } from './context.ts';
import type { Client, Pool, User, VerifiableAttribute } from './model.ts';
import { VERIFIABLE } from './verification.ts';

/** @throws {AwsError} `ResourceNotFoundException`. */
export function findPool(context: Context, id: string): Pool {
  const pool = context.pools.get(id);
  if (pool === undefined) throw notFound(`User pool ${id} does not exist.`);
  return pool;
}

/** @throws {AwsError} `ResourceNotFoundException`. */
export function findClient(context: Context, clientId: string): { readonly pool: Pool; readonly client: Client } {
  for (const pool of context.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client !== undefined) return { pool, client };
  }
  throw notFound(`User pool client ${clientId} does not exist.`);
}

/** User names and addresses as the pool compares them. */
export const fold = (pool: Pool, name: string): string =>
  pool.fixed.UsernameConfiguration?.CaseSensitive === false ? name.toLowerCase() : name;

const isAlias = (pool: Pool, attribute: string): boolean =>
  (pool.fixed.AliasAttributes ?? []).some((alias) => alias === attribute);
const isUsername = (pool: Pool, attribute: string): boolean =>
  (pool.fixed.UsernameAttributes ?? []).some((name) => name === attribute);

function ownsAlias(
  pool: Pool,
  user: User,
  attribute: VerifiableAttribute | 'preferred_username',
  value: string,
): boolean {
  const own = user.attributes.get(attribute);
  if (own === undefined || fold(pool, own) !== fold(pool, value)) return false;
  if (attribute === 'preferred_username') return isAlias(pool, attribute);
  return (
    isUsername(pool, attribute) || (isAlias(pool, attribute) && isTrue(user.attributes.get(`${attribute}_verified`)))
  );
}

function aliasOwner(
  pool: Pool,
  attribute: VerifiableAttribute | 'preferred_username',
  value: string,
): User | undefined {
  // Scan all users only if such an alias exists. This keeps pools with thousands of users fast.
  if (!isAlias(pool, attribute) && !isUsername(pool, attribute)) return undefined;
  for (const user of pool.users.values()) if (ownsAlias(pool, user, attribute, value)) return user;
  return undefined;
}

/**
 * Finds a user by user name, then by alias, then (local users only) by sub.
 *
 * In a pool with aliases, only verified addresses count. In a pool with addresses as user names, unverified ones count too.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 */
export function lookUp(context: Context, pool: Pool, name: string): User | undefined {
  const byName = pool.users.get(fold(pool, name));
  if (byName !== undefined) return byName;
  for (const attribute of [...VERIFIABLE, 'preferred_username'] as const) {
    const owner = aliasOwner(pool, attribute, name);
    if (owner !== undefined) return owner;
  }
  // assumption: also accepted in pools with aliases, about which AWS's page is not clear; never for federated users.
  const bySub = context.settings().subAsUsername ? pool.bySub.get(name) : undefined;
  return bySub?.status === 'EXTERNAL_PROVIDER' ? undefined : bySub;
}

/** {@link lookUp} for an administrator's call. @throws {AwsError} `ResourceNotFoundException`, `UserNotFoundException`. */
export function findUser(
  context: Context,
  call: CognitoCall,
  poolId: string,
  name: string,
): { readonly pool: Pool; readonly user: User } {
  const pool = findPool(context, poolId);
  const user = lookUp(context, pool, name);
  if (user === undefined) throw userNotFound();
  return { pool, user: noteUser(call, user) };
}

/**
 * Checks that a write does not give a user the alias of another user.
 *
 * @param forcedAt - when the alias is taken from its owner, milliseconds since the epoch. The owner keeps the address, unverified.
 * @throws {AwsError} `AliasExistsException`.
 */
export function claimAliases(
  pool: Pool,
  self: User | undefined,
  next: Values,
  changed: Iterable<string>,
  forcedAt?: number,
): void {
  for (const name of changed) {
    const attribute = name.replace(/_verified$/, '');
    if (attribute !== 'email' && attribute !== 'phone_number' && attribute !== 'preferred_username') continue;
    const value = next.get(attribute);
    const counts =
      attribute === 'preferred_username' || isUsername(pool, attribute) || isTrue(next.get(`${attribute}_verified`));
    if (value === undefined || !counts) continue;
    const owner = aliasOwner(pool, attribute, value);
    if (owner === undefined || owner === self) continue;
    if (forcedAt === undefined)
      throw new AwsError('AliasExistsException', `An account with the ${attribute} already exists.`);
    owner.attributes = new Map(owner.attributes).set(`${attribute}_verified`, 'false');
    owner.modifiedAt = forcedAt;
  }
}

/**
 * Adds a user to a pool, by user name and by sub.
 *
 * @throws {AwsError} `UsernameExistsException` when another user took the name while a trigger ran.
 */
export function addUser(pool: Pool, user: User): User {
  const existing = pool.users.get(fold(pool, user.username));
  if (existing !== undefined && existing !== user)
    throw new AwsError('UsernameExistsException', 'User account already exists');
  pool.users.set(fold(pool, user.username), user);
  pool.bySub.set(user.sub, user);
  return user;
}

/** Removes a user. Tokens of the user are no longer valid. */
export function removeUser(pool: Pool, user: User): void {
  pool.users.delete(fold(pool, user.username));
  pool.bySub.delete(user.sub);
}

/** Replaces a user's attributes and moves `UserLastModifiedDate`. */
export function storeAttributes(context: Context, user: User, attributes: Values): void {
  user.attributes = attributes;
  user.modifiedAt = context.cloud.clock.now();
}

/** A user as `ListUsers` and `AdminCreateUser` show them. */
export const describeUser = (user: User): UserType => ({
  Username: user.username,
  Attributes: toList(user.attributes),
  UserCreateDate: new Date(user.createdAt),
  UserLastModifiedDate: new Date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
});

/** A user as `AdminGetUser` shows them: no member for a value that waits for its code. */
export const describeProfile = (user: User): AdminGetUserResponse => {
  const { Attributes, Username = '', ...rest } = describeUser(user);
  return { Username, UserAttributes: Attributes, ...rest };
};
