import { subSchema } from '../../lambda/core/change.ts';
import { ConfigError } from '../../lambda/core/errors.ts';
import type { FindSub, UserRecord, UserTable } from './ports.ts';

/** A user of the pool, with the row that we have of them, if any. */
export interface FoundUser {
  readonly sub: string;
  readonly row: UserRecord | undefined;
}

/**
 * Finds a user by sub or user name. A sub that has a row is taken as it is: the user may be gone from the pool.
 *
 * @throws {ConfigError} `cognito-user-missing`.
 */
export async function findUser(
  { table, findSub }: { readonly table: UserTable; readonly findSub: FindSub },
  nameOrSub: string,
): Promise<FoundUser> {
  if (subSchema.safeParse(nameOrSub).success) {
    const row = await table.find(nameOrSub);
    if (row !== undefined) return { sub: nameOrSub, row };
  }
  const sub = await findSub(nameOrSub);
  if (sub === undefined)
    throw new ConfigError(
      'cognito-user-missing',
      'There is no such user: the user pool has nobody of this user name or sub, and the table has no row of it.',
    );
  return { sub, row: await table.find(sub) };
}
