import { IDENTITY_FIELDS, type UpdatableType } from './identity.ts';
import { type DesiredIdentity, hasAddress } from './map-identity.ts';

/** Everything that a conclusion without a call to Connect depends on. */
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
 * The text of which a row keeps a digest once a read of Connect has confirmed the desired identity: while it stays the
 * same, a change has changed nothing. Pure.
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
