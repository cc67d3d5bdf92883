import { IDENTITY_FIELDS, type UpdatableType } from './identity.ts';
import { type DesiredIdentity, hasAddress } from './map-identity.ts';

/** Everything that decides whether a user is still settled, without a call to Connect. */
export interface SettledFacts {
  readonly desired: DesiredIdentity;
  /** The link: its Connect user, and when it was made. */
  readonly connectUserId: string;
  readonly linkedAt: number | undefined;
  readonly policyHash: string;
  readonly type: UpdatableType;
  /** Whether the address counts as verified. */
  readonly verified: boolean;
}

/**
 * A text of all the facts. A row keeps its digest after a read of Connect has confirmed the desired identity. While the text
 * stays the same, nothing has to be written. Pure.
 */
export const settledText = ({ desired, connectUserId, linkedAt, policyHash, type, verified }: SettledFacts): string =>
  JSON.stringify([
    'v1',
    IDENTITY_FIELDS.map((field) => {
      const wanted = desired[field];
      return wanted === undefined ? null : wanted.kind === 'value' ? [wanted.value] : wanted.kind;
    }),
    connectUserId,
    linkedAt ?? null,
    policyHash,
    type,
    hasAddress(desired) ? verified : null,
  ]);
