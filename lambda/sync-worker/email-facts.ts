import { dependsOnPool, type Vouching, vouchFor } from '../core/holds/address-rules.ts';
import type { EmailFacts } from '../core/holds/email-guards.ts';
import { releasedFields } from '../core/holds/hold-digests.ts';
import { EMAIL_FIELDS } from '../core/identity/identity.ts';
import type { DesiredIdentity } from '../core/identity/map-identity.ts';
import { attributesOfRules } from '../core/links/adoption.ts';
import { mayHaveReplacedEmail } from '../core/links/exposure.ts';
import { isDefaultProtection } from '../core/policy.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import type { CognitoUser, ConnectUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';

/**
 * Finds out whether the addresses of a Cognito user can be trusted. Reads the pool's settings only for a trusted provider.
 *
 * @param since - read the settings anew where the last read is older, milliseconds since the epoch.
 */
export async function findVouching(
  { pool, table, policy: { email, adoption } }: SyncDeps,
  user: CognitoUser,
  desired: DesiredIdentity,
  since: number | undefined,
): Promise<Vouching> {
  if (!dependsOnPool(user, email)) return vouchFor(user, desired, email, false);
  const exposure = await pool.exposure(since);
  const history = await table.rememberExposure(exposure, attributesOfRules(adoption.rules), exposure.readAt);
  return vouchFor(user, desired, email, exposure.keepsVerifiedEmail && !mayHaveReplacedEmail(history, user.createdAt));
}

/** Gathers the facts for the e-mail guards. Asks Connect for its security profiles only when an address would change. */
export async function gatherEmailFacts(
  { directory, policy }: SyncDeps,
  {
    row,
    desired,
    observed,
    rewrite,
    vouching,
    trustFirstEmail,
  }: Readonly<{
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
  const { allowedDomains, protectedSecurityProfiles: names } = policy.email;
  const asks = addressDiffers && names.length > 0;
  const protectedIds = asks ? await directory.securityProfileIds(names) : new Map<string, string>();
  const own = observed.securityProfileIds;
  return {
    ...vouching,
    allowedDomains,
    protectedProfile: asks && (own === undefined || own.some((id) => [...protectedIds.values()].includes(id))),
    unknownProfile: asks && !isDefaultProtection(names) && names.some((name) => !protectedIds.has(name)),
    firstEmail: row.firstEmail === true && !trustFirstEmail,
    budgetSpent: false,
    released: releasedFields(desired, row),
  };
}
