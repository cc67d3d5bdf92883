import type { AddressOwner } from '../holds/address-rules.ts';
import type { ExposureHistory, PoolExposure } from '../links/exposure.ts';
import type { UserRow } from '../rows/user-row.ts';

/** A user of the Cognito user pool, as a list shows it. */
export interface ListedCognitoUser extends AddressOwner {
  readonly sub: string;
  readonly username: string;
  /** `UserLastModifiedDate`, milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** `UserCreateDate`, milliseconds since the epoch, when the list says so. */
  readonly createdAt: number | undefined;
}

/** A user of Amazon Connect, as a list shows it. */
export interface ListedConnectUser {
  readonly id: string;
  readonly username: string;
  /** `LastModifiedTime`, milliseconds since the epoch, when Connect says so. */
  readonly modifiedAt: number | undefined;
}

/** What the row of a user says about the last reconciliation. Times are milliseconds since the epoch. */
export interface ReconciledRow extends Pick<UserRow, 'settled' | 'withheld' | 'firstEmail' | 'releases'> {
  readonly connectUserId?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly policyHash?: string | undefined;
  readonly linkedAt?: number | undefined;
  readonly syncedReadAt?: number | undefined;
  readonly lastWriteAt?: number | undefined;
  readonly cognitoModifiedAt?: number | undefined;
  readonly connectModifiedAt?: number | undefined;
  /** When Connect last refused this user, and how often in a row. */
  readonly refused?: { readonly at: number; readonly count: number } | undefined;
  /** The last try that failed, and when its message is tried again. Absent after a try that succeeded. */
  readonly lastTry?: { readonly at: number; readonly nextAt?: number | undefined } | undefined;
}

/** Both lists and the table, read at about the same time. */
export interface Inventory {
  /** Users with a row or with a namesake in Connect. Others are left out. */
  readonly users: readonly ListedCognitoUser[];
  /**
   * Subs that Cognito does not have. Cognito was asked for each one separately, because a list may be partial or out of
   * date.
   */
  readonly absent: ReadonlySet<string>;
  /** Every user in scope was listed. A user that is not in `users` has neither a row nor a namesake. */
  readonly whole: boolean;
  readonly connectUsers: readonly ListedConnectUser[];
  /** By sub. */
  readonly rows: ReadonlyMap<string, ReconciledRow>;
  /** Subs by the Connect user that they have claimed. */
  readonly claims: ReadonlyMap<string, string>;
  /** Subs of the members of the group that is the scope. `undefined` when the scope is not a group. */
  readonly members: ReadonlySet<string> | undefined;
  readonly exposure: Pick<PoolExposure, 'selfSignUp' | 'writableAttributes'> & Partial<PoolExposure>;
  /** Until when strangers could choose what a rule reads. */
  readonly history: ExposureHistory;
}
