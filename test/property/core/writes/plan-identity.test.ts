import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMAIL_FIELDS, IDENTITY_FIELDS, type Identity } from '../../../../lambda/core/identity/identity.ts';
import type { DesiredField, DesiredIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { type PlanInput, planIdentity } from '../../../../lambda/core/writes/plan-identity.ts';

/** Few values, so that desired and observed often agree. */
const value = fc.constantFrom('Mary', 'Jones', 'mary@example.com', 'mary@example.org', '+12065550100');
const identity = fc.record(Object.fromEntries(IDENTITY_FIELDS.map((field) => [field, value])), {
  requiredKeys: [],
}) as fc.Arbitrary<Identity>;
const wanted = (field: (typeof IDENTITY_FIELDS)[number]): fc.Arbitrary<DesiredField> => {
  const set = fc.record({ kind: fc.constant('value' as const), value });
  const withheld = fc.constant<DesiredField>({
    kind: 'withheld',
    withheld: { field, kind: 'rejected', reason: 'too-long' },
  });
  const clear = fc.constant<DesiredField>({ kind: 'clear' });
  return field === 'SecondaryEmail' || field === 'Mobile' ? fc.oneof(set, withheld, clear) : fc.oneof(set, withheld);
};
const desired = fc.record(Object.fromEntries(IDENTITY_FIELDS.map((field) => [field, wanted(field)])), {
  requiredKeys: [],
}) as fc.Arbitrary<DesiredIdentity>;

const input: fc.Arbitrary<PlanInput> = fc
  .record({
    desired,
    observed: identity,
    type: fc.constantFrom('CONNECT_MANAGED' as const, 'SAML' as const),
    rewrite: fc.boolean(),
    update: fc.constantFrom('whole' as const, 'changed' as const),
    email: fc.record({
      verified: fc.boolean(),
      changeableByUser: fc.boolean(),
      unverifiable: fc.subarray([...EMAIL_FIELDS]),
      allowedDomains: fc.subarray(['example.com', 'example.net']),
      protectedProfile: fc.boolean(),
      unknownProfile: fc.boolean(),
      firstEmail: fc.boolean(),
      budgetSpent: fc.boolean(),
      released: fc.subarray([...EMAIL_FIELDS]),
    }),
  })
  // As mapping does: a SAML instance is never asked to take an Email.
  .map(({ desired: { Email, ...others }, ...plan }) => ({
    ...plan,
    desired: plan.type === 'SAML' || Email === undefined ? others : { ...others, Email },
  }));

const refused = (email: PlanInput['email'], field: (typeof IDENTITY_FIELDS)[number], address: string): boolean => {
  const guards = [email.protectedProfile, email.unknownProfile, email.firstEmail, email.budgetSpent];
  const held = guards.includes(true) && !email.released.includes(field);
  const outside = email.allowedDomains.length > 0 && !email.allowedDomains.some((name) => address.endsWith(`@${name}`));
  const unverified = !email.verified && !(email.changeableByUser && email.released.includes(field));
  return unverified || email.unverifiable.includes(field) || outside || held;
};

/** What Connect shows after a write: an empty member is none, and one that a write of single fields leaves out is kept. */
const shownAfter = ({ observed, update }: PlanInput, write: Identity): Identity =>
  Object.fromEntries(
    Object.entries(update === 'whole' ? write : { ...observed, ...write }).filter(([, value]) => value !== ''),
  );

describe('a plan', () => {
  it('planned again on its own result finds nothing to write', () => {
    fc.assert(
      fc.property(input, (plan) => {
        const { write } = planIdentity(plan);
        fc.pre(write !== null);

        const again = planIdentity({ ...plan, observed: shownAfter(plan, write ?? {}), rewrite: false });

        expect(again.write).toBeNull();
        expect(again.changes.size).toBe(0);
      }),
    );
  });

  it('is minimal: it writes only when a field it owns differs', () => {
    fc.assert(
      fc.property(input, (plan) => {
        const { write, changes } = planIdentity({ ...plan, rewrite: false });
        const changed = [...changes.keys()];

        expect(write === null).toBe(changed.length === 0);
        for (const field of changed) expect(write?.[field]).not.toBe(plan.observed[field]);
      }),
    );
  });

  it('changes exactly the fields it names, and none that is not owned', () => {
    fc.assert(
      fc.property(input, (plan) => {
        const { write, changes } = planIdentity(plan);
        const changed = [...changes.keys()];
        fc.pre(write !== null);

        for (const field of IDENTITY_FIELDS) {
          if (plan.type === 'SAML' && field === 'Email') {
            expect(write).not.toHaveProperty('Email');
            continue;
          }
          const wants = plan.desired[field];
          const shown = shownAfter(plan, write ?? {})[field];
          if (changed.includes(field)) expect(shown).toBe(wants?.kind === 'value' ? wants.value : undefined);
          else expect(shown).toBe(plan.observed[field]?.normalize('NFC'));
        }
      }),
    );
  });

  it('never writes an address that a guard refuses', () => {
    fc.assert(
      fc.property(input, (plan) => {
        const { write, withheld } = planIdentity(plan);

        for (const field of EMAIL_FIELDS) {
          const wants = plan.desired[field];
          if (wants?.kind !== 'value' || !refused(plan.email, field, wants.value)) continue;
          if (write !== null && field in write) expect(write[field]).toBe(plan.observed[field]);
          if (wants.value !== plan.observed[field]) expect(withheld.map((entry) => entry.field)).toContain(field);
        }
      }),
    );
  });

  it('reports a result for every difference', () => {
    fc.assert(
      fc.property(input, (plan) => {
        const { changes, withheld } = planIdentity(plan);
        const changed = [...changes.keys()];
        const told = new Set([...changed, ...withheld.map(({ field }) => field)]);
        const missing = withheld.some(({ reason }) => reason === 'missing-name');

        for (const field of IDENTITY_FIELDS) {
          const wants = plan.desired[field];
          if (wants === undefined || missing) continue;
          const differs = (wants.kind === 'value' ? wants.value : undefined) !== plan.observed[field];
          if (wants.kind === 'withheld' || differs) expect(told).toContain(field);
        }
      }),
    );
  });

  it('never sends a Connect-managed user without both names', () => {
    fc.assert(
      fc.property(input, (plan) => {
        fc.pre(plan.type === 'CONNECT_MANAGED');

        const { write } = planIdentity(plan);

        if (write !== null) expect(write).toEqual(expect.objectContaining({ FirstName: expect.any(String) }));
        if (write !== null) expect(write).toEqual(expect.objectContaining({ LastName: expect.any(String) }));
      }),
    );
  });
});
