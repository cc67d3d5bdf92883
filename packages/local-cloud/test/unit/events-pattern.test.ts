import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../services/events/pattern.ts';

const EVENT = {
  version: '0',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000', 'arn:other'],
  detail: {
    'c-count': 5,
    'x-limit': 301.8,
    state: 'running',
    flag: true,
    nothing: null,
    empty: '',
    none: [],
    nested: { leaf: 1 },
  },
};

const matches = (pattern: object, event: object = EVENT) => compilePattern(JSON.stringify(pattern))(event);
const onDetail = (key: string, element: unknown) => matches({ detail: { [key]: [element] } });

describe('an event pattern', () => {
  // @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
  it.each<[expected: boolean, key: string, element: unknown]>([
    [true, 'state', 'running'],
    [false, 'state', 'Running'],
    [true, 'c-count', 5],
    [false, 'c-count', '5'],
    [true, 'x-limit', 3.018e2],
    [true, 'flag', true],
    [false, 'flag', 'true'],
    [true, 'nothing', null],
    [false, 'empty', null],
    [true, 'empty', ''],
    [false, 'absent', null],
    [true, 'state', { exists: true }],
    [false, 'absent', { exists: true }],
    [true, 'absent', { exists: false }],
    [false, 'toString', { exists: true }],
    [true, 'nothing', { exists: true }],
    // exists works on leaves only: an object, or an empty list, has none.
    [false, 'nested', { exists: true }],
    [true, 'nested', { exists: false }],
    [true, 'none', { exists: false }],
  ])('answers %s for detail.%s and [%j]', (expected, key, element) => {
    expect(onDetail(key, element)).toBe(expected);
  });

  it('needs all its fields, and one alternative of each', () => {
    expect(matches({ source: ['aws.ec2'], detail: { state: ['stopped', 'running'], 'c-count': [5] } })).toBe(true);
    expect(matches({ source: ['aws.ec2'], detail: { state: ['stopped'], 'c-count': [5] } })).toBe(false);
  });

  it('matches a list in the event if one of its values matches', () => {
    expect(matches({ resources: ['arn:other'] })).toBe(true);
    expect(matches({ resources: ['arn:none', 'arn:other'] })).toBe(true);
    expect(matches({ resources: ['arn:none'] })).toBe(false);
  });

  it('takes the fields of an object in a list together', () => {
    const event = { employees: [[{ first: 'Anna', last: 'Smith' }], [{ first: 'Peter', last: 'Jones' }]] };

    expect(matches({ employees: { first: ['Anna'], last: ['Smith'] } }, event)).toBe(true);
    expect(matches({ employees: { first: ['Anna'], last: ['Jones'] } }, event)).toBe(false);
  });

  it('takes a field for absent only if no object of a list has it', () => {
    const pattern = { employees: { boss: [{ exists: false }] } };

    expect(matches(pattern, { employees: [{ first: 'Anna' }, { boss: true }] })).toBe(false);
    expect(matches(pattern, { employees: [{ first: 'Anna' }, {}] })).toBe(true);
    expect(matches(pattern, {})).toBe(true);
  });

  it('lets an empty errorCode in beside none, as page events need it', () => {
    const pattern = { detail: { errorCode: [{ exists: false }, ''] } };

    expect(matches(pattern, { detail: {} })).toBe(true);
    expect(matches(pattern, { detail: { errorCode: '' } })).toBe(true);
    expect(matches(pattern, { detail: { errorCode: 'AccessDenied' } })).toBe(false);
  });

  it('reads the last of duplicate keys', () => {
    expect(compilePattern('{"source": ["a"], "source": ["b"]}')({ source: 'b' })).toBe(true);
  });

  it.each([
    ['{', 'JSON'],
    ['[]', 'Filter is not an object'],
    ['{}', 'Empty objects are not allowed'],
    ['{"source": "a"}', '"source" must be an object or an array'],
    ['{"source": []}', 'Empty arrays are not allowed'],
    ['{"detail": {}}', 'Empty objects are not allowed'],
    ['{"source": [["a"]]}', 'Match value must be String, number, true, false, or null'],
    ['{"a": [{}]}', 'Match expression name not found'],
    ['{"a": [{"exists": true, "suffix": "y"}]}', 'Only one key allowed in match expression'],
    ['{"a": [{"exists": "no"}]}', 'exists match pattern must be either true or false.'],
  ])('is refused as %s, saying why', (text, reason) => {
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({
        code: 'InvalidEventPatternException',
        status: 400,
        message: expect.stringMatching(/^Event pattern is not valid\. Reason: /),
      }),
    );
    expect(() => compilePattern(text)).toThrow(reason);
  });

  it.each([
    ['{"a": [{"prefix": "x"}]}', 'the operator "prefix" in an event pattern'],
    ['{"a": ["x", {"anything-but": "y"}]}', 'the operator "anything-but" in an event pattern'],
    ['{"$or": [{"a": [1]}, {"b": [2]}]}', '$or in an event pattern'],
    ['{"detail": {"$or": [{"a": [1]}, {"b": [2]}]}}', '$or in an event pattern'],
  ])('is refused by name as %s', (text, what) => {
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({
        code: 'UnsupportedOperation',
        message: `The local cloud does not model ${what}. Supported: see packages/local-cloud/README.md.`,
      }),
    );
  });
});
