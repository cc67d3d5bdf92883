import type { IdentityField } from '../../lambda/core/identity/identity.ts';
import { mapIdentity } from '../../lambda/core/identity/map-identity.ts';
import { type Digest, matches } from '../../lambda/core/rows/digest.ts';
import type { ReadWorkerSettings, WorkerSettings } from '../deployment/worker-settings.ts';
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
  const wanted = desiredValue(field, user, settings);
  return wanted !== undefined && matches(digest, wanted) ? 'same' : 'another';
}

/** What Cognito asks for in a field that is held. Pure. */
export function desiredValue(
  field: IdentityField,
  { attributes }: PoolUser,
  { POLICY: { mapping, identityManagementType = 'CONNECT_MANAGED' } }: WorkerSettings,
): string | undefined {
  // Only an instance that is managed by Connect can have a held Email; for every other field the type makes no difference.
  const type = field === 'Email' ? 'CONNECT_MANAGED' : identityManagementType;
  const wanted = mapIdentity(attributes, mapping, type)[field];
  return wanted?.kind === 'value' ? wanted.value : undefined;
}
