import { SETTLING_MS } from '../core/events/freshness.ts';
import type { Identity } from '../core/identity/identity.ts';
import { digestOf, matches } from '../core/rows/digest.ts';
import type { Changes } from '../core/writes/plan-identity.ts';
import type { ReconcileResult } from './conclude-identity.ts';
import type { SyncDeps } from './deps.ts';
import type { LinkedUser } from './linked-user.ts';

/** A first read that is older than this does not count. */
const MAX_AGE_MS = 60 * 60_000;

/**
 * Decides whether a write may repeat the address that Connect shows. Reads of Connect may be out of date for minutes, so a
 * write of the whole identity could send back an address that an administrator has just replaced. When Cognito's address is
 * not verified, or Cognito has none any more, a second read two minutes after the first must show the same address.
 */
export async function mayRepeatAddress(
  { table, policy, clock, newSalt }: SyncDeps,
  linked: LinkedUser,
  write: Identity,
  changes: Changes,
): Promise<'now' | (ReconcileResult & { readonly kind: 'again' })> {
  const { row } = linked;
  const address = changes.has('Email') ? undefined : write.Email;
  if (policy.identityUpdate !== 'whole' || address === undefined || !isDoubtful(linked)) return 'now';
  const now = clock.now();
  const since =
    row.shownEmail !== undefined && matches(row.shownEmail, address)
      ? now - row.shownEmail.at
      : Number.POSITIVE_INFINITY;
  if (since >= SETTLING_MS && since <= MAX_AGE_MS) return 'now';
  const isNew = since > MAX_AGE_MS;
  if (isNew) await table.noteShownEmail(row.sub, { ...digestOf(address, newSalt()), at: now });
  const delaySeconds = Math.ceil((SETTLING_MS - (isNew ? 0 : since)) / 1_000);
  return { kind: 'again', delaySeconds, why: 'repeats-address' };
}

/** Whether Cognito's address is not verified, or Cognito has had an address and has none now. */
const isDoubtful = ({ desired, vouching, row }: LinkedUser): boolean =>
  desired.Email?.kind === 'value' ? !vouching.verified : row.hadEmail === true;
