import type { DeadLetter, DeadLetterQueue } from './ports.ts';

/** A walk through a dead-letter queue that hands out each message once. */
export interface Walk {
  /** The next messages; none when there are no more to see. */
  next(): Promise<readonly DeadLetter[]>;
  /** Messages that are removed need not be shown again. */
  forget(letter: DeadLetter): void;
  /** Shows everything else again at once. */
  end(): Promise<void>;
}

/**
 * Begins a walk. What it has received is hidden for a minute; a longer walk receives some messages again, maybe before new
 * ones. So it goes on until it has received as many messages again as it knows, without a new one.
 */
export function walk(queue: DeadLetterQueue): Walk {
  const seen = new Set<string>();
  const hidden = new Map<string, DeadLetter>();
  return {
    async next() {
      for (let again = 0; ; ) {
        const letters = await queue.receive();
        const fresh = letters.filter(({ messageId }) => !seen.has(messageId));
        for (const letter of letters) {
          seen.add(letter.messageId);
          // The newest receipt handle is the one that works.
          hidden.set(letter.messageId, letter);
        }
        again += letters.length;
        if (fresh.length > 0 || letters.length === 0 || again >= seen.size) return fresh;
      }
    },
    forget: ({ messageId }) => void hidden.delete(messageId),
    end: () => queue.release([...hidden.values()]),
  };
}
