import { describe, expect, it } from 'vitest';
import { IDENTITY_FIELDS, type Identity, type IdentityField } from '../../../../lambda/core/identity/identity.ts';
import {
  findWrongInConnect,
  keepRefusals,
  leaveOutRefused,
  retryRefusedAt,
} from '../../../../lambda/core/writes/field-groups.ts';
import type { Changes } from '../../../../lambda/core/writes/plan-identity.ts';

const HOUR = 3_600_000;
const changes = (fields: Partial<Identity>): Changes =>
  new Map(IDENTITY_FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])));
const wrong = (field: IdentityField) => ({ field, kind: 'rejected', reason: 'wrong-in-connect' });

it.each([
  [0, HOUR],
  [1, HOUR],
  [2, 2 * HOUR],
  [5, 16 * HOUR],
  [6, 24 * HOUR],
  [2_000, 24 * HOUR],
])('a value that was refused %i times is tried again after %i ms', (count, afterMs) => {
  expect(retryRefusedAt({ at: 7, count })).toBe(7 + afterMs);
});

describe('refusals in a row', () => {
  const refusal = { group: 'Email', changes: changes({ Email: 'new@example.com' }), code: 'Wrong' } as const;

  it('are counted, and leave the same value out', () => {
    const first = keepRefusals(undefined, [refusal], [], 100, () => 'salt');
    const second = keepRefusals(first, [refusal], [], 200, () => 'salt');

    expect([first?.at, first?.count]).toEqual([100, 1]);
    expect([second?.at, second?.count]).toEqual([200, 2]);
    expect(leaveOutRefused(changes({ Email: 'new@example.com', FirstName: 'Mary' }), second)).toEqual({
      changes: changes({ FirstName: 'Mary' }),
      withheld: [{ field: 'Email', kind: 'rejected', reason: 'refused-by-connect', code: 'Wrong' }],
    });
  });

  it('keep time and count while the value is only left out', () => {
    const before = keepRefusals(undefined, [refusal], [], 100, () => 'salt');
    const { withheld } = leaveOutRefused(refusal.changes, before);

    expect(keepRefusals(before, [], withheld, 900, () => 'salt')).toEqual(before);
  });

  it('are forgotten when the field is withheld for another reason', () => {
    const before = keepRefusals(undefined, [refusal], [], 100, () => 'salt');
    const withheld = [{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }] as const;

    expect(keepRefusals(before, [], withheld, 900, () => 'salt')).toBeUndefined();
  });

  it('are forgotten when no value is left out any more', () => {
    const before = keepRefusals(undefined, [refusal], [], 100, () => 'salt');

    expect(keepRefusals(before, [], [], 900, () => 'salt')).toBeUndefined();
  });
});

describe('what a write repeats in a form that AWS refuses', () => {
  const observed = { Email: 'no address', SecondaryEmail: 'no address', FirstName: 'Mary' };

  it('is every such field that does not change', () => {
    expect(findWrongInConnect(observed, changes({}), 'CONNECT_MANAGED')).toEqual([
      wrong('Email'),
      wrong('SecondaryEmail'),
    ]);
  });

  it('is no field that changes', () => {
    expect(findWrongInConnect(observed, changes({ Email: 'new@example.com' }), 'CONNECT_MANAGED')).toEqual([
      wrong('SecondaryEmail'),
    ]);
  });

  it('is not the address of a SAML user, which is never sent', () => {
    expect(findWrongInConnect(observed, changes({}), 'SAML')).toEqual([wrong('SecondaryEmail')]);
  });
});
