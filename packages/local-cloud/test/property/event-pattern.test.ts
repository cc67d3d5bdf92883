import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../services/events/pattern.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern))(event);

const text = fc.string({ minLength: 1 });
const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
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

  it('answers anything-but opposite to the plain condition, for every single value', () => {
    const pair = fc.oneof(
      fc.record({ plain: text, negated: fc.constant(undefined) }).map(({ plain }) => [plain, plain] as const),
      fc
        .tuple(fc.constantFrom('prefix', 'suffix', 'equals-ignore-case'), text)
        .map(([name, part]) => [{ [name]: part }, { [name]: part }] as const),
    );
    fc.assert(
      fc.property(pair, leaf, ([plain, negated], value) => {
        expect(matches({ a: [{ 'anything-but': negated }] }, { a: value })).toBe(
          !matches({ a: [plain] }, { a: value }),
        );
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

  it('compares numbers as the operators say', () => {
    fc.assert(
      fc.property(number, number, (value, bound) => {
        const is = (operator: string) => matches({ a: [{ numeric: [operator, bound] }] }, { a: value });
        expect([is('<'), is('<='), is('='), is('>='), is('>')]).toEqual([
          value < bound,
          value <= bound,
          value === bound,
          value >= bound,
          value > bound,
        ]);
      }),
    );
  });

  it('finds a text by each of its beginnings, ends and middles', () => {
    fc.assert(
      fc.property(text, text, text, (start, middle, end) => {
        const event = { a: start + middle + end };
        const escaped = middle.replace(/[\\*]/g, '\\$&');
        expect(matches({ a: [{ prefix: start }] }, event)).toBe(true);
        expect(matches({ a: [{ suffix: end }] }, event)).toBe(true);
        expect(matches({ a: [{ wildcard: `*${escaped}*` }] }, event)).toBe(true);
      }),
    );
  });

  it('answers $or as one of its parts, and its members together as all', () => {
    fc.assert(
      fc.property(leaf, leaf, leaf, leaf, (a, b, wantedA, wantedB) => {
        const event = { a, b };
        const [left, right] = [matches({ a: [wantedA] }, event), matches({ b: [wantedB] }, event)];
        expect(matches({ $or: [{ a: [wantedA] }, { b: [wantedB] }] }, event)).toBe(left || right);
        expect(matches({ a: [wantedA], b: [wantedB] }, event)).toBe(left && right);
      }),
    );
  });
});
