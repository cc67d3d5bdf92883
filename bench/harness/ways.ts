import type { Agent } from 'node:http';
import { ConnectClient, UpdateUserIdentityInfoCommand } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createRateLimit } from '../../lambda/adapters/throttling/dynamodb-rate-limit.ts';
import type { RateLimit } from '../../lambda/adapters/throttling/rate-limited-call.ts';
import { createSharedRateLimit } from '../../lambda/adapters/throttling/shared-rate-limit.ts';
import { CREDENTIALS } from './dynalite-table.ts';
import { createRequestHandler } from './http.ts';
import { createMemoryStore, TABLE_LATENCY_MS } from './rate-limit-store.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The product's own default: requests per second. */
export const FULL_RATE = 1.95;

/** One call to be made: give this user this first name. */
export interface Write {
  readonly user: string;
  readonly name: string;
}

/** Makes one call, with whatever retries and waits belong to the way; `again` gives it back to the queue. */
export type Writer = (write: Write) => Promise<'done' | 'again'>;

/** What the workers of a run share. */
interface World {
  readonly time: VirtualTime;
  readonly endpoint: string;
  readonly agent: Agent;
  readonly random: () => number;
}

/** A way to make many calls under a quota: one writer a worker, as each has its own process. */
export type Way = (world: World, workers: number) => readonly Writer[];

/** The AWS SDK left to itself. */
export const sdk =
  (retryMode: 'standard' | 'adaptive', maxAttempts = 3): Way =>
  (world, workers) =>
    each(workers, () => {
      const send = sender(world, { retryMode, maxAttempts });
      return async (write) => ((await send(write)) ? 'done' : 'again');
    });

/** A sleep after each call, as bulk tools have it. */
export const fixedSleep =
  (pauseMs: number): Way =>
  (world, workers) =>
    each(workers, () => {
      const send = sender(world, { maxAttempts: 3 });
      return async (write) => {
        const sent = await send(write);
        await world.time.sleep(pauseMs);
        return sent ? 'done' : 'again';
      };
    });

/** Each worker keeps to a fixed share of the rate, with a burst of 2, and knows of no other caller. */
export const splitShares =
  (perSecond: number): Way =>
  (world, workers) =>
    each(workers, () => {
      let nextAt = 0;
      const acquire = async () => {
        const at = Math.max(nextAt, world.time.now() - 1_000 / perSecond);
        nextAt = at + 1_000 / perSecond;
        await world.time.sleep(at - world.time.now());
      };
      return rateLimited(world, { acquire, throttled: async () => {} });
    });

/** Each worker paces itself by the product's rules, full rate and feedback, but shares nothing. */
export const uncoordinated: Way = (world, workers) =>
  each(workers, () =>
    rateLimited(world, createSharedRateLimit(createMemoryStore(world.time), FULL_RATE, clockOf(world.time))),
  );

/** One bucket for all workers that never learns of a refusal. */
export const withoutFeedback =
  (perSecond: number): Way =>
  (world, workers) => {
    const store = createMemoryStore(world.time);
    return each(workers, () => {
      const { acquire } = createSharedRateLimit(store, perSecond, clockOf(world.time));
      return rateLimited(world, { acquire, throttled: async () => {} });
    });
  };

/** The product: one rate limit for all workers, with feedback; the table is a double in memory. */
export const sharedInMemory: Way = (world, workers) => {
  const store = createMemoryStore(world.time);
  return each(workers, () => rateLimited(world, createSharedRateLimit(store, FULL_RATE, clockOf(world.time))));
};

/** The product with its own adapter on a table in dynalite. */
export const sharedInTable =
  (endpoint: string, tableName: string): Way =>
  (world, workers) =>
    each(workers, () => {
      const latency = { there: () => TABLE_LATENCY_MS, back: () => 0 };
      const requestHandler = createRequestHandler(world.time, world.agent, latency);
      const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials: CREDENTIALS, requestHandler });
      return rateLimited(world, createRateLimit(client, tableName, FULL_RATE, clockOf(world.time)));
    });

const each = (workers: number, create: () => Writer): readonly Writer[] => Array.from({ length: workers }, create);

/** What the product sees of a clock. */
export const clockOf = ({ now, sleep }: VirtualTime) => ({ now, sleep });

/** A call the product's way: a slot for every attempt, and every refusal told to the rate limit. */
function rateLimited(world: World, rateLimit: RateLimit): Writer {
  const operation = 'UpdateUserIdentityInfo';
  const send = sender(world, { maxAttempts: 1 });
  return async (write) => {
    for (;;) {
      await rateLimit.acquire(operation);
      if (await send(write)) return 'done';
      await rateLimit.throttled(operation);
    }
  };
}

/** A real client of its own; `false` for a throttle that is left after its retries. */
function sender(
  { time, endpoint, agent, random }: World,
  retries: { readonly retryMode?: 'standard' | 'adaptive'; readonly maxAttempts: number },
): (write: Write) => Promise<boolean> {
  const requestHandler = createRequestHandler(time, agent, {
    there: () => 10 + 30 * random(),
    back: (status) => (status === 429 ? 10 : 60 + 60 * random()),
  });
  const client = new ConnectClient({
    endpoint,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    requestHandler,
    ...retries,
  });
  return async ({ user, name }) => {
    const IdentityInfo = { FirstName: name, LastName: 'Smith' };
    try {
      await client.send(new UpdateUserIdentityInfoCommand({ InstanceId: 'instance', UserId: user, IdentityInfo }));
      return true;
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status !== 429) throw error;
      return false;
    }
  };
}
