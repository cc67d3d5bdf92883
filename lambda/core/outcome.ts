import type { IdentityField } from './identity.ts';

/**
 * Why a value stays away from Connect, and what a person can do about it. `waiting` ends by itself, `held` waits for
 * a person, `rejected` waits for the user, the link or the configuration to change.
 */
const WITHHELD_REASONS = {
  'email-not-verified': 'Cognito has not verified the address; it follows by itself once the user verifies it.',
  'not-verifiable':
    'Cognito verifies the attribute email and no other: map the field to email, or switch email.requireVerified off, which lets people take over accounts.',
  'email-on-saml': 'A SAML instance takes no Email: set mapping.Email to null, or map the address to SecondaryEmail.',
  'domain-not-allowed': 'The address is outside email.allowedDomains: correct it in Cognito or extend the list.',
  'protected-profile':
    'The Connect user holds a protected security profile: change the address in Connect, or check who asks for it, then: connect-sync release USER.',
  'unknown-profile':
    'email.protectedSecurityProfiles names a profile that Connect does not have, so nobody can be cleared: correct it.',
  'first-email': 'First address of a newly linked user: check the link, then: connect-sync release USER.',
  'email-budget':
    'More users than email.maxUsersPerHour changed their address within the hour: check why, then: connect-sync release USER.',
  'too-long': 'The value is longer than Connect allows: shorten it in Cognito.',
  'not-an-email-address': 'Connect takes no such address: correct it in Cognito.',
  'not-e164': 'Connect takes numbers in E.164 form only, for example +12065550100: correct it in Cognito.',
  blank: 'The source attribute is empty and the mapping says reject: fill it in Cognito.',
  'missing-name': 'Connect requires a first and a last name and neither side has one: fill it in Cognito.',
} as const;

/** Why nothing at all could be synchronized. */
const REASONS = {
  'cognito-user-missing': 'Cognito has no user with this sub: nothing to do, unless it was created in another pool.',
  'no-connect-user':
    'No Connect user matches by the configured adoption rules: create one, then: connect-sync sync USER; or: connect-sync link USER CONNECT_USER_ID.',
  'several-connect-users':
    'More than one Connect user matches: connect-sync link USER CONNECT_USER_ID, with the right one.',
  'claimed-by-another':
    'The matching Connect user is linked to another Cognito user: find out whose it is; connect-sync link USER CONNECT_USER_ID --replace-claim gives it to this one.',
  'open-sign-up':
    'Anybody may sign up to the pool and choose a user name, so links are not made unseen: connect-sync link USER CONNECT_USER_ID.',
  'writable-attribute':
    'An app client lets users write the attribute that the adoption rule reads: connect-sync link USER CONNECT_USER_ID.',
  'connect-user-missing': 'The linked Connect user was deleted: the next change looks for a new one.',
  'connect-refused': 'Connect refused the identity as invalid: see the status and code in this line.',
  'connect-keeps-another':
    'Connect took the identity and keeps another one, although nobody has changed it since: write the value in Cognito as Connect shows it.',
  'existing-directory': 'This Connect instance takes its identities from a directory: it cannot be synchronized.',
} as const;

/** See {@link WITHHELD_REASONS}. */
type WithheldReason = keyof typeof WITHHELD_REASONS;
/** See {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** A field whose desired value is not written, and why. */
export interface Withheld {
  readonly field: IdentityField;
  readonly kind: 'waiting' | 'held' | 'rejected';
  readonly reason: WithheldReason;
}

/**
 * How reconciling a user ended last. `written` and `unchanged` are in order; `waiting`, `held` and `rejected` say that
 * something was withheld (a name may have been written all the same: see `changed`); the rest say why there was
 * nothing to compare with.
 */
export type Status =
  | 'written'
  | 'unchanged'
  | 'waiting'
  | 'held'
  | 'rejected'
  | 'unlinked'
  | 'ambiguous'
  | 'connect-user-missing'
  | 'cognito-user-missing'
  | 'out-of-scope';

/** Ids, field names and codes only: an outcome is stored and logged. */
export interface Outcome {
  readonly status: Status;
  readonly reason?: Reason;
  readonly changed: readonly IdentityField[];
  readonly withheld: readonly Withheld[];
}

/** An outcome without any field in it. */
export const outcome = (status: Status, reason: Reason): Outcome => ({ status, reason, changed: [], withheld: [] });

/**
 * Summarizes a carried-out plan: what needs a person's attention most comes first. Pure.
 *
 * @param changed - fields that were written.
 */
export function summarize(changed: readonly IdentityField[], withheld: readonly Withheld[]): Outcome {
  const worst = (['held', 'rejected', 'waiting'] as const).find((kind) =>
    withheld.some((field) => field.kind === kind),
  );
  return { status: worst ?? (changed.length > 0 ? 'written' : 'unchanged'), changed, withheld };
}

/** What a person can do about an outcome, a sentence for each thing in it; empty when all is in order. */
export const advise = ({ reason, withheld }: Outcome): readonly string[] => [
  ...(reason === undefined ? [] : [REASONS[reason]]),
  ...withheld.map((field) => `${field.field}: ${WITHHELD_REASONS[field.reason]}`),
];

/** What a person can do about a reason; `undefined` for one that this version does not know. Pure. */
export function adviseOn(reason: string): string | undefined {
  const known: Readonly<Record<string, string>> = { ...REASONS, ...WITHHELD_REASONS };
  return Object.hasOwn(known, reason) ? known[reason] : undefined;
}
