import { expect, it } from 'vitest';
import { countRepeats, reportsAnotherWriter } from '../../../../lambda/core/writes/repeats.ts';

const DAY = 86_400_000;
const SINCE = 1_767_268_800_000;

it.each([
  ['the first write', undefined, true, SINCE, { count: 1, since: SINCE }],
  ['the same write again', { count: 1, since: SINCE }, true, SINCE + 1, { count: 2, since: SINCE }],
  ['the same write after exactly a day', { count: 2, since: SINCE }, true, SINCE + DAY, { count: 3, since: SINCE }],
  [
    'the same write after more than a day',
    { count: 2, since: SINCE },
    true,
    SINCE + DAY + 1,
    { count: 1, since: SINCE + DAY + 1 },
  ],
  ['another write', { count: 2, since: SINCE }, false, SINCE + 1, { count: 1, since: SINCE + 1 }],
])('%s is counted', (_, before, same, now, expected) => {
  expect(countRepeats(before, same, now)).toEqual(expected);
});

it.each([
  [2, false],
  [3, true],
  [4, false],
])('repeat %i reports another writer: %s', (count, expected) => {
  expect(reportsAnotherWriter({ count, since: SINCE })).toBe(expected);
});
