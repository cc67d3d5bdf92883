import type { KeptRateLimit, RateLimitStore } from '../../lambda/adapters/throttling/shared-rate-limit.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a call to the table takes, milliseconds. */
export const TABLE_LATENCY_MS = 5;

/** A store in memory with the conditions of the one in the table: for the runs that are too many for dynalite. */
export function createMemoryStore(
  time: VirtualTime,
): RateLimitStore & { readonly kept: (operation: string) => KeptRateLimit } {
  const items = new Map<string, KeptRateLimit>();
  const kept = (operation: string): KeptRateLimit => items.get(operation) ?? { state: undefined, version: undefined };
  return {
    kept,
    async read(operation) {
      await time.sleep(TABLE_LATENCY_MS);
      return kept(operation);
    },
    async write(operation, state, version) {
      await time.sleep(TABLE_LATENCY_MS);
      const written = kept(operation).version === version;
      if (written) items.set(operation, { state, version: (version ?? 0) + 1 });
      return { written, kept: kept(operation) };
    },
  };
}
