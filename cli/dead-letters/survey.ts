import type { Finding } from './finding.ts';
import type { DeadLetter, DeadLetterQueue } from './ports.ts';
import type { DeadLetterReason } from './reasons.ts';
import { walk } from './walk.ts';

/** What was seen of a dead-letter queue. */
export interface Survey {
  /** Approximate number of messages in the queue, as SQS counts. */
  readonly messages: number;
  /**
   * What was looked at: all messages, unless there are more than the limit, or some are hidden: by another reader, or
   * behind others of a long message group.
   */
  readonly findings: readonly Finding[];
}

/** How many messages of a queue were not looked at, approximately: hidden ones, and those above the limit. Pure. */
export const countUnseen = ({ messages, findings }: Survey): number => messages - findings.length;

/**
 * Looks at up to `limit` messages of a queue without taking any: they are hidden meanwhile, so that each is seen once,
 * and shown again at the end, or a minute later when this is killed.
 *
 * @param signal - ends the survey; the result is what was seen so far.
 */
export async function surveyQueue(
  queue: DeadLetterQueue,
  read: (letter: DeadLetter) => Finding,
  limit: number,
  signal: AbortSignal,
): Promise<Survey> {
  const before = await queue.count();
  const letters = walk(queue);
  const seen: DeadLetter[] = [];
  try {
    while (seen.length < limit && !signal.aborted) {
      const fresh = await letters.next();
      seen.push(...fresh);
      if (fresh.length === 0) break;
    }
  } finally {
    await letters.end();
  }
  const messages = Math.max(before.visible + before.hidden, seen.length);
  return { messages, findings: seen.map(read) };
}

/** Findings of one reason. */
export interface ReasonGroup {
  readonly reason: DeadLetterReason;
  readonly messages: number;
  /** Users among them who are known by sub. */
  readonly users: number;
  /** When the first and the last of them were put there, milliseconds since the epoch. */
  readonly oldestAt: number;
  readonly newestAt: number;
}

/** Groups findings by reason, the most frequent first. Pure. */
export function groupByReason(findings: readonly Finding[]): readonly ReasonGroup[] {
  const groups = Map.groupBy(findings, ({ reason }) => reason);
  return [...groups]
    .map(([reason, members]) => ({
      reason,
      messages: members.length,
      users: new Set(members.flatMap(({ sub }) => sub ?? [])).size,
      oldestAt: Math.min(...members.map(({ deadAt }) => deadAt)),
      newestAt: Math.max(...members.map(({ deadAt }) => deadAt)),
    }))
    .sort((one, other) => other.messages - one.messages || (one.reason < other.reason ? -1 : 1));
}
