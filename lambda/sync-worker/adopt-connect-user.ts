import { attributesOfRules, nameToAdopt, whyHeld } from '../core/links/adoption.ts';
import { type Outcome, outcome, type Reason } from '../core/outcome.ts';
import type { CognitoUser, ConnectUser } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { findOtherCase } from './find-other-case.ts';

/** A link, or the reason why there is none. */
export type AdoptionResult =
  | { readonly kind: 'linked'; readonly observed: ConnectUser }
  /** A rule may not link this user, and Connect was not asked. */
  | { readonly kind: 'left-to-sweep'; readonly why: Reason }
  | {
      readonly kind: 'none';
      readonly outcome: Outcome;
      /** The Connect user that a rule has found and must not link by itself. */
      readonly candidateId?: string;
    };

/**
 * Finds the Connect user of a Cognito user without a link, by the configured rules in their order, and links the two.
 * Exactly one Connect user must match, and no other Cognito user may have claimed it. Strangers must not be able to choose
 * the value that the rule reads, now or when the Cognito user was created: with a link, an attacker could take over an account.
 *
 * @param options.asks - true to ask Connect also when a rule may not link. False saves calls to Connect for strangers: the
 *   lists of the sweep show which of them have a namesake there.
 */
export async function adoptConnectUser(
  deps: SyncDeps,
  user: CognitoUser,
  { now, asks }: { readonly now: number; readonly asks: boolean },
): Promise<AdoptionResult> {
  const { adoption, email } = deps.policy;
  const facts = { createdAt: user.createdAt, user, trustedProviders: email.trustedProviders };
  const settings = await readPoolSettings(deps);
  for (const rule of adoption.rules) {
    const name = nameToAdopt(rule, user);
    if (name === undefined) continue;
    const held = whyHeld(rule, { ...settings, ...facts });
    if (held?.reason !== undefined && !asks) return { kind: 'left-to-sweep', why: held.reason };
    const [exact, another] = await findNamesakes(deps, name);
    const observed = exact ?? (await findOtherCase(deps, rule, { user, name, now }));
    if (observed === undefined) continue;
    if (held !== undefined) return none(held, observed.id);
    if (another !== undefined) return none(outcome('ambiguous', 'several-connect-users'));
    // Read settings again that are older than the user: they do not show what was possible when the user was created.
    const heldByNow = whyHeld(rule, { ...(await readPoolSettings(deps, user.modifiedAt)), ...facts });
    if (heldByNow !== undefined) return none(heldByNow, observed.id);
    const result = await deps.table.link(user.sub, observed.id, now);
    if (result === 'linked') return { kind: 'linked', observed };
    return none(outcome('ambiguous', 'claimed-by-another'), observed.id);
  }
  return none(outcome('unlinked', 'no-connect-user'));
}

/** The settings of the pool, read anew where the last read is older than `since`, and what is remembered of earlier ones. */
async function readPoolSettings({ pool, table, policy }: SyncDeps, since?: number) {
  const exposure = await pool.exposure(since);
  const watched = attributesOfRules(policy.adoption.rules);
  return { exposure, history: await table.rememberExposure(exposure, watched, exposure.readAt) };
}

/** Connect users with exactly this name, at most two. Each is read, because a search may name deleted users. */
async function findNamesakes({ directory }: SyncDeps, name: string): Promise<readonly ConnectUser[]> {
  const found: ConnectUser[] = [];
  for (const id of await directory.findIdsByUsername(name)) {
    const observed = await directory.describeUser(id);
    if (observed !== undefined && (observed.username ?? name) === name) found.push(observed);
    if (found.length > 1) break;
  }
  return found;
}

const none = (result: Outcome, candidateId?: string): AdoptionResult => ({
  kind: 'none',
  outcome: result,
  ...(candidateId !== undefined && { candidateId }),
});
