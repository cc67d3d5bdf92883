import { nameToAdopt, whyHeld } from '../core/adoption.ts';
import { type Outcome, outcome } from '../core/outcome.ts';
import type { CognitoUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';

/** A link, or the reason why there is none. */
export type AdoptionResult =
  | { readonly kind: 'linked'; readonly connectUserId: string }
  | { readonly kind: 'none'; readonly outcome: Outcome };

/**
 * Finds the Connect user of a Cognito user who has none yet, by the configured rules in their order, and links the two.
 * Exactly one Connect user must match, nobody else may have claimed it, and no stranger may be able to choose what the
 * rule matches: linking is where an attacker would enter.
 */
export async function adoptConnectUser(
  { pool, directory, table, policy }: SyncDeps,
  user: CognitoUser,
  now: number,
): Promise<AdoptionResult> {
  for (const rule of policy.adoption.rules) {
    const name = nameToAdopt(rule, user);
    const ids = name === undefined ? [] : await directory.findIdsByUsername(name);
    const [connectUserId, another] = ids;
    if (connectUserId === undefined) continue;
    if (another !== undefined) return none(outcome('ambiguous', 'several-connect-users'));
    const held = whyHeld(rule, await pool.exposure());
    if (held !== undefined) return none(held);
    const result = await table.link(user.sub, connectUserId, now);
    return result === 'linked' ? { kind: 'linked', connectUserId } : none(outcome('ambiguous', 'claimed-by-another'));
  }
  return none(outcome('unlinked', 'no-connect-user'));
}

const none = (result: Outcome): AdoptionResult => ({ kind: 'none', outcome: result });
