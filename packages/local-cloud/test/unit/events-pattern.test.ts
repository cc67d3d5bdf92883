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
    'source-ip': '10.0.0.33',
    v6: '2001:db8::7',
    state: 'running',
    file: 'dir/lib/a.png',
    literal: 'a*b\\c',
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
  // The operators, each as https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html has it.
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
    [true, 'state', { exact: 'running' }],
    [true, 'state', { prefix: 'run' }],
    [false, 'state', { prefix: 'Run' }],
    [false, 'c-count', { prefix: '5' }],
    [true, 'state', { prefix: { 'equals-ignore-case': 'RUN' } }],
    [true, 'file', { suffix: '.png' }],
    [false, 'file', { suffix: '.PNG' }],
    [true, 'file', { suffix: { 'equals-ignore-case': '.PNG' } }],
    [true, 'state', { 'equals-ignore-case': 'RUNNING' }],
    [false, 'state', { 'equals-ignore-case': 'runnin' }],
    [true, 'file', { wildcard: '*/lib/*' }],
    [true, 'file', { wildcard: 'dir/lib/a.png' }],
    [false, 'file', { wildcard: 'lib/*' }],
    [true, 'literal', { wildcard: 'a\\*b\\\\c' }],
    [false, 'state', { wildcard: 'runn\\*' }],
    [true, 'state', { 'anything-but': 'initializing' }],
    [false, 'state', { 'anything-but': 'running' }],
    [false, 'state', { 'anything-but': ['stopped', 'running'] }],
    [true, 'state', { 'anything-but': ['stopped', 'overloaded'] }],
    [false, 'c-count', { 'anything-but': [5, 6] }],
    [true, 'c-count', { 'anything-but': 6 }],
    [true, 'state', { 'anything-but': { prefix: 'init' } }],
    [false, 'state', { 'anything-but': { prefix: 'run' } }],
    [false, 'state', { 'anything-but': { prefix: ['init', 'run'] } }],
    [false, 'file', { 'anything-but': { suffix: '.png' } }],
    [false, 'state', { 'anything-but': { 'equals-ignore-case': ['RUNNING'] } }],
    [false, 'file', { 'anything-but': { wildcard: '*/lib/*' } }],
    [true, 'state', { 'anything-but': { wildcard: '*/lib/*' } }],
    [false, 'absent', { 'anything-but': 'x' }],
    [true, 'c-count', { numeric: ['>', 0, '<=', 5] }],
    [false, 'c-count', { numeric: ['>', 5] }],
    [true, 'c-count', { numeric: ['=', 5] }],
    [false, 'state', { numeric: ['>', 0] }],
    [true, 'source-ip', { cidr: '10.0.0.0/24' }],
    [false, 'source-ip', { cidr: '10.0.1.0/24' }],
    [true, 'v6', { cidr: '2001:db8::/32' }],
    [false, 'state', { cidr: '10.0.0.0/24' }],
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
    expect(matches({ resources: [{ prefix: 'arn:aws:s3' }, { suffix: '00000' }] })).toBe(true);
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

  it('joins alternatives over fields with $or', () => {
    const either = { $or: [{ detail: { state: ['stopped'] } }, { region: ['us-east-1'] }] };

    expect(matches({ source: ['aws.ec2'], ...either })).toBe(true);
    expect(matches({ source: ['aws.s3'], ...either })).toBe(false);
    expect(matches({ $or: [{ source: ['aws.s3'] }, { region: ['eu-west-1'] }] })).toBe(false);
    expect(
      matches({ detail: { $or: [{ state: ['x'] }, { flag: [true], $or: [{ file: ['x'] }, { 'c-count': [5] }] }] } }),
    ).toBe(true);
  });

  it('takes $or for a field name where it cannot mean "or"', () => {
    expect(matches({ $or: { a: [1] } }, { $or: { a: 1 } })).toBe(true);
    expect(matches({ $or: [{ prefix: 'a' }, { suffix: 'z' }] }, { $or: 'abc' })).toBe(true);
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
    ['{"a": [{"like": "x"}]}', 'Unrecognized match type like'],
    ['{"a": [{"prefix": "x", "suffix": "y"}]}', 'Only one key allowed in match expression'],
    ['{"a": [{"exists": "no"}]}', 'exists match pattern must be either true or false.'],
    ['{"a": [{"prefix": 1}]}', 'prefix match pattern must be a string'],
    ['{"a": [{"wildcard": "a**"}]}', 'Consecutive wildcard characters at pos 1'],
    ['{"a": [{"wildcard": "a\\\\b"}]}', 'Invalid escape character at pos 1'],
    ['{"a": [{"anything-but": ["x", 1]}]}', 'mixed type is not supported'],
    ['{"a": [{"anything-but": {"numeric": 1}}]}', 'Unsupported anything-but pattern: numeric'],
    ['{"a": [{"numeric": [">", "1"]}]}', 'Value of numeric must be a number'],
    ['{"a": [{"numeric": [">", 6e9]}]}', 'between -5.0E9 and 5.0E9'],
    ['{"a": [{"numeric": [">", 5, "<", 1]}]}', 'Bottom must be less than top'],
    ['{"a": [{"numeric": ["~", 5]}]}', 'Unrecognized numeric range operator: ~'],
    ['{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a": [{"cidr": "10.0.0.0/33"}]}', 'bad mask bits'],
    ['{"a": [{"cidr": "ten/8"}]}', 'Malformed IP address'],
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
});
