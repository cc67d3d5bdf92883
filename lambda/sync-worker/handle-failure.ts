import { backoffSeconds } from '../core/failures/backoff.ts';
import { keepBadRequests } from '../core/failures/bad-requests.ts';
import { describeError, PermanentError, TransientError } from '../core/failures/errors.ts';
import { classifyRefusal, type RefusalKind } from '../core/failures/refusal.ts';
import type { FailureStatus } from '../core/log-lines.ts';
import type { UserRow } from '../core/rows/user-row.ts';
import { deadLetter } from './dead-letter.ts';
import type { WorkerDeps } from './deps.ts';
import type { Message } from './read-message.ts';

/** After so many receives, the message of a permanent failure goes to the dead-letter queue. */
const MAX_RECEIVES = 5;

/**
 * Handles the messages of a user after reconciling failed. They become visible again later, or go to the dead-letter queue.
 * The row keeps the try.
 */
export async function handleFailure(
  deps: WorkerDeps,
  sub: string,
  messages: readonly Message[],
  error: unknown,
  facts: Readonly<Record<string, unknown>>,
): Promise<'done' | 'keep'> {
  const now = deps.clock.now();
  const receiveCount = maxReceiveCount(messages);
  const row = await readRow(deps, sub);
  // The row keeps when the operation was first answered with status 400 or 409. For a user without a row, the first receive
  // counts instead. For a row that cannot be read, the time starts now.
  const firstReceivedAt = Math.min(...messages.map((message) => message.firstReceivedAt));
  const operation = operationOf(error);
  const inDoubt = keepBadRequests(row === 'unreadable' ? undefined : row?.lastTry?.badRequestsSince, operation);
  const doubtedSince = row === undefined ? firstReceivedAt : inDoubt[operation];
  const kind = classifyRefusal(error, row === 'unreadable' ? now : doubtedSince, now);
  const status = statusOf(error, kind);
  const throttled = error instanceof TransientError && error.throttled;
  report(deps, status, { ...facts, ...describeError(error), status, ...(throttled && { throttled }) });

  if ((status === 'bug' || status === 'call-refused') && receiveCount >= MAX_RECEIVES) {
    // The next pass of the sweep queues the user again, so no dead letter is needed.
    if (messages.every(({ change }) => change.cause === 'sweep')) return 'done';
    const code = codeOf(error);
    const moved = await Promise.all(messages.map(({ record }) => deadLetter(deps, record, status, code)));
    if (moved.every(({ keep }) => keep === undefined)) return 'done';
  }
  const asked = error instanceof TransientError ? error.retryAfterMs : undefined;
  const delaySeconds = backoffSeconds(receiveCount, deps.random(), asked);
  if (row !== undefined && row !== 'unreadable') {
    await noteTry(deps, row, {
      at: now,
      code: codeOf(error),
      ...calledIn(error),
      since: row.lastTry?.since ?? now,
      nextAt: now + delaySeconds * 1_000,
      badRequestsSince: kind === 'unclear' ? { [operation]: now, ...inDoubt } : inDoubt,
    });
  }
  await delayAll(deps, messages, delaySeconds);
  return 'keep';
}

function statusOf(error: unknown, kind: RefusalKind): FailureStatus {
  if (error instanceof TransientError || kind === 'unclear') return 'transient';
  if (kind === 'denied') return 'no-permission';
  return kind === 'verdict' || isRefusedCall(error) ? 'call-refused' : 'bug';
}

/** Whether AWS has refused a call: for example with status 404, when the pool or the instance is gone. */
const isRefusedCall = (error: unknown): boolean =>
  error instanceof PermanentError && error.status !== undefined && error.status >= 400 && error.status < 500;

function report({ logger }: WorkerDeps, status: FailureStatus, line: Readonly<Record<string, unknown>>): void {
  if (status === 'transient') logger.warn('user tried again later', line);
  else if (status === 'no-permission')
    logger.error('user tried again later', {
      ...line,
      advice: 'Read docs/runbook.md, section "A permission is missing".',
    });
  else logger.error('user failed', { ...line, advice: 'Read docs/runbook.md, section "A user fails for good".' });
}

const calledIn = (error: unknown): { readonly operation?: string } =>
  (error instanceof PermanentError || error instanceof TransientError) && error.operation !== undefined
    ? { operation: error.operation }
    : {};

const codeOf = (error: unknown): string =>
  error instanceof PermanentError || error instanceof TransientError
    ? error.code
    : error instanceof Error
      ? error.name
      : 'Unknown';

/** The operation that failed. An error without an AWS call has none. */
const operationOf = (error: unknown): string =>
  (error instanceof PermanentError || error instanceof TransientError ? error.operation : undefined) ?? 'none';

/** Reads the row. The table itself may be failing: then only the log has the try. */
async function readRow({ table }: WorkerDeps, sub: string): Promise<UserRow | 'unreadable' | undefined> {
  try {
    return await table.getUser(sub);
  } catch {
    return 'unreadable';
  }
}

async function noteTry(
  { table, logger }: WorkerDeps,
  row: UserRow,
  lastTry: Omit<NonNullable<UserRow['lastTry']>, 'count'>,
): Promise<void> {
  try {
    await table.noteTry(row.sub, { ...lastTry, count: (row.lastTry?.count ?? 0) + 1 });
  } catch (error) {
    logger.warn('try not kept in the row', { sub: row.sub, ...describeError(error) });
  }
}

/** The highest receive count of these messages. Pure. */
export const maxReceiveCount = (messages: readonly Message[]): number =>
  Math.max(...messages.map(({ receiveCount }) => receiveCount));

/** Makes all messages of a user visible again at the same time, so that they stay one piece of work. */
export async function delayAll(deps: WorkerDeps, messages: readonly Message[], seconds: number): Promise<void> {
  await Promise.all(messages.map(({ record }) => deps.messages.delay(record.receiptHandle, seconds)));
}
