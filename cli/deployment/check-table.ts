import { ConfigError, PermanentError } from '../../lambda/core/failures/errors.ts';
import type { TableOwner } from '../../lambda/ports.ts';
import type { Connections } from '../connections.ts';

/**
 * The deployment that a table belongs to; `undefined` for a table on which no function has run yet.
 *
 * @throws {PermanentError} that names the table, when there is none.
 */
export async function readOwnerOf(
  tableName: string,
  { tableOwner }: Pick<Connections, 'tableOwner'>,
): Promise<TableOwner | undefined> {
  try {
    return await tableOwner(tableName);
  } catch (error) {
    if (!(error instanceof PermanentError && error.code === 'ResourceNotFoundException')) throw error;
    const { code, cause, status, operation } = error;
    const message = `There is no table ${tableName} in this account and Region: ${error.message}`;
    throw new PermanentError(code, message, { cause, ...(status && { status }), ...(operation && { operation }) });
  }
}

/**
 * Makes sure that a table is the one of a pool, before anything is read from it or written to it.
 *
 * @param owner - the deployment that the table belongs to; `undefined` for a table on which no function has run yet.
 * @throws {ConfigError} `table-of-another`.
 */
export function checkTable(tableName: string, owner: TableOwner | undefined, userPoolId: string | undefined): void {
  if (owner === undefined || userPoolId === undefined || owner.userPoolId === userPoolId) return;
  throw new ConfigError(
    'table-of-another',
    `Table ${tableName} belongs to the deployment of user pool ${owner.userPoolId} and Connect instance ${owner.connectInstanceId}; this command is about ${userPoolId}. Correct --table, --user-pool or --stack.`,
  );
}
