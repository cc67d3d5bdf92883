import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../services/events/pattern.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern))(event);

const leaf = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean(), fc.constant(null));
const key = fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '$or' && name !== '__proto__');

/** An event of any depth with a pattern that quotes each of its values. */
const quoted = fc.letrec<{ node: [object, object] }>((tie) => ({
  node: fc
    .dictionary(
      key,
      fc.oneof(
        { maxDepth: 3 },
        leaf.map((value): [unknown, unknown] => [value, [value]]),
        tie('node'),
      ),
      { minKeys: 1, maxKeys: 4 },
    )
    .map((members): [object, object] => [
      Object.fromEntries(Object.entries(members).map(([name, [value]]) => [name, value])),
      Object.fromEntries(Object.entries(members).map(([name, [, part]]) => [name, part])),
    ]),
})).node;

describe('event pattern matching', () => {
  it('matches every event against its own values', () => {
    fc.assert(
      fc.property(quoted, ([event, pattern]) => {
        expect(matches(pattern, event)).toBe(true);
      }),
    );
  });

  it('needs no more than what the pattern names', () => {
    fc.assert(
      fc.property(quoted, key, leaf, ([event, pattern], name, extra) => {
        expect(matches(pattern, { [name]: extra, ...event })).toBe(true);
      }),
    );
  });

  it('answers exists false opposite to exists true', () => {
    fc.assert(
      fc.property(fc.option(fc.oneof(leaf, fc.array(leaf), fc.object()), { nil: undefined }), (value) => {
        const event = value === undefined ? {} : { a: value };
        expect(matches({ a: [{ exists: false }] }, event)).toBe(!matches({ a: [{ exists: true }] }, event));
      }),
    );
  });

  it('takes one alternative of a field, and all fields together', () => {
    fc.assert(
      fc.property(leaf, leaf, leaf, leaf, (a, b, wantedA, wantedB) => {
        const event = { a, b };
        const [left, right] = [matches({ a: [wantedA] }, event), matches({ b: [wantedB] }, event)];
        expect(matches({ a: [wantedA, wantedB] }, event)).toBe(left || matches({ a: [wantedB] }, event));
        expect(matches({ a: [wantedA], b: [wantedB] }, event)).toBe(left && right);
      }),
    );
  });
});
