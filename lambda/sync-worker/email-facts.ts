import { comesFromTrusted, fieldsFromElsewhere, isVerified } from '../core/address-rules.ts';
import { releasedFields } from '../core/holds.ts';
import { EMAIL_FIELDS } from '../core/identity.ts';
import type { DesiredIdentity } from '../core/map-identity.ts';
import type { EmailFacts } from '../core/plan-identity.ts';
import { isDefaultProtection } from '../core/policy.ts';
import type { UserRow } from '../core/user-row.ts';
import type { CognitoUser, ConnectUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';

/** Whether the address of a user counts as verified, and whether the user can replace it without verification. */
export interface Vouching {
  readonly verified: boolean;
  readonly changeableByUser: boolean;
}

/** Finds out whether the address of a Cognito user counts as verified. Reads the pool's settings only for a trusted provider. */
export async function findVouching({ pool, policy }: SyncDeps, user: CognitoUser): Promise<Vouching> {
  const { requireVerified, trustedProviders } = policy.email;
  if (!requireVerified || isVerified(user)) return { verified: true, changeableByUser: false };
  if (!comesFromTrusted(user, trustedProviders)) return { verified: false, changeableByUser: false };
  const { keepsVerifiedEmail } = await pool.exposure();
  return { verified: keepsVerifiedEmail, changeableByUser: !keepsVerifiedEmail };
}

/** Gathers the facts for the e-mail guards. Asks Connect for its security profiles only when an address would change. */
export async function gatherEmailFacts(
  { directory, policy }: SyncDeps,
  {
    user,
    row,
    desired,
    observed,
    rewrite,
    vouching,
    trustFirstEmail,
  }: Readonly<{
    user: CognitoUser;
    row: UserRow;
    desired: DesiredIdentity;
    observed: ConnectUser;
    rewrite: boolean;
    vouching: Vouching;
    trustFirstEmail: boolean;
  }>,
): Promise<EmailFacts> {
  const addressDiffers = EMAIL_FIELDS.some((field) => {
    const wanted = desired[field];
    return wanted?.kind === 'value' && (rewrite || wanted.value !== observed.identity[field]);
  });
  const { requireVerified, allowedDomains, protectedSecurityProfiles: names } = policy.email;
  const asks = addressDiffers && names.length > 0;
  const protectedIds = asks ? await directory.securityProfileIds(names) : new Map<string, string>();
  const held = observed.securityProfileIds;
  return {
    ...vouching,
    unverifiable: requireVerified ? fieldsFromElsewhere(user, desired) : [],
    allowedDomains,
    protectedProfile: asks && (held === undefined || held.some((id) => [...protectedIds.values()].includes(id))),
    unknownProfile: asks && !isDefaultProtection(names) && names.some((name) => !protectedIds.has(name)),
    firstEmail: row.firstEmail === true && !trustFirstEmail,
    budgetSpent: false,
    released: releasedFields(desired, row),
  };
}
