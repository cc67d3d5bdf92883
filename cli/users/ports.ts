import type { Identity, IdentityField } from '../../lambda/core/identity/identity.ts';
import type { Attributes } from '../../lambda/core/identity/map-identity.ts';
import type { OperatorAct, UserRow } from '../../lambda/core/rows/user-row.ts';
import type { SyncTable } from '../../lambda/ports.ts';

/** Commands that leave in the row of a user who ran them last. */
type RecordedCommand = 'release' | 'link' | 'unlink' | 'redrive';

/** A row of the table, as an operator sees it: ids, field names, codes and times. */
export type UserRecord = UserRow;

/** Who has a Connect user. */
export interface Claim {
  readonly connectUserId: string;
  readonly sub: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  /** Since when the Cognito user has been gone, milliseconds since the epoch. */
  readonly orphanedAt?: number | undefined;
}

/** The table, for operators: links are made and forgotten as the worker does it. Every write is conditional. */
export interface UserTable extends Pick<SyncTable, 'link' | 'unlink' | 'rememberExposure'> {
  /** The time of the table, milliseconds since the epoch, to the second: the clock of the operator may be wrong. */
  now(): Promise<number>;
  find(sub: string): Promise<UserRecord | undefined>;
  /** Rows of all users, page by page. */
  scan(): AsyncIterable<readonly UserRecord[]>;
  findClaim(connectUserId: string): Promise<Claim | undefined>;
  /**
   * Releases the held values of a row as it was read. False when the status, the link or the held values have changed
   * since.
   */
  release(user: UserRecord, fields: readonly IdentityField[], by: OperatorAct): Promise<boolean>;
  /** Keeps in the row who ran a command; where there is no row, nothing is kept. */
  noteOperator(sub: string, command: Exclude<RecordedCommand, 'release'>, by: OperatorAct): Promise<void>;
  /** Gives a claim to another user, orphaned or not. False when it is no longer as it was read. */
  takeClaim(claim: Claim, sub: string, now: number): Promise<boolean>;
  /** Removes a claim, unless it is orphaned or no longer as it was read. */
  freeClaim(claim: Claim): Promise<void>;
}

/** A user of the pool, as an operator finds them. */
export interface PoolUser {
  readonly sub: string;
  readonly username: string;
  readonly attributes: Attributes;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Identity providers the user comes from; empty for a user with a password in the pool. */
  readonly providers: readonly string[];
}

/** How a pool compares user names at sign-in, and whether strangers may sign up. */
interface SignInRules {
  /** User names that differ in case only are the same. */
  readonly ignoresCase: boolean;
  /** A user can sign in by a verified address. */
  readonly byAddress: boolean;
  /** Strangers may sign up. */
  readonly selfSignUp: boolean;
  /** A function runs before sign-up: it may declare any address verified. */
  readonly preSignUp: boolean;
}

/** Attributes that {@link PoolUsers.having} searches. */
export type SearchedAttribute = 'sub' | 'username' | 'email' | 'given_name' | 'name';

/** The users of the pool, for finding them. Methods throw `TransientError` or `PermanentError`. */
export interface PoolUsers {
  /**
   * All users of whom an attribute is exactly this value. A user who was created just now may be missing. AWS bills no user
   * for it.
   */
  having(attribute: SearchedAttribute, value: string): Promise<readonly PoolUser[]>;
  /** Whom Cognito finds by this text: by user name, by an alias, or by sub. Counts the user as active for the month. */
  named(text: string): Promise<PoolUser | undefined>;
  signInRules(): Promise<SignInRules>;
}

/** A user of Amazon Connect, as an operator sees them. */
export interface DescribedConnectUser {
  readonly id: string;
  readonly username: string;
  readonly identity: Identity;
}

/** The users of the Connect instance; each call waits for its slot in the shared rate limit. */
export interface ConnectUsers {
  /** `undefined` when there is no such user. */
  describe(id: string): Promise<DescribedConnectUser | undefined>;
  /** Ids of the users with exactly this user name. */
  idsByUsername(username: string): Promise<readonly string[]>;
  /** Ids of all users, by user name: for many at once, a thousand in a call. */
  allIdsByUsername(): Promise<ReadonlyMap<string, readonly string[]>>;
  identityManagementType(): Promise<string | undefined>;
}
