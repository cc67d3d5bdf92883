import { PermanentError } from '../core/errors.ts';
import { SETTLING_MS } from '../core/freshness.ts';
import { EMAIL_FIELDS, IDENTITY_FIELDS, type Identity, type IdentityField } from '../core/identity.ts';
import { type DesiredIdentity, mapIdentity } from '../core/map-identity.ts';
import { type Outcome, type Reason, summarize } from '../core/outcome.ts';
import { type EmailFacts, type IdentityPlan, planIdentity } from '../core/plan-identity.ts';
import type { CognitoUser, ConnectUser, FieldDigests, UserRow } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { digestOf, matches } from './digest.ts';

/** A user modified so shortly before or after our own write was modified by it: clocks differ, and a call takes its time. */
const OWN_WRITE_MS = 15_000;

/** What reconciling a linked user leaves behind. */
interface IdentityConclusion {
  readonly outcome: Outcome;
  readonly connectModifiedAt?: number | undefined;
  readonly writeAnswered?: boolean;
  readonly emailSettled?: boolean;
  readonly holds?: FieldDigests | undefined;
  readonly releases?: { readonly left: FieldDigests; readonly givenAt: number | undefined } | undefined;
}

/** See {@link reconcileIdentity}. */
export type ReconcileResult =
  | { readonly kind: 'concluded'; readonly conclusion: IdentityConclusion }
  | { readonly kind: 'again'; readonly delaySeconds: number; readonly why: 'settling' };

/** A linked pair. */
export interface LinkedUser {
  readonly user: CognitoUser;
  readonly row: UserRow;
  readonly connectUserId: string;
  readonly type: 'CONNECT_MANAGED' | 'SAML';
  /** An operator asked for it: what was given up as pointless is tried once more. */
  readonly force: boolean;
}

/**
 * Compares what Cognito asks for with what Connect has, and writes the difference.
 *
 * @returns `connect-user-missing` when Connect has no such user; `again` when Connect may still be showing an older state and
 *   a field that is withheld, or has no source any more, would make us send that older state back.
 */
export async function reconcileIdentity(
  deps: SyncDeps,
  { user, row, connectUserId, type, force }: LinkedUser,
): Promise<ReconcileResult | { readonly kind: 'connect-user-missing' }> {
  const { directory, table, policy, clock } = deps;
  const desired = mapIdentity(user.attributes, policy.mapping, type);
  const observed = await directory.describeUser(connectUserId);
  if (observed === undefined) return { kind: 'connect-user-missing' };

  const writtenAgoMs = clock.now() - (row.lastWriteAt ?? 0);
  // A SAML instance may hold an Email of old, which we never send.
  const { Email, ...others } = observed.identity;
  const comparable = type === 'SAML' ? others : observed.identity;
  const rewrite = writtenAgoMs < SETTLING_MS && !matches(row.lastWrite, textOf(comparable));
  const email = await emailFacts(deps, { user, row, desired, observed, rewrite });
  const planWith = (facts: EmailFacts) =>
    planIdentity({ desired, observed: observed.identity, type, email: facts, rewrite });
  let plan = planWith(email);
  if (plan.changed.some((field) => EMAIL_FIELDS.includes(field) && !email.released.includes(field))) {
    const affordable = await table.spendEmailBudget(user.sub, clock.now(), policy.email.maxUsersPerHour);
    if (!affordable) plan = planWith({ ...email, budgetSpent: true });
  }
  const keepsObserved = IDENTITY_FIELDS.some((field) => policy.mapping[field] && desired[field] === undefined);
  if (rewrite && (keepsObserved || plan.withheld.length > 0)) {
    return { kind: 'again', delaySeconds: Math.ceil((SETTLING_MS - writtenAgoMs) / 1_000), why: 'settling' };
  }
  const settles = email.verified ? EMAIL_FIELDS.filter((field) => !email.unverifiable.includes(field)) : [];
  return apply(deps, { row, connectUserId, observed, desired, plan, settles, force });
}

async function apply(
  { directory, table, clock }: SyncDeps,
  {
    row,
    connectUserId,
    observed,
    desired,
    plan,
    settles,
    force,
  }: Readonly<{
    row: UserRow;
    connectUserId: string;
    observed: ConnectUser;
    desired: DesiredIdentity;
    plan: IdentityPlan;
    /** Fields whose address counts as settled once Connect has it. */
    settles: readonly IdentityField[];
    force: boolean;
  }>,
): Promise<ReconcileResult | { readonly kind: 'connect-user-missing' }> {
  const holds = holdsOf(desired, plan, row.holds);
  const rejected = (reason: Reason): ReconcileResult => {
    // What waits for a person still does.
    const status = holds === undefined ? 'rejected' : 'held';
    const outcome: Outcome = { status, reason, changed: [], withheld: plan.withheld };
    return { kind: 'concluded', conclusion: { outcome, connectModifiedAt: observed.modifiedAt, holds } };
  };
  if (plan.write !== null) {
    const planned = textOf(plan.write);
    if (!force && isKeptAsAnother(row, planned, observed, clock.now())) return rejected('connect-keeps-another');
    await table.noteWrite(row.sub, digestOf(planned), clock.now());
    try {
      if ((await directory.updateIdentity(connectUserId, plan.write)) === 'connect-user-missing')
        return { kind: 'connect-user-missing' };
    } catch (error) {
      if (!(error instanceof PermanentError) || error.status !== 400) throw error;
      // Connect knows rules that nobody documents; trying again unchanged would be refused again.
      return rejected('connect-refused');
    }
  }
  const identity = plan.write ?? observed.identity;
  return {
    kind: 'concluded',
    conclusion: {
      outcome: summarize(plan.changed, plan.withheld),
      connectModifiedAt: plan.write === null ? observed.modifiedAt : undefined,
      writeAnswered: plan.write !== null,
      // Whoever merely claims the agent's present address has settled nothing.
      emailSettled: hasAddresses(identity, desired, settles),
      holds,
      releases: useUp(row, desired, identity),
    },
  };
}

/**
 * Whether Connect took this very identity from us, and shows another although nobody has changed it since: writing it once
 * more would change nothing, and look like a success each time.
 */
function isKeptAsAnother(
  { writeAnswered = false, lastWrite, lastWriteAt = 0 }: UserRow,
  planned: string,
  { modifiedAt }: ConnectUser,
  now: number,
): boolean {
  const untouched = modifiedAt !== undefined && Math.abs(modifiedAt - lastWriteAt) < OWN_WRITE_MS;
  return writeAnswered && now - lastWriteAt >= SETTLING_MS && untouched && matches(lastWrite, planned);
}

/** Gathers what the e-mail guards need; Connect is asked for its security profiles only when an address would change. */
async function emailFacts(
  { directory, policy }: SyncDeps,
  {
    user,
    row,
    desired,
    observed,
    rewrite,
  }: Readonly<{
    user: CognitoUser;
    row: UserRow;
    desired: DesiredIdentity;
    observed: ConnectUser;
    rewrite: boolean;
  }>,
): Promise<EmailFacts> {
  const differing = EMAIL_FIELDS.flatMap((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && (rewrite || wanted.value !== observed.identity[field])
      ? [{ field, value: wanted.value }]
      : [];
  });
  const { requireVerified, trustedProviders, allowedDomains, protectedSecurityProfiles } = policy.email;
  const protectedIds =
    differing.length > 0 && protectedSecurityProfiles.length > 0
      ? await directory.securityProfileIds(protectedSecurityProfiles)
      : new Map<string, string>();
  return {
    verified: !requireVerified || user.attributes.email_verified === 'true' || isVouchedFor(user, trustedProviders),
    unverifiable: requireVerified ? fieldsFromElsewhere(user, desired) : [],
    allowedDomains,
    protectedProfile: observed.securityProfileIds.some((id) => [...protectedIds.values()].includes(id)),
    unknownProfile: differing.length > 0 && protectedSecurityProfiles.some((name) => !protectedIds.has(name)),
    firstEmail: row.firstEmail === true && !policy.adoption.trustFirstEmail,
    budgetSpent: false,
    released: differing.flatMap(({ field, value }) => (matches(row.releases?.[field], value) ? [field] : [])),
  };
}

/** Whoever comes from several providers got the address from the last one: all of them have to be trusted. */
const isVouchedFor = ({ providers }: CognitoUser, trusted: readonly string[]): boolean =>
  providers.length > 0 && providers.every((provider) => trusted.includes(provider));

/** Addresses that come from another attribute than `email`. */
const fieldsFromElsewhere = ({ attributes }: CognitoUser, desired: DesiredIdentity) =>
  EMAIL_FIELDS.filter((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && wanted.value !== (attributes.email ?? '').normalize('NFC').trim();
  });

/** Whether Cognito asks for an address in one of these fields at all, and Connect has each one it asks for. */
function hasAddresses(identity: Identity, desired: DesiredIdentity, fields: readonly IdentityField[]): boolean {
  const wanted = fields.flatMap((field) => {
    const address = desired[field];
    return address?.kind === 'value' ? [{ field, value: address.value }] : [];
  });
  return wanted.length > 0 && wanted.every(({ field, value }) => identity[field] === value);
}

/** As long as a value is held, its digest stays the same: a person who releases it names it by its digest. */
function holdsOf(desired: DesiredIdentity, { withheld }: IdentityPlan, before: FieldDigests = {}) {
  const held = withheld.flatMap(({ field, kind }) => {
    const wanted = desired[field];
    if (kind !== 'held' || wanted?.kind !== 'value') return [];
    const known = before[field];
    return [[field, known && matches(known, wanted.value) ? known : digestOf(wanted.value)] as const];
  });
  return held.length === 0 ? undefined : Object.fromEntries(held);
}

/** A release is used up once Connect has its value, and void once Cognito asks for another one. */
function useUp({ releases, releasedAt }: UserRow, desired: DesiredIdentity, identity: Identity) {
  if (releases === undefined) return undefined;
  const left = IDENTITY_FIELDS.flatMap((field) => {
    const release = releases[field];
    const wanted = desired[field];
    const waits = wanted?.kind === 'value' && matches(release, wanted.value) && identity[field] !== wanted.value;
    return release && waits ? [[field, release] as const] : [];
  });
  return left.length === Object.keys(releases).length
    ? undefined
    : { left: Object.fromEntries(left), givenAt: releasedAt };
}

/** One text for an identity, whatever the order of its members. */
const textOf = (identity: Identity): string => JSON.stringify(IDENTITY_FIELDS.map((field) => identity[field] ?? null));
