import { TransientError } from '../core/errors.ts';
import type { Clock } from '../ports.ts';

const MAX_ATTEMPTS = 5;

/**
 * Reads a page again after a passing failure: one refusal among a hundred pages must not cost the list. Each attempt has to take
 * its own place in a rate limit.
 *
 * @param deadline - latest time at which the page is of use, milliseconds since the epoch.
 * @throws what the last attempt threw.
 */
export async function insist<Page>(clock: Clock, deadline: number, read: () => Promise<Page>): Promise<Page> {
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
