import { type Digest, matches } from '../../lambda/core/digest.ts';
import type { IdentityField } from '../../lambda/core/identity.ts';
import { mapIdentity } from '../../lambda/core/map-identity.ts';
import type { ReadWorkerSettings } from '../deployment/worker-settings.ts';
import type { PoolUser } from './ports.ts';

/** Whether a held value is the one that Cognito has now. */
export type HoldComparison = 'same' | 'another' | 'not-compared';

/** Compares a held value with what Cognito asks for now. Pure. */
export function compareHold(
  field: IdentityField,
  digest: Digest,
  user: PoolUser | undefined,
  settings: ReadWorkerSettings,
): HoldComparison {
  if (user === undefined || 'unknown' in settings) return 'not-compared';
  // Only an instance that is managed by Connect can have a held Email; for every other field the type makes no difference.
  const type = field === 'Email' ? 'CONNECT_MANAGED' : (settings.POLICY.identityManagementType ?? 'CONNECT_MANAGED');
  const wanted = mapIdentity(user.attributes, settings.POLICY.mapping, type)[field];
  return wanted?.kind === 'value' && matches(digest, wanted.value) ? 'same' : 'another';
}
