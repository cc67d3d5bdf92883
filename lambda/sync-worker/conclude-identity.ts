import { hasAddresses } from '../core/holds/address-rules.ts';
import type { EmailFacts } from '../core/holds/email-guards.ts';
import { holdsOf, type ReleasesLeft, useUpReleases } from '../core/holds/hold-digests.ts';
import {
  EMAIL_FIELDS,
  type Identity,
  type IdentityField,
  NAME_FIELDS,
  textOf,
  type UpdatableType,
} from '../core/identity/identity.ts';
import { type Outcome, summarize, type Withheld } from '../core/outcome.ts';
import { matches } from '../core/rows/digest.ts';
import type { FieldDigests, UserRow } from '../core/rows/user-row.ts';
import { findWrongInConnect, keepRefusals, refusedFields } from '../core/writes/field-groups.ts';
import type { Changes, IdentityPlan } from '../core/writes/plan-identity.ts';
import { countRepeats, reportsAnotherWriter } from '../core/writes/repeats.ts';
import { staysWithheld } from '../core/writes/settled.ts';
import type { ConnectMemory } from '../ports.ts';
import type { SyncDeps } from './deps.ts';
import { hasArrived, type LinkedUser } from './linked-user.ts';
import type { WriteResult } from './write-identity.ts';

/** What reconciling a linked user leaves behind. */
export interface IdentityConclusion {
  readonly outcome: Outcome;
  readonly connectModifiedAt?: number | undefined;
  readonly writeAnswered?: boolean;
  readonly emailSettled?: boolean;
  readonly holds?: FieldDigests | undefined;
  readonly releases?: ReleasesLeft | undefined;
  readonly memory: ConnectMemory;
  /** A read of Connect has shown that there is nothing to write while Cognito, the link and the policy stay the same. */
  readonly confirmed: boolean;
}

/** See {@link reconcileIdentity}. */
export type ReconcileResult =
  | { readonly kind: 'concluded'; readonly conclusion: IdentityConclusion }
  | { readonly kind: 'again'; readonly delaySeconds: number; readonly why: 'settling' | 'repeats-address' };

/** The result of a write that was not sent. */
export const NOTHING_SENT: WriteResult = { taken: new Map(), refusals: [] };

/** A plan, and what was carried out of it. */
interface CarriedOut extends IdentityPlan {
  /** The write repeats an earlier one that a read does not show yet. */
  readonly rewrite: boolean;
  readonly result: WriteResult;
  readonly reason?: 'connect-keeps-another';
}

/** Concludes a plan that was carried out. Pure except for the clock and the salts. */
export function concludeWith({ policy, clock, newSalt }: SyncDeps, linked: LinkedUser, email: EmailFacts) {
  const { row, desired, observed, type } = linked;
  return ({ write, changes, withheld: planned, result, reason, rewrite }: CarriedOut): ReconcileResult => {
    const now = clock.now();
    const withheld = [...planned, ...withheldBy(result, observed.identity, changes, type)];
    const observing = policy.mode === 'observe';
    const sent = result.taken.size > 0 || (write !== null && reason === undefined && result.refusals.length === 0);
    const wrote = sent && !observing && result.refusedAsShown === undefined;
    const identity = observing ? observed.identity : { ...observed.identity, ...Object.fromEntries(result.taken) };
    const holds = holdsOf(desired, withheld, row.holds, newSalt);
    const repeats = wrote && !rewrite ? countRepeats(row.repeats, isChangedBack(row, write), now) : row.repeats;
    const reported =
      wrote && !rewrite && repeats !== undefined && reportsAnotherWriter(repeats) ? 'overwritten-by-another' : reason;
    const outcome = outcomeOf(summarize([...result.taken.keys()], withheld, policy.mode), reported, holds);
    return {
      kind: 'concluded',
      conclusion: {
        outcome,
        connectModifiedAt: wrote ? undefined : observed.modifiedAt,
        ...(!observing && (wrote || write === null) && { writeAnswered: wrote }),
        // An address that Connect has, but that is not verified, is not settled.
        emailSettled: hasAddresses(identity, desired, settlingFields(email)),
        holds,
        releases: observing ? undefined : useUpReleases(row, desired, identity),
        memory: {
          refused: keepRefusals(row.refused, result.refusals, planned, now, newSalt),
          repeats,
          hadEmail: desired.Email?.kind === 'value' || row.hadEmail || undefined,
        },
        confirmed: write === null && staysWithheld(withheld) && reason === undefined,
      },
    };
  };
}

/** Whether Connect has had this identity from the last write, and shows another one now. */
const isChangedBack = (row: UserRow, write: Identity | null): boolean =>
  write !== null && hasArrived(row) && matches(row.lastWrite, textOf(write));

/** Adds a reason to the summary. A user with holds stays held. */
function outcomeOf(summary: Outcome, reason: Outcome['reason'], holds: FieldDigests | undefined): Outcome {
  if (reason === undefined) return summary;
  if (reason === 'overwritten-by-another') return { ...summary, reason };
  return { ...summary, status: holds === undefined ? 'rejected' : 'held', reason, changed: [] };
}

const settlingFields = ({ verified, unverifiable }: EmailFacts): readonly IdentityField[] =>
  verified ? EMAIL_FIELDS.filter((field) => !unverifiable.includes(field)) : [];

function withheldBy(
  { refusals, refusedAsShown, taken }: WriteResult,
  observed: Identity,
  changes: Changes,
  type: UpdatableType,
): readonly Withheld[] {
  if (refusals.length === 0 && refusedAsShown === undefined) return [];
  const refused = refusals.flatMap(({ changes: part, code }) => refusedFields(part, code));
  // When Connect took nothing, the reason may be a field that the write repeats unchanged.
  const wrong = taken.size === 0 ? findWrongInConnect(observed, changes, type) : [];
  if (refusedAsShown === undefined || wrong.length > 0) return [...refused, ...wrong];
  return refusedFields(new Map(NAME_FIELDS.map((field) => [field, undefined])), refusedAsShown);
}
