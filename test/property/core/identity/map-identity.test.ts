import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IDENTITY_FIELDS, type IdentityField } from '../../../../lambda/core/identity/identity.ts';
import { type Attributes, mapIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';

const source = fc.constantFrom('given_name', 'family_name', 'name', 'name.first', 'name.last', 'email', 'phone_number');
const blank = fc.constantFrom('keep', 'reject');
const required = fc.option(fc.record({ from: fc.array(source, { minLength: 1, maxLength: 3 }), blank }));
const optional = fc.option(
  fc.record({
    from: fc.array(source, { minLength: 1, maxLength: 3 }),
    blank: fc.constantFrom('keep', 'clear', 'reject'),
  }),
);
const mapping = fc
  .record({ FirstName: required, LastName: required, Email: required, SecondaryEmail: optional, Mobile: optional })
  .map((value) => policySchema.parse({ mapping: value }).mapping);

/** Anything a user may type, with a liking for spaces, marks that combine, and values that Connect takes. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(' ', '\t', '\u00a0', 'e', '\u0301', '\u0308', '\u1100', '\u1161', '\u212b', '𠮷'),
  }),
  fc.constantFrom('', ' ', 'mary.jones@example.com', '+12065550100', 'x'.repeat(300), 'Mary Ann Jones'),
);
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.constantFrom('given_name', 'family_name', 'name', 'email', 'phone_number', 'sub', 'custom:other'),
  text,
);
const type = fc.constantFrom('CONNECT_MANAGED' as const, 'SAML' as const);

it('mapping is total, and every value it wants is tidy', () => {
  fc.assert(
    fc.property(attributes, mapping, type, (given, rules, management) => {
      const desired = mapIdentity(given, rules, management);

      for (const field of IDENTITY_FIELDS) {
        const wanted = desired[field];
        if (rules[field] === null) expect(wanted).toBeUndefined();
        if (wanted?.kind === 'withheld') expect(wanted.withheld).toMatchObject({ field, kind: 'rejected' });
        if (wanted?.kind !== 'value') continue;
        expect(wanted.value).not.toBe('');
        expect(wanted.value.trim()).toBe(wanted.value);
        expect(wanted.value.normalize('NFC')).toBe(wanted.value);
      }
    }),
  );
});

it('mapping makes no difference between composed and decomposed text, nor by spaces around it', () => {
  fc.assert(
    fc.property(attributes, mapping, type, (given, rules, management) => {
      const change = (rewrite: (value: string) => string) =>
        Object.fromEntries(Object.entries(given).map(([name, value]) => [name, rewrite(value)]));
      const expected = mapIdentity(given, rules, management);

      expect(
        mapIdentity(
          change((value) => value.normalize('NFC')),
          rules,
          management,
        ),
      ).toEqual(expected);
      expect(
        mapIdentity(
          change((value) => value.normalize('NFD')),
          rules,
          management,
        ),
      ).toEqual(expected);
      expect(
        mapIdentity(
          change((value) => `  ${value.normalize('NFC')}\t`),
          rules,
          management,
        ),
      ).toEqual(expected);
    }),
  );
});

it('mapping what was mapped changes nothing', () => {
  const plain: Readonly<Record<IdentityField, string>> = {
    FirstName: 'given_name',
    LastName: 'family_name',
    Email: 'email',
    SecondaryEmail: 'custom:second',
    Mobile: 'phone_number',
  };
  const identity = policySchema.parse({
    mapping: Object.fromEntries(Object.entries(plain).map(([field, from]) => [field, { from: [from] }])),
  }).mapping;

  fc.assert(
    fc.property(attributes, mapping, (given, rules) => {
      const once = Object.entries(mapIdentity(given, rules, 'CONNECT_MANAGED')).filter(
        ([, wanted]) => wanted.kind === 'value',
      );
      const again = Object.fromEntries(
        once.map(([field, wanted]) => [plain[field as IdentityField], wanted.kind === 'value' ? wanted.value : '']),
      );

      expect(mapIdentity(again, identity, 'CONNECT_MANAGED')).toEqual(Object.fromEntries(once));
    }),
  );
});
