import { foldName } from '../core/links/adoption.ts';
import type { AdoptionRule } from '../core/policy.ts';
import type { CognitoUser, ConnectUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';

/**
 * Finds the Connect user whose name differs in case only from the name that a rule looks for. The rule must have
 * `ignoreCase`, and the sweep must have found, in its lists, that no other user of either side has the name. Connect is read
 * again to check it.
 */
export async function findOtherCase(
  { directory, table, policyHash }: SyncDeps,
  rule: AdoptionRule,
  { user, name, now }: { readonly user: CognitoUser; readonly name: string; readonly now: number },
): Promise<ConnectUser | undefined> {
  if (rule.ignoreCase !== true) return undefined;
  const match = await table.findCaseMatch(user.sub, now);
  if (match === undefined || match.policyHash !== policyHash) return undefined;
  const observed = await directory.describeUser(match.connectUserId);
  const found = observed?.username;
  return found !== undefined && foldName(found) === foldName(name) ? observed : undefined;
}
