import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffSeconds } from '../../../../lambda/core/failures/backoff.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('backoff is a whole number of seconds from 1 to 15 minutes, and never more than doubles a receive', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), random, (receiveCount, chance) => {
      const seconds = backoffSeconds(receiveCount, chance);

      expect(Number.isInteger(seconds)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(receiveCount >= 10 ? 900 : 2 ** receiveCount);
    }),
  );
});

it('backoff never falls with more receives and the same random number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), random, (receiveCount, chance) => {
      expect(backoffSeconds(receiveCount + 1, chance)).toBeGreaterThanOrEqual(backoffSeconds(receiveCount, chance));
    }),
  );
});
