import type { Policy } from '../policy.ts';
import type { Inventory } from './inventory.ts';
import type { CasePair, Namesakes } from './namesakes.ts';

/** Users whom no rule links although an operator may expect it: ids only. */
export interface NearMisses {
  /** Ids of Connect users without a Cognito user. */
  readonly unmatched: readonly string[];
  /** Cognito users whose name differs from that of a Connect user in case only. */
  readonly otherCase: readonly CasePair[];
  /** Cognito generates the user names of the pool as UUIDs, so a rule over the user name finds no Connect user. */
  readonly rulePointless: boolean;
  /** The pool does not have the group that is the scope. */
  readonly groupMissing: boolean;
}

/** How many there are; see {@link NearMisses}. */
export interface NearMissCounts {
  readonly unmatched: number;
  readonly otherCase: number;
  readonly rulePointless: boolean;
  readonly groupMissing: boolean;
}

/** The counts before both sides have been compared. */
export const NO_NEAR_MISSES: NearMissCounts = { unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: false };

/** Settings of the pool that near misses depend on. */
export interface PoolTraits {
  /** Users sign in by address or number, so Cognito generates their user names. */
  readonly generatedUsernames: boolean;
  /** The pool does not have the group that is the scope. */
  readonly groupMissing: boolean;
}

/** Finds the {@link NearMisses}. Pure. */
export function findNearMisses(
  { users, connectUsers }: Inventory,
  { unmatched, otherCase }: Namesakes,
  policy: Policy,
  { generatedUsernames, groupMissing }: PoolTraits,
): NearMisses {
  const byUsername = policy.adoption.rules.some(({ attribute }) => attribute === undefined);
  const names = new Set(connectUsers.map(({ username }) => username));
  const rulePointless = generatedUsernames && byUsername && !users.some(({ username }) => names.has(username));
  return { unmatched, otherCase, rulePointless, groupMissing };
}

/** Counts them, for logs and the table. Pure. */
export const countNearMisses = ({ unmatched, otherCase, ...traits }: NearMisses): NearMissCounts => ({
  unmatched: unmatched.length,
  otherCase: otherCase.length,
  ...traits,
});

/** Whether a person must act. Connect users without a Cognito user are normal and do not count. Pure. */
export const needsPerson = ({ otherCase, rulePointless, groupMissing }: NearMissCounts): boolean =>
  otherCase > 0 || rulePointless || groupMissing;

/** What a person can do about near misses: one text for each kind, empty when there is none. Pure. */
export const adviseOnNearMisses = (counts: NearMissCounts): readonly string[] => [
  ...(counts.groupMissing
    ? [
        'The group that scope names does not exist in the pool, so every user is out of scope: correct scope.group, or create the group.',
      ]
    : []),
  ...(counts.rulePointless
    ? [
        'Users of this pool sign in by address or number, so Cognito generates their user names: an adoption rule over the user name finds no Connect user. Set adoption.rules to an attribute that holds the Connect user name, for example [{"kind":"username","attribute":"email"}].',
      ]
    : []),
  ...(counts.otherCase > 0
    ? [
        `Cognito users whose name differs from a Connect user's in case only: ${counts.otherCase}. Link them by the commands that connect-sync reconcile shows; or set "ignoreCase": true in the adoption rule.`,
      ]
    : []),
  ...(counts.unmatched > 0
    ? [
        `Connect users without a Cognito user: ${counts.unmatched}. Nothing is synchronized for them. Where one should have a Cognito user, connect-sync link takes the names of both.`,
      ]
    : []),
];
