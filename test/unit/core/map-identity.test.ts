import { describe, expect, it } from 'vitest';
import { mapIdentity } from '../../../lambda/core/map-identity.ts';
import { policySchema } from '../../../lambda/core/policy.ts';

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

  it('takes a single word for a first name and says nothing of the last one', () => {
    const desired = mapIdentity({ name: 'Mary' }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('Mary') });
  });

  it('prefers the separate names to the parts of the full one, each for itself', () => {
    const desired = mapIdentity({ given_name: 'Maria', name: 'Mary Ann Jones' }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('Maria'), LastName: value('Jones') });
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

  it('withholds names of 300 characters, but not the e-mail beside them', () => {
    const attributes = { given_name: 'x'.repeat(300), family_name: 'y'.repeat(300), email: 'mary.jones@example.com' };

    const desired = mapIdentity(attributes, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({
      FirstName: rejected('FirstName', 'too-long'),
      LastName: rejected('LastName', 'too-long'),
      Email: value('mary.jones@example.com'),
    });
  });

  it('lets a SAML instance have a last name of 300 characters, and never an Email', () => {
    const attributes = { given_name: 'Mary', family_name: 'y'.repeat(300), email: 'mary.jones@example.com' };

    const desired = mapIdentity(attributes, DEFAULTS, 'SAML');

    expect(desired).toEqual({
      FirstName: value('Mary'),
      LastName: value('y'.repeat(300)),
      Email: rejected('Email', 'email-on-saml'),
    });
  });

  it('withholds what is no e-mail address, but not the name', () => {
    const desired = mapIdentity({ given_name: 'Mary', email: "o'neil@example.com" }, DEFAULTS, 'CONNECT_MANAGED');

    expect(desired).toEqual({ FirstName: value('Mary'), Email: rejected('Email', 'not-an-email-address') });
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

  it('sends the address of a SAML user to SecondaryEmail when told so', () => {
    const mapping = mappingOf({ Email: null, SecondaryEmail: { from: ['email'] } });

    const desired = mapIdentity({ email: 'mary.jones@example.com' }, mapping, 'SAML');

    expect(desired).toEqual({ SecondaryEmail: value('mary.jones@example.com') });
  });

  it('withholds a number that is not E.164', () => {
    const mapping = mappingOf({ Mobile: { from: ['phone_number'] } });

    const desired = mapIdentity({ phone_number: '206-555-0100' }, mapping, 'CONNECT_MANAGED');

    expect(desired).toEqual({ Mobile: rejected('Mobile', 'not-e164') });
  });
});
