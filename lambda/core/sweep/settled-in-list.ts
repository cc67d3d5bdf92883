import { vouchFor } from '../holds/address-rules.ts';
import { EMAIL_FIELDS } from '../identity/identity.ts';
import { mapIdentity } from '../identity/map-identity.ts';
import { mayHaveReplacedEmail } from '../links/exposure.ts';
import type { Policy } from '../policy.ts';
import { findSettled } from '../writes/settled.ts';
import type { Inventory, ListedCognitoUser, ReconciledRow } from './inventory.ts';

/**
 * Whether the desired identity of a listed user is the one for which a read of Connect has shown that there is nothing to
 * write, with the same link, policy and verification. Then the change in Cognito concerns no field. Pure.
 *
 * The caller compares separately whether Connect still shows the identity.
 */
export function isSettledInList(
  user: ListedCognitoUser,
  row: ReconciledRow,
  {
    policy,
    policyHash,
    exposure,
    history,
  }: { readonly policy: Policy; readonly policyHash: string } & Pick<Inventory, 'exposure' | 'history'>,
): boolean {
  const { connectUserId, linkedAt } = row;
  if (connectUserId === undefined || !countsNow(row)) return false;
  const { identityManagementType } = policy;
  // The sweep does not ask Connect for its type. The digest was made with one of the two.
  const types =
    identityManagementType === undefined ? (['CONNECT_MANAGED', 'SAML'] as const) : [identityManagementType];
  return types.some((type) => {
    const desired = mapIdentity(user.attributes, policy.mapping, type);
    const kept = exposure.keepsVerifiedEmail === true && !mayHaveReplacedEmail(history, user.createdAt);
    const vouching = vouchFor(user, desired, policy.email, kept);
    return findSettled(row, { desired, connectUserId, linkedAt, policyHash, type, vouching }) !== undefined;
  });
}

/** A digest does not count when no read of Cognito is recorded. */
const countsNow = ({ status, cognitoModifiedAt }: ReconciledRow): boolean =>
  status !== 'cognito-user-missing' && cognitoModifiedAt !== undefined;

/** Attributes that scope, adoption and mapping read, and the one that says whether the address is verified. Pure. */
export const attributesToList = ({ scope, adoption, mapping }: Policy): ReadonlySet<string> =>
  new Set([
    ...attributesToFind({ scope, adoption }),
    ...Object.values(mapping).flatMap((rule) =>
      (rule?.from ?? []).map((source) => source.replace(/^name\..*/, 'name')),
    ),
    'email_verified',
    // Cognito verifies this attribute only: an address from elsewhere is compared with it.
    ...(EMAIL_FIELDS.some((field) => mapping[field]) ? ['email'] : []),
  ]);

/** Attributes that scope and adoption read. Pure. */
export const attributesToFind = ({ scope, adoption }: Pick<Policy, 'scope' | 'adoption'>): ReadonlySet<string> =>
  new Set([
    ...(scope.kind === 'attribute' ? [scope.attribute] : []),
    ...adoption.rules.flatMap(({ attribute }) => attribute ?? []),
    // A rule over the address asks whether it is verified.
    ...(adoption.rules.some(({ attribute }) => attribute === 'email') ? ['email_verified'] : []),
  ]);
