import type { Clock } from '../../clock.ts';
import { AwsError } from '../../service.ts';
import { PUBLISHED_QUOTA, type Settings } from './settings.ts';

/**
 * Creates the token buckets of one account and Region. The returned function takes a token for one call.
 * Buckets start full and refill steadily; a refused call takes nothing (assumption).
 *
 * @throws {AwsError} 429 under the configured name; code `''` stands for an answer that names no error.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
 */
export function createThrottle(clock: Clock, settings: () => Settings): (operation: keyof Settings['quotas']) => void {
  // One time per bucket, at which it is full again: whole milliseconds, where fractions of tokens would round.
  const fullAtMs = new Map<string, number>();
  return (operation) => {
    const { quotas, quotaScope, throttleErrorName } = settings();
    const bucket = quotaScope === 'account' ? 'default' : operation;
    const { ratePerSecond, burst } = quotas[bucket] ?? quotas.default ?? PUBLISHED_QUOTA;
    const tokenMs = 1000 / ratePerSecond;
    const now = clock.now();
    const fullAt = Math.max(now, fullAtMs.get(bucket) ?? now) + tokenMs;
    if (fullAt - now > burst * tokenMs) {
      const code = throttleErrorName === 'none' ? '' : throttleErrorName;
      throw new AwsError(code, `Rate exceeded: ${operation} allows ${ratePerSecond} a second, burst ${burst}.`, 429);
    }
    fullAtMs.set(bucket, fullAt);
  };
}
