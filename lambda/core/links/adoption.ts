import { type AddressOwner, isVerified } from '../holds/address-rules.ts';
import { type Attributes, attributeOf } from '../identity/map-identity.ts';
import { type Outcome, outcome } from '../outcome.ts';
import type { AdoptionRule } from '../policy.ts';
import {
  type ExposureHistory,
  mayHaveUnprovenAddress,
  type OpenSettings,
  type PoolExposure,
  wasCreatedWhileOpen,
} from './exposure.ts';

/**
 * The Connect user name that a rule looks for. `undefined` when the Cognito user has no value for it. Pure.
 *
 * @param user - the Cognito user.
 */
export function nameToAdopt(
  rule: AdoptionRule,
  user: { readonly username: string; readonly attributes: Attributes },
): string | undefined {
  const name =
    rule.attribute === undefined ? user.username : (attributeOf(user.attributes, rule.attribute) ?? '').trim();
  return name === '' ? undefined : name;
}

/**
 * A user name without regard to case. Connect user names have ASCII letters only: another letter whose lower case is an ASCII
 * letter, such as the Kelvin sign, is not the same letter. Pure.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateUser.html
 */
export const foldName = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** What decides whether a rule may link a Cognito user without a person. */
export interface AdoptionFacts {
  readonly exposure: OpenSettings & Partial<PoolExposure>;
  readonly history: ExposureHistory;
  /** `UserCreateDate` of the Cognito user, milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  /** The Cognito user, with the attribute `email_verified`. */
  readonly user: AddressOwner;
  /** Providers whose addresses count as verified. */
  readonly trustedProviders: readonly string[];
}

/**
 * Tells why a rule must not link without a person. A stranger could register a Cognito user with the name of a Connect user
 * and receive the password reset of that Connect user, or could have done so earlier. Pure.
 */
export function whyHeld(rule: AdoptionRule, facts: AdoptionFacts): Outcome | undefined {
  const { exposure, history, createdAt } = facts;
  if (isProvenAddress(rule, facts)) return undefined;
  if (exposure.selfSignUp) return outcome('held', 'open-sign-up');
  if (rule.attribute !== undefined && exposure.writableAttributes.has(rule.attribute)) {
    return outcome('held', 'writable-attribute');
  }
  return wasCreatedWhileOpen(history, rule.attribute, createdAt) ? outcome('held', 'earlier-sign-up') : undefined;
}

/**
 * Whether a rule reads an address that the user has proven to own. Then a stranger cannot choose the address of another
 * person. The pool must keep the old address until the new one is verified. Only trusted providers may have set the
 * address: those that the user comes from, and those that are linked to the user. While the pool is open for sign-up, and
 * when the user was created, no pre sign-up function may run: it could declare any address verified.
 */
function isProvenAddress({ attribute }: AdoptionRule, facts: AdoptionFacts): boolean {
  const { exposure, history, createdAt, user, trustedProviders } = facts;
  if (attribute !== 'email' || exposure.keepsVerifiedEmail !== true || !isVerified(user)) return false;
  // What was verified is the whole text. Without its ends, which the rule leaves out, it may be the address of another person.
  if (user.attributes.email !== user.attributes.email?.trim()) return false;
  const isUnproven = exposure.selfSignUp && exposure.preSignUp !== false;
  if (isUnproven || mayHaveUnprovenAddress(history, createdAt)) return false;
  const { providers, linkedProviders = [] } = user;
  return [...providers, ...linkedProviders].every((provider) => trustedProviders.includes(provider));
}

/** Attributes that adoption rules read. Pure. */
export const attributesOfRules = (rules: readonly AdoptionRule[]): readonly string[] =>
  rules.flatMap(({ attribute }) => attribute ?? []);
