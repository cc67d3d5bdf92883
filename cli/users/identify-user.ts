import { subSchema } from '../../lambda/core/events/change.ts';
import type { RememberSettings } from '../deployment/remember-settings.ts';
import { RefusedError } from '../exit.ts';
import { type FoundUser, noSuchUser, severalUsers, type UserSources } from './find-user.ts';
import type { PoolUser } from './ports.ts';

/** Where {@link identifyUser} finds users. */
export interface IdentifyDeps extends Pick<UserSources, 'table' | 'pool'> {
  /** Keeps what the settings of the pool let strangers do, whenever they are read. */
  readonly remember: RememberSettings;
}

/**
 * Finds the user that a command is to change. Cognito also finds users by aliases, which users choose themselves: an
 * answer counts only where the text is the sub or the user name, differs from the user name in case only and the pool
 * ignores case, or is the verified address of exactly one user and the pool signs in by address.
 *
 * @throws {RefusedError} when the text says another user, or several.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function identifyUser({ table, pool, remember }: IdentifyDeps, text: string): Promise<FoundUser> {
  const withRow = async (user: PoolUser): Promise<FoundUser> => ({
    sub: user.sub,
    user,
    row: await table.find(user.sub),
  });
  if (subSchema.safeParse(text).success) {
    const [row, [user]] = await Promise.all([table.find(text), pool.having('sub', text)]);
    // A sub that has a row is taken as it is: the user may be gone from the pool.
    if (row !== undefined || user !== undefined) return { sub: text, row, user };
  }
  const [[named], addressed] = await Promise.all([
    pool.having('username', text),
    text.includes('@') ? pool.having('email', text) : [],
  ]);
  if (named !== undefined) {
    const others = addressed.filter(({ sub }) => sub !== named.sub);
    if (others.length > 0) throw severalUsers(text, [named, ...others]);
    return withRow(named);
  }
  // A list may be out of date and does not find aliases, so the pool decides.
  const answer = await pool.named(text);
  if (answer === undefined) throw addressed.length > 0 ? notByThis(text, addressed) : noSuchUser(text);
  if (answer.sub === text || answer.username === text) return withRow(answer);
  const { ignoresCase, byAddress, selfSignUp, preSignUp } = await pool.signInRules();
  await remember({ selfSignUp, preSignUp });
  if (ignoresCase && answer.username.toLowerCase() === text.toLowerCase()) return withRow(answer);
  const owners = addressed.filter(({ attributes }) => attributes.email_verified?.toLowerCase() === 'true');
  if (byAddress && owners.length === 1 && owners[0]?.sub === answer.sub) return withRow(answer);
  throw notByThis(text, [answer, ...addressed.filter(({ sub }) => sub !== answer.sub)]);
}

const notByThis = (text: string, users: readonly PoolUser[]): RefusedError =>
  new RefusedError(
    `${JSON.stringify(text)} is neither the user name nor the sub of a user, and a user may have chosen it as an alias. Name the user by the sub.`,
    users.map(({ sub, username }) => `It may mean ${sub}, user name ${username}.`),
  );
