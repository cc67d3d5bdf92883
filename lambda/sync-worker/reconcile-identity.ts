import { SETTLING_MS } from '../core/events/freshness.ts';
import {
  IDENTITY_FIELDS,
  type Identity,
  type IdentityField,
  textOf,
  type UpdatableType,
} from '../core/identity/identity.ts';
import { matches } from '../core/rows/digest.ts';
import { concludeWith, NOTHING_SENT, type ReconcileResult } from './conclude-identity.ts';
import type { SyncDeps } from './deps.ts';
import { hasArrived, isRepeated, type LinkedUser } from './linked-user.ts';
import { planWithinBudget, writeWithBudget } from './plan-write.ts';
import { mayRepeatAddress } from './repeat-address.ts';

/** A modification within this time of the last write is that write: clocks differ, and a call takes time. */
const OWN_WRITE_MS = 15_000;

/**
 * Compares desired and observed identity, and writes the difference.
 *
 * @returns `connect-user-missing` when Connect does not find the user for the write; `again` when Connect may still show an
 *   older state that the write would send back.
 */
export async function reconcileIdentity(
  deps: SyncDeps,
  linked: LinkedUser,
): Promise<ReconcileResult | { readonly kind: 'connect-user-missing' }> {
  const { policy, clock } = deps;
  const { row, observed, desired, type } = linked;
  const writtenAgoMs = clock.now() - (row.lastWriteAt ?? 0);
  const rewrite = writtenAgoMs < SETTLING_MS && !showsLastWrite(linked, clock.now());
  const { plan, email, budgetTaken } = await planWithinBudget(deps, linked, rewrite);
  const keepsObserved = IDENTITY_FIELDS.some(
    (field) => policy.mapping[field] && desired[field] === undefined && isWritten(field, type),
  );
  if (rewrite && policy.identityUpdate === 'whole' && (keepsObserved || plan.withheld.length > 0)) {
    await budgetTaken?.giveBack();
    return { kind: 'again', delaySeconds: Math.ceil((SETTLING_MS - writtenAgoMs) / 1_000), why: 'settling' };
  }
  const conclude = concludeWith(deps, linked, email);
  if (plan.write === null) return conclude({ ...plan, rewrite, result: NOTHING_SENT });
  if (policy.mode === 'observe') return conclude({ ...plan, rewrite, result: { taken: plan.changes, refusals: [] } });
  if (isKeptAsAnother(linked, plan.write, clock.now())) {
    await budgetTaken?.giveBack();
    return conclude({ ...plan, rewrite, result: NOTHING_SENT, reason: 'connect-keeps-another' });
  }
  const repeat = await mayRepeatAddress(deps, linked, plan.write, plan.changes);
  if (repeat !== 'now') {
    await budgetTaken?.giveBack();
    return repeat;
  }
  const planned = {
    row,
    connectUserId: observed.id,
    observed: observed.identity,
    type,
    rewrite,
    ...plan,
    write: plan.write,
  };
  const result = await writeWithBudget(deps, planned, budgetTaken);
  return result === 'connect-user-missing' ? { kind: result } : conclude({ ...plan, rewrite, result });
}

/**
 * Whether a read certainly shows the last write. If Connect has not answered it, an equal identity may still be that of an earlier
 * write: reads may show the state before the write in between.
 */
function showsLastWrite({ row, observed, type }: LinkedUser, now: number): boolean {
  const isAlone = now - (row.earlierWriteAt ?? 0) >= SETTLING_MS;
  return (hasArrived(row) || isAlone) && matches(row.lastWrite, textOf(comparable(observed.identity, type)));
}

/** Whether a write has the field. An address of a user from SAML is never sent. */
const isWritten = (field: IdentityField, type: UpdatableType): boolean => type !== 'SAML' || field !== 'Email';

/** The part of the identity that is written. A SAML instance may have an old Email, which is never sent. */
function comparable(identity: Identity, type: UpdatableType): Identity {
  if (type === 'CONNECT_MANAGED') return identity;
  const { Email, ...others } = identity;
  return { FirstName: '', LastName: '', ...others };
}

/**
 * Whether Connect took the same identity with the last write, and shows another one although its user was not modified
 * since. Another write would not change anything and would count as a success each time.
 */
function isKeptAsAnother({ row, observed, force }: LinkedUser, write: Identity, now: number): boolean {
  const { lastWriteAt = 0 } = row;
  const untouched = observed.modifiedAt !== undefined && Math.abs(observed.modifiedAt - lastWriteAt) < OWN_WRITE_MS;
  return !force && now - lastWriteAt >= SETTLING_MS && untouched && isRepeated(row, write);
}
