import { describe, expect, it } from 'vitest';
import { ConfigError, PermanentError, TransientError } from '../../../../lambda/core/failures/errors.ts';
import {
  classifyRefusal,
  isAboutCertificates,
  isAboutCredentials,
  isDefiniteRefusal,
  isUnrenewed,
} from '../../../../lambda/core/failures/refusal.ts';

const NOW = 1_767_268_800_000;
const TEN_MINUTES = 600_000;
const permanent = (code: string, status?: number) =>
  new PermanentError(code, 'Told.', status === undefined ? {} : { status });

describe('what a refusal means', () => {
  it.each<readonly [string, unknown, number | undefined, string]>([
    ['values that Connect refuses', permanent('InvalidParameterException', 400), undefined, 'verdict'],
    ['the first bad request without a verdict', permanent('InvalidRequestException', 400), undefined, 'unclear'],
    ['the first conflict', permanent('ConflictException', 409), undefined, 'unclear'],
    ['one just before ten minutes', permanent('InvalidRequestException', 400), NOW - TEN_MINUTES + 1, 'unclear'],
    ['one after ten minutes', permanent('InvalidRequestException', 400), NOW - TEN_MINUTES, 'verdict'],
    ['another status', permanent('ResourceNotFoundException', 404), NOW, 'other'],
    ['no status', permanent('Any'), NOW, 'other'],
    ['a failure that may pass', new TransientError('Throttled', 'Told.', { status: 400 }), NOW, 'other'],
    [
      'a missing permission',
      new PermanentError('AccessDenied', 'Told.', { status: 400, missingPermission: 'connect:DescribeUser' }),
      NOW,
      'denied',
    ],
  ])('%s', (_, error, since, expected) => {
    expect(classifyRefusal(error, since, NOW)).toBe(expected);
  });
});

describe('whether a request was certainly not carried out', () => {
  it.each<readonly [string, unknown, boolean]>([
    ['400', permanent('InvalidParameterException', 400), true],
    ['499', permanent('Any', 499), true],
    ['a throttle', new TransientError('ThrottlingException', 'Told.', { status: 429 }), true],
    ['399', permanent('Any', 399), false],
    ['408, a time-out', permanent('Any', 408), false],
    ['500', permanent('Any', 500), false],
    ['503', new TransientError('Any', 'Told.', { status: 503 }), false],
    ['no answer', new TransientError('ECONNRESET', 'Told.'), false],
    ['400 with a code of a time-out', permanent('RequestTimeoutException', 400), false],
    ['400 with an internal error', permanent('InternalServiceException', 400), false],
    ['an error of another kind', Object.assign(new Error('Told.'), { status: 400, code: 'Any' }), false],
    ['an error of the configuration', new ConfigError('any', 'Told.'), false],
  ])('%s', (_, error, expected) => {
    expect(isDefiniteRefusal(error)).toBe(expected);
  });
});

describe('a code that says what is missing on this side', () => {
  it.each<readonly [string, boolean, boolean, boolean]>([
    ['ExpiredTokenException', true, false, false],
    ['CredentialsProviderError', true, true, false],
    ['TokenProviderError', true, true, false],
    ['AnyTokenProviderErrorOfAnother', false, false, false],
    ['SELF_SIGNED_CERT_IN_CHAIN', false, false, true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', false, false, true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, false, true],
    ['CERT_HAS_EXPIRED', false, false, true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, false, true],
    ['ThrottlingException', false, false, false],
    ['NO_CERT_HERE', false, false, false],
  ])('%s', (code, credentials, unrenewed, certificates) => {
    expect([isAboutCredentials(code), isUnrenewed(code), isAboutCertificates(code)]).toEqual([
      credentials,
      unrenewed,
      certificates,
    ]);
  });
});
