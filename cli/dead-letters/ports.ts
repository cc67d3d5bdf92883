import type { QueueCounts } from '../deployment/ports.ts';

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** May hold personal data: never printed. */
  readonly body: string;
  readonly groupId?: string;
  /** When it was put there, milliseconds since the epoch. */
  readonly sentAt: number;
  /** How often a client has received it, this program included. */
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
  /** How many there were before the task began, approximately. */
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
