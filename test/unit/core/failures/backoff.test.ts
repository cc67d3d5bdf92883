import { expect, it } from 'vitest';
import { backoffSeconds } from '../../../../lambda/core/failures/backoff.ts';

it.each([
  { receiveCount: 1, least: 1, middle: 1, most: 2 },
  { receiveCount: 2, least: 1, middle: 2, most: 4 },
  { receiveCount: 5, least: 1, middle: 16, most: 32 },
  { receiveCount: 9, least: 1, middle: 256, most: 512 },
  { receiveCount: 10, least: 1, middle: 450, most: 900 },
  { receiveCount: 250, least: 1, middle: 450, most: 900 },
  { receiveCount: 0, least: 1, middle: 1, most: 2 },
])('receive $receiveCount waits between $least and $most seconds', ({ receiveCount, least, middle, most }) => {
  expect(backoffSeconds(receiveCount, 0)).toBe(least);
  expect(backoffSeconds(receiveCount, 0.5)).toBe(middle);
  expect(backoffSeconds(receiveCount, 0.999_999)).toBe(most);
});
