import { type AddressOwner, comesFromTrusted, isVerified } from './address-rules.ts';
import { matches } from './digest.ts';
import type { Inventory, ListedCognitoUser, ReconciledRow } from './inventory.ts';
import { mapIdentity } from './map-identity.ts';
import type { Policy } from './policy.ts';
import { settledText } from './settled.ts';

/**
 * Whether the desired identity of a listed user is the one that a read of Connect has confirmed, with the same link, policy
 * and verification. Then the change in Cognito concerns no field. Pure.
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
  }: { readonly policy: Policy; readonly policyHash: string } & Pick<Inventory, 'exposure'>,
): boolean {
  const { settled, connectUserId, linkedAt } = row;
  if (settled === undefined || connectUserId === undefined || !countsNow(row)) return false;
  const verified = countsAsVerified(user, policy, exposure.keepsVerifiedEmail === true);
  const { identityManagementType } = policy;
  // The sweep does not ask Connect for its type. The digest was made with one of the two.
  const types =
    identityManagementType === undefined ? (['CONNECT_MANAGED', 'SAML'] as const) : [identityManagementType];
  return types.some((type) => {
    const desired = mapIdentity(user.attributes, policy.mapping, type);
    return matches(settled, settledText({ desired, connectUserId, linkedAt, policyHash, type, verified }));
  });
}

/** A digest does not count while a first address is not settled, or when no read of Cognito is recorded. */
const countsNow = ({ firstEmail, status, cognitoModifiedAt }: ReconciledRow): boolean =>
  firstEmail !== true && status !== 'cognito-user-missing' && cognitoModifiedAt !== undefined;

function countsAsVerified(user: AddressOwner, { email }: Policy, keepsVerifiedEmail: boolean): boolean {
  if (!email.requireVerified || isVerified(user)) return true;
  return comesFromTrusted(user, email.trustedProviders) && keepsVerifiedEmail;
}

/** Attributes that scope, adoption and mapping read, and the one that says whether the address is verified. Pure. */
export const attributesToList = ({ scope, adoption, mapping }: Policy): ReadonlySet<string> =>
  new Set([
    ...attributesToFind({ scope, adoption }),
    ...Object.values(mapping).flatMap((rule) =>
      (rule?.from ?? []).map((source) => source.replace(/^name\..*/, 'name')),
    ),
    'email_verified',
  ]);

/** Attributes that scope and adoption read. Pure. */
export const attributesToFind = ({ scope, adoption }: Pick<Policy, 'scope' | 'adoption'>): ReadonlySet<string> =>
  new Set([
    ...(scope.kind === 'attribute' ? [scope.attribute] : []),
    ...adoption.rules.flatMap(({ attribute }) => attribute ?? []),
    // A rule over the address asks whether it is verified.
    ...(adoption.rules.some(({ attribute }) => attribute === 'email') ? ['email_verified'] : []),
  ]);
