import type { DeadLetterDeps } from '../../../cli/dead-letters/dlq.ts';
import type { DeadLetter } from '../../../cli/dead-letters/ports.ts';
import { createDeadLetters, createTerminal, letter } from './doubles.ts';

export const MARY = '061f78a5-21d2-4642-b604-e6edacd78a9c';
export const JOHN = '3ae5d9cd-0afa-4c84-b2d4-32a7ee13a1ad';
const NOW = 1_767_225_600_000;
const HOUR = 3_600_000;

export const change = (sub: string) =>
  JSON.stringify({ v: 1, userPoolId: 'eu-west-1_A', sub, cause: 'trigger', eventId: 'e', occurredAt: NOW - 5 * HOUR });
export const bug = (sub: string, messageId: string) =>
  letter({
    messageId,
    body: change(sub),
    groupId: sub,
    sentAt: NOW - 2 * HOUR,
    attributes: { reason: 'bug', receiveCount: '5' },
  });
export const malformed = letter({
  messageId: 'malformed',
  body: 'mary.smith@example.com is no change',
  groupId: 'mary.smith',
  sentAt: NOW - HOUR,
  attributes: { reason: 'malformed-message', receiveCount: '1' },
});
export const EVENT = { detail: { eventName: 'AdminUpdateUserAttributes', userIdentity: { userName: 'mary.smith' } } };
export const notDelivered = letter({
  messageId: 'not-delivered',
  body: JSON.stringify(EVENT),
  sentAt: NOW - HOUR,
  attributes: { RULE_ARN: 'arn', ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'mary.smith', RETRY_ATTEMPTS: '0' },
});
/** A record that change-intake has reduced: {@link REDUCED} is what is left of it. */
export const REDUCED = { detail: { eventName: 'AdminUpdateUserAttributes' } };
export const reduced = letter({
  messageId: 'reduced',
  body: JSON.stringify({ v: 1, event: REDUCED }),
  sentAt: NOW - HOUR,
  attributes: { reason: 'unreadable-record' },
});
export const stranger = letter({ messageId: 'stranger', body: 'hello mary.smith', sentAt: NOW - HOUR });

/** Both dead-letter queues in memory, with what a command needs to look at them. */
export function createWorld(changes: readonly DeadLetter[], intake: readonly DeadLetter[], batch = 10) {
  const terminal = createTerminal();
  const queues = { changes: createDeadLetters(changes, batch), intake: createDeadLetters(intake, batch) };
  const stop = new AbortController();
  const deps: DeadLetterDeps = { queues, terminal, now: () => NOW, signal: stop.signal };
  return { terminal, queues, stop, deps };
}
