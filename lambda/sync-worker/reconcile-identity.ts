import { matches } from '../core/digest.ts';
import { SETTLING_MS } from '../core/freshness.ts';
import { IDENTITY_FIELDS, type Identity, textOf, type UpdatableType } from '../core/identity.ts';
import { concludeWith, NOTHING_SENT, type ReconcileResult } from './conclude-identity.ts';
import type { SyncDeps } from './deps.ts';
import { mayEcho } from './echo.ts';
import { isRepeated, type LinkedUser } from './linked-user.ts';
import { planWithinBudget, writeWithBudget } from './plan-write.ts';

/** A user modified so shortly before or after our own write was modified by it: clocks differ, and a call takes its time. */
const OWN_WRITE_MS = 15_000;

/**
 * Compares what Cognito asks for with what Connect has, and writes the difference.
 *
 * @returns `connect-user-missing` when Connect has no such user by now; `again` when Connect may still be showing an older
 *   state that the write would send back.
 */
export async function reconcileIdentity(
  deps: SyncDeps,
  linked: LinkedUser,
): Promise<ReconcileResult | { readonly kind: 'connect-user-missing' }> {
  const { policy, clock } = deps;
  const { row, observed, desired, type } = linked;
  const writtenAgoMs = clock.now() - (row.lastWriteAt ?? 0);
  const rewrite = writtenAgoMs < SETTLING_MS && !showsLastWrite(linked);
  const { plan, email, budgetTaken } = await planWithinBudget(deps, linked, rewrite);
  const keepsObserved = IDENTITY_FIELDS.some((field) => policy.mapping[field] && desired[field] === undefined);
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
  const echo = await mayEcho(deps, linked, plan.write, plan.changes);
  if (echo !== 'now') {
    await budgetTaken?.giveBack();
    return echo;
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
 * Whether a read surely shows what we wrote last. Where Connect has not answered that write, the same identity may be that of
 * an earlier write, which the read still shows.
 */
function showsLastWrite({ row, observed, type }: LinkedUser): boolean {
  const { writeAnswered = false, syncedReadAt = 0, lastWriteAt = 0, lastWrite } = row;
  return (
    (writeAnswered || syncedReadAt > lastWriteAt) && matches(lastWrite, textOf(comparable(observed.identity, type)))
  );
}

/** A SAML instance may hold an Email of old, which is never sent. */
function comparable(identity: Identity, type: UpdatableType): Identity {
  if (type === 'CONNECT_MANAGED') return identity;
  const { Email, ...others } = identity;
  return { FirstName: '', LastName: '', ...others };
}

/**
 * Whether Connect took this very identity from us, and shows another one although nothing has changed it since: writing it
 * once more would change nothing, and would count as a success each time.
 */
function isKeptAsAnother({ row, observed, force }: LinkedUser, write: Identity, now: number): boolean {
  const { lastWriteAt = 0 } = row;
  const untouched = observed.modifiedAt !== undefined && Math.abs(observed.modifiedAt - lastWriteAt) < OWN_WRITE_MS;
  return !force && now - lastWriteAt >= SETTLING_MS && untouched && isRepeated(row, write);
}
