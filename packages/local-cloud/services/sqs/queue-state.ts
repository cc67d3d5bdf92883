import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** The content of a message. The queue does not read it. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly senderId: string;
  readonly traceHeader?: string;
}

/** A message while it is in a queue. Times are milliseconds since the epoch. */
export interface StoredMessage {
  readonly id: string;
  readonly content: MessageContent;
  /** The lane of the message: its message group in a FIFO queue, its id in a standard queue. */
  readonly lane: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly deadLetterSource?: string;
  readonly sentAt: number;
  readonly delayMs: number;
  /** Receives from all queues that the message was in, for `ApproximateReceiveCount`. */
  receiveCount: number;
  /** Receives from this queue. Its redrive policy counts them. */
  receivesHere: number;
  firstReceivedAt?: number;
  receivedAt: number;
  /** The message is in flight until this time. */
  hiddenUntil: number;
  /** The receive with the valid receipt handle; 0 before the first. */
  receipt: number;
  /** The `ReceiveRequestAttemptId` that may still repeat the receive. */
  attempt?: string;
}

/** Messages that must be delivered in order, and those of them that were received last. */
export interface Lane {
  readonly messages: StoredMessage[];
  inFlight: readonly StoredMessage[];
}

/** The attributes of the queue that decide about messages. */
export interface QueueRules {
  readonly fifo: boolean;
  readonly deduplicationPerGroup: boolean;
  readonly delayMs: number;
  readonly retentionMs: number;
}

/** The state of a queue. Only the functions of `fifo-queue.ts` change it. */
export interface QueueState {
  rules: QueueRules;
  readonly lanes: Map<string, Lane>;
  readonly byId: Map<string, StoredMessage>;
  /** Messages that may be delayed or in flight, for {@link nextChangeAt}. */
  readonly hidden: Set<StoredMessage>;
  readonly deduplication: Map<string, { readonly id: string; readonly sequenceNumber: string; readonly at: number }>;
  readonly attempts: Map<string, { readonly at: number; readonly messages: readonly StoredMessage[] }>;
  oldestSentAt: number;
  sequence: bigint;
  receipts: number;
}

/** Creates an empty queue. */
export const createState = (rules: QueueRules): QueueState => ({
  rules,
  lanes: new Map(),
  byId: new Map(),
  hidden: new Set(),
  deduplication: new Map(),
  attempts: new Map(),
  oldestSentAt: Number.POSITIVE_INFINITY,
  sequence: 18_850_000_000_000_000_000n,
  receipts: 0,
});

/** When the delay of a message ends. A change of the queue's delay affects earlier messages in a FIFO queue only. */
const availableAt = ({ rules }: QueueState, message: StoredMessage): number =>
  message.receivesHere > 0 ? 0 : message.sentAt + (rules.fifo ? rules.delayMs : message.delayMs);

/** Whether a message is visible, in flight or delayed at `now`. */
export function condition(state: QueueState, message: StoredMessage, now: number): 'visible' | 'inFlight' | 'delayed' {
  if (message.hiddenUntil > now) return 'inFlight';
  return availableAt(state, message) > now ? 'delayed' : 'visible';
}

/** Whether a lane must wait because one of its messages is in flight. */
export const isBlocked = (lane: Lane, now: number): boolean =>
  lane.inFlight.some(({ hiddenUntil }) => hiddenUntil > now);

/** Appends a message to its lane. */
export function add(state: QueueState, message: StoredMessage): void {
  const lane = state.lanes.get(message.lane);
  if (lane === undefined) state.lanes.set(message.lane, { messages: [message], inFlight: [] });
  else lane.messages.push(message);
  state.byId.set(message.id, message);
  state.hidden.add(message);
  state.oldestSentAt = Math.min(state.oldestSentAt, message.sentAt);
}

/** Removes a message at any position. */
export function remove(state: QueueState, message: StoredMessage): void {
  state.byId.delete(message.id);
  state.hidden.delete(message);
  const lane = state.lanes.get(message.lane);
  if (lane === undefined) return;
  lane.messages.splice(lane.messages.indexOf(message), 1);
  lane.inFlight = lane.inFlight.filter((other) => other !== message);
  if (lane.messages.length === 0) state.lanes.delete(message.lane);
}

/** Drops every message that is older than the retention period, also those in flight. */
export function expire(state: QueueState, now: number): void {
  if (now - state.oldestSentAt < state.rules.retentionMs) return;
  let oldest = Number.POSITIVE_INFINITY;
  for (const message of [...state.byId.values()]) {
    if (now - message.sentAt >= state.rules.retentionMs) remove(state, message);
    else oldest = Math.min(oldest, message.sentAt);
  }
  state.oldestSentAt = oldest;
}

/** How many messages are visible, in flight and delayed at `now`. */
export function count(state: QueueState, now: number): { visible: number; inFlight: number; delayed: number } {
  expire(state, now);
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of state.byId.values()) counts[condition(state, message, now)] += 1;
  return counts;
}

/** When the next message becomes visible by time, if any. */
export function nextChangeAt(state: QueueState, now: number): number | undefined {
  let next: number | undefined;
  for (const message of state.hidden) {
    const at = Math.max(message.hiddenUntil, availableAt(state, message));
    if (at <= now) state.hidden.delete(message);
    else if (next === undefined || at < next) next = at;
  }
  return next;
}
