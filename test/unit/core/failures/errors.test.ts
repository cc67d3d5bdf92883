import { describe, expect, it } from 'vitest';
import { ConfigError, describeError, PermanentError, TransientError } from '../../../../lambda/core/failures/errors.ts';

describe('describeError', () => {
  it.each([
    [
      'a configuration error',
      new ConfigError('invalid-environment', 'QUEUE_URL: missing.'),
      { error: 'ConfigError', code: 'invalid-environment', detail: 'QUEUE_URL: missing.' },
    ],
    [
      'a permanent error',
      new PermanentError('AccessDeniedException', 'connect:DescribeUser failed.', { status: 403 }),
      { error: 'PermanentError', code: 'AccessDeniedException', status: 403, detail: 'connect:DescribeUser failed.' },
    ],
    [
      'a transient error, without the foreign one that caused it',
      new TransientError('TimeoutError', 'sqs:SendMessage failed.', { cause: new Error('mary.jones@example.com') }),
      { error: 'TransientError', code: 'TimeoutError', status: undefined, detail: 'sqs:SendMessage failed.' },
    ],
  ])('tells code, status and our own message of %s', (_, error, expected) => {
    expect(describeError(error)).toEqual(expected);
  });

  it.each([
    ['a foreign error', new TypeError('mary.jones@example.com is not a function')],
    ['a foreign error of several lines', new Error('refused:\nat mary.jones@example.com\n    at Mary Jones (home)')],
    ['an error whose message was changed', Object.assign(new Error('mary.jones@example.com'), { message: 'other' })],
  ])('tells name and place of %s, and no word of its message', (_, error) => {
    const described = describeError(error);

    expect(described.error).toBe(error.name);
    expect(JSON.stringify(described.stack)).toContain('errors.test.ts');
    expect(JSON.stringify(described)).not.toMatch(/mary|Mary/);
  });

  it('has at most eight places in the code', () => {
    const error = new Error('deep');
    error.stack = `Error: deep\n${Array.from({ length: 20 }, (_, line) => `    at call (file.ts:${line}:1)`).join('\n')}`;

    const { stack } = describeError(error);

    expect(stack).toHaveLength(8);
    expect(stack).toEqual(expect.arrayContaining(['at call (file.ts:0:1)', 'at call (file.ts:7:1)']));
  });

  it.each([
    ['mary.jones@example.com', 'string'],
    [{ message: 'mary.jones@example.com' }, 'object'],
    [undefined, 'undefined'],
  ])('tells only the type of what is no error at all', (thrown, type) => {
    expect(describeError(thrown)).toEqual({ error: type });
  });

  it('handles an error without a stack', () => {
    const error = new Error('mary.jones@example.com');
    delete error.stack;

    expect(describeError(error)).toEqual({ error: 'Error', stack: [] });
  });
});

it.each([
  [429, true],
  [503, false],
  [undefined, false],
])('TransientError of status %s: throttled is %s', (status, throttled) => {
  const error = new TransientError('code', 'message', status === undefined ? {} : { status });

  expect(error.throttled).toBe(throttled);
});
