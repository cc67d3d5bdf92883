import type { IdentityField } from './identity/identity.ts';
import type { Policy } from './policy.ts';

/**
 * Why a value is not written to Connect, and what a person can do about it. `waiting` ends by itself, `held` needs a person,
 * `rejected` needs another value or setting.
 */
const WITHHELD_REASONS = {
  'email-not-verified': 'Cognito has not verified the address: it is written after the user verifies it.',
  'provider-address-changeable':
    'The address comes from a trusted provider, but this user can replace it without verification, or could earlier. Check the address, then: connect-sync release USER. For later users, let the pool keep the original address until a new one is verified (AttributesRequireVerificationBeforeUpdate), or map email_verified from the provider and empty email.trustedProviders.',
  'not-verifiable':
    'Cognito verifies the attribute email and no other: map the field to email, or switch email.requireVerified off, which lets people take over accounts.',
  'domain-not-allowed': 'The address is outside email.allowedDomains: correct it in Cognito or extend the list.',
  'protected-profile':
    'The Connect user holds a protected security profile, or Connect did not say which profiles it holds: change the address in Connect, or check who asks for it, then: connect-sync release USER.',
  'unknown-profile':
    'email.protectedSecurityProfiles names a profile that Connect does not have, so its holders are unknown: correct the setting.',
  'first-email': 'First address of a newly linked user: check the link, then: connect-sync release USER.',
  'email-budget':
    'More users than email.maxUsersPerHour changed their address within the hour: check why, then: connect-sync release USER.',
  'too-long': 'The value is longer than Connect allows: shorten it in Cognito.',
  'not-an-email-address': 'Connect does not take this e-mail address in this field: correct it in Cognito.',
  'not-e164': 'Connect takes numbers in E.164 form only, for example +12065550100: correct it in Cognito.',
  'not-printable':
    'The value has control characters or characters that change the direction of text: correct it in Cognito.',
  'name-not-split': 'The parts of the attribute name are not certain: fill given_name and family_name in Cognito.',
  blank: 'The source attribute is empty and the mapping says reject: fill it in Cognito.',
  'missing-name': 'Connect requires a first and a last name and neither side has one: fill it in Cognito.',
  'refused-by-connect':
    'Connect refused the value, with the code in this line: correct it in Cognito. It is tried again after 1, 2, 4 … hours, at most once a day, and at once by: connect-sync sync USER.',
  'wrong-in-connect':
    'Connect refuses an identity that repeats its own values, and the value of this field looks wrong: correct it in Connect, then: connect-sync sync USER.',
} as const;

/** Why a user could not be synchronized, or what else a person should know. */
const REASONS = {
  'cognito-user-missing':
    'Cognito has no user with this sub: nothing to do. A user who was created again has another sub and needs a link of its own.',
  'no-connect-user':
    'No Connect user matches by the configured adoption rules: create one, then: connect-sync sync USER; or: connect-sync link USER CONNECT_USER_ID.',
  'several-connect-users':
    'More than one Connect user matches: connect-sync link USER CONNECT_USER_ID, with the right one.',
  'claimed-by-another':
    'The matching Connect user is linked to another Cognito user: find out which link is right. If this one: connect-sync link USER CONNECT_USER_ID --replace-claim.',
  'open-sign-up':
    'Strangers may sign up to the pool and choose a user name, so a rule makes no link: check who it is, then: connect-sync link USER CONNECT_USER_ID.',
  'writable-attribute':
    'An app client lets users write the attribute that the adoption rule reads, so a rule makes no link: check who it is, then: connect-sync link USER CONNECT_USER_ID.',
  'earlier-sign-up':
    'The Cognito user was created while strangers could choose the value that the adoption rule reads: check who it is, then: connect-sync link USER CONNECT_USER_ID.',
  'connect-user-missing': 'The linked Connect user was deleted: the next change looks for a new one.',
  'connect-keeps-another':
    'Connect took the identity but shows another one, and its user was not changed since: set the value in Cognito to what Connect shows.',
  'overwritten-by-another':
    'The same identity was written three times within a day, because something else changes it back in Connect: find out what else writes there (another synchronization, an administrator, a provisioning tool).',
  'existing-directory': 'This Connect instance takes its identities from a directory: it cannot be synchronized.',
} as const;

/** See {@link WITHHELD_REASONS}. */
type WithheldReason = keyof typeof WITHHELD_REASONS;
/** See {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** A field whose desired value is not written, with the reason. */
export interface Withheld {
  readonly field: IdentityField;
  readonly kind: 'waiting' | 'held' | 'rejected';
  readonly reason: WithheldReason;
  /** The code with which Connect refused it. */
  readonly code?: string;
}

/**
 * How reconciling ended. `written` and `unchanged` need no action. `waiting`, `held` and `rejected` say that a value was
 * withheld; other fields may have been written, see `changed`. The rest say why there was nothing to compare with.
 * `would-write` replaces `written` in the mode `observe`.
 */
export type Status =
  | 'written'
  | 'would-write'
  | 'unchanged'
  | 'waiting'
  | 'held'
  | 'rejected'
  | 'unlinked'
  | 'ambiguous'
  | 'connect-user-missing'
  | 'cognito-user-missing'
  | 'out-of-scope';

/** How reconciling ended. It is stored and logged, so it has ids, field names and codes only. */
export interface Outcome {
  readonly status: Status;
  readonly reason?: Reason;
  readonly changed: readonly IdentityField[];
  readonly withheld: readonly Withheld[];
}

/** An outcome without fields. */
export const outcome = (status: Status, reason: Reason): Outcome => ({ status, reason, changed: [], withheld: [] });

/**
 * Summarizes a plan that was carried out. The status is the one that needs a person most. Pure.
 *
 * @param changed - fields that were written, or would have been.
 */
export function summarize(
  changed: readonly IdentityField[],
  withheld: readonly Withheld[],
  mode: Policy['mode'] = 'sync',
): Outcome {
  if (mode === 'observe' && changed.length > 0) return { status: 'would-write', changed, withheld };
  const worst = (['held', 'rejected', 'waiting'] as const).find((kind) =>
    withheld.some((field) => field.kind === kind),
  );
  return { status: worst ?? (changed.length > 0 ? 'written' : 'unchanged'), changed, withheld };
}

/** Whom an advice is about. */
export interface AdvisedUser {
  readonly sub: string;
  /** The Connect user that an adoption rule has found, if there is one. */
  readonly candidateId?: string | null | undefined;
}

/** Puts ids in place of USER and CONNECT_USER_ID, as far as they are known. */
const fillIn = (text: string, { sub, candidateId }: AdvisedUser): string =>
  text.replaceAll(/\bUSER\b/g, sub).replaceAll(/\bCONNECT_USER_ID\b/g, candidateId ?? 'CONNECT_USER_ID');

/** What a person can do about the outcome of a user: one text for each reason in it, empty when no action is needed. Pure. */
export const advise = ({ reason, withheld }: Outcome, user: AdvisedUser): readonly string[] => [
  ...(reason === undefined ? [] : [fillIn(REASONS[reason], user)]),
  ...withheld.map((field) => `${field.field}: ${fillIn(WITHHELD_REASONS[field.reason], user)}`),
];

/** What a person can do about a reason, for one user; `undefined` for a reason that this version does not know. Pure. */
export function adviseOn(reason: string, user: AdvisedUser): string | undefined {
  const text = textOf(reason);
  return text === undefined ? undefined : fillIn(text, user);
}

/** What a person can do about a reason that several users have; `undefined` for one that this version does not know. Pure. */
export const adviseOnSeveral = (reason: string): string | undefined =>
  textOf(reason)
    ?.replaceAll('connect-sync release USER', `connect-sync release --reason ${reason}`)
    .replaceAll(
      /connect-sync (link|sync) USER(?: CONNECT_USER_ID)?((?: --[a-z-]+)*)/g,
      'connect-sync $1$2, for each user',
    );

function textOf(reason: string): string | undefined {
  const known: Readonly<Record<string, string>> = { ...REASONS, ...WITHHELD_REASONS };
  return Object.hasOwn(known, reason) ? known[reason] : undefined;
}
