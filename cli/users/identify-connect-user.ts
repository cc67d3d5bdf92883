import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { RefusedError } from '../exit.ts';
import type { OpenedConnect } from './open-connect.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of the Connect user that a person names by id or by user name. The worker finds out whether a user with this id
 * exists.
 *
 * @throws {ConfigError} `connect-user-missing`, or `no-connect` when user names cannot be looked up.
 * @throws {RefusedError} when several have this user name.
 */
export async function identifyConnectUser({ connect }: Pick<OpenedConnect, 'connect'>, text: string): Promise<string> {
  if (ID.test(text)) return text;
  const users = await connect();
  if ('unknown' in users)
    throw new ConfigError(
      'no-connect',
      `Connect user names were not looked up: ${users.unknown}. Give the id instead.`,
    );
  const ids = await users.idsByUsername(text);
  const [id] = ids;
  if (id === undefined)
    throw new ConfigError(
      'connect-user-missing',
      `Connect has no user with exactly this user name (upper and lower case count), and an id looks like 7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1: received ${JSON.stringify(text)}.`,
    );
  if (ids.length > 1)
    throw new RefusedError(`${ids.length} Connect users have this user name: say which one by its id.`, ids);
  return id;
}
