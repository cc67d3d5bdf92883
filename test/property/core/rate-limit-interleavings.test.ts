import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createSharedRateLimit,
  type KeptRateLimit,
  type RateLimitStore,
} from '../../../lambda/adapters/throttling/shared-rate-limit.ts';
import type { Clock } from '../../../lambda/ports.ts';

const NOW = 1_767_268_800_000;
/** When the requests of a crowd may be made at 2 a second, milliseconds from its coming. */
const SLOTS = [
  0, 0, 0, 0, 375, 875, 1_375, 1_875, 2_375, 2_875, 3_375, 3_875, 4_375, 4_875, 5_375, 5_875, 6_375, 6_875, 7_375,
  7_875,
];

/** A store whose answers come in an order of the scheduler's choosing. */
function createStore(scheduler: fc.Scheduler): RateLimitStore {
  let kept: KeptRateLimit = { state: undefined, version: undefined };
  const read = scheduler.scheduleFunction(async () => kept);
  const write = scheduler.scheduleFunction(async (...[, state, version]: Parameters<RateLimitStore['write']>) => {
    const written = version === kept.version;
    if (written) kept = { state, version: (version ?? 0) + 1 };
    return { written, kept };
  });
  return { read, write };
}

it('each of many requests gets its own slot and none is lost, in any order of the table’s answers', async () => {
  const crowd = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(crowd, fc.scheduler(), async (requestsOfEach, scheduler) => {
      const store = createStore(scheduler);
      const waits: number[] = [];
      const clock: Clock = {
        now: () => NOW,
        sleep: async (milliseconds) => {
          waits.push(milliseconds);
        },
      };
      const requests = requestsOfEach.flatMap((count) => {
        const rateLimit = createSharedRateLimit(store, 2, clock);
        return Array.from({ length: count }, () => rateLimit.acquire('DescribeUser'));
      });

      await scheduler.waitFor(Promise.all(requests));

      const atOnce = requests.length - waits.length;
      const all = [...Array.from({ length: atOnce }, () => 0), ...waits].sort((a, b) => a - b);
      expect(all).toEqual(SLOTS.slice(0, requests.length));
    }),
  );
});
