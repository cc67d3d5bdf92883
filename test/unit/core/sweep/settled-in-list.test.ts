import { describe, expect, it } from 'vitest';
import { mapIdentity } from '../../../../lambda/core/identity/map-identity.ts';
import { NO_HISTORY } from '../../../../lambda/core/links/exposure.ts';
import type { Withheld } from '../../../../lambda/core/outcome.ts';
import { policySchema } from '../../../../lambda/core/policy.ts';
import { digestOf } from '../../../../lambda/core/rows/digest.ts';
import { findDrift } from '../../../../lambda/core/sweep/drift.ts';
import type { Inventory, ListedCognitoUser, ReconciledRow } from '../../../../lambda/core/sweep/inventory.ts';
import { attributesToFind, attributesToList } from '../../../../lambda/core/sweep/settled-in-list.ts';
import { settledText } from '../../../../lambda/core/writes/settled.ts';

const NOW = 1_767_268_800_000;
const MINUTE = 60_000;
const ATTRIBUTES = {
  given_name: 'Mary',
  family_name: 'Jones',
  email: 'mary@example.com',
  email_verified: 'true',
  locale: 'de',
};
const MARY: ListedCognitoUser = {
  sub: 'sub-mary',
  username: 'mary',
  attributes: ATTRIBUTES,
  modifiedAt: NOW - 20 * MINUTE + 123,
  createdAt: NOW - 90 * MINUTE,
  providers: [],
};
const POLICY = policySchema.parse({});

/** As the worker leaves it once a read of Connect has confirmed Mary's identity. */
const settled = ({
  type = 'CONNECT_MANAGED' as 'CONNECT_MANAGED' | 'SAML',
  policy = POLICY,
  verified = true,
  withheld = [] as readonly Withheld[],
  firstEmail = false,
} = {}) => {
  const desired = mapIdentity(ATTRIBUTES, policy.mapping, type);
  const link = { connectUserId: 'agent-mary', linkedAt: NOW - 80 * MINUTE };
  const vouching = { verified, changeableByUser: false, unverifiable: [] };
  const facts = { desired, ...link, policyHash: 'policy-1', type, vouching };
  return digestOf(settledText(facts, { withheld, firstEmail }), 'salt');
};
const ROW: ReconciledRow = {
  connectUserId: 'agent-mary',
  linkedAt: NOW - 80 * MINUTE,
  status: 'unchanged',
  policyHash: 'policy-1',
  syncedReadAt: NOW - 40 * MINUTE,
  cognitoModifiedAt: NOW - 60 * MINUTE + 123,
  connectModifiedAt: NOW - 50 * MINUTE,
  settled: settled(),
};

interface World {
  readonly user?: Partial<ListedCognitoUser>;
  readonly row?: Partial<ReconciledRow>;
  readonly policy?: object;
  readonly keepsVerifiedEmail?: boolean;
  readonly connectModifiedAt?: number;
}

function whyMary({ user, row, policy = {}, keepsVerifiedEmail = false, connectModifiedAt }: World) {
  const inventory: Inventory = {
    users: [{ ...MARY, ...user }],
    absent: new Set(),
    whole: true,
    connectUsers: [
      { id: 'agent-mary', username: 'mary', modifiedAt: connectModifiedAt ?? NOW - 50 * MINUTE },
      { id: 'agent-other', username: 'other', modifiedAt: NOW - 50 * MINUTE },
    ],
    rows: new Map([['sub-mary', { ...ROW, ...row }]]),
    claims: new Map([['agent-mary', 'sub-mary']]),
    members: undefined,
    exposure: { selfSignUp: false, writableAttributes: new Set(), keepsVerifiedEmail, readAt: 0 },
    history: NO_HISTORY,
  };
  return findDrift(inventory, policySchema.parse(policy), 'policy-1', NOW).candidates[0]?.why;
}
const withAttributes = (changes: Readonly<Record<string, string>>) => ({ attributes: { ...ATTRIBUTES, ...changes } });

const NOT_VERIFIED = withAttributes({ email_verified: 'false' });
const NOT_VERIFIED_YET = { field: 'Email', kind: 'waiting', reason: 'email-not-verified' } as const;
/** The row of Mary whose address is not verified, and which Connect does not have. */
const WAITING = {
  status: 'waiting',
  withheld: [NOT_VERIFIED_YET],
  settled: settled({ verified: false, withheld: [NOT_VERIFIED_YET] }),
};
/** The same where the link is new and Connect has the address. */
const FIRST_WAITING = { firstEmail: true, settled: settled({ verified: false, firstEmail: true }) };

describe('a change in Cognito that concerns no field', () => {
  it.each<[string, World]>([
    ['an attribute that is not mapped', { user: withAttributes({ locale: 'en' }) }],
    ['white space around a name', { user: withAttributes({ given_name: ' Mary ' }) }],
    [
      'whole seconds that are equal',
      { user: { modifiedAt: NOW - 60 * MINUTE }, row: { cognitoModifiedAt: NOW - 60 * MINUTE } },
    ],
    ['on a SAML instance', { row: { settled: settled({ type: 'SAML' }) } }],
    ['of a configured type', { policy: { identityManagementType: 'CONNECT_MANAGED' } }],
    ['of a user whose address still waits for its verification', { user: NOT_VERIFIED, row: WAITING }],
    ['of a user whose first address still waits for its verification', { user: NOT_VERIFIED, row: FIRST_WAITING }],
  ])('is no candidate: %s', (_, world) => {
    expect(whyMary(world)).toBeUndefined();
  });

  it.each<[string, World, string]>([
    ['Connect was changed', { connectModifiedAt: NOW }, 'connect-user-changed'],
    ['a write is not confirmed', { row: { lastWriteAt: NOW - 30 * MINUTE } }, 'write-unconfirmed'],
    [
      'Connect refused a value some time ago',
      { row: { refused: { at: NOW - 60 * MINUTE, count: 1 } } },
      'refused-before',
    ],
    ['the policy changed', { row: { policyHash: 'policy-0' } }, 'policy-changed'],
  ])('is one where %s', (_, world, expected) => {
    expect(whyMary(world)).toBe(expected);
  });
});

describe('a change in Cognito that may concern a field', () => {
  it.each<[string, World]>([
    ['a name', { user: withAttributes({ family_name: 'Smith' }) }],
    ['an address', { user: withAttributes({ email: 'other@example.com' }) }],
    ['the verification of an address', { user: withAttributes({ email_verified: 'false' }) }],
    ['nothing was settled', { row: { settled: undefined } }],
    ['the first address is pending', { row: { firstEmail: true } }],
    ['the verification of an address that waited for it', { row: WAITING }],
    ['the verification of a first address that waited for it', { row: FIRST_WAITING }],
    ['a release waits for its value', { user: NOT_VERIFIED, row: { ...WAITING, releases: { Email: ROW.settled } } }],
    ['the row says another outcome since', { user: NOT_VERIFIED, row: { ...WAITING, withheld: [] } }],
    ['the digest is of another link', { row: { connectUserId: 'agent-other' } }],
    ['the digest is of an earlier link to the same Connect user', { row: { linkedAt: NOW - 70 * MINUTE } }],
    ['the digest is of another type', { policy: { identityManagementType: 'SAML' } }],
    ['the digest is of an unverified address', { row: { settled: settled({ verified: false }) } }],
    ['the digest is of another version', { row: { settled: { salt: 'salt', hash: 'of-the-future' } } }],
    ['it is not known what was read', { row: { cognitoModifiedAt: undefined } }],
    ['the user was missing', { row: { status: 'cognito-user-missing' } }],
  ])('is a candidate: %s', (_, world) => {
    expect(whyMary(world)).toBe('cognito-user-changed');
  });
});

describe('an address that a provider vouches for', () => {
  const policy = { email: { trustedProviders: ['Corporate'] } };
  const user = { ...withAttributes({ email_verified: 'false' }), providers: ['Corporate'] };

  it('counts as verified where the pool keeps it until a new one is verified', () => {
    expect(whyMary({ user, policy, keepsVerifiedEmail: true })).toBeUndefined();
    expect(whyMary({ user, policy, keepsVerifiedEmail: false })).toBe('cognito-user-changed');
  });

  it('does not from a provider that is not trusted', () => {
    expect(whyMary({ user: { ...user, providers: ['Other'] }, policy, keepsVerifiedEmail: true })).toBe(
      'cognito-user-changed',
    );
  });

  it('counts as verified where none has to be', () => {
    expect(whyMary({ user, policy: { email: { requireVerified: false } } })).toBeUndefined();
  });
});

it('attributes are listed that scope, adoption, mapping and verification read', () => {
  const policy = policySchema.parse({
    scope: { kind: 'attribute', attribute: 'custom:desk', equals: 'yes' },
    adoption: { rules: [{ kind: 'username' }, { kind: 'username', attribute: 'custom:agent' }] },
    mapping: { Mobile: { from: ['phone_number'] }, Email: null },
  });

  expect(attributesToFind(policy)).toEqual(new Set(['custom:desk', 'custom:agent']));
  expect(attributesToList(policy)).toEqual(
    new Set(['custom:desk', 'custom:agent', 'given_name', 'name', 'family_name', 'phone_number', 'email_verified']),
  );
  const elsewhere = policySchema.parse({ mapping: { FirstName: null, LastName: null, Email: { from: ['nickname'] } } });
  // The address that Cognito verifies is compared with the one from elsewhere.
  expect(attributesToList(elsewhere)).toEqual(new Set(['nickname', 'email_verified', 'email']));
});

it('asks whether an address is verified as soon as one of several rules is over the address', () => {
  const rules = [{ kind: 'username' }, { kind: 'username', attribute: 'email' }];

  expect(attributesToFind(policySchema.parse({ adoption: { rules } }))).toEqual(new Set(['email', 'email_verified']));
});
