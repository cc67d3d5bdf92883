// Written by `npm run generate` from `lambda/core/policy.ts`; do not edit.

/** What may be written, and to which users. Each member is the setting of the same name in connect-sync.json. */
export interface PolicyProps {
  /** Identity management of the Connect instance. Default: asked of Connect (DescribeInstance). */
  readonly identityManagementType?: 'CONNECT_MANAGED' | 'SAML' | undefined;
  /** sync writes to Connect; observe makes links and records what would be written, and writes nothing to Connect. @default 'sync' */
  readonly mode?: 'sync' | 'observe' | undefined;
  /** What a write to Connect carries: the whole identity, because AWS does not say whether a member left out is kept; or only what changes, for accounts where that was measured. @default 'whole' */
  readonly identityUpdate?: 'whole' | 'changed' | undefined;
  /** Which users of the pool are synchronized; all others are left alone. @default { kind: 'everyone' } */
  readonly scope?: PolicyScope | undefined;
  /** Which Cognito attributes feed which field of Connect. `null` leaves the field alone. @default - that of each member */
  readonly mapping?: PolicyMapping | undefined;
  /** How a Cognito user is linked to a Connect user. @default - that of each member */
  readonly adoption?: PolicyAdoption | undefined;
  /** The guards of e-mail addresses. @default - that of each member */
  readonly email?: PolicyEmail | undefined;
}

/** Which users of the pool are synchronized. The members that belong to the kind are required. */
export interface PolicyScope {
  /** Decides which of the other members apply. */
  readonly kind: 'everyone' | 'group' | 'attribute';
  /** Cognito group whose members are synchronized. */
  readonly group?: string | undefined;
  /** Cognito attribute that decides. */
  readonly attribute?: string | undefined;
  /** Its value for users who are synchronized. */
  readonly equals?: string | undefined;
}

/** Which Cognito attributes feed which field of Connect. `null` leaves the field alone. */
export interface PolicyMapping {
  /** Source of the first name. @default { from: ['given_name', 'name.first'], blank: 'keep' } */
  readonly FirstName?: PolicyFieldMapping | null | undefined;
  /** Source of the last name. @default { from: ['family_name', 'name.last'], blank: 'keep' } */
  readonly LastName?: PolicyFieldMapping | null | undefined;
  /** Source of the address for password resets. @default { from: ['email'], blank: 'keep' } */
  readonly Email?: PolicyFieldMapping | null | undefined;
  /** Source of the address for notifications. @default null */
  readonly SecondaryEmail?: PolicyFieldMapping | null | undefined;
  /** Source of the mobile number. @default null */
  readonly Mobile?: PolicyFieldMapping | null | undefined;
}

/** The sources of one field of Connect. */
export interface PolicyFieldMapping {
  /** Cognito attributes; the first one that is not empty is used. "name.first" and "name.last" are the two parts of "name", split at its comma or its last space. A name of one word, with a title, a suffix or brackets is not split, and the field is rejected. */
  readonly from: readonly string[];
  /** What an empty source does: keep what Connect has, clear it, or reject the field. @default 'keep' */
  readonly blank?: 'keep' | 'clear' | 'reject' | undefined;
}

/** How a Cognito user is linked to a Connect user. */
export interface PolicyAdoption {
  /** Rules by which the Connect user of a Cognito user is found, tried in this order. @default [{ kind: 'username' }] */
  readonly rules?: readonly PolicyAdoptionRule[] | undefined;
  /** Write the e-mail address of a newly linked user without waiting for a person to release it. @default false */
  readonly trustFirstEmail?: boolean | undefined;
}

/** A rule by which the Connect user of a Cognito user is found. */
export interface PolicyAdoptionRule {
  /** Decides which of the other members apply. */
  readonly kind: 'username';
  /** Cognito attribute that holds the Connect user name. Default: the Cognito user name itself. */
  readonly attribute?: string | undefined;
  /** Also link where exactly one Connect user and exactly one Cognito user in scope have the name without regard to case. The sweep finds them, and lists the whole scope for it. Default: false. */
  readonly ignoreCase?: boolean | undefined;
}

/** The guards of e-mail addresses. */
export interface PolicyEmail {
  /** Write only addresses that Cognito has verified. Switching this off lets people take over accounts. @default true */
  readonly requireVerified?: boolean | undefined;
  /** Identity providers whose e-mail addresses count as verified. @default [] */
  readonly trustedProviders?: readonly string[] | undefined;
  /** Domains an address may be in. Empty: every domain. @default [] */
  readonly allowedDomains?: readonly string[] | undefined;
  /** New addresses of Connect users with these security profiles are held. @default ['Admin'] */
  readonly protectedSecurityProfiles?: readonly string[] | undefined;
  /** Users whose address may change within one clock hour; further ones are held. @default 50 */
  readonly maxUsersPerHour?: number | undefined;
}
