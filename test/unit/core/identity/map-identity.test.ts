import { describe, expect, it } from 'vitest';
import { hasAddress, mapIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';

const DEFAULTS = policySchema.parse({}).mapping;

const mappingOf = (mapping: object) => policySchema.parse({ mapping }).mapping;
const value = (text: string) => ({ kind: 'value', value: text });
const rejected = (field: string, reason: string) => ({
  kind: 'withheld',
  withheld: { field, kind: 'rejected', reason },
});

describe('mapIdentity by default', () => {
  it('takes first name, last name and e-mail, and nothing else', () => {
    const attributes = {
      sub: '11111111-1111-4111-8111-111111111111',
      given_name: 'Mary',
      family_name: 'Jones',
      email: 'mary.jones@example.com',
      phone_number: '+12065550100',
      'custom:CustomAttr1': 'Purple',
    };

    const desired = mapIdentity(attributes, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({
      FirstName: value('Mary'),
      LastName: value('Jones'),
      Email: value('mary.jones@example.com'),
    });
  });

  it.each([
    ['Mary Jones', 'Mary', 'Jones'],
    ['Mary Ann Jones', 'Mary Ann', 'Jones'],
    ['  Mary   Ann   Jones  ', 'Mary   Ann', 'Jones'],
    ['Mary\tJones', 'Mary', 'Jones'],
    ['Mary\u00a0Jones', 'Mary', 'Jones'],
  ])('splits the full name %j at its last space', (name, first, last) => {
    const desired = mapIdentity({ name }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value(first), LastName: value(last) });
  });

  it.each([
    ['a single word', 'Madonna'],
    ['two commas', 'Roe, Jane, Dr.'],
    ['nothing before the comma', ', Jane'],
    ['nothing after the comma', 'Roe,'],
    ['brackets', 'Jane Roe (Sales)'],
    ['a suffix', 'John Smith Jr.'],
    ['a suffix after a comma', 'John Smith, III'],
    ['a script without spaces', '山田太郎'],
  ])('withholds both names where the full one has %s', (_, name) => {
    const desired = mapIdentity({ name }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({
      FirstName: rejected('FirstName', 'name-not-split'),
      LastName: rejected('LastName', 'name-not-split'),
    });
  });

  it('reads "Last, First" at exactly one comma', () => {
    const desired = mapIdentity({ name: 'Roe, Jane Ann' }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('Jane Ann'), LastName: value('Roe') });
  });

  it.each([
    ['first', { given_name: 'Mary Ann', name: 'Mary Ann Jones' }, 'Mary Ann', value('Jones')],
    ['first of "Last, First"', { given_name: 'Mary Ann', name: 'Van Dyk, Mary Ann' }, 'Mary Ann', value('Van Dyk')],
    ['first, in another case', { given_name: 'mary', name: 'Mary Jones' }, 'mary', value('Jones')],
    [
      'first, which the full one lacks',
      { given_name: 'Maria', name: 'Mary Jones' },
      'Maria',
      rejected('LastName', 'name-not-split'),
    ],
    [
      'first, which is only a beginning',
      { given_name: 'Mar', name: 'Mary Jones' },
      'Mar',
      rejected('LastName', 'name-not-split'),
    ],
    [
      'first, which is all there is',
      { given_name: 'Madonna', name: 'Madonna' },
      'Madonna',
      rejected('LastName', 'name-not-split'),
    ],
  ])('takes what is left of the full name beside the %s name', (_, attributes, first, last) => {
    const desired = mapIdentity(attributes, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value(first), LastName: last });
  });

  it('takes the rest of the full name without the last name', () => {
    const desired = mapIdentity({ family_name: 'van Dyk', name: 'Mary van Dyk' }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('Mary'), LastName: value('van Dyk') });
  });

  it.each([
    ['a zero-width space', '\u200BMary\u200B', 'Mary'],
    ['a byte order mark', '\uFEFFMary', 'Mary'],
    ['a direction mark', 'Mary\u200F', 'Mary'],
    [
      'a joiner inside a word, which stays',
      '\u0646\u0627\u0645\u200C\u0647\u0627',
      '\u0646\u0627\u0645\u200C\u0647\u0627',
    ],
  ])('trims what shows nothing at the ends: %s', (_, given, expected) => {
    const desired = mapIdentity({ given_name: given }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value(expected) });
  });

  it('does not check whether Connect takes a value', () => {
    const attributes = { given_name: 'x'.repeat(300), email: 'no address' };

    const desired = mapIdentity(attributes, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('x'.repeat(300)), Email: value('no address') });
  });

  it('wants no Email for a SAML instance', () => {
    const desired = mapIdentity({ given_name: 'Mary', email: 'mary.jones@example.com' }, DEFAULTS, 'SAML');

    expect(desired).toEqual({ FirstName: value('Mary') });
  });

  it.each([
    ['absent', {}],
    ['empty', { given_name: '', family_name: '', email: '', name: '' }],
    ['blank', { given_name: '  ', family_name: '\t', email: '\u00a0', name: ' ' }],
  ])('has no opinion where attributes are %s', (_, attributes) => {
    const desired = mapIdentity(attributes, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({});
  });

  it.each([
    ['decomposed Latin', 'Zoe\u0308', 'Zo\u00eb'],
    ['decomposed Hangul', '\u1100\u1161', '\uac00'],
    ['a singleton', '\u212bsa', '\u00c5sa'],
    ['what is composed already', 'Zo\u00eb', 'Zo\u00eb'],
  ])('writes %s in NFC', (_, given, expected) => {
    const desired = mapIdentity({ given_name: given }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired.FirstName).toEqual(value(expected));
  });

  it('measures a decomposed name after composing it', () => {
    const desired = mapIdentity({ given_name: 'e\u0301'.repeat(255) }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired.FirstName).toEqual(value('\u00e9'.repeat(255)));
  });
});

describe('mapIdentity with a mapping of its own', () => {
  it('never touches a field mapped to null', () => {
    const mapping = mappingOf({ Email: null, FirstName: null });

    const desired = mapIdentity({ given_name: 'Mary', email: 'mary.jones@example.com' }, mapping, 'CONNECT_MANAGED');

    expect(desired).toEqual({});
  });

  it('takes the first attribute that is not blank', () => {
    const mapping = mappingOf({ FirstName: { from: ['nickname', 'custom:called', 'given_name'] } });

    const desired = mapIdentity(
      { nickname: ' ', 'custom:called': 'Molly', given_name: 'Mary' },
      mapping,
      'CONNECT_MANAGED',
    );

    expect(desired).toEqual({ FirstName: value('Molly') });
  });

  it.each([
    ['keep', undefined],
    ['clear', { kind: 'clear' }],
    ['reject', rejected('Mobile', 'blank')],
  ])('follows the blank policy %s', (blank, expected) => {
    const mapping = mappingOf({ Mobile: { from: ['phone_number'], blank } });

    const desired = mapIdentity({ phone_number: ' ' }, mapping, 'CONNECT_MANAGED');

    expect(desired.Mobile).toEqual(expected);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'finds no value in the attribute %s, the name of a member of every object',
    (attribute) => {
      const mapping = mappingOf({ FirstName: { from: [attribute, 'given_name'] } });

      const desired = mapIdentity({ given_name: 'Mary', name: 'Ann Jones' }, mapping, 'CONNECT_MANAGED');

      expect(desired.FirstName).toEqual(value('Mary'));
    },
  );

  it('sends the address of a SAML user to SecondaryEmail when told so', () => {
    const mapping = mappingOf({ Email: null, SecondaryEmail: { from: ['email'] } });

    const desired = mapIdentity({ email: 'mary.jones@example.com' }, mapping, 'SAML');

    expect(desired).toEqual({ SecondaryEmail: value('mary.jones@example.com') });
  });
});

describe('hasAddress', () => {
  it.each<readonly [boolean, string, Parameters<typeof hasAddress>[0]]>([
    [true, 'an address', { Email: { kind: 'value', value: 'mary@example.com' } }],
    [true, 'a secondary address', { SecondaryEmail: { kind: 'value', value: 'mary@example.com' } }],
    [false, 'a name', { FirstName: { kind: 'value', value: 'Mary' } }],
    [false, 'an address to clear', { Email: { kind: 'clear' } }],
    [
      false,
      'an address that cannot be written',
      { Email: { kind: 'withheld', withheld: { field: 'Email', kind: 'rejected', reason: 'too-long' } } },
    ],
  ])('is %s for %s', (expected, _, desired) => {
    expect(hasAddress(desired)).toBe(expected);
  });
});
