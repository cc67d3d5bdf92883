import { isDefiniteRefusal } from '../core/failures/refusal.ts';
import type { EmailFacts } from '../core/holds/email-guards.ts';
import { EMAIL_FIELDS, type IdentityField } from '../core/identity/identity.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import { isRefusalOver, leaveOutRefused } from '../core/writes/field-groups.ts';
import { type Changes, composeWrite, type IdentityPlan, planIdentity } from '../core/writes/plan-identity.ts';
import type { SyncDeps } from './deps.ts';
import { gatherEmailFacts } from './email-facts.ts';
import type { LinkedUser } from './linked-user.ts';
import { type PlannedWrite, type WriteResult, writeIdentity } from './write-identity.ts';

/** A place in the e-mail budget that this try has taken. */
export interface BudgetTaken {
  giveBack(): Promise<void>;
}

/** Plans the write, and takes a place in the e-mail budget if the plan needs one. */
export async function planWithinBudget(
  deps: SyncDeps,
  linked: LinkedUser,
  rewrite: boolean,
): Promise<{ readonly plan: IdentityPlan; readonly email: EmailFacts; readonly budgetTaken: BudgetTaken | undefined }> {
  const { table, clock, policy } = deps;
  const { user, row, desired, observed, type, force } = linked;
  const email = await gatherEmailFacts(deps, { ...linked, rewrite });
  const now = clock.now();
  const known = force || mayTryRefused(row, deps.policyHash, now) ? undefined : row.refused;
  const planWith = (facts: EmailFacts): IdentityPlan => {
    const update = policy.identityUpdate;
    const plan = planIdentity({ desired, observed: observed.identity, type, email: facts, update, rewrite });
    const { changes, withheld } = leaveOutRefused(plan.changes, known);
    if (withheld.length === 0) return plan;
    const write = changes.size === 0 && !rewrite ? null : composeWrite(observed.identity, changes, type, update);
    return { write, changes, withheld: [...plan.withheld, ...withheld] };
  };
  const plan = planWith(email);
  const spends = [...plan.changes.keys()].some((field) => isAddress(field) && !email.released.includes(field));
  if (!spends || policy.mode === 'observe') return { plan, email, budgetTaken: undefined };
  const budget = await table.spendEmailBudget(user.sub, now, policy.email.maxUsersPerHour);
  const giveBack = () => table.giveBackEmailBudget(user.sub, now);
  if (budget === 'spent') return { plan: planWith({ ...email, budgetSpent: true }), email, budgetTaken: undefined };
  return { plan, email, budgetTaken: budget === 'taken' ? { giveBack } : undefined };
}

const isAddress = (field: IdentityField): boolean => EMAIL_FIELDS.includes(field);

const mayTryRefused = ({ refused, policyHash }: UserRow, currentHash: string, now: number): boolean =>
  refused !== undefined && (policyHash !== currentHash || isRefusalOver(refused, now));

/** Sends the write. Gives the place in the budget back when certainly no address was written. */
export async function writeWithBudget(
  deps: SyncDeps,
  planned: PlannedWrite,
  budgetTaken: BudgetTaken | undefined,
): Promise<WriteResult | 'connect-user-missing'> {
  let wroteAddress = false;
  const onTaken = (changes: Changes) => {
    wroteAddress ||= [...changes.keys()].some(isAddress);
  };
  try {
    const result = await writeIdentity(deps, planned, onTaken);
    if (!wroteAddress) await budgetTaken?.giveBack();
    return result;
  } catch (error) {
    if (!wroteAddress && isDefiniteRefusal(error)) await budgetTaken?.giveBack();
    throw error;
  }
}
