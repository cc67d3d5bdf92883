import type { Cancel, Clock } from '../../clock.ts';
import { type QueueAttributes, rulesOf } from './attributes.ts';
import { accept, receive } from './fifo-queue.ts';
import { count, createState, nextChangeAt, type QueueState, type StoredMessage } from './queue-state.ts';
import { parseRedrivePolicy, type RedrivePolicy } from './redrive-policy.ts';

/** The request of one receiver. Times are in milliseconds. */
interface ReceiveRequest {
  readonly max: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
  readonly attempt?: string;
}

/** A queue: its state, its attributes and its waiting receivers. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly state: QueueState;
  readonly createdAt: number;
  readonly attributes: QueueAttributes;
  readonly redrive: RedrivePolicy | undefined;
  readonly modifiedAt: number;
  purgedAt: number | undefined;
  setAttributes(attributes: QueueAttributes): void;
  counts(): { visible: number; inFlight: number; delayed: number };
  /** Resolves with messages as soon as there are any, and without messages when the wait ends or the queue is deleted. */
  receive(request: ReceiveRequest): Promise<readonly StoredMessage[]>;
  /** Adds dead letters of another queue. */
  accept(messages: readonly StoredMessage[]): void;
  /** Must be called after every change of the state. It serves the waiting receivers. */
  changed(): void;
  close(): void;
}

interface Waiter {
  readonly request: ReceiveRequest;
  readonly finish: (messages: readonly StoredMessage[]) => void;
}

/**
 * Creates a queue. A change of the state serves the waiting receivers. The only timers are the end of a wait and, while a
 * receiver waits, the time when the next message becomes visible.
 */
export function createQueue(
  clock: Clock,
  name: string,
  arn: string,
  initial: QueueAttributes,
  find: (arn: string) => Queue | undefined,
): Queue {
  const state = createState(rulesOf(initial));
  const waiters = new Set<Waiter>();
  let attributes = initial;
  let redrive: RedrivePolicy | undefined;
  let modifiedAt = clock.now();
  let cancelWake: Cancel = () => undefined;

  /** One receive without waiting. Dead letters are moved to their queue. */
  function attempt(request: ReceiveRequest, now: number): readonly StoredMessage[] {
    // assumption: when the dead-letter queue does not exist, the message stays in its queue and is still delivered.
    const target = redrive === undefined ? undefined : find(redrive.deadLetterTargetArn);
    const limit = target !== undefined && redrive !== undefined ? { maxReceives: redrive.maxReceiveCount } : {};
    const { messages, deadLetters } = receive(state, now, { ...request, ...limit });
    target?.accept(
      deadLetters.map((message) => ({
        ...message,
        deadLetterSource: arn,
        ...(state.rules.fifo && { deduplicationId: message.id }),
      })),
    );
    return messages;
  }

  function changed(): void {
    if (waiters.size === 0) return;
    cancelWake();
    // Use one time for both. Otherwise a message that becomes visible between two reads of the clock would wake no receiver.
    const now = clock.now();
    for (const waiter of waiters) {
      const messages = attempt(waiter.request, now);
      if (messages.length === 0) break;
      waiter.finish(messages);
    }
    const next = waiters.size === 0 ? undefined : nextChangeAt(state, now);
    if (next !== undefined) cancelWake = clock.schedule(next - clock.now(), changed);
  }

  function setAttributes(next: QueueAttributes): void {
    attributes = next;
    redrive = next.RedrivePolicy === undefined ? undefined : parseRedrivePolicy(next.RedrivePolicy);
    state.rules = rulesOf(next);
    modifiedAt = clock.now();
    changed();
  }

  setAttributes(initial);
  return {
    name,
    arn,
    state,
    createdAt: clock.now(),
    purgedAt: undefined,
    get attributes() {
      return attributes;
    },
    get redrive() {
      return redrive;
    },
    get modifiedAt() {
      return modifiedAt;
    },
    setAttributes,
    changed,
    counts: () => count(state, clock.now()),
    accept(messages) {
      for (const message of messages) accept(state, clock.now(), message);
      if (messages.length > 0) changed();
    },
    receive: (request) => {
      const messages = attempt(request, clock.now());
      if (messages.length > 0 || request.waitMs <= 0) return Promise.resolve(messages);
      return new Promise((resolve) => {
        const cancel = clock.schedule(request.waitMs, () => waiter.finish([]));
        const waiter: Waiter = {
          request,
          finish(found) {
            cancel();
            waiters.delete(waiter);
            if (waiters.size === 0) cancelWake();
            resolve(found);
          },
        };
        waiters.add(waiter);
        changed();
      });
    },
    close() {
      for (const waiter of [...waiters]) waiter.finish([]);
      cancelWake();
    },
  };
}
