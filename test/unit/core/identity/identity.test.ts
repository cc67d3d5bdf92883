import { describe, expect, it } from 'vitest';
import { findInvalid } from '../../../../lambda/core/identity/identity.ts';

const MANAGED = 'CONNECT_MANAGED';

describe('findInvalid', () => {
  it.each([
    ['a first name of 255 characters', 'FirstName', 'x'.repeat(255), MANAGED, undefined],
    ['a first name of 256 characters', 'FirstName', 'x'.repeat(256), MANAGED, 'too-long'],
    ['a last name of 256 characters', 'LastName', 'x'.repeat(256), MANAGED, undefined],
    ['a last name of 257 characters', 'LastName', 'x'.repeat(257), MANAGED, 'too-long'],
    ['a last name of 300 characters on SAML', 'LastName', 'x'.repeat(300), 'SAML', undefined],
    ['a last name of 301 characters on SAML', 'LastName', 'x'.repeat(301), 'SAML', 'too-long'],
    ['a first name of 256 characters on SAML', 'FirstName', 'x'.repeat(256), 'SAML', 'too-long'],
    ['255 characters outside the BMP, each two UTF-16 units', 'FirstName', '𠮷'.repeat(255), MANAGED, undefined],
    ['256 characters outside the BMP', 'FirstName', '𠮷'.repeat(256), MANAGED, 'too-long'],
  ] as const)('measures %s in characters', (_, field, value, type, expected) => {
    const found = findInvalid(field, value, type);

    expect(found).toBe(expected);
  });

  it.each([
    ['mary.jones@example.com', undefined, undefined],
    ['mary+agent@sub.example.co.uk', undefined, undefined],
    ['MARY_JONES%1@EXAMPLE.COM', undefined, undefined],
    ["mary.o'neil@example.com", undefined, 'not-an-email-address'],
    ['a&b/c@example.com', undefined, 'not-an-email-address'],
    ['mary@example.xn--p1ai', undefined, 'not-an-email-address'],
    ['märy@example.com', undefined, 'not-an-email-address'],
    ['mary@example', undefined, 'not-an-email-address'],
    ['mary@example.c', undefined, 'not-an-email-address'],
    ['mary.jones', 'not-an-email-address', 'not-an-email-address'],
    ['@example.com', 'not-an-email-address', 'not-an-email-address'],
    ['mary@', 'not-an-email-address', 'not-an-email-address'],
    ['mary@home@example.com', 'not-an-email-address', 'not-an-email-address'],
    ['mary jones@example.com', 'not-an-email-address', 'not-an-email-address'],
    ['mary@example.com\n', 'not-printable', 'not-printable'],
    [`${'m'.repeat(253)}@example.com`, undefined, undefined],
    [`${'m'.repeat(254)}@example.com`, undefined, 'too-long'],
    [`${'m'.repeat(309)}@example.com`, 'too-long', 'too-long'],
  ] as const)(
    'judges the address %j in Email, which has no pattern, and in SecondaryEmail, which has one',
    (value, primary, secondary) => {
      expect(findInvalid('Email', value, MANAGED)).toBe(primary);
      expect(findInvalid('SecondaryEmail', value, MANAGED)).toBe(secondary);
      expect(findInvalid('SecondaryEmail', value, 'SAML')).toBe(secondary);
    },
  );

  it.each([
    ['a zero-width space', 'ma\u200Bry@example.com', 'not-printable'],
    ['a soft hyphen', 'ma\u00ADry@example.com', 'not-printable'],
    ['a joiner', 'ma\u200Dry@example.com', 'not-printable'],
    ['a blank of Braille', 'mary\u2800@example.com', 'not-printable'],
    [
      'a joiner in the domain, which some scripts need',
      'mary@\u0646\u0627\u0645\u0647\u200C\u0627\u06CC.example',
      undefined,
    ],
  ] as const)('judges an address with %s, which shows nothing', (_, value, expected) => {
    expect(findInvalid('Email', value, MANAGED)).toBe(expected);
  });

  it.each([
    ['a control character', 'Ma\u0007ry'],
    ['an override of direction', 'Mary\u202Eyram'],
    ['an isolate', 'Mary\u2066'],
    ['a line separator', 'Mary\u2028Jones'],
    ['half of a character', 'Mary\uD800'],
    ['an annotation', 'Mary\uFFF9Ann\uFFFB'],
    ['tags, which hide a text', 'Mary\u{E0041}\u{E0042}'],
  ])('refuses %s in a name', (_, value) => {
    expect(findInvalid('FirstName', value, MANAGED)).toBe('not-printable');
  });

  it.each([
    ['+12065550100', undefined],
    ['+123456789012345', undefined],
    ['+12', undefined],
    ['+1', 'not-e164'],
    ['+02065550100', 'not-e164'],
    ['12065550100', 'not-e164'],
    ['+1 206 555 0100', 'not-e164'],
    ['+1234567890123456', 'too-long'],
  ] as const)('judges the number %j', (value, expected) => {
    expect(findInvalid('Mobile', value, MANAGED)).toBe(expected);
  });
});
