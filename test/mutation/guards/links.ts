import { type Guard, guardsOf } from './guard.ts';

/** Guards of who is linked with whom. */
export const LINK_GUARDS: readonly Guard[] = [
  ...guardsOf('become-the-cognito-user-of-an-agent', 'lambda/core/links/adoption.ts', [
    ['no link while sign-up is open', "if (exposure.selfSignUp) return outcome('held', 'open-sign-up');", ''],
    ['no link by a writable attribute', 'exposure.writableAttributes.has(rule.attribute)', 'false'],
    ['an address links only once it is verified', ' || !isVerified(user)) return false;', ') return false;'],
    ['an address links only as it was verified', 'user.attributes.email !== user.attributes.email?.trim()', 'false'],
    ['an address links only where the old one is kept', 'exposure.keepsVerifiedEmail !== true', 'false'],
    [
      'an address of a foreign provider does not link',
      '[...providers, ...linkedProviders].every((provider) => trustedProviders.includes(provider))',
      'true',
    ],
    ['nor does one of a foreign provider that is linked', ', ...linkedProviders].every(', '].every('],
    [
      'an address that a function may have called verified does not link',
      'isUnproven || mayHaveUnprovenAddress(history, createdAt)',
      'false',
    ],
    ['an empty attribute names no agent', "return name === '' ? undefined : name;", 'return name;'],
  ]),
  ...guardsOf('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/adopt-connect-user.ts', [
    ['an agent found by a search bears exactly the name', '(observed.username ?? name) === name', 'true'],
    [
      'two agents of one name are no match',
      "if (another !== undefined) return none(outcome('ambiguous', 'several-connect-users'));",
      '',
    ],
    ['a claim of another stands', "if (result === 'linked') return", 'if (result) return'],
  ]),
  ...guardsOf('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/read-cognito-user.ts', [
    [
      'a deleted user keeps the claim',
      'if (connectUserId !== undefined) await table.orphan(sub, connectUserId, readAt);',
      '',
    ],
  ]),
  ...guardsOf('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/reconcile-pair.ts', [
    ['users out of scope are left alone', 'if (!(await isInScope(deps, user)))', 'if (false)'],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'lambda/core/links/adoption.ts', [
    [
      'a function that ran before sign-up is remembered',
      'isUnproven || mayHaveUnprovenAddress(history, createdAt)',
      'isUnproven',
    ],
    [
      'a user who was created while the pool was open is linked by a person',
      "wasCreatedWhileOpen(history, rule.attribute, createdAt) ? outcome('held', 'earlier-sign-up') : undefined",
      'undefined',
    ],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'lambda/core/links/exposure.ts', [
    ['closing is remembered', ': { open, closedAt: readAt };', ': { open };'],
    [
      'an attribute that was writable is remembered',
      'return [history.signUp, ofAttribute].some(',
      'return [history.signUp].some(',
    ],
    [
      'a user of unknown age counts as created while the pool was open',
      'createdAt === undefined || createdAt <= opening',
      'createdAt !== undefined && createdAt <= opening',
    ],
    ['clocks differ', 'createdAt <= opening.closedAt + MARGIN_MS', 'createdAt <= opening.closedAt'],
    ['an open pool does not count as closed', 'if (opening?.open === true) return true;', ''],
    [
      'a read from before it was opened does not close it',
      'return readAt < (before.openedAt ?? 0) + MARGIN_MS ? before : { open, closedAt: readAt };',
      'return { open, closedAt: readAt };',
    ],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'lambda/sync-worker/reconcile-pair.ts', [
    [
      'the first address of a user who was created while the pool was open is not trusted',
      'return !rules.some(',
      'return true || !rules.some(',
    ],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'lambda/sync-worker/adopt-connect-user.ts', [
    ['the settings are not older than the user', 'readPoolSettings(deps, user.modifiedAt)', 'readPoolSettings(deps)'],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'cli/deployment/remember-settings.ts', [
    [
      'the command line keeps that sign-up is open',
      '{ ...signUp, writableAttributes }',
      '{ ...signUp, selfSignUp: false, writableAttributes }',
    ],
    [
      'the command line keeps that a function runs before sign-up',
      '{ ...signUp, writableAttributes }',
      '{ selfSignUp: signUp.selfSignUp, writableAttributes }',
    ],
    [
      'the command line keeps which attributes of rules users may write',
      'return { watched, writableAttributes };',
      'return NO_ATTRIBUTES;',
    ],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'cli/users/identify-user.ts', [
    ['looking a user up keeps it', 'await remember({ selfSignUp, preSignUp });', ''],
  ]),
  ...guardsOf('wait-until-the-pool-is-closed', 'cli/triggers/inspect.ts', [
    ['showing the triggers keeps it', "'AllowAdminCreateUserOnly') !== true", "'AllowAdminCreateUserOnly') === false"],
  ]),
];
