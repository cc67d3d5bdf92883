import { Option } from 'commander';
import { PermanentError, TransientError } from '../../lambda/core/failures/errors.ts';
import { IDENTITY_FIELDS, type IdentityField } from '../../lambda/core/identity/identity.ts';
import { startProgress } from '../terminal/progress.ts';
import { type Line, tableOf } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { desiredValue } from './compare-hold.ts';
import type { OpenedConnect } from './open-connect.ts';
import type { ConnectUsers, PoolUsers } from './ports.ts';

/** What of both sides is shown. */
export interface SideOptions {
  readonly names: boolean;
  readonly showValues: boolean;
}

/** Options that show what is not shown by default. */
export const namesOption = (): Option =>
  new Option('--names', 'show the user names of both sides, read now').default(false);

/** See {@link namesOption}. */
export const valuesOption = (): Option =>
  new Option('--show-values', 'show the values of both sides, read now').default(false);

/** A user whose sides are read. */
export interface SidesOf {
  readonly sub: string;
  readonly connectUserId: string | null;
  /** Fields whose values are shown. */
  readonly fields: readonly IdentityField[];
}

/** One line of both sides: a user name, or a field; `null` where a side has nothing, or was not read. */
export interface SideLine {
  readonly what: 'user name' | IdentityField;
  readonly cognito: string | null;
  readonly connect: string | null;
}

/** What {@link readBothSides} works with. */
export interface SideDeps extends OpenedConnect {
  readonly pool: PoolUsers;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Reads both sides of some users with the operator's own permissions: Cognito by `ListUsers`, for which AWS bills no user,
 * Connect after waiting for a slot. Nothing is stored. If Connect refuses or does not answer, that is
 * reported once, and it is left out.
 *
 * @returns by sub, as far as it was not interrupted.
 */
export async function readBothSides(
  deps: SideDeps,
  users: readonly SidesOf[],
  { showValues }: SideOptions,
): Promise<ReadonlyMap<string, readonly SideLine[]>> {
  const { pool, terminal, signal } = deps;
  const settings = await deps.workerSettings();
  const readAgent = await openAgents(deps);
  const sides = new Map<string, readonly SideLine[]>();
  const progress = startProgress(deps, 'Both sides read', users.length);
  for (const { sub, connectUserId, fields } of users) {
    if (signal.aborted) break;
    const [user] = await pool.having('sub', sub);
    const agent = connectUserId === null ? undefined : await readAgent(connectUserId);
    const value = (field: IdentityField) =>
      user === undefined || 'unknown' in settings ? null : (desiredValue(field, user, settings) ?? null);
    const names: SideLine = {
      what: 'user name',
      cognito: user?.username ?? null,
      connect: agent?.username ?? null,
    };
    const values = fields.map((what) => ({ what, cognito: value(what), connect: agent?.identity[what] ?? null }));
    sides.set(sub, showValues ? [names, ...values] : [names]);
    progress.at(sides.size);
  }
  progress.end();
  if (signal.aborted) terminal.note(`Interrupted: both sides of ${sides.size} of ${users.length} users were read.`);
  return sides;
}

/** Says once why Connect is not read, and goes on without it. */
async function openAgents({
  terminal,
  connect,
}: SideDeps): Promise<(id: string) => ReturnType<ConnectUsers['describe']>> {
  const users = await connect();
  let unknown = 'unknown' in users ? users.unknown : undefined;
  if (unknown !== undefined) terminal.note(`Connect was not read: ${unknown}.`);
  return async (id) => {
    if (unknown !== undefined || 'unknown' in users) return undefined;
    try {
      return await users.describe(id);
    } catch (error) {
      if (!(error instanceof PermanentError || error instanceof TransientError)) throw error;
      unknown = error.message;
      terminal.note(`Connect was not read: ${unknown}`);
      return undefined;
    }
  };
}

/** Lines that show both sides of users, one under the other. Pure. */
export function renderBothSides(sides: ReadonlyMap<string, readonly SideLine[]>): readonly Line[] {
  return [...sides].flatMap(([sub, lines]) => [
    '',
    `User ${sub}`,
    tableOf(
      ['', 'COGNITO', 'CONNECT'],
      lines.map(({ what, cognito, connect }) => [`  ${what}`, cognito ?? '-', connect ?? '-']),
    ),
  ]);
}

/** Fields by the names that rows have for them. Pure. */
export const knownFields = (names: readonly string[]): readonly IdentityField[] =>
  IDENTITY_FIELDS.filter((field) => names.includes(field));
