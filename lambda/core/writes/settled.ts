import type { Vouching } from '../holds/address-rules.ts';
import { IDENTITY_FIELDS, type UpdatableType } from '../identity/identity.ts';
import { type DesiredIdentity, hasAddress } from '../identity/map-identity.ts';
import type { Withheld } from '../outcome.ts';
import { matches } from '../rows/digest.ts';
import type { UserRow } from '../rows/user-row.ts';

/** Everything that decides whether a user is still settled, without a call to Connect. */
export interface SettledFacts {
  readonly desired: DesiredIdentity;
  /** The link: its Connect user, and when it was made. */
  readonly connectUserId: string;
  readonly linkedAt: number | undefined;
  readonly policyHash: string;
  readonly type: UpdatableType;
  /** Whether the addresses can be trusted. */
  readonly vouching: Vouching;
}

/** How reconciling ended when a read of Connect showed that there is nothing to write. */
export interface SettledState {
  readonly withheld: readonly Withheld[];
  /** The link is new and its address is still not settled. */
  readonly firstEmail: boolean;
}

/**
 * Reasons for which a field stays withheld as long as Cognito, the link and the policy stay the same. The other reasons
 * depend on a person, on the time or on what Connect shows.
 */
const LASTING: ReadonlySet<string> = new Set<Withheld['reason']>([
  'email-not-verified',
  'not-verifiable',
  'domain-not-allowed',
  'too-long',
  'not-an-email-address',
  'not-e164',
  'not-printable',
  'name-not-split',
  'blank',
]);

/** Whether every field stays withheld as long as Cognito, the link and the policy stay the same. True for no fields. Pure. */
export const staysWithheld = (
  withheld: NonNullable<UserRow['withheld']> | readonly Withheld[],
): withheld is Withheld[] =>
  withheld.every(
    ({ field, kind, reason }) =>
      IDENTITY_FIELDS.some((known) => known === field) && kind !== 'held' && LASTING.has(reason),
  );

/**
 * A text of all the facts. A row keeps its digest after a read of Connect has shown that there is nothing to write. While the
 * text stays the same, nothing has to be written, and the same fields stay withheld. Pure.
 */
export function settledText(facts: SettledFacts, { withheld, firstEmail }: SettledState): string {
  const { desired, connectUserId, linkedAt, policyHash, type, vouching } = facts;
  const { verified, changeableByUser, unverifiable } = vouching;
  // What else decides about a withheld value and about the first address.
  const pending = withheld.map(({ field, reason }) => [field, reason]);
  return JSON.stringify([
    'v1',
    IDENTITY_FIELDS.map((field) => {
      const wanted = desired[field];
      if (wanted === undefined) return null;
      if (wanted.kind === 'withheld') return ['withheld', wanted.withheld.reason];
      return wanted.kind === 'value' ? [wanted.value] : wanted.kind;
    }),
    connectUserId,
    linkedAt ?? null,
    policyHash,
    type,
    hasAddress(desired) ? verified : null,
    ...(pending.length > 0 || firstEmail ? [pending, changeableByUser, unverifiable] : []),
  ]);
}

/**
 * What the row says about the last outcome, if its digest is of these facts; otherwise `undefined`. A release that waits for
 * its value settles nothing. Pure.
 */
export function findSettled(
  {
    settled,
    withheld = [],
    firstEmail = false,
    releases,
  }: Pick<UserRow, 'settled' | 'withheld' | 'firstEmail' | 'releases'>,
  facts: SettledFacts,
): SettledState | undefined {
  if (settled === undefined || releases !== undefined || !staysWithheld(withheld)) return undefined;
  const state = { withheld, firstEmail };
  return matches(settled, settledText(facts, state)) ? state : undefined;
}
