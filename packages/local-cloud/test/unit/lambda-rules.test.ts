import { describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import type { Cloud } from '../../service.ts';
import { bareName } from '../../services/lambda/function-name.ts';
import { settingsFrom } from '../../services/lambda/function-settings.ts';

const cloud: Cloud = {
  clock: systemClock,
  accountId: '111122223333',
  region: 'eu-central-1',
  endpoint: () => '',
  call: () => Promise.reject(new Error('no calls here')),
};

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
