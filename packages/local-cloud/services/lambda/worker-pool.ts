import type { Completion, Invocation, Worker } from './worker-process.ts';

/** The warm and busy processes of one function. */
export interface WorkerPool {
  /** Whether another invocation may start now. */
  hasRoom(): boolean;
  /** How many invocations are running. */
  busy(): number;
  /** Runs one invocation, in a warm process if there is one. Call only when {@link WorkerPool.hasRoom}. */
  run(invocation: Invocation): Promise<Completion>;
  /** Makes later invocations start in new processes. Idle processes end now, busy ones after their invocation. */
  recycle(): void;
  processIds(): readonly number[];
  /** Kills all processes. */
  close(): Promise<void>;
}

/** Options of a pool. */
export interface WorkerPoolOptions {
  start(): Promise<Worker>;
  /** How many invocations may run at the same time. */
  limit(): number;
  /** Called when an invocation has ended. */
  onFree(): void;
}

/** Creates an empty pool. As in Lambda, the first invocation includes the initialisation. */
export function createWorkerPool({ start, limit, onFree }: WorkerPoolOptions): WorkerPool {
  const alive = new Set<Worker>();
  const starting = new Set<Promise<Worker>>();
  const ending = new Set<Promise<void>>();
  let idle: Worker[] = [];
  let busy = 0;
  let generation = 0;
  let closed = false;

  const end = (worker: Worker) => {
    const ended = worker.stop().then(() => {
      alive.delete(worker);
      ending.delete(ended);
    });
    ending.add(ended);
  };
  const startOne = async (): Promise<Worker> => {
    const started = start();
    starting.add(started);
    const worker = await started.finally(() => starting.delete(started));
    alive.add(worker);
    if (closed) end(worker);
    return worker;
  };
  const warm = (): Worker | undefined => {
    for (;;) {
      const worker = idle.pop();
      if (worker === undefined || worker.isUsable()) return worker;
      end(worker);
    }
  };

  return {
    hasRoom: () => !closed && busy < limit(),
    busy: () => busy,
    async run(invocation) {
      const born = generation;
      busy += 1;
      try {
        const worker = warm() ?? (await startOne());
        const completion = await worker.invoke(invocation);
        if (worker.isUsable() && born === generation && !closed) idle.push(worker);
        else end(worker);
        return completion;
      } finally {
        busy -= 1;
        if (!closed) queueMicrotask(onFree);
      }
    },
    recycle() {
      generation += 1;
      idle.forEach(end);
      idle = [];
    },
    processIds: () => [...alive].filter((worker) => worker.isUsable()).map(({ pid }) => pid),
    async close() {
      closed = true;
      await Promise.allSettled(starting);
      alive.forEach(end);
      await Promise.all(ending);
    },
  };
}
