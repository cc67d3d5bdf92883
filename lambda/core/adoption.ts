import type { Attributes } from './map-identity.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { AdoptionRule } from './policy.ts';

/** What strangers can do in the user pool: where they can choose what a rule matches, no link is made unseen. */
export interface PoolExposure {
  /** Anybody may sign up, and so choose a user name. */
  readonly selfSignUp: boolean;
  /** Attributes that at least one app client lets its users write. */
  readonly writableAttributes: ReadonlySet<string>;
}

/**
 * The Connect user name that a rule looks for, or `undefined` when this user has nothing to look for. Pure.
 *
 * @param user - of Cognito.
 */
export function nameToAdopt(
  rule: AdoptionRule,
  user: { readonly username: string; readonly attributes: Attributes },
): string | undefined {
  const name = rule.attribute === undefined ? user.username : (user.attributes[rule.attribute] ?? '').trim();
  return name === '' ? undefined : name;
}

/**
 * Tells why a rule must not link by itself: a stranger could register a user named like an agent and receive the
 * agent's password reset. Pure.
 */
export function whyHeld(rule: AdoptionRule, exposure: PoolExposure): Outcome | undefined {
  if (exposure.selfSignUp) return outcome('held', 'open-sign-up');
  if (rule.attribute !== undefined && exposure.writableAttributes.has(rule.attribute)) {
    return outcome('held', 'writable-attribute');
  }
  return undefined;
}
