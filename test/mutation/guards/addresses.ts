import { type Guard, guardsOf } from './guard.ts';

/** Guards of what is written to a Connect user, and when. */
export const ADDRESS_GUARDS: readonly Guard[] = [
  ...guardsOf('receive-the-password-reset-of-an-agent', 'lambda/core/holds/email-guards.ts', [
    [
      'an unverified address waits',
      "if (!facts.changeableByUser) return { field, kind: 'waiting', reason: 'email-not-verified' };",
      'if (!facts.changeableByUser) return undefined;',
    ],
    [
      'an address that a federated user can replace is held',
      "if (!released) return hold('provider-address-changeable');",
      '',
    ],
    [
      'a verification speaks of one attribute',
      "if (facts.unverifiable.includes(field)) return { field, kind: 'rejected', reason: 'not-verifiable' };",
      '',
    ],
    ['the first address of a link waits for a person', "if (facts.firstEmail) return hold('first-email');", ''],
  ]),
  ...guardsOf('receive-the-password-reset-of-an-agent', 'lambda/core/holds/address-rules.ts', [
    [
      'only "true" is verified',
      "(attributes.email_verified ?? '').trim().toLowerCase() === 'true'",
      "!['', 'false'].includes(attributes.email_verified ?? '')",
    ],
    ['every provider must be trusted', 'providers.every((provider)', 'providers.some((provider)'],
  ]),
  ...guardsOf('receive-the-password-reset-of-an-agent', 'lambda/sync-worker/email-facts.ts', [
    [
      'an address is not vouched for that the user could replace earlier',
      'exposure.keepsVerifiedEmail && !mayHaveReplacedEmail(history, user.createdAt)',
      'exposure.keepsVerifiedEmail',
    ],
  ]),
  ...guardsOf('receive-the-password-reset-of-an-agent', 'lambda/core/holds/hold-digests.ts', [
    [
      'a release is for one value',
      "return wanted?.kind === 'value' && matches(releases?.[field], wanted.value);",
      "return wanted?.kind === 'value' && releases?.[field] !== undefined;",
    ],
    [
      'a release is used up',
      'const left = given.filter(({ field, value }) => value !== undefined && identity[field] !== value);',
      'const left = given;',
    ],
  ]),
  ...guardsOf('receive-the-password-reset-of-an-agent', 'lambda/sync-worker/conclude-identity.ts', [
    [
      'an unverified address settles nothing',
      'verified ? EMAIL_FIELDS.filter',
      'verified || true ? EMAIL_FIELDS.filter',
    ],
  ]),
  ...guardsOf('use-a-mailbox-outside-the-company', 'lambda/core/holds/email-guards.ts', [
    [
      'a domain is allowed or not',
      '!facts.allowedDomains.includes(domain)',
      '!facts.allowedDomains.some((allowed) => domain.endsWith(allowed))',
    ],
    ['the domain follows the last @', "address.lastIndexOf('@')", "address.indexOf('example') - 2"],
  ]),
  ...guardsOf('use-a-mailbox-outside-the-company', 'lambda/core/identity/identity.ts', [
    [
      'an address has one @ and no space',
      "if (field === 'Email' && !ADDRESS.test(value)) return 'not-an-email-address';",
      '',
    ],
  ]),
  ...guardsOf('take-over-an-administrator', 'lambda/core/holds/email-guards.ts', [
    [
      'holders of a protected profile wait for a person',
      "if (facts.protectedProfile) return hold('protected-profile');",
      '',
    ],
    ['a profile that is unknown protects everyone', "if (facts.unknownProfile) return hold('unknown-profile');", ''],
    ['a budget limits a mistake', "if (facts.budgetSpent) return hold('email-budget');", ''],
  ]),
  ...guardsOf('take-over-an-administrator', 'lambda/sync-worker/email-facts.ts', [
    ['profiles that Connect does not say count as protected', 'own === undefined || own.some(', 'own?.some('],
  ]),
  ...guardsOf('bring-back-an-old-address', 'lambda/sync-worker/repeat-address.ts', [
    ['a doubtful address is not repeated after one read', '!isDoubtful(linked)', 'true'],
    [
      'an address that is gone from Cognito is doubtful',
      '!vouching.verified : row.hadEmail === true',
      '!vouching.verified : false',
    ],
    ['the second read is two minutes later', 'since >= SETTLING_MS && since', 'since'],
    [
      'the first read is not of long ago',
      'since >= SETTLING_MS && since <= MAX_AGE_MS',
      'since >= SETTLING_MS && since < Number.POSITIVE_INFINITY',
    ],
    ['the two reads show the same address', 'matches(row.shownEmail, address)', 'true'],
  ]),
  ...guardsOf('bring-back-an-old-address', 'lambda/core/writes/plan-identity.ts', [
    ['only what changes is sent where that is configured', "(update === 'whole' || isName)", '(true || isName)'],
  ]),
  ...guardsOf('change-something-between-read-and-write', 'lambda/sync-worker/write-identity.ts', [
    [
      'a write is sent for the link that was read',
      'if (!(await table.noteWrite(row.sub, linkOf(row), digest, now, noted.lastWriteAt))) {',
      'await table.noteWrite(row.sub, linkOf(row), digest, now, noted.lastWriteAt);\n    if (false) {',
    ],
  ]),
];
