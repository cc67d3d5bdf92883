import { describe, expect, it } from 'vitest';
import type { DesiredIdentity } from '../../../lambda/core/map-identity.ts';
import { type EmailFacts, planIdentity } from '../../../lambda/core/plan-identity.ts';

const OPEN: EmailFacts = {
  verified: true,
  changeableByUser: false,
  unverifiable: [],
  allowedDomains: [],
  protectedProfile: false,
  unknownProfile: false,
  firstEmail: false,
  budgetSpent: false,
  released: [],
};
const OBSERVED = {
  FirstName: 'Mary',
  LastName: 'Smith',
  Email: 'mary.smith@example.com',
  SecondaryEmail: 'home@example.net',
  Mobile: '+12065550100',
};

const value = (text: string) => ({ kind: 'value', value: text }) as const;
const NEW_EMAIL: DesiredIdentity = { Email: value('mary.jones@example.com') };
const withheld = (kind: string, reason: string, field = 'Email') => [{ field, kind, reason }];

/** A plan with its changes as plain fields and values. */
const planned = (
  desired: DesiredIdentity,
  email: Partial<EmailFacts> = {},
  rest: { readonly rewrite?: boolean } = {},
) => {
  const { changes, ...result } = plan(desired, email, rest);
  return { ...result, changed: [...changes.keys()] };
};

const plan = (desired: DesiredIdentity, email: Partial<EmailFacts> = {}, rest: { readonly rewrite?: boolean } = {}) =>
  planIdentity({
    update: 'whole',
    desired,
    observed: OBSERVED,
    type: 'CONNECT_MANAGED',
    email: { ...OPEN, ...email },
    ...rest,
  });

describe('planIdentity', () => {
  it('writes nothing when Connect has everything already', () => {
    const result = planned({
      FirstName: value('Mary'),
      LastName: value('Smith'),
      Email: value('mary.smith@example.com'),
    });

    expect(result).toEqual({ write: null, changed: [], withheld: [] });
  });

  it('sends the whole identity, keeping what Connect has in every other field', () => {
    const result = planned({ LastName: value('Jones') });

    expect(result).toEqual({
      write: {
        FirstName: 'Mary',
        LastName: 'Jones',
        Email: 'mary.smith@example.com',
        SecondaryEmail: 'home@example.net',
        Mobile: '+12065550100',
      },
      changed: ['LastName'],
      withheld: [],
    });
  });

  it('leaves a cleared field out', () => {
    const result = planned({ Mobile: { kind: 'clear' }, SecondaryEmail: { kind: 'clear' } });

    expect(result.write).toEqual({ FirstName: 'Mary', LastName: 'Smith', Email: 'mary.smith@example.com' });
    expect(result.changed).toEqual(['SecondaryEmail', 'Mobile']);
  });

  it('writes nothing to clear a field that is empty', () => {
    const observed = { FirstName: 'Mary', LastName: 'Smith' };

    const result = planIdentity({
      update: 'whole',
      desired: { Mobile: { kind: 'clear' } },
      observed,
      type: 'SAML',
      email: OPEN,
    });

    expect(result).toEqual({ write: null, changes: new Map(), withheld: [] });
  });

  it('keeps what Connect has in a field that mapping withheld, and writes the others', () => {
    const reason = { field: 'Mobile', kind: 'rejected', reason: 'not-e164' } as const;

    const result = planned({ FirstName: value('Maria'), Mobile: { kind: 'withheld', withheld: reason } });

    expect(result.write).toMatchObject({ FirstName: 'Maria', Mobile: '+12065550100' });
    expect(result).toMatchObject({ changed: ['FirstName'], withheld: [reason] });
  });
});

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

describe('planIdentity on an observation that may be old', () => {
  it('sends the identity although nothing seems to differ', () => {
    const result = planned({ FirstName: value('Mary') }, {}, { rewrite: true });

    expect(result).toEqual({ write: OBSERVED, changed: [], withheld: [] });
  });

  it('checks the guards again for an address that seems to be equal', () => {
    const same = { Email: value('mary.smith@example.com') };

    const open = plan(same, {}, { rewrite: true });
    const guarded = plan(same, { verified: false }, { rewrite: true });

    expect([...open.changes.keys()]).toEqual(['Email']);
    expect(guarded.withheld).toEqual(withheld('waiting', 'email-not-verified'));
  });
});

describe('planIdentity and missing names', () => {
  it.each([
    ['LastName', { FirstName: 'Mary' }],
    ['FirstName', { LastName: 'Jones' }],
  ] as const)('writes nothing while neither side has a %s, and says which', (field, observed) => {
    const result = planIdentity({
      update: 'whole',
      desired: NEW_EMAIL,
      observed,
      type: 'CONNECT_MANAGED',
      email: OPEN,
    });

    expect(result).toEqual({ write: null, changes: new Map(), withheld: withheld('rejected', 'missing-name', field) });
  });

  it('tells them after what else is withheld', () => {
    const result = planIdentity({
      update: 'whole',
      desired: { FirstName: value('Mary'), ...NEW_EMAIL },
      observed: {},
      type: 'CONNECT_MANAGED',
      email: { ...OPEN, verified: false },
    });

    expect(result.withheld.map(({ field, reason }) => [field, reason])).toEqual([
      ['Email', 'email-not-verified'],
      ['LastName', 'missing-name'],
    ]);
  });

  it('does not complain when there is nothing to write', () => {
    const result = planIdentity({ update: 'whole', desired: {}, observed: {}, type: 'CONNECT_MANAGED', email: OPEN });

    expect(result).toEqual({ write: null, changes: new Map(), withheld: [] });
  });

  it('does not require them on a SAML instance', () => {
    const result = planIdentity({
      update: 'whole',
      desired: { FirstName: value('Mary') },
      observed: {},
      type: 'SAML',
      email: OPEN,
    });

    expect(result.write).toEqual({ FirstName: 'Mary', LastName: '' });
  });
});

it('planIdentity never sends Email to a SAML instance, not even the one it has', () => {
  const result = planIdentity({
    update: 'whole',
    desired: { LastName: value('Jones') },
    observed: OBSERVED,
    type: 'SAML',
    email: OPEN,
  });

  expect(result.write).toEqual({
    FirstName: 'Mary',
    LastName: 'Jones',
    SecondaryEmail: 'home@example.net',
    Mobile: '+12065550100',
  });
});
