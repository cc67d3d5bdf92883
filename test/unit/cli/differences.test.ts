import { describe, expect, it } from 'vitest';
import { comparePools } from '../../../cli/triggers/differences.ts';
import { describedPool } from './doubles.ts';

describe('the comparison of two descriptions of a pool', () => {
  it('finds nothing in what moves by itself, in the order of lists, and in an empty member', () => {
    const one = describedPool({ AutoVerifiedAttributes: ['email', 'phone_number'], LambdaConfig: {} });
    const { LambdaConfig: _, ...other } = describedPool({
      AutoVerifiedAttributes: ['phone_number', 'email'],
      LastModifiedDate: 1,
      EstimatedNumberOfUsers: 8,
    });

    expect(comparePools(one, other)).toEqual([]);
  });

  it('names the innermost member that differs, is missing or is new', () => {
    const expected = describedPool({ Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } } });
    const found = describedPool({ Policies: { PasswordPolicy: { MinimumLength: 8 } }, DeletionProtection: 'INACTIVE' });

    expect(comparePools(expected, found)).toEqual([
      { path: 'Policies.PasswordPolicy.MinimumLength', expected: 12, found: 8 },
      { path: 'Policies.PasswordPolicy.RequireSymbols', expected: true, found: undefined },
      { path: 'DeletionProtection', expected: undefined, found: 'INACTIVE' },
    ]);
  });

  it('sees a list with another, a further or a repeated element', () => {
    const differences = (one: readonly string[], other: readonly string[]) =>
      comparePools(describedPool({ AliasAttributes: one }), describedPool({ AliasAttributes: other })).length;

    expect(differences(['email'], ['phone_number'])).toBe(1);
    expect(differences(['email'], ['email', 'phone_number'])).toBe(1);
    expect(differences(['email'], ['email', 'email'])).toBe(1);
  });

  it('takes the two names of the validity of temporary passwords for one setting', () => {
    const old = describedPool({ AdminCreateUserConfig: { UnusedAccountValidityDays: 3 } });
    const both = describedPool({
      AdminCreateUserConfig: { UnusedAccountValidityDays: 3 },
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } },
    });
    const other = describedPool({ Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 4 } } });

    expect(comparePools(old, both)).toEqual([]);
    expect(comparePools(old, other)).toEqual([
      { path: 'Policies.PasswordPolicy.TemporaryPasswordValidityDays', expected: 3, found: 4 },
    ]);
  });
});
