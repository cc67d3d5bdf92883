/** The messages of one key, in the order in which they came. */
export interface Group<Message> {
  readonly key: string;
  readonly messages: readonly Message[];
}

/** Groups messages by key, keeping both the order of the keys and the order within each. Pure. */
export function groupBy<Message>(
  messages: readonly Message[],
  keyOf: (message: Message) => string,
): readonly Group<Message>[] {
  return [...Map.groupBy(messages, keyOf)].map(([key, members]) => ({ key, messages: members }));
}

/**
 * The FIFO batch rule: all messages of a user are one piece of work and share its result. At most `concurrency` users run
 * at the same time. One user never runs twice at the same time.
 *
 * @param work - must not reject. It returns a failure as a result.
 * @returns the results in the order of `groups`.
 */
export async function runGroups<Message, Result>(
  groups: readonly Group<Message>[],
  concurrency: number,
  work: (group: Group<Message>) => Promise<Result>,
): Promise<readonly { readonly group: Group<Message>; readonly result: Result }[]> {
  const results: { readonly group: Group<Message>; readonly result: Result }[] = [];
  const queue = groups.entries();
  const lane = async () => {
    for (const [index, group] of queue) results[index] = { group, result: await work(group) };
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, groups.length) }, lane));
  return results;
}
