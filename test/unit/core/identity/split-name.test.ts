import { expect, it } from 'vitest';
import { restOfName, splitName } from '../../../../lambda/core/identity/split-name.ts';

it.each([
  ['Mary Smith', { first: 'Mary', last: 'Smith' }],
  ['Mary Ann Smith', { first: 'Mary Ann', last: 'Smith' }],
  ['Smith, Mary', { first: 'Mary', last: 'Smith' }],
  ['Mary', undefined],
  ['Mary (Desk) Smith', undefined],
  ['Mary Smith Jr.', undefined],
  ['Smith, Mary, PhD', undefined],
  ['山田 太郎', undefined],
])('%s is split', (name, expected) => {
  expect(splitName(name)).toEqual(expected);
});

it.each([
  ['Mary Smith', 'Mary', 'Smith'],
  ['Mary Smith', 'SMITH', 'Mary'],
  ['Smith, Mary', 'Mary', 'Smith'],
  ['Mary Smith', 'Ann', undefined],
  ['Mary Smith', '', undefined],
  ['Mary', 'Mary', undefined],
  ['Ali Hassan Ali', 'Ali', undefined],
  ['Mary (Desk) Smith', 'Mary', undefined],
  ['Mary Smith Jr.', 'Mary', undefined],
  ['Smith, Mary, PhD', 'Smith', undefined],
  // In lower case this letter is two characters long.
  ['İpek Smith', 'Smith', undefined],
  ['Mary İpek', 'İpek', undefined],
])('%s without %j', (name, part, expected) => {
  expect(restOfName(name, part)).toBe(expected);
});
