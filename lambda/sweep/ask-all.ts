import type { Clock } from '../ports.ts';

/**
 * How many questions run at the same time, so that network delays do not slow them down. A rate limit decides how fast they
 * run.
 */
const AT_ONCE = 8;

/**
 * Asks the questions, several at the same time, until the deadline. It begins at a different question each time. So each
 * question is asked at some time, even when the time is never enough for all.
 *
 * @param deadline - no question begins after it, milliseconds since the epoch.
 * @returns the questions that were asked.
 * @throws what the first failing question threw. No question begins after it.
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
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const question of rest) {
      if (failed || clock.now() >= deadline) return;
      try {
        await ask(question);
      } catch (error) {
        failed = true;
        throw error;
      }
      asked.push(question);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, questions.length) }, lane));
  return asked;
}
