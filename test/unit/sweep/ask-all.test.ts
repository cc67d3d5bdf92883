import { describe, expect, it } from 'vitest';
import { askAll } from '../../../lambda/sweep/ask-all.ts';
import { createClock } from '../../support/ports.ts';

const QUESTIONS = Array.from({ length: 40 }, (_, index) => index);

describe('questions that are asked at the same time', () => {
  it('are all asked, once each', async () => {
    const asked: number[] = [];

    const answered = await askAll(createClock(0), QUESTIONS, 1, async (question) => {
      asked.push(question);
    });

    expect(asked.toSorted((a, b) => a - b)).toEqual(QUESTIONS);
    expect(answered).toHaveLength(40);
  });

  it('end with the first that fails: no other begins after it', async () => {
    const asked: number[] = [];

    const answer = askAll(createClock(0), QUESTIONS, 1, async (question) => {
      asked.push(question);
      await Promise.resolve();
      if (question === 3) throw new Error('refused');
      await new Promise<void>((resolve) => setImmediate(resolve));
    });
    await expect(answer).rejects.toThrow('refused');
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));

    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
