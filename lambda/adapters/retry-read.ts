import { TransientError } from '../core/failures/errors.ts';
import type { Clock } from '../ports.ts';

const MAX_ATTEMPTS = 5;

/**
 * Reads, and reads again after a transient failure, so that one failure does not end a list of a hundred pages. Each
 * attempt has to take its own slot of a rate limit.
 *
 * @param deadline - latest time at which the answer is useful, milliseconds since the epoch.
 * @throws what the last attempt threw.
 */
export async function retryRead<Result>(clock: Clock, deadline: number, read: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt === MAX_ATTEMPTS) throw error;
      const waitMs = error.retryAfterMs ?? attempt * 1_000;
      if (clock.now() + waitMs > deadline) throw error;
      await clock.sleep(waitMs);
    }
  }
}
