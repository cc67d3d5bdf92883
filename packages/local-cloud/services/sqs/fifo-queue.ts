import {
  add,
  condition,
  expire,
  isBlocked,
  type Lane,
  type MessageContent,
  type QueueState,
  remove,
  type StoredMessage,
} from './queue-state.ts';

/** How long a deduplication id or a receive attempt id is kept, milliseconds. */
const DEDUPLICATION_INTERVAL_MS = 5 * 60_000;

/** Longest time that a message may stay invisible after one receive, with all extensions, milliseconds. */
const MAXIMUM_VISIBILITY_MS = 12 * 60 * 60_000;

/** A message to add. `id` must be new. A FIFO queue requires `groupId` and `deduplicationId`. */
export interface Draft {
  readonly id: string;
  readonly content: MessageContent;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Delay of this message in a standard queue, milliseconds. */
  readonly delayMs: number;
}

/** The id under which a message was accepted. For a duplicate it is the id of the earlier message. */
export interface Sent {
  readonly id: string;
  readonly sequenceNumber?: string;
}

/** The message and the receive of a receipt handle. */
export interface Receipt {
  readonly id: string;
  readonly receipt: number;
}

const FRESH = { receiveCount: 0, receivesHere: 0, receivedAt: 0, hiddenUntil: 0, receipt: 0 };

function nextSequenceNumber(state: QueueState): string {
  state.sequence += 256n;
  return state.sequence.toString();
}

function forgetOld(entries: Map<string, { readonly at: number }>, now: number): void {
  for (const [key, { at }] of entries) {
    if (now - at < DEDUPLICATION_INTERVAL_MS) return;
    entries.delete(key);
  }
}

/**
 * Accepts a message. In a FIFO queue, a second message with the same deduplication id within five minutes is accepted under
 * the id of the first and not queued, also when the first was deleted.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
export function send(state: QueueState, now: number, draft: Draft): Sent {
  expire(state, now);
  const { id, groupId, deduplicationId } = draft;
  if (!state.rules.fifo || groupId === undefined) {
    add(state, { ...draft, ...FRESH, lane: id, sentAt: now });
    return { id };
  }
  forgetOld(state.deduplication, now);
  const key = state.rules.deduplicationPerGroup ? JSON.stringify([groupId, deduplicationId]) : String(deduplicationId);
  const earlier = state.deduplication.get(key);
  if (earlier !== undefined) return { id: earlier.id, sequenceNumber: earlier.sequenceNumber };
  const sequenceNumber = nextSequenceNumber(state);
  state.deduplication.set(key, { id, sequenceNumber, at: now });
  add(state, { ...draft, ...FRESH, lane: groupId, sequenceNumber, sentAt: now });
  return { id, sequenceNumber };
}

/**
 * Adds a dead letter of another queue, without deduplication. A standard queue keeps the time at which it was first sent, a
 * FIFO queue sets a new time.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function accept(state: QueueState, now: number, message: StoredMessage): void {
  const { fifo } = state.rules;
  add(state, {
    ...message,
    lane: fifo ? (message.groupId ?? message.id) : message.id,
    ...(fifo && { sequenceNumber: nextSequenceNumber(state) }),
    sentAt: fifo ? now : message.sentAt,
    delayMs: 0,
    receivesHere: 0,
    hiddenUntil: 0,
    receipt: 0,
  });
}

function hand(state: QueueState, now: number, message: StoredMessage, hiddenUntil: number, attempt?: string): void {
  state.receipts += 1;
  message.receipt = state.receipts;
  message.receiveCount += 1;
  message.receivesHere += 1;
  message.firstReceivedAt ??= now;
  message.receivedAt = now;
  message.hiddenUntil = hiddenUntil;
  if (attempt === undefined) delete message.attempt;
  else message.attempt = attempt;
  state.hidden.add(message);
}

/** The earlier answer to the same receive attempt. None when one of its messages was changed or became visible. */
function repeat(state: QueueState, now: number, attempt: string, hiddenUntil: number) {
  forgetOld(state.attempts, now);
  const messages = state.attempts.get(attempt)?.messages;
  if (messages === undefined) return undefined;
  const untouched = messages.every(
    (message) => state.byId.get(message.id) === message && message.attempt === attempt && message.hiddenUntil > now,
  );
  if (!untouched) return undefined;
  for (const message of messages) message.hiddenUntil = hiddenUntil;
  return messages;
}

/**
 * Returns up to `max` visible messages and hides them for `visibilityMs`: all messages of one group in order, and then the
 * next group. A group with a message in flight is left out. A message that was received `maxReceives` times is removed and
 * returned as a dead letter instead.
 */
export function receive(
  state: QueueState,
  now: number,
  request: {
    readonly max: number;
    readonly visibilityMs: number;
    readonly maxReceives?: number;
    readonly attempt?: string;
  },
): { readonly messages: readonly StoredMessage[]; readonly deadLetters: readonly StoredMessage[] } {
  expire(state, now);
  const { max, attempt, maxReceives = Number.POSITIVE_INFINITY } = request;
  const hiddenUntil = now + request.visibilityMs;
  const earlier = attempt === undefined ? undefined : repeat(state, now, attempt, hiddenUntil);
  if (earlier !== undefined) return { messages: earlier, deadLetters: [] };
  const messages: StoredMessage[] = [];
  const deadLetters: StoredMessage[] = [];
  const served: [string, Lane][] = [];
  for (const [name, lane] of state.lanes) {
    if (messages.length >= max) break;
    if (isBlocked(lane, now)) continue;
    const taken: StoredMessage[] = [];
    for (const message of [...lane.messages]) {
      if (messages.length + taken.length >= max || condition(state, message, now) !== 'visible') break;
      if (message.receivesHere >= maxReceives) {
        remove(state, message);
        deadLetters.push(message);
      } else taken.push(message);
    }
    if (taken.length === 0) continue;
    for (const message of taken) hand(state, now, message, hiddenUntil, attempt);
    lane.inFlight = taken;
    messages.push(...taken);
    served.push([name, lane]);
  }
  // Move the group to the end, so that a group that always has messages does not block the others.
  for (const [name, lane] of served) {
    state.lanes.delete(name);
    state.lanes.set(name, lane);
  }
  if (attempt !== undefined && messages.length > 0) {
    state.attempts.delete(attempt);
    state.attempts.set(attempt, { at: now, messages });
  }
  return { messages, deadLetters };
}

/**
 * Deletes the message of a receipt. `expired` (FIFO): the visibility timeout ended or the message was received again. `kept`
 * (standard): the receipt is older, so the call succeeds and deletes nothing. `gone`: the message was deleted before.
 */
export function deleteMessage(
  state: QueueState,
  now: number,
  { id, receipt }: Receipt,
): 'deleted' | 'gone' | 'kept' | 'expired' {
  expire(state, now);
  const message = state.byId.get(id);
  if (message === undefined) return 'gone';
  const current = message.receipt === receipt;
  if (state.rules.fifo && !(current && message.hiddenUntil > now)) return 'expired';
  if (!current) return 'kept';
  remove(state, message);
  return 'deleted';
}

/** Hides a message in flight for `visibilityMs` from now, or shows it again at once (0). */
export function changeVisibility(
  state: QueueState,
  now: number,
  { id, receipt }: Receipt,
  visibilityMs: number,
): 'changed' | 'gone' | 'expired' | 'notInFlight' | 'tooLong' {
  expire(state, now);
  const message = state.byId.get(id);
  if (message === undefined) return 'gone';
  if (message.receipt !== receipt || message.hiddenUntil <= now) return state.rules.fifo ? 'expired' : 'notInFlight';
  if (now + visibilityMs > message.receivedAt + MAXIMUM_VISIBILITY_MS) return 'tooLong';
  message.hiddenUntil = now + visibilityMs;
  delete message.attempt;
  state.hidden.add(message);
  return 'changed';
}

/** The visible message that would be received next, without receiving it. */
export function nextVisible(state: QueueState, now: number): StoredMessage | undefined {
  expire(state, now);
  for (const lane of state.lanes.values()) {
    const [head] = lane.messages;
    if (head !== undefined && !isBlocked(lane, now) && condition(state, head, now) === 'visible') return head;
  }
  return undefined;
}

/** Deletes every message, also those in flight. Deduplication ids are kept. */
export function purge(state: QueueState): void {
  for (const message of [...state.byId.values()]) remove(state, message);
}
