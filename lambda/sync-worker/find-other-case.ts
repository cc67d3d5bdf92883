import type { AdoptionRule } from '../core/policy.ts';
import type { CognitoUser, ConnectUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';

/**
 * The Connect user whose name differs from the one that a rule looks for in case only, where the rule allows it and the sweep has
 * found that no other user of either side has the name: that is decided from lists, because a search cannot tell. What the sweep
 * found is checked against Connect as it is now.
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
  return observed?.username?.toLowerCase() === name.toLowerCase() ? observed : undefined;
}
