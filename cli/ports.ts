import type { IdentityField } from '../lambda/core/identity.ts';
import type { SyncTable, UserRow } from '../lambda/ports.ts';
import type { Json, JsonObject } from './json.ts';

/** What a user pool answers to `DescribeUserPool`, whole: nothing is lost by a schema that is older than the pool. */
export interface PoolAnswer {
  /** The answer as it came, byte for byte. */
  readonly text: string;
  /** Its member `UserPool`. */
  readonly pool: JsonObject;
}

/** The settings of user pools, as raw JSON in both directions. */
export interface PoolSettings {
  describe(userPoolId: string): Promise<PoolAnswer>;
  /** `GetUserPoolMfaConfig`, whole: settings that the description lacks, and that `UpdateUserPool` cannot send. */
  describeMfa(userPoolId: string): Promise<JsonObject>;
  /** `UpdateUserPool`: what the request leaves out returns to its default. Sent once, never retried. */
  update(request: JsonObject): Promise<void>;
}

/** A statement of a function's resource policy, as far as anybody promises its shape. */
export type PolicyStatement = Readonly<Record<string, Json>>;

/** Lambda functions, as an operator sees them. */
export interface Functions {
  /** Environment variables of a function; `undefined` when there is no such function. */
  environment(arn: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Its resource policy; empty when it has none, `unreadable` when we may not see it (a function of somebody else). */
  policy(arn: string): Promise<readonly PolicyStatement[] | 'unreadable'>;
  /** Invokes it and waits for its answer. @throws {PermanentError} `function-failed` when it throws. */
  invoke(functionName: string, event: unknown): Promise<Json>;
  /** Invokes it asynchronously: resolves when Lambda has taken the event. */
  invokeLater(functionName: string, event: unknown): Promise<void>;
}

/** Files that an operator may need to go back. */
export interface Backups {
  /**
   * Writes a new file that only its owner can read, complete on disk when this resolves.
   *
   * @returns its path.
   */
  save(name: string, text: string): Promise<string>;
}

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** May hold personal data: never printed. */
  readonly body: string;
  readonly groupId?: string;
  /** When it was put there, milliseconds since the epoch. */
  readonly sentAt: number;
  /** How often anybody has received it, ourselves included. */
  readonly receiveCount: number;
  /** Message attributes that are text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** One dead-letter queue. What is received is hidden for a minute, then comes back by itself. */
export interface DeadLetterQueue {
  /** Approximate, as SQS counts. */
  count(): Promise<QueueCounts>;
  /** Up to ten messages; none when there are none to see. */
  receive(): Promise<readonly DeadLetter[]>;
  /** Shows received messages again at once; never throws, as they come back by themselves. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  remove(letter: DeadLetter): Promise<void>;
}

/** How far a move of a whole queue has come. */
export interface MoveProgress {
  readonly status: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly moved: number;
  readonly toMove: number;
  readonly failure?: string;
}

/** SQS's own way to move a whole dead-letter queue back. */
export interface MoveTask {
  progress(): Promise<MoveProgress>;
  cancel(): Promise<void>;
}

/** The queue of changes, as the place where dead letters are sent back to. */
export interface ChangesAgain {
  /** Sends a body as it is, in its group, under a new deduplication id. */
  send(body: string, groupId: string): Promise<void>;
  /** Starts to move everything visible in the dead-letter queue. `unsupported` where SQS does not do it. */
  moveAll(messagesPerSecond: number): Promise<MoveTask | 'unsupported'>;
}

/** A row of the table, as an operator sees it: ids, field names, codes and times. */
export interface UserRecord extends UserRow {
  /** Fields that were written last. */
  readonly changed?: readonly string[];
  /** The change that was reconciled last, and when it happened, milliseconds since the epoch. */
  readonly cause?: string;
  readonly eventId?: string;
  readonly occurredAt?: number;
  /** When it was reconciled last, milliseconds since the epoch. */
  readonly concludedAt?: number;
}

/** Who has a Connect user. */
export interface Claim {
  readonly connectUserId: string;
  readonly sub: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  /** Since when the Cognito user has been gone, milliseconds since the epoch. */
  readonly orphanedAt?: number;
}

/** The table, for operators: links are made and forgotten as the worker does it. Every write is conditional. */
export interface UserTable extends Pick<SyncTable, 'link' | 'unlink'> {
  /** The time of the table, milliseconds since the epoch, to the second: the clock of the operator may be wrong. */
  now(): Promise<number>;
  find(sub: string): Promise<UserRecord | undefined>;
  /** Rows of all users, page by page. */
  scan(): AsyncIterable<readonly UserRecord[]>;
  findClaim(connectUserId: string): Promise<Claim | undefined>;
  /** Releases the held values of a row as it was read. False when it is not held, linked or asked for so any more. */
  release(user: UserRecord, fields: readonly IdentityField[], now: number): Promise<boolean>;
  /** Gives a claim to another user, orphaned or not. False when it is no longer as it was read. */
  takeClaim(claim: Claim, sub: string, now: number): Promise<boolean>;
  /** Removes a claim, unless it is orphaned or no longer as it was read. */
  freeClaim(claim: Claim): Promise<void>;
}

/** The sub of a user of the pool, by user name or sub; `undefined` when there is none. */
export type FindSub = (nameOrSub: string) => Promise<string | undefined>;

/** Approximate numbers of messages of a queue. */
export interface QueueCounts {
  readonly visible: number;
  /** Received by somebody, or delayed. */
  readonly hidden: number;
}

/** Outputs of a CloudFormation stack; `undefined` when there is no such stack. */
export type StackOutputs = (stackName: string) => Promise<Readonly<Record<string, string>> | undefined>;

/** Where an operator reads. */
export interface Terminal {
  /** A line of data, on stdout. */
  out(line: string): void;
  /** A line about what is going on, on stderr. */
  note(line: string): void;
}
