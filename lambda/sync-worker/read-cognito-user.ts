import type { Change } from '../core/events/change.ts';
import { maybeTooEarly, SECOND_READ_MS } from '../core/events/freshness.ts';
import { outcome } from '../core/outcome.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import type { CognitoUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { linkOf } from './linked-user.ts';
import { LINK_CHANGED_SECONDS, type UserResult } from './user-result.ts';

/** A Cognito user counts as missing when no complete read has found it for this time. */
const MISSING_CONFIRMATION_MS = 60_000;

/** Reads Cognito. Reads again shortly after when a trigger may have run before the value was stored. */
export async function readCognitoUser(
  { pool, clock }: SyncDeps,
  sub: string,
  changes: readonly Change[],
): Promise<CognitoUser | undefined> {
  const user = await pool.findUser(sub);
  if (user === undefined || !maybeTooEarly(changes, user.modifiedAt)) return user;
  await clock.sleep(SECOND_READ_MS);
  return pool.findUser(sub);
}

/** Concludes for a user that Cognito does not have, after reads for a minute. The Connect user stays as it is. */
export async function concludeMissing(
  { table }: SyncDeps,
  { sub, row, change, readAt }: Readonly<{ sub: string; row: UserRow | undefined; change: Change; readAt: number }>,
): Promise<UserResult> {
  const missingForMs = readAt - (row?.missingSince ?? readAt);
  if (row?.missingSince === undefined) await table.noteMissing(sub, readAt);
  if (missingForMs < MISSING_CONFIRMATION_MS) {
    const delaySeconds = Math.ceil((MISSING_CONFIRMATION_MS - missingForMs) / 1_000);
    return { kind: 'again', delaySeconds, why: 'cognito-user-missing' };
  }
  const connectUserId = row?.connectUserId;
  if (connectUserId !== undefined) await table.orphan(sub, connectUserId, readAt);
  const missing = outcome('cognito-user-missing', 'cognito-user-missing');
  const link = linkOf(row);
  const conclusion = { outcome: missing, change, readAt, link, synced: true, since: readAt };
  if (!(await table.conclude(sub, conclusion)))
    return { kind: 'again', delaySeconds: LINK_CHANGED_SECONDS, why: 'link-changed' };
  return { kind: 'concluded', outcome: missing, connectUserId };
}
