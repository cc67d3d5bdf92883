import { ConnectClient } from '@aws-sdk/client-connect';
import { createConnectDirectory } from '../../../lambda/adapters/connect-directory.ts';
import type { RateLimit } from '../../../lambda/adapters/throttling/rate-limited-call.ts';
import type { Answer, startService } from './canned-service.ts';

/** The instance of these tests. */
export const INSTANCE = '5f1d2c3b-0a9e-4d8c-8b7a-6f5e4d3c2b1a';

/** A directory that asks a service of this machine, and what its rate limit was told. */
export function startDirectory(service: Awaited<ReturnType<typeof startService>>, now: () => number = () => 0) {
  /** Operations that waited for their place, each with the number of requests that were sent before. */
  const rateLimited: (readonly [string, number])[] = [];
  const deadlines: (number | undefined)[] = [];
  const throttles: (readonly [string, number | undefined])[] = [];
  const rateLimit: RateLimit = {
    async acquire(operation, options) {
      rateLimited.push([operation, service.requests.length]);
      deadlines.push(options?.deadline);
    },
    async throttled(operation, retryAfterMs) {
      throttles.push([operation, retryAfterMs]);
    },
  };
  const directory = createConnectDirectory(new ConnectClient(service.client()), INSTANCE, rateLimit, now);
  return { directory, rateLimited, deadlines, throttles };
}

/** An error of Connect. */
export const error = (status: number, code: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': code },
  body: { Message: 'mary.jones@example.com' },
});
