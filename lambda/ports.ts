import type { Change } from './core/change.ts';
import type { Digest } from './core/digest.ts';
import type { Doors, ExposureHistory, PoolExposure } from './core/exposure.ts';
import type { ReleasesLeft } from './core/holds.ts';
import type { Identity, IdentityManagementType } from './core/identity.ts';
import type { Inventory, ListedCognitoUser, ListedConnectUser } from './core/inventory.ts';
import type { Question } from './core/list-plan.ts';
import type { Attributes } from './core/map-identity.ts';
import type { Outcome } from './core/outcome.ts';
import type { DeadRecord } from './core/reduced-record.ts';
import type { SweepState } from './core/sweep-pass.ts';
import type { FieldDigests, UserRow } from './core/user-row.ts';

/** Time, as the production code sees it. */
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
export interface CognitoUser {
  readonly sub: string;
  readonly username: string;
  readonly attributes: Attributes;
  /** `UserLastModifiedDate`, milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** `UserCreateDate`, milliseconds since the epoch, when Cognito says so. */
  readonly createdAt: number | undefined;
  /** Identity providers the user comes from; empty for a user with a password in the pool. */
  readonly providers: readonly string[];
}

/** Reading side of the Cognito user pool. Methods throw `TransientError` or `PermanentError`. */
export interface UserPool {
  /** The user with this sub, checked to be that one, from `AdminGetUser`; `undefined` when the pool has none. */
  findUser(sub: string): Promise<CognitoUser | undefined>;
  /** @param since - the settings are read anew where the last read is older, milliseconds since the epoch. */
  exposure(since?: number): Promise<PoolExposure>;
  /** Names of the groups the user is in. */
  groupsOf(username: string): Promise<readonly string[]>;
}

/** A user of Amazon Connect. */
export interface ConnectUser {
  readonly id: string;
  readonly identity: Identity;
  readonly username: string | undefined;
  /** `undefined` when Connect does not say, which is not the same as none. */
  readonly securityProfileIds: readonly string[] | undefined;
  /** `LastModifiedTime`, milliseconds since the epoch, when Connect says so. */
  readonly modifiedAt: number | undefined;
}

/** The users of one Connect instance; each call waits for its place in the shared rate limit. */
export interface ConnectDirectory {
  identityManagementType(): Promise<IdentityManagementType>;
  /** Ids of the users with exactly this user name. A search may be stale: an id it names can be of a deleted user. */
  findIdsByUsername(username: string): Promise<readonly string[]>;
  /** `undefined` when there is no such user. */
  describeUser(id: string): Promise<ConnectUser | undefined>;
  /** Sends an identity. `connect-user-missing` when there is no such user; a refusal is a `PermanentError`. */
  updateIdentity(id: string, identity: Identity): Promise<'updated' | 'connect-user-missing'>;
  /** Ids of the security profiles with these names, by name; one that Connect does not have is left out. */
  securityProfileIds(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Throws `PermanentError` when there is no such instance: then its 404 says nothing about a user. */
  checkInstance(): Promise<void>;
}

/** A directory whose calls can be given a time limit. */
export interface RateLimitedDirectory extends ConnectDirectory {
  /**
   * The same directory for callers who have until `deadline`, milliseconds since the epoch: a call whose turn comes
   * later fails at once with `rate-limit-too-slow`.
   */
  before(deadline: number): ConnectDirectory;
}

/** What reconciling a user leaves in its row. */
export interface Conclusion {
  readonly outcome: Outcome;
  /** The change that led to it. */
  readonly change: Change;
  /** When reconciling began to read, milliseconds since the epoch. */
  readonly readAt: number;
  /** The link that the outcome is about, as it was read; both `undefined` for a user without one. */
  readonly link: LinkRead;
  /** True when the user is now as it should be, or its row says why not: later messages may be covered by it. */
  readonly synced: boolean;
  /** Modification times as read, milliseconds since the epoch; `undefined` when unknown (after our own write). */
  readonly cognitoModifiedAt?: number | undefined;
  readonly connectModifiedAt?: number | undefined;
  /** Connect has said that it took the write that was noted last; false when it shows what is wanted without one. */
  readonly writeAnswered?: boolean | undefined;
  /** The address is settled: from now on it is no longer the first one. */
  readonly emailSettled?: boolean | undefined;
  /** Desired values of the fields that are held: what a person would release. */
  readonly holds?: FieldDigests | undefined;
  /** Since when reconciling has ended exactly so, milliseconds since the epoch. */
  readonly since: number;
  /** Releases that still wait for their value to be written, when others have been used up. */
  readonly releases?: ReleasesLeft | undefined;
  /** Members that are kept as they are where this is absent, and replaced as a whole where it is given. */
  readonly memory?: ConnectMemory | undefined;
}

/** Which Connect user a row was linked to when it was read, and since when. */
export interface LinkRead {
  readonly connectUserId: string | undefined;
  readonly linkedAt: number | undefined;
}

/** What a row remembers of its dealings with Connect. */
export type ConnectMemory = Partial<Pick<UserRow, 'refused' | 'repeats' | 'settled' | 'echo' | 'hadEmail'>>;

/** What a row says of our last write to Connect. */
export type WriteNote = Pick<UserRow, 'lastWriteAt' | 'lastWrite' | 'writeAnswered'>;

/** The table: links, outcomes and budgets. Every write is conditional or an update, never a blind put. */
export interface SyncTable extends Pick<CaseMatches, 'findCaseMatch'> {
  getUser(sub: string): Promise<UserRow | undefined>;
  /**
   * Links a Cognito user to a Connect user: the claim on the Connect user first, then the row. Repeatable for the
   * same pair. An abandoned claim (older than 15 minutes, no link to it) is taken over.
   */
  link(sub: string, connectUserId: string, now: number): Promise<'linked' | 'claimed-by-another'>;
  /** Forgets the link to this Connect user, and everything that was true of it only. */
  unlink(sub: string, connectUserId: string): Promise<void>;
  /** Marks the claim of a Cognito user that no longer exists: nobody else adopts it by rule. */
  orphan(sub: string, connectUserId: string, now: number): Promise<void>;
  /** Keeps since when Cognito has had no such user, or forgets it: so does {@link SyncTable.conclude}. */
  noteMissing(sub: string, since: number | undefined): Promise<void>;
  /**
   * To be called before a write to Connect is sent.
   *
   * @returns false, with nothing noted, when the link is no longer the one that was read: nothing may be sent then.
   */
  noteWrite(sub: string, link: LinkRead, digest: Digest, now: number): Promise<boolean>;
  /** Puts back what the row said before a write that Connect has definitely refused; only while `digest` is the last one. */
  takeBackWrite(sub: string, digest: Digest, before: WriteNote): Promise<void>;
  /** Keeps the address that Connect showed when a write that would repeat it was put off. */
  noteEcho(sub: string, echo: NonNullable<UserRow['echo']>): Promise<void>;
  /** Keeps a try that failed. A user without a row gets none for it. */
  noteTry(sub: string, lastTry: NonNullable<UserRow['lastTry']>): Promise<void>;
  /**
   * Keeps how reconciling ended, by one update.
   *
   * @returns false, with nothing kept, when the link is no longer the one that was read.
   */
  conclude(sub: string, conclusion: Conclusion): Promise<boolean>;
  /**
   * Concludes without a call to Connect that nothing has changed. What is known of writes, addresses and Connect stays.
   *
   * @returns false, with nothing kept, when `settled` is no longer what the row says.
   */
  concludeUnchanged(sub: string, conclusion: UnchangedConclusion): Promise<boolean>;
  /**
   * Counts a user into the e-mail budget of the hour; the same user counts once.
   *
   * @returns `taken` when this call has counted it, `counted-before`, or `spent` when the budget has no room.
   */
  spendEmailBudget(sub: string, now: number, maxUsersPerHour: number): Promise<'taken' | 'counted-before' | 'spent'>;
  /** Takes a user out of the budget of the hour of `now`: the write that it was counted for was refused. */
  giveBackEmailBudget(sub: string, now: number): Promise<void>;
  /** Adds what was read of the pool's exposure to what is remembered, and returns that. */
  rememberExposure(exposure: Doors, watched: readonly string[], readAt: number): Promise<ExposureHistory>;
}

/** See {@link SyncTable.concludeUnchanged}. */
export interface UnchangedConclusion extends Pick<Conclusion, 'change' | 'readAt' | 'since' | 'cognitoModifiedAt'> {
  readonly settled: Digest;
}

/** Where changes are sent. */
export interface ChangeSender {
  /** Resolves when the queue has taken the change. Messages of one user stay in order. */
  send(change: Change): Promise<void>;
}

/** Where records end that `change-intake` could not read or send. */
export interface DeadRecords {
  /** Resolves when the queue has taken the record. */
  keep(dead: DeadRecord): Promise<void>;
}

/**
 * Calls the function that a pool trigger belonged to before us. Resolves to its event unchanged when the trigger has no
 * such function; rejects with the error of the function, or when it cannot be called at all.
 */
export type ChainedTrigger = (event: unknown) => Promise<unknown>;

/** What the worker may do with a message beyond succeeding or failing it. */
export interface ReceivedMessages {
  /** Makes a message visible again after `delaySeconds`; never throws, as the queue's own time-out does the same later. */
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
  /** The code of the error that led to it, where there was one. */
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

/** What of a Cognito user a list keeps, and how far it goes. */
export interface ListOptions {
  /** Names of the attributes that are wanted; all others are left out, as a pool may be large. */
  readonly attributes: ReadonlySet<string>;
  /** Latest time at which a page is of use, milliseconds since the epoch. */
  readonly deadline: number;
  /** Ends the list after so many pages, though it has more. @default at the deadline */
  readonly enough?: (pages: number) => boolean;
}

/** Is shown each user as its page arrives: a list is never in memory as a whole. */
export type VisitUser = (user: ListedCognitoUser) => void;

/** How a list ended. */
export interface ListEnd {
  /** False when it has more pages: whom it lacks may exist. */
  readonly complete: boolean;
  readonly calls: number;
  /** Users without sub, user name or modification date: they cannot be reconciled, and do not end the list. */
  readonly skipped: number;
}

/** Settings of the pool by which the sweep decides how to list it, and what it tells of it. */
interface PoolFacts {
  /** `EstimatedNumberOfUsers`; `undefined` when Cognito does not say. */
  readonly estimatedUsers: number | undefined;
  /** Users sign in by address or number (`UsernameAttributes`): their user names are UUIDs. */
  readonly generatedUsernames: boolean;
}

/** Lists of the user pool. Each fails as a whole when a page does, so that no user is missing from it by accident. */
export interface CognitoUserList {
  facts(): Promise<PoolFacts>;
  /** All users. */
  users(options: ListOptions, visit: VisitUser): Promise<ListEnd>;
  /** The members of a group; `undefined` when there is no such group. */
  members(group: string, options: ListOptions, visit: VisitUser): Promise<ListEnd | undefined>;
  /** Those whom Cognito finds by a question. It may find others as well: compare. */
  found(question: Question, options: ListOptions, visit: VisitUser): Promise<ListEnd>;
}

/** All users of the Connect instance; fails as a whole when a page does, or when it takes longer than until `deadline`. */
export interface ConnectUserList {
  users(deadline: number): Promise<{ readonly users: readonly ListedConnectUser[]; readonly calls: number }>;
}

/** What the table keeps of everybody. */
export interface RowList {
  rowsAndClaims(): Promise<Pick<Inventory, 'rows' | 'claims'>>;
}

/** Where the sweep keeps how far it has come. */
export interface SweepStore {
  read(): Promise<{ readonly state: SweepState | undefined; readonly version: number }>;
  /** False when somebody else has written since `version` was read. The next version is one higher. */
  write(state: SweepState, version: number): Promise<boolean>;
}

/** How many changes wait, or are being worked on: about so many, and about now. */
export interface QueueDepth {
  waiting(): Promise<number>;
}

/** The deployment that a table belongs to. */
export interface TableOwner {
  readonly userPoolId: string;
  readonly connectInstanceId: string;
}
