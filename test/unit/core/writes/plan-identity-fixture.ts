import type { EmailFacts } from '../../../../lambda/core/holds/email-guards.ts';
import type { DesiredIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { planIdentity } from '../../../../lambda/core/writes/plan-identity.ts';

/** No guard has a reason to withhold an address. */
export const OPEN: EmailFacts = {
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
/** What Connect shows. */
export const OBSERVED = {
  FirstName: 'Mary',
  LastName: 'Smith',
  Email: 'mary.smith@example.com',
  SecondaryEmail: 'home@example.net',
  Mobile: '+12065550100',
};

/** A desired value of a field. */
export const value = (text: string) => ({ kind: 'value', value: text }) as const;
/** An address that differs from the observed one. */
export const NEW_EMAIL: DesiredIdentity = { Email: value('mary.jones@example.com') };
/** A plan's note that a field is withheld. */
export const withheld = (kind: string, reason: string, field = 'Email') => [{ field, kind, reason }];

/** A plan with its changes as plain fields and values. */
export const planned = (
  desired: DesiredIdentity,
  email: Partial<EmailFacts> = {},
  rest: { readonly rewrite?: boolean } = {},
) => {
  const { changes, ...result } = plan(desired, email, rest);
  return { ...result, changed: [...changes.keys()] };
};

/** A plan for Mary, as the worker makes it. */
export const plan = (
  desired: DesiredIdentity,
  email: Partial<EmailFacts> = {},
  rest: { readonly rewrite?: boolean } = {},
) =>
  planIdentity({
    update: 'whole',
    desired,
    observed: OBSERVED,
    type: 'CONNECT_MANAGED',
    email: { ...OPEN, ...email },
    ...rest,
  });
