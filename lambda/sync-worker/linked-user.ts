import type { Vouching } from '../core/holds/address-rules.ts';
import { type Identity, textOf, type UpdatableType } from '../core/identity/identity.ts';
import type { DesiredIdentity } from '../core/identity/map-identity.ts';
import { matches } from '../core/rows/digest.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import type { CognitoUser, ConnectUser, LinkRead } from '../ports.ts';

/** A Cognito user and the linked Connect user, as they were read. */
export interface LinkedUser {
  readonly user: CognitoUser;
  readonly row: UserRow;
  readonly observed: ConnectUser;
  readonly desired: DesiredIdentity;
  readonly type: UpdatableType;
  readonly vouching: Vouching;
  /** An operator asked for this: try once more what was given up. */
  readonly force: boolean;
  /** The first address of a link counts as checked. */
  readonly trustFirstEmail: boolean;
}

/** Whether Connect took the same identity with the last write. It shows another one now, or nothing would be written. Pure. */
export const isRepeated = ({ writeAnswered = false, lastWrite }: UserRow, write: Identity | null): boolean =>
  writeAnswered && write !== null && matches(lastWrite, textOf(write));

/** Whether Connect is known to have had our last write: it has answered it, or a later read has shown it. Pure. */
export const hasArrived = ({ writeAnswered = false, syncedReadAt = 0, lastWriteAt = 0 }: UserRow): boolean =>
  writeAnswered || syncedReadAt > lastWriteAt;

/** The link that a row holds. Pure. */
export const linkOf = (row: UserRow | undefined): LinkRead => ({
  connectUserId: row?.connectUserId,
  linkedAt: row?.linkedAt,
});
