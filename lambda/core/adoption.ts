import { type ExposureHistory, type OpenSettings, wasCreatedWhileOpen } from './exposure.ts';
import type { Attributes } from './map-identity.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { AdoptionRule } from './policy.ts';

/**
 * The Connect user name that a rule looks for. `undefined` when the Cognito user has no value for it. Pure.
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

/** What decides whether a rule may link a Cognito user without a person. */
export interface AdoptionFacts {
  readonly exposure: OpenSettings;
  readonly history: ExposureHistory;
  /** `UserCreateDate` of the Cognito user, milliseconds since the epoch. */
  readonly createdAt: number | undefined;
}

/**
 * Tells why a rule must not link without a person. A stranger could register a Cognito user with the name of a Connect user
 * and receive the password reset of that Connect user, or could have done so earlier. Pure.
 */
export function whyHeld(rule: AdoptionRule, { exposure, history, createdAt }: AdoptionFacts): Outcome | undefined {
  if (exposure.selfSignUp) return outcome('held', 'open-sign-up');
  if (rule.attribute !== undefined && exposure.writableAttributes.has(rule.attribute)) {
    return outcome('held', 'writable-attribute');
  }
  return wasCreatedWhileOpen(history, rule.attribute, createdAt) ? outcome('held', 'earlier-sign-up') : undefined;
}

/** Attributes that adoption rules read. Pure. */
export const attributesOfRules = (rules: readonly AdoptionRule[]): readonly string[] =>
  rules.flatMap(({ attribute }) => attribute ?? []);
