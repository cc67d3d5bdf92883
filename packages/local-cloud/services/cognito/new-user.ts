import { AwsError, unsupported } from '../../service.ts';
import type { Values } from './attributes.ts';
import { type Context, invalid } from './context.ts';
import type { Pool, User, VerifiableAttribute } from './model.ts';
import { claimAliases, fold, lookUp } from './users.ts';

const looksLike = (attribute: VerifiableAttribute, name: string): boolean =>
  attribute === 'email' ? /^[^\s@]+@[^\s@]+$/.test(name) : /^\+[1-9]\d{1,14}$/.test(name);

/** A new user that is not in a pool yet. */
export interface Draft {
  readonly username: string;
  readonly sub: string;
  readonly values: Values;
}

/**
 * Decides user name, sub and attributes of a new user, and whether the user is allowed.
 *
 * In a pool with addresses as user names, the given name becomes the address and the sub becomes the user name. In a pool
 * with aliases, a user name must not have the form of an alias.
 *
 * @param force - take a verified alias from the user who has it. It applies only when `values` declare it verified.
 * @throws {AwsError} `InvalidParameterException`, `UsernameExistsException`, `AliasExistsException`, and
 * `UnsupportedOperation` in a pool with a pre sign-up trigger.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
 */
export function draftUser(context: Context, pool: Pool, name: string, requested: Values, force = false): Draft {
  if (pool.settings.LambdaConfig?.PreSignUp) throw unsupported('pre sign-up triggers');
  const sub = context.ids.sub();
  const values = new Map([['sub', sub], ...[...requested].filter(([, value]) => value !== '')]);

  const accepted = pool.fixed.UsernameAttributes ?? [];
  if (accepted.length > 0) {
    const attribute = accepted.find((candidate) => looksLike(candidate, name));
    if (attribute === undefined)
      throw invalid(
        accepted.length > 1
          ? 'Username should be either an email or a phone number.'
          : `Username should be ${accepted[0] === 'email' ? 'an email' : 'a phone number'}.`,
      );
    // assumption: an address that is given as user name is also stored as that attribute.
    values.set(attribute, requested.get(attribute) ?? name);
    if (lookUp(context, pool, name) !== undefined)
      throw new AwsError('UsernameExistsException', `An account with the given ${attribute} already exists.`);
    claimAliases(pool, undefined, values, values.keys());
    return { username: sub, sub, values };
  }
  for (const [attribute, label] of [
    ['email', 'email'],
    ['phone_number', 'phone number'],
  ] as const)
    if (pool.fixed.AliasAttributes?.includes(attribute) && looksLike(attribute, name))
      throw invalid(`Username cannot be of ${label} format, since user pool is configured for ${label} alias.`);
  if (pool.users.has(fold(pool, name))) throw new AwsError('UsernameExistsException', 'User account already exists');
  claimAliases(pool, undefined, values, values.keys(), force ? context.cloud.clock.now() : undefined);
  return { username: name, sub, values };
}

/** Turns a draft into a profile. */
export function toUser(context: Context, pool: Pool, draft: Draft, status: User['status']): User {
  const now = context.cloud.clock.now();
  return {
    username: draft.username,
    sub: draft.sub,
    ordinal: pool.nextOrdinal++,
    createdAt: now,
    listedAt: now + Math.round(context.weather.strike('late-listing', draft.sub) ?? 0),
    modifiedAt: now,
    status,
    enabled: true,
    attributes: draft.values,
    password: undefined,
    passwordExpiresAt: undefined,
    codes: new Map(),
    groups: new Set(),
  };
}
