import { describe, expect, it } from 'vitest';
import { NEW_EMAIL, plan, planned, value, withheld } from './plan-identity-fixture.ts';

describe('planIdentity guards an e-mail address', () => {
  it.each([
    ['not verified', { verified: false }, 'waiting', 'email-not-verified'],
    ['from an attribute that is not verified', { unverifiable: ['Email'] }, 'rejected', 'not-verifiable'],
    ['outside the allowed domains', { allowedDomains: ['example.org'] }, 'rejected', 'domain-not-allowed'],
    ['of a protected agent', { protectedProfile: true }, 'held', 'protected-profile'],
    ['where a protected profile is not known', { unknownProfile: true }, 'held', 'unknown-profile'],
    ['the first after linking', { firstEmail: true }, 'held', 'first-email'],
    ['over the budget', { budgetSpent: true }, 'held', 'email-budget'],
  ] as const)('withholding one that is %s', (_, facts, kind, reason) => {
    const result = planned(NEW_EMAIL, facts);

    expect(result).toEqual({ write: null, changed: [], withheld: withheld(kind, reason) });
  });

  it.each([
    ['verification first', {}, 'email-not-verified'],
    ['then the domain', { verified: true }, 'domain-not-allowed'],
    ['then the profile', { verified: true, allowedDomains: [] }, 'protected-profile'],
    ['then the first address', { verified: true, allowedDomains: [], protectedProfile: false }, 'first-email'],
    [
      'the budget last',
      { verified: true, allowedDomains: [], protectedProfile: false, firstEmail: false },
      'email-budget',
    ],
  ] as const)('in an order that names %s', (_, facts, reason) => {
    const everything = {
      verified: false,
      allowedDomains: ['example.org'],
      protectedProfile: true,
      firstEmail: true,
      budgetSpent: true,
    };

    const result = planned(NEW_EMAIL, { ...everything, ...facts });

    expect(result.withheld.map((field) => field.reason)).toEqual([reason]);
  });

  it('writing it when no guard refuses it', () => {
    const result = planned(NEW_EMAIL, { allowedDomains: ['example.org', 'example.com'] });

    expect(result.write).toMatchObject({ Email: 'mary.jones@example.com' });
    expect(result.changed).toEqual(['Email']);
  });

  it('comparing whole domains, in any case', () => {
    const shouted = plan({ Email: value('mary.jones@EXAMPLE.COM') }, { allowedDomains: ['example.com'] });
    const lookalike = plan({ Email: value('mary.jones@evil-example.com') }, { allowedDomains: ['example.com'] });
    const subdomain = plan({ Email: value('mary.jones@sub.example.com') }, { allowedDomains: ['example.com'] });

    expect([...shouted.changes.keys()]).toEqual(['Email']);
    expect(lookalike.withheld).toEqual(withheld('rejected', 'domain-not-allowed'));
    expect(subdomain.withheld).toEqual(withheld('rejected', 'domain-not-allowed'));
  });

  it('never stopping a name', () => {
    const result = planned({ LastName: value('Jones'), ...NEW_EMAIL }, { verified: false });

    expect(result.write).toMatchObject({ LastName: 'Jones', Email: 'mary.smith@example.com' });
    expect(result).toMatchObject({ changed: ['LastName'], withheld: withheld('waiting', 'email-not-verified') });
  });

  it('in SecondaryEmail as in Email', () => {
    const result = planned({ SecondaryEmail: value('mary@example.com') }, { verified: false });

    expect(result).toEqual({
      write: null,
      changed: [],
      withheld: withheld('waiting', 'email-not-verified', 'SecondaryEmail'),
    });
  });

  it('not when Connect has it already, or when it is only removed', () => {
    const there = plan({ Email: value('mary.smith@example.com') }, { verified: false, firstEmail: true });
    const away = plan({ SecondaryEmail: { kind: 'clear' } }, { verified: false, protectedProfile: true });

    expect(there).toEqual({ write: null, changes: new Map(), withheld: [] });
    expect([...away.changes.keys()]).toEqual(['SecondaryEmail']);
  });
});

describe('planIdentity and a release', () => {
  it.each([
    ['a protected profile', { protectedProfile: true }],
    ['a first address', { firstEmail: true }],
    ['a spent budget', { budgetSpent: true }],
  ])('lets the released field through %s', (_, facts) => {
    const result = planned(NEW_EMAIL, { ...facts, released: ['Email'] });

    expect(result.changed).toEqual(['Email']);
  });

  it.each([
    ['unverified', { verified: false }, 'email-not-verified'],
    ['outside the domains', { allowedDomains: ['example.org'] }, 'domain-not-allowed'],
  ])('does not overrule that an address is %s', (_, facts, reason) => {
    const result = planned(NEW_EMAIL, { ...facts, released: ['Email'] });

    expect(result.withheld.map((field) => field.reason)).toEqual([reason]);
  });

  it('counts for the released field only', () => {
    const result = planned(
      { ...NEW_EMAIL, SecondaryEmail: value('mary@example.com') },
      { firstEmail: true, released: ['Email'] },
    );

    expect(result.changed).toEqual(['Email']);
    expect(result.withheld).toEqual(withheld('held', 'first-email', 'SecondaryEmail'));
  });
});
