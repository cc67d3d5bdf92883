/** An order of work: each id with the ids that must be finished before it. */
export type Order = ReadonlyMap<string, ReadonlySet<string>>;

/** One id whose work failed. */
export interface Failure {
  readonly id: string;
  readonly error: unknown;
}

/** The reverse order: each id waits for the ids that waited for it. Pure. */
export const reverseOrder = (order: Order): Order =>
  new Map(
    [...order.keys()].map((id) => [
      id,
      new Set([...order].filter(([, before]) => before.has(id)).map(([other]) => other)),
    ]),
  );

/** The ids of one cycle of the order, in its direction, or undefined when there is none. Pure. */
export const findCycle = (order: Order): readonly string[] | undefined => {
  const finished = new Set<string>();
  const visit = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return path.slice(path.indexOf(id));
    if (finished.has(id)) return undefined;
    for (const before of order.get(id) ?? []) {
      const cycle = visit(before, [...path, id]);
      if (cycle) return cycle;
    }
    finished.add(id);
    return undefined;
  };
  for (const id of order.keys()) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
};

/**
 * Runs `work` for every id after the ids that it waits for. Ids run at the same time when the order allows it.
 *
 * @param afterFailure - after a failure, `stop` begins no further id; `continue` leaves out only the ids that wait for it.
 * @returns the failures, when no work is running any more. An id that is not in the order counts as done.
 */
export const runInOrder = async (
  order: Order,
  work: (id: string) => Promise<void>,
  afterFailure: 'stop' | 'continue',
): Promise<readonly Failure[]> => {
  const failures: Failure[] = [];
  const open = new Set(order.keys());
  const waiting = new Set(order.keys());
  const running = new Map<string, Promise<void>>();
  const begin = (id: string) => {
    waiting.delete(id);
    const run = work(id)
      .then(() => void open.delete(id))
      .catch((error: unknown) => void failures.push({ id, error }))
      .finally(() => running.delete(id));
    running.set(id, run);
  };
  for (;;) {
    if (failures.length === 0 || afterFailure === 'continue')
      for (const id of [...waiting]) if (![...(order.get(id) ?? [])].some((before) => open.has(before))) begin(id);
    if (running.size === 0) return failures;
    await Promise.race(running.values());
  }
};
