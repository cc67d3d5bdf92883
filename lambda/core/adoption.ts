import { type Doors, type ExposureHistory, isFromOpenTimes } from './exposure.ts';
import type { Attributes } from './map-identity.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { AdoptionRule } from './policy.ts';

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

/** What decides whether a rule may link a Cognito user by itself. */
export interface AdoptionFacts {
  readonly exposure: Doors;
  readonly history: ExposureHistory;
  /** `UserCreateDate` of the Cognito user, milliseconds since the epoch. */
  readonly createdAt: number | undefined;
}

/**
 * Tells why a rule must not link by itself: a stranger could register a user named like a Connect user and receive its
 * password reset, or could have done so before the pool was closed. Pure.
 */
export function whyHeld(rule: AdoptionRule, { exposure, history, createdAt }: AdoptionFacts): Outcome | undefined {
  if (exposure.selfSignUp) return outcome('held', 'open-sign-up');
  if (rule.attribute !== undefined && exposure.writableAttributes.has(rule.attribute)) {
    return outcome('held', 'writable-attribute');
  }
  return isFromOpenTimes(history, rule.attribute, createdAt) ? outcome('held', 'earlier-sign-up') : undefined;
}

/** Attributes that adoption rules read. Pure. */
export const attributesOfRules = (rules: readonly AdoptionRule[]): readonly string[] =>
  rules.flatMap(({ attribute }) => attribute ?? []);
