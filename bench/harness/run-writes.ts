import { createAgent } from './http.ts';
import type { QuotaServer, Tally } from './quota-server.ts';
import { createRandom, poissonGapMs } from './random.ts';
import { inVirtualTime, type VirtualTime } from './virtual-time.ts';
import type { Way, Write, Writer } from './ways.ts';

/** A run of many writes. */
export interface RunOptions {
  readonly server: QuotaServer;
  readonly way: Way;
  readonly workers: number;
  readonly writes: readonly Write[];
  /** Share of the writes that a fifth of the workers have to make; without it all take from one queue. */
  readonly skew?: number;
  /** Calls a second that another caller makes at random times, without retries. */
  readonly neighbour?: number;
  readonly seed?: number;
}

/** What came of it. */
export interface RunResult {
  /** From the start to the last accepted write. */
  readonly seconds: number;
  readonly calls: number;
  /** Shares of the calls that were refused. */
  readonly throttled: number;
  readonly neighbourThrottled: number;
  /** Messages received more than three times: these a queue would have given up. */
  readonly overReceived: number;
}

interface Message {
  readonly write: Write;
  visibleAt: number;
  receives: number;
}

/** When a message that was not dealt with comes back. */
const VISIBILITY_MS = 30_000;

/** `count` writes to as many users. */
export const distinctWrites = (count: number): readonly Write[] =>
  Array.from({ length: count }, (_, index) => ({ user: `user-${index}`, name: 'Mary' }));

/** Carries out all writes on virtual time, or on `time` if given. */
export const runWrites = (options: RunOptions, time?: VirtualTime): Promise<RunResult> =>
  time === undefined ? inVirtualTime((virtual) => run(options, virtual), options.seed) : run(options, time);

async function run(
  { server, way, workers, writes, skew, neighbour = 0, seed = 1 }: RunOptions,
  time: VirtualTime,
): Promise<RunResult> {
  const random = createRandom(seed);
  const agent = createAgent();
  const writers = way({ time, endpoint: server.endpoint, agent, random }, workers);
  const tally = server.start(time);
  const startedAt = time.now();
  const other = startNeighbour(server, time, neighbour, createRandom(seed + 1_000));
  const queues = deal(writes, workers, skew);
  await Promise.all(writers.map((writer, index) => work(writer, queues[index] ?? [], time)));
  other.stop();
  agent.destroy();
  const calls = tally.accepted + tally.throttled;
  return {
    seconds: (tally.lastAcceptedAt - startedAt) / 1_000,
    calls,
    throttled: share(tally, calls),
    neighbourThrottled: other.calls() === 0 ? 0 : other.refused() / other.calls(),
    overReceived: new Set(queues.flat().filter(({ receives }) => receives > 3)).size,
  };
}

const share = ({ throttled }: Tally, calls: number): number => throttled / calls;

/** One queue for all workers; or with a skew one for each, the first fifth of the workers getting that share of the work. */
function deal(writes: readonly Write[], workers: number, skew: number | undefined): readonly (readonly Message[])[] {
  const messages = writes.map((write): Message => ({ write, visibleAt: 0, receives: 0 }));
  if (skew === undefined) return Array.from({ length: workers }, () => messages);
  const busy = Math.max(1, Math.round(workers / 5));
  const border = Math.round(messages.length * skew);
  return Array.from({ length: workers }, (_, worker) =>
    messages.filter((_, index) =>
      index < border
        ? worker < busy && index % busy === worker
        : worker >= busy && index % (workers - busy) === worker - busy,
    ),
  );
}

async function work(writer: Writer, queue: readonly Message[], time: VirtualTime): Promise<void> {
  const done = Number.POSITIVE_INFINITY;
  for (;;) {
    const now = time.now();
    const message = queue.find(({ visibleAt }) => visibleAt <= now);
    if (message === undefined) {
      if (queue.every(({ visibleAt }) => visibleAt === done)) return;
      await time.sleep(50);
      continue;
    }
    message.receives += 1;
    // Out of sight while it is being worked on.
    message.visibleAt = Number.MAX_SAFE_INTEGER;
    message.visibleAt = (await writer(message.write)) === 'done' ? done : time.now() + VISIBILITY_MS;
  }
}

function startNeighbour(server: QuotaServer, time: VirtualTime, perSecond: number, random: () => number) {
  let calls = 0;
  let refused = 0;
  let cancel = () => {};
  const next = () => {
    cancel = time.schedule(poissonGapMs(random, perSecond), () => {
      calls += 1;
      if (!server.neighbour()) refused += 1;
      next();
    });
  };
  if (perSecond > 0) next();
  return { stop: () => cancel(), calls: () => calls, refused: () => refused };
}
