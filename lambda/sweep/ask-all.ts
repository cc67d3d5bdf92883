import type { Clock } from '../ports.ts';

/** Questions under way at once: a rate limit decides how fast they are, this only hides the way there and back. */
const AT_ONCE = 8;

/**
 * Asks one question after the other, several at a time, while there is time. It begins at another place each time: where time
 * never suffices for all, each has its turn.
 *
 * @param deadline - after which none is begun, milliseconds since the epoch.
 * @returns the questions that were asked.
 * @throws what the first failing question threw.
 */
export async function askAll<Question>(
  clock: Clock,
  questions: readonly Question[],
  deadline: number,
  ask: (question: Question) => Promise<void>,
): Promise<readonly Question[]> {
  const start = clock.now() % Math.max(1, questions.length);
  const rest = [...questions.slice(start), ...questions.slice(0, start)].values();
  const asked: Question[] = [];
  const lane = async (): Promise<void> => {
    for (const question of rest) {
      if (clock.now() >= deadline) return;
      await ask(question);
      asked.push(question);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, questions.length) }, lane));
  return asked;
}
