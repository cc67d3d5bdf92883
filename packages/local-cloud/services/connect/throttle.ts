import type { Clock } from '../../clock.ts';
import { AwsError } from '../../service.ts';
import { PUBLISHED_QUOTA, type Settings } from './settings.ts';

/**
 * Creates the token buckets of one account and Region. The returned function takes a token for one call.
 * Buckets start full and refill steadily. A refused call takes no token (assumption).
 *
 * @throws {AwsError} 429 with the configured name. The code `''` means an answer without an error name.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
 */
export function createThrottle(clock: Clock, settings: () => Settings): (operation: keyof Settings['quotas']) => void {
  // When each bucket is full again, in milliseconds (fractions of tokens would need rounding), and the time of one token.
  const buckets = new Map<string, { readonly fullAtMs: number; readonly tokenMs: number }>();
  return (operation) => {
    const { quotas, quotaScope, throttleErrorName } = settings();
    const bucket = quotaScope === 'account' ? 'default' : operation;
    const { ratePerSecond, burst } = quotas[bucket] ?? quotas.default ?? PUBLISHED_QUOTA;
    const tokenMs = 1000 / ratePerSecond;
    const now = clock.now();
    const known = buckets.get(bucket) ?? { fullAtMs: now, tokenMs };
    const missingMs = Math.max(0, known.fullAtMs - now);
    // After a change of the quota, the same number of tokens is missing.
    const fillMs = (known.tokenMs === tokenMs ? missingMs : (missingMs / known.tokenMs) * tokenMs) + tokenMs;
    if (fillMs > burst * tokenMs) {
      const code = throttleErrorName === 'none' ? '' : throttleErrorName;
      throw new AwsError(code, `Rate exceeded: ${operation} allows ${ratePerSecond} a second, burst ${burst}.`, 429);
    }
    buckets.set(bucket, { fullAtMs: now + fillMs, tokenMs });
  };
}
