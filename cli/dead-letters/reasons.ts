/** Why messages end in a dead-letter queue, and what a person can do about it. Codes are stable. */
const ADVICE = {
  'malformed-message':
    'Not a change in the form of this version: find out what else sends to the queue. A redrive does not help.',
  'another-user-pool':
    'The trigger of another user pool calls our function: detach it there (connect-sync trigger detach). A redrive does not help.',
  bug: 'The worker failed again and again: find its log line "user failed" by the sub, mend the cause, then redrive.',
  'call-refused':
    'AWS refused the calls for this user (pool or instance are gone, or status 400 or 409 for ten minutes): find its log line "user failed" by the sub, mend the cause, then redrive.',
  'received-too-often': 'Every try failed for more than a day: when the outage is over, redrive.',
  'unreadable-record':
    'A CloudTrail record of a form that this version cannot read: report it with the places that the log line "record failed" names. The next sweep finds the user; redrive after an update that reads it.',
  'foreign-record':
    'A CloudTrail record of another account or Region: look at who sends to the event bus. A redrive does not help.',
  'not-delivered': 'EventBridge could not invoke change-intake: mend what the code says, then redrive.',
  'function-failed':
    'change-intake failed: find its log line "record failed" by the event id, mend the cause, then redrive.',
  'unknown-envelope':
    'Not a message of change-intake, EventBridge or Lambda: it is left alone. Find out what else sends to the queue.',
} as const;

/** See {@link ADVICE}. */
export type DeadLetterReason = keyof typeof ADVICE | 'other';

/** Every reason that can be asked for. */
export const REASONS = [...Object.keys(ADVICE), 'other'] as readonly DeadLetterReason[];

/** What a person can do about a reason. Pure. */
export const adviseOnDeadLetter = (reason: DeadLetterReason): string =>
  reason === 'other' ? 'A reason that this version does not know: read docs/cli.md of the newer one.' : ADVICE[reason];

/** Reasons for which a redrive is of no use. */
const FINAL: readonly DeadLetterReason[] = [
  'malformed-message',
  'another-user-pool',
  'foreign-record',
  'unknown-envelope',
  'other',
];

/** Whether a redrive helps once the cause is corrected. Pure. */
export const canSucceedLater = (reason: DeadLetterReason): boolean => !FINAL.includes(reason);

/** The reason a message carries; `other` when this version does not know it. Pure. */
export const toReason = (text: string): DeadLetterReason => REASONS.find((reason) => reason === text) ?? 'other';
