import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CAUSES, type Change, parseChange, serializeChange } from '../../../../lambda/core/events/change.ts';
import { PermanentError } from '../../../../lambda/core/failures/errors.ts';

const change: fc.Arbitrary<Change> = fc.record({
  v: fc.constant(1 as const),
  userPoolId: fc.stringMatching(/^[\w-]{1,55}$/),
  sub: fc.uuid(),
  cause: fc.constantFrom(...CAUSES),
  eventId: fc.stringMatching(/^[\w.:-]{1,128}$/),
  occurredAt: fc.maxSafeNat(),
});

it('a change is the same after the queue', () => {
  fc.assert(
    fc.property(change, (sent) => {
      expect(parseChange(serializeChange(sent))).toEqual(sent);
    }),
  );
});

it('any other body is a PermanentError that repeats none of it', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    change.map((sent) => JSON.stringify({ ...sent, name: 'Mary Jones' })),
  );

  fc.assert(
    fc.property(body, (text) => {
      expect(() => parseChange(text)).toThrow(PermanentError);
      expect(() => parseChange(text)).not.toThrow(/Mary/);
    }),
  );
});
