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
  ['John Doe, PhD', undefined],
  ['John Doe,Ph.D.', undefined],
  ['John Doe, MD', undefined],
  ['John Doe, M.D. PhD', undefined],
  ['John Doe, Esq.', undefined],
  ['John Doe, MBA', undefined],
  ['John Doe, Jr', undefined],
  ['John Doe, Sr.', undefined],
  ['John Doe, II', undefined],
  ['John Doe, III', undefined],
  ['John Doe, RN', undefined],
  ['John Doe PhD', undefined],
  ['John Doe 3rd', undefined],
  ['Nguyen, Do', { first: 'Do', last: 'Nguyen' }],
  ['Yo-Yo Ma', { first: 'Yo-Yo', last: 'Ma' }],
  ['YO-YO MA', { first: 'YO-YO', last: 'MA' }],
  ['Kumar, V.', { first: 'V.', last: 'Kumar' }],
  ['Md Rahman', { first: 'Md', last: 'Rahman' }],
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
  ['Mary Smith PhD', 'Mary', undefined],
  ['Smith, Mary, PhD', 'Smith', undefined],
  // In lower case this letter is two characters long.
  ['İpek Smith', 'Smith', undefined],
  ['Mary İpek', 'İpek', undefined],
])('%s without %j', (name, part, expected) => {
  expect(restOfName(name, part)).toBe(expected);
});
