import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../cli/plan/csv.ts';

describe('a cell that a spreadsheet could run as a formula', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ["'Mary", "''Mary"],
    ['\uFF1D1+1', "'\uFF1D1+1"],
    ['Smith;=1+1', '"Smith;\'=1+1"'],
    ['Smith\t+1', '"Smith\t\'+1"'],
    ['Smith\n=1+1', '"Smith\n\'=1+1"'],
    ['\t=1+1', '"\'\t\'=1+1"'],
  ])('has an apostrophe in front of the formula: %j', (cell, written) => {
    expect(csvLine([cell])).toBe(written);
  });
});

describe('another cell', () => {
  it.each([
    ['Smith; Jones', '"Smith; Jones"'],
    ['Smith, "Mary"', '"Smith, ""Mary"""'],
    ['mary+desk@example.com', 'mary+desk@example.com'],
    ['Anne-Marie', 'Anne-Marie'],
  ])('is written as it is, in quotes where it has a separator: %j', (cell, written) => {
    expect(csvLine([cell])).toBe(written);
  });
});
