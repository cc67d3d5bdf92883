import type { DeadLetter, DeadLetterQueue } from './ports.ts';
import { walk } from './walk.ts';

/** See {@link resendEach}. */
export interface Resend {
  readonly queue: DeadLetterQueue;
  /** Most messages that are sent: as many as the queue had. */
  readonly most: number;
  readonly wants: (letter: DeadLetter) => boolean;
  /** Resolves when the message is safe in its new place. */
  readonly send: (letter: DeadLetter) => Promise<void>;
  readonly ratePerSecond: number;
  /** Resolves early when `signal` aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number) => void;
}

/**
 * Sends wanted messages of a dead-letter queue to where `send` says, one after the other. Each is removed only after it has
 * arrived. Whenever this ends, no message is lost. At most one message exists twice, which is harmless.
 *
 * Messages that were not sent are shown again at the end. At most `most` are sent.
 * Otherwise a message that fails again at once would be sent for ever.
 *
 * @returns how many were sent and removed.
 */
export async function resendEach(resend: Resend): Promise<number> {
  const { queue, most, signal, onProgress } = resend;
  const letters = walk(queue);
  let sent = 0;
  try {
    while (!signal.aborted && sent < most) {
      const fresh = await letters.next();
      if (fresh.length === 0) break;
      for (const letter of fresh.filter(resend.wants)) {
        if (sent >= most) break;
        if (sent > 0) await resend.sleep(1_000 / resend.ratePerSecond);
        if (signal.aborted) break;
        await resend.send(letter);
        await queue.remove(letter);
        letters.forget(letter);
        sent += 1;
      }
      if (sent > 0) onProgress(sent);
    }
  } finally {
    await letters.end();
  }
  return sent;
}
