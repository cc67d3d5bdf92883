import { describe, expect, it } from 'vitest';
import { planIdentity } from '../../../../lambda/core/writes/plan-identity.ts';
import { NEW_EMAIL, OBSERVED, OPEN, plan, planned, value, withheld } from './plan-identity-fixture.ts';

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
