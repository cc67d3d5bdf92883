import { describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { arnLike } from '../../services/lambda/arn-like.ts';
import { compileFilter } from '../../services/lambda/event-filter.ts';
import { bareName } from '../../services/lambda/function-name.ts';
import { settingsFrom } from '../../services/lambda/function-settings.ts';

const cloud: Cloud = {
  clock: systemClock,
  accountId: '111122223333',
  region: 'eu-central-1',
  endpoint: () => '',
  call: () => Promise.reject(new Error('no calls here')),
};
const POOL = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Abc';

describe('arnLike', () => {
  test.for([
    [POOL, true],
    ['arn:aws:cognito-idp:eu-central-1:111122223333:userpool/*', true],
    ['arn:aws:cognito-idp:*:111122223333:userpool/eu-central-1_A?c', true],
    ['arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Abd', false],
    ['arn:aws:cognito-idp:eu-central-1:999999999999:userpool/*', false],
    ['arn:aws:cognito-idp:*', false],
    ['arn:aws:cognito-idp:eu.central.1:111122223333:userpool/*', false],
  ] as const)('compares part by part: %s', ([pattern, expected]) => {
    expect(arnLike(pattern, POOL)).toBe(expected);
  });
});

describe('a function name', () => {
  test.for([
    'sync',
    'sync:$LATEST',
    '111122223333:function:sync',
    'arn:aws:lambda:eu-central-1:111122223333:function:sync',
    'arn:aws:lambda:eu-central-1:111122223333:function:sync:$LATEST',
  ])('is read from %s', (form) => {
    expect(bareName(cloud, form)).toBe('sync');
  });

  test.for([
    [
      'arn:aws:lambda:us-east-1:111122223333:function:sync',
      'ResourceNotFoundException',
      "Functions from 'us-east-1' are not reachable in this region ('eu-central-1')",
    ],
    [
      'arn:aws:lambda:eu-central-1:999999999999:function:sync',
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:eu-central-1:999999999999:function:sync',
    ],
    [
      'sync:live',
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:eu-central-1:111122223333:function:sync:live',
    ],
    ['not a name', 'ValidationException', expect.stringContaining("Value 'not a name' at 'functionName'")],
  ] as const)('is refused as %s', ([form, code, message]) => {
    expect(() => bareName(cloud, form)).toThrow(expect.objectContaining({ code, message }));
  });
});

describe('filter criteria', () => {
  const body = JSON.stringify({ kind: 'change', user: { id: 'a-1' }, tags: ['x', 'y'] });
  test.for([
    ['{}', true],
    ['{"body":{"kind":["change"]}}', true],
    ['{"body":{"kind":["other","change"],"user":{"id":[{"prefix":"a-"}]}}}', true],
    ['{"body":{"kind":["change"],"user":{"id":["b"]}}}', false],
    ['{"body":{"tags":["y"]}}', true],
    ['{"body":{"missing":[{"exists":false}]}}', true],
    ['{"body":{"missing":[{"exists":true}]}}', false],
    ['{"body":["plain text"]}', false],
  ] as const)('%s', ([pattern, expected]) => {
    expect(compileFilter([pattern])({ body })).toBe(expected);
  });

  test('let a message through that matches one of several patterns', () => {
    const filter = compileFilter(['{"body":["one"]}', '{"body":["two"]}']);

    expect(['one', 'two', 'three'].map((text) => filter({ body: text }))).toEqual([true, true, false]);
  });

  test.for([
    ['no json', 'InvalidParameterValueException'],
    ['{"body":"text"}', 'InvalidParameterValueException'],
    ['{"body":{"n":[{"numeric":[">",1]}]}}', 'UnsupportedOperation'],
    ['{"attributes":{"SenderId":["a"]}}', 'UnsupportedOperation'],
  ] as const)('are refused: %s', ([pattern, code]) => {
    expect(() => compileFilter([pattern])).toThrow(expect.objectContaining({ code }));
  });
});

describe('function settings', () => {
  const request = { Role: 'arn:aws:iam::111122223333:role/r', Handler: 'index.handler' };

  test('have AWS’s defaults', () => {
    expect(settingsFrom('sync', request)).toMatchObject({
      Timeout: 3,
      MemorySize: 128,
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/sync' },
    });
  });

  test('keep what an update does not name', () => {
    const before = settingsFrom('sync', { ...request, Timeout: 30, Environment: { Variables: { A: '1' } } });

    const after = settingsFrom('sync', { MemorySize: 256 }, before);

    expect(after).toEqual({ ...before, MemorySize: 256 });
  });

  test.for([
    [{ Timeout: 901 }, 'ValidationException'],
    [{ MemorySize: 64 }, 'ValidationException'],
    [{ Runtime: 'nodejs22.x' }, 'UnsupportedOperation'],
    [{ SnapStart: { ApplyOn: 'PublishedVersions' } }, 'UnsupportedOperation'],
    [{ Role: 'me' }, 'InvalidParameterValueException'],
    [{ Handler: 'index' }, 'InvalidParameterValueException'],
    [{ Environment: { Variables: { AWS_REGION: 'mars' } } }, 'InvalidParameterValueException'],
    [{ Environment: { Variables: { A: 'x'.repeat(4_096) } } }, 'InvalidParameterValueException'],
    [{ DeadLetterConfig: { TargetArn: 'arn:aws:sns:eu-central-1:1:t' } }, 'UnsupportedOperation'],
  ] as const)('are refused: %j', ([change, code]) => {
    expect(() => settingsFrom('sync', { ...request, ...change } as never)).toThrow(expect.objectContaining({ code }));
  });
});
