import type { Change } from './core/events/change.ts';
import type { DeadRecord } from './core/events/reduced-record.ts';
import type { AddressOwner } from './core/holds/address-rules.ts';
import type { ReleasesLeft } from './core/holds/hold-digests.ts';
import type { Identity, IdentityManagementType } from './core/identity/identity.ts';
import type { ExposureHistory, OpenSettings, PoolExposure } from './core/links/exposure.ts';
import type { Outcome } from './core/outcome.ts';
import type { Digest } from './core/rows/digest.ts';
import type { FieldDigests, UserRow } from './core/rows/user-row.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser } from './core/sweep/inventory.ts';
import type { Question } from './core/sweep/list-plan.ts';
import type { QueuedMessages, SweepState } from './core/sweep/sweep-pass.ts';

/** The clock of the production code. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Structured logging: ids, field names and codes only; never a name, an address, a number or a user name. */
export interface Logger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A user of the Cognito user pool. */
export interface CognitoUser extends AddressOwner {
  readonly sub: string;
  readonly username: string;
  /** `UserLastModifiedDate`, milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** `UserCreateDate`, milliseconds since the epoch, when Cognito says so. */
  readonly createdAt: number | undefined;
}

/** Reading side of the Cognito user pool. Methods throw `TransientError` or `PermanentError`. */
export interface UserPool {
  /** The user with this sub. The answer is checked to have this sub. `undefined` when the pool has no such user. */
  findUser(sub: string): Promise<CognitoUser | undefined>;
  /** @param since - milliseconds since the epoch. The settings are read again when the last read is older. */
  exposure(since?: number): Promise<PoolExposure>;
  /** Names of the groups the user is in. */
  groupsOf(username: string): Promise<readonly string[]>;
}

/** A user of Amazon Connect. */
export interface ConnectUser {
  readonly id: string;
  readonly identity: Identity;
  readonly username: string | undefined;
  /** `undefined` when Connect does not say. This is not the same as none. */
  readonly securityProfileIds: readonly string[] | undefined;
  /** `LastModifiedTime`, milliseconds since the epoch, when Connect says so. */
  readonly modifiedAt: number | undefined;
}

/** The users of one Connect instance. Each call waits for its slot in the shared rate limit. */
export interface ConnectDirectory {
  identityManagementType(): Promise<IdentityManagementType>;
  /** Ids of the users with exactly this user name. A search may be out of date: an id can be of a deleted user. */
  findIdsByUsername(username: string): Promise<readonly string[]>;
  /** `undefined` when there is no such user. */
  describeUser(id: string): Promise<ConnectUser | undefined>;
  /** Sends an identity. `connect-user-missing` when there is no such user; a refusal is a `PermanentError`. */
  updateIdentity(id: string, identity: Identity): Promise<'updated' | 'connect-user-missing'>;
  /** Ids of the security profiles with these names, by name. A name that Connect does not have is left out. */
  securityProfileIds(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Throws `PermanentError` when there is no such instance. In that case a 404 says nothing about a user. */
  checkInstance(): Promise<void>;
}

/** A directory whose calls can be given a time limit. */
export interface RateLimitedDirectory extends ConnectDirectory {
  /**
   * The same directory with a deadline, milliseconds since the epoch. A call whose slot is later fails at once with
   * `rate-limit-too-slow`.
   */
  before(deadline: number): ConnectDirectory;
}

/** What reconciling writes to the row of a user. */
export interface Conclusion {
  readonly outcome: Outcome;
  /** The change that led to it. */
  readonly change: Change;
  /** When reconciling began to read, milliseconds since the epoch. */
  readonly readAt: number;
  /** The link that was read. Both members are `undefined` for a user without a link. */
  readonly link: LinkRead;
  /** True when the user is in step, or the row says why not. Older changes are then covered. */
  readonly synced: boolean;
  /** Modification times as read, milliseconds since the epoch; `undefined` when unknown (after our own write). */
  readonly cognitoModifiedAt?: number | undefined;
  readonly connectModifiedAt?: number | undefined;
  /** True when Connect has answered that it took the last noted write; false when nothing had to be written. */
  readonly writeAnswered?: boolean | undefined;
  /** The address is settled: it is no longer the first one of the link. */
  readonly emailSettled?: boolean | undefined;
  /** The Connect user that a rule has found and must not link by itself. */
  readonly candidateId?: string | undefined;
  /** Desired values of the fields that are held. A person can release them. */
  readonly holds?: FieldDigests | undefined;
  /** Since when every outcome has been the same, milliseconds since the epoch. */
  readonly since: number;
  /** Releases that still wait for their value to be written, when others have been used up. */
  readonly releases?: ReleasesLeft | undefined;
  /** Replaces these members as a whole. They stay as they are when it is absent. */
  readonly memory?: ConnectMemory | undefined;
}

/** The link in a row when it was read: the Connect user, and when the link was made. */
export interface LinkRead {
  readonly connectUserId: string | undefined;
  readonly linkedAt: number | undefined;
}

/** What a row keeps about earlier requests to Connect. */
export type ConnectMemory = Partial<Pick<UserRow, 'refused' | 'repeats' | 'settled' | 'shownEmail' | 'hadEmail'>>;

/** What a row says about the last write to Connect. */
export type WriteNote = Pick<UserRow, 'lastWriteAt' | 'lastWrite' | 'writeAnswered' | 'earlierWriteAt'>;

/** The table: links, outcomes and budgets. Every write is conditional or an update, never a blind put. */
export interface SyncTable extends Pick<CaseMatches, 'findCaseMatch'> {
  getUser(sub: string): Promise<UserRow | undefined>;
  /**
   * Links a Cognito user to a Connect user: first the claim on the Connect user, then the row. Idempotent for the same pair.
   * An abandoned claim (older than 15 minutes, without a link) is taken over.
   */
  link(sub: string, connectUserId: string, now: number): Promise<'linked' | 'claimed-by-another'>;
  /** Removes the link to this Connect user, and everything that is true of this Connect user only. */
  unlink(sub: string, connectUserId: string): Promise<void>;
  /** Marks the claim of a Cognito user that no longer exists. No rule links another Cognito user to its Connect user. */
  orphan(sub: string, connectUserId: string, now: number): Promise<void>;
  /** Keeps since when Cognito has had no such user, or removes it. {@link SyncTable.conclude} removes it as well. */
  noteMissing(sub: string, since: number | undefined): Promise<void>;
  /** Keeps since when Connect has not shown the linked user, or removes it. Every conclusion removes it as well. */
  noteConnectMissing(sub: string, since: number | undefined): Promise<void>;
  /**
   * To be called before a write to Connect is sent.
   *
   * @returns false, and notes nothing, when the link is no longer the one that was read. Then nothing may be sent.
   */
  noteWrite(sub: string, link: LinkRead, digest: Digest, now: number, earlierWriteAt?: number): Promise<boolean>;
  /** Restores what the row said before a write that Connect has definitely refused, if `digest` is still the last one. */
  takeBackWrite(sub: string, digest: Digest, before: WriteNote): Promise<void>;
  /** Keeps the address that Connect shows, when a write is delayed because it would repeat this address. */
  noteShownEmail(sub: string, shownEmail: NonNullable<UserRow['shownEmail']>): Promise<void>;
  /** Keeps a try that failed, if the user has a row. */
  noteTry(sub: string, lastTry: NonNullable<UserRow['lastTry']>): Promise<void>;
  /**
   * Keeps how reconciling ended, by one update.
   *
   * @returns false, and keeps nothing, when the link is no longer the one that was read.
   */
  conclude(sub: string, conclusion: Conclusion): Promise<boolean>;
  /**
   * Keeps that there is nothing to write, without a call to Connect. Members about writes, addresses and Connect stay.
   *
   * @returns false, and keeps nothing, when `settled` is no longer what the row says.
   */
  concludeUnchanged(sub: string, conclusion: UnchangedConclusion): Promise<boolean>;
  /**
   * Counts a user in the e-mail budget of the hour. The same user counts once.
   *
   * @returns `taken` when this call has counted the user, `counted-before`, or `spent` when the budget is used up.
   */
  spendEmailBudget(sub: string, now: number, maxUsersPerHour: number): Promise<'taken' | 'counted-before' | 'spent'>;
  /** Removes a user from the budget of the hour of `now`, because the write was refused. */
  giveBackEmailBudget(sub: string, now: number): Promise<void>;
  /** Adds the settings that were read to the history of the pool's exposure, and returns the history. */
  rememberExposure(exposure: OpenSettings, watched: readonly string[], readAt: number): Promise<ExposureHistory>;
}

/** See {@link SyncTable.concludeUnchanged}. */
export type UnchangedConclusion = Pick<Conclusion, 'change' | 'readAt' | 'since' | 'cognitoModifiedAt'> &
  Pick<Outcome, 'status' | 'withheld'> & { readonly settled: Digest };

/** The queue that takes changes. */
export interface ChangeSender {
  /** Resolves when the queue has taken the change. Messages of one user stay in order. */
  send(change: Change): Promise<void>;
}

/** The queue for records that `change-intake` could not read or send. */
export interface DeadRecords {
  /** Resolves when the queue has taken the record. */
  keep(dead: DeadRecord): Promise<void>;
}

/**
 * Calls the function that had a pool trigger before pool-trigger. Resolves to the event unchanged when there is no such
 * function. Rejects with the error of the function, or when the function cannot be called.
 */
export type ChainedTrigger = (event: unknown) => Promise<unknown>;

/** Delays messages, and moves them to the dead-letter queue. */
export interface ReceivedMessages {
  /** Makes a message visible again after `delaySeconds`. Never throws, because the visibility timeout does the same later. */
  delay(receiptHandle: string, delaySeconds: number): Promise<void>;
  /** Puts a copy into the dead-letter queue, with its reason as message attributes. */
  deadLetter(message: DeadMessage): Promise<void>;
}

/** See {@link ReceivedMessages.deadLetter}. */
interface DeadMessage {
  readonly messageId: string;
  readonly groupId: string;
  readonly body: string;
  readonly reason: string;
  /** The code of the error, if there was one. */
  readonly code?: string | undefined;
  readonly receiveCount: number;
}

/** A Connect user whose name differs from that of a Cognito user in case only, and the policy under which the sweep found it. */
export interface CaseMatch {
  readonly connectUserId: string;
  readonly policyHash: string;
}

/** Pairs of names that differ in case only, which the sweep finds and the worker links. */
export interface CaseMatches {
  /** @param now - milliseconds since the epoch; a match is valid for an hour. */
  keepCaseMatch(sub: string, match: CaseMatch, now: number): Promise<void>;
  findCaseMatch(sub: string, now: number): Promise<CaseMatch | undefined>;
}

/** Which attributes a list keeps, and when it ends. */
export interface ListOptions {
  /** Names of the attributes to keep. All others are left out, because a pool may be large. */
  readonly attributes: ReadonlySet<string>;
  /** Latest time at which a page is useful, milliseconds since the epoch. */
  readonly deadline: number;
  /** Whether to end the list after this number of pages. @default at the deadline */
  readonly enough?: (pages: number) => boolean;
}

/** Is called for each user when its page arrives. The whole list is never in memory. */
export type VisitUser = (user: ListedCognitoUser) => void;

/** How a list ended. */
export interface ListEnd {
  /** False when the list has more pages. A user that it lacks may exist. */
  readonly complete: boolean;
  readonly calls: number;
  /** User names, where there are any, of users without sub, user name or modification date. They cannot be reconciled. */
  readonly skipped: readonly (string | undefined)[];
}

/** Settings of the pool that decide how the sweep lists it, and what the sweep reports. */
interface PoolFacts {
  /** `EstimatedNumberOfUsers`; `undefined` when Cognito does not say. */
  readonly estimatedUsers: number | undefined;
  /** Users sign in by address or number (`UsernameAttributes`): their user names are UUIDs. */
  readonly generatedUsernames: boolean;
}

/** Lists of the user pool. A list fails as a whole when one page fails, so it never lacks users by accident. */
export interface CognitoUserList {
  facts(): Promise<PoolFacts>;
  /** All users. */
  users(options: ListOptions, visit: VisitUser): Promise<ListEnd>;
  /** The members of a group; `undefined` when there is no such group. */
  members(group: string, options: ListOptions, visit: VisitUser): Promise<ListEnd | undefined>;
  /** The users that Cognito finds for a question. It may also find others, so the caller compares. */
  found(question: Question, options: ListOptions, visit: VisitUser): Promise<ListEnd>;
}

/** All users of the Connect instance. It fails as a whole when one page fails, or after `deadline`. */
export interface ConnectUserList {
  users(deadline: number): Promise<{ readonly users: readonly ListedConnectUser[]; readonly calls: number }>;
}

/** The rows and claims of all users. */
export interface RowList {
  rowsAndClaims(): Promise<Pick<Inventory, 'rows' | 'claims'>>;
}

/** Keeps the state of the sweep. */
export interface SweepStore {
  read(): Promise<{ readonly state: SweepState | undefined; readonly version: number }>;
  /** False when another invocation has written since `version` was read. The next version is one higher. */
  write(state: SweepState, version: number): Promise<boolean>;
}

/** The approximate number of changes in the queue. */
export interface QueueDepth {
  depth(): Promise<QueuedMessages>;
}

/** The deployment that a table belongs to. */
export interface TableOwner {
  readonly userPoolId: string;
  readonly connectInstanceId: string;
}
