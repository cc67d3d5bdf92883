import type { Clock } from '../../ports.ts';
import type { RateLimit } from './rate-limited-call.ts';
import { createSharedRateLimit, type KeptRateLimit } from './shared-rate-limit.ts';

/**
 * A rate limit for callers of this process only. It has the rules of the shared rate limit: a throttle lowers the rate, and
 * the rate rises again while there is no throttle.
 *
 * @param fullRate - requests per second and operation.
 */
export function createProcessRateLimit(fullRate: number, clock: Clock): RateLimit {
  const kept = new Map<string, KeptRateLimit>();
  const none: KeptRateLimit = { state: undefined, version: undefined };
  const store = {
    read: async (operation: string) => kept.get(operation) ?? none,
    async write(operation: string, state: KeptRateLimit['state'], version: number | undefined) {
      const before = kept.get(operation) ?? none;
      if (before.version !== version) return { written: false, kept: before };
      const next = { state, version: (version ?? 0) + 1 };
      kept.set(operation, next);
      return { written: true, kept: next };
    },
  };
  return createSharedRateLimit(store, fullRate, clock);
}
