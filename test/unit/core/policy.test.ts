import { describe, expect, it } from 'vitest';
import { isDefaultProtection, policySchema } from '../../../lambda/core/policy.ts';

describe('policySchema', () => {
  it('is complete and safe when the configuration is empty', () => {
    const policy = policySchema.parse({});

    expect(policy).toEqual({
      mode: 'sync',
      identityUpdate: 'whole',
      scope: { kind: 'everyone' },
      mapping: {
        FirstName: { from: ['given_name', 'name.first'], blank: 'keep' },
        LastName: { from: ['family_name', 'name.last'], blank: 'keep' },
        Email: { from: ['email'], blank: 'keep' },
        SecondaryEmail: null,
        Mobile: null,
      },
      adoption: { rules: [{ kind: 'username' }], trustFirstEmail: false },
      email: {
        requireVerified: true,
        trustedProviders: [],
        allowedDomains: [],
        protectedSecurityProfiles: ['Admin'],
        maxUsersPerHour: 50,
      },
    });
  });

  it('reads domains in lower case', () => {
    const policy = policySchema.parse({ email: { allowedDomains: ['Example.COM'] } });

    expect(policy.email.allowedDomains).toEqual(['example.com']);
  });

  it.each([
    ['an unknown member', { emial: {} }, ''],
    [
      'a first name that may be cleared',
      { mapping: { FirstName: { from: ['name'], blank: 'clear' } } },
      'mapping.FirstName.blank',
    ],
    [
      'an Email that may be cleared',
      { mapping: { Email: { from: ['email'], blank: 'clear' } } },
      'mapping.Email.blank',
    ],
    ['a mapping from nothing', { mapping: { Mobile: { from: [] } } }, 'mapping.Mobile.from'],
    ['a directory instance', { identityManagementType: 'EXISTING_DIRECTORY' }, 'identityManagementType'],
    ['an adoption rule by e-mail', { adoption: { rules: [{ kind: 'email' }] } }, 'adoption.rules.0.kind'],
    ['no adoption rule', { adoption: { rules: [] } }, 'adoption.rules'],
    ['a budget of no users', { email: { maxUsersPerHour: 0 } }, 'email.maxUsersPerHour'],
    ['an address for a domain', { email: { allowedDomains: ['@example.com'] } }, 'email.allowedDomains.0'],
  ])('refuses %s, naming its place', (_, policy, path) => {
    const result = policySchema.safeParse(policy);

    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('says why a directory instance cannot be synchronized, and only then', () => {
    const messageOf = (identityManagementType: string) =>
      policySchema.safeParse({ identityManagementType }).error?.issues[0]?.message;

    expect(messageOf('EXISTING_DIRECTORY')).toContain('there is nothing to synchronize');
    expect(messageOf('SAMLE')).not.toContain('there is nothing to synchronize');
  });
});

it.each([
  [['Admin'], true],
  [['Supervisors'], false],
  [['Admin', 'Admin'], false],
  [['Admin', 'Supervisors'], false],
  [[], false],
])('protecting %j is the default: %s', (names, expected) => {
  expect(isDefaultProtection(names)).toBe(expected);
});
