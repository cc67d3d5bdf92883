import { subSchema } from '../../lambda/core/events/change.ts';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { RefusedError } from '../exit.ts';
import type { OpenedConnect } from './open-connect.ts';
import type { PoolUser, PoolUsers, UserRecord, UserTable } from './ports.ts';

/** Where users are found. */
export interface UserSources {
  readonly table: UserTable;
  readonly pool: PoolUsers;
  /** The Connect users; asked last, because each call waits for its slot. */
  readonly connect?: OpenedConnect['connect'];
}

/** A user that was found, with the row that we have of them, if any. */
export interface FoundUser {
  readonly sub: string;
  readonly row: UserRecord | undefined;
  /** As the pool has them; `undefined` when it has no such user, or does not show them yet. */
  readonly user: PoolUser | undefined;
}

/**
 * Finds a user for a command that only reads, by what people know: sub, user name, address, "First Last", the id or the
 * user name of the Connect user, or an alias. The command shows whom it found.
 *
 * @throws {RefusedError} listing the users, when several match.
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function findUser(sources: UserSources, text: string): Promise<FoundUser> {
  const { table, pool } = sources;
  if (subSchema.safeParse(text).success) {
    const found = await findById(sources, text);
    if (found !== undefined) return found;
  }
  const [named, addressed] = await Promise.all([
    pool.having('username', text),
    text.includes('@') ? pool.having('email', text) : [],
  ]);
  let users = distinct([...named, ...addressed]);
  if (users.length === 0) users = await findByFullName(pool, text);
  if (users.length === 0) {
    const aliased = await pool.named(text);
    if (aliased !== undefined) users = [aliased];
  }
  if (users.length > 1) throw severalUsers(text, users);
  const [user] = users;
  if (user !== undefined) return { sub: user.sub, user, row: await table.find(user.sub) };
  const found = await findByConnectUsername(sources, text);
  if (found !== undefined) return found;
  throw noSuchUser(text);
}

/** Finds a user by sub, or by the id of the Connect user. A sub with a row is one even when the pool has no such user. */
async function findById({ table, pool }: UserSources, id: string): Promise<FoundUser | undefined> {
  const [row, [user]] = await Promise.all([table.find(id), pool.having('sub', id)]);
  if (row !== undefined || user !== undefined) return { sub: id, row, user };
  const claim = await table.findClaim(id);
  if (claim === undefined) return undefined;
  const [holder, [owner]] = await Promise.all([table.find(claim.sub), pool.having('sub', claim.sub)]);
  return { sub: claim.sub, row: holder, user: owner };
}

async function findByConnectUsername(sources: UserSources, username: string): Promise<FoundUser | undefined> {
  const connect = await sources.connect?.();
  if (connect === undefined) return undefined;
  if ('unknown' in connect) throw noSuchUser(username, ` Connect user names were not looked up: ${connect.unknown}.`);
  for (const id of await connect.idsByUsername(username)) {
    const found = await findById(sources, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Only given names can be searched exactly: the family name is compared here. */
async function findByFullName(pool: PoolUsers, text: string): Promise<readonly PoolUser[]> {
  const [first, last] = text.trim().split(/\s+(?=\S+$)/);
  if (first === undefined || last === undefined) return [];
  const [given, whole] = await Promise.all([pool.having('given_name', first), pool.having('name', text)]);
  return distinct([...given.filter(({ attributes }) => attributes.family_name === last), ...whole]);
}

const distinct = (users: readonly PoolUser[]): readonly PoolUser[] => [
  ...new Map(users.map((user) => [user.sub, user])).values(),
];

/** Says whom a command is about. Pure. */
export const describeUser = ({ sub, user }: FoundUser): string =>
  `User ${user === undefined ? 'without a record in the pool' : user.username}, sub ${sub}`;

/** Lists the users that match, so that a person can choose one. */
export const severalUsers = (text: string, users: readonly PoolUser[]): RefusedError =>
  new RefusedError(
    `${users.length} users match ${JSON.stringify(text)}: say which one by its sub.`,
    users.map(({ sub, username }) => `${sub}, user name ${username}`),
  );

/** Says that no user was found, and where they were not looked for. */
export function noSuchUser(text: string, unread = ''): ConfigError {
  const small = text.trim().toLowerCase();
  const advice =
    text !== small && subSchema.safeParse(small).success ? ` Subs and ids have small letters: try ${small}` : '';
  return new ConfigError(
    'cognito-user-missing',
    `There is no such user: received ${JSON.stringify(text)}. The user pool has no user of this name or sub, and the table has no row of it.${unread}${advice}`,
  );
}
