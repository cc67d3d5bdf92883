import type { Guard } from './guards/guard.ts';

const of = (test: string, file: string, guards: readonly (readonly [keeps: string, find: string, replace: string])[]) =>
  guards.map(([keeps, find, replace]): Guard => ({ keeps, file, find, replace, test }));

/** Everything that keeps a settled digest from hiding a change, or a partial list from hiding a user. */
export const PLANTED: readonly Guard[] = [
  ...of('test/unit/sync-worker/settled.test.ts', 'lambda/core/writes/settled.ts', [
    ['the digest depends on the policy', '    policyHash,\n    type,\n    hasAddress', '    type,\n    hasAddress'],
  ]),
  ...of('test/unit/sync-worker/settled.test.ts', 'lambda/core/writes/settled.ts', [
    ['the digest depends on the link', '    connectUserId,\n    linkedAt ?? null,\n', ''],
    ['the digest depends on the verification', 'hasAddress(desired) ? verified : null', 'null'],
  ]),
  ...of('test/unit/sync-worker/settled-withheld.test.ts', 'lambda/core/writes/settled.ts', [
    ['the digest depends on why a value of Cognito is no value', "['withheld', wanted.withheld.reason]", "'withheld'"],
    ['the digest depends on the fields that are withheld', '? [pending, changeableByUser', '? [changeableByUser'],
    [
      'the digest depends on whether the user can replace the address',
      '? [pending, changeableByUser, ',
      '? [pending, ',
    ],
    [
      'the digest depends on where an address comes from',
      'changeableByUser, unverifiable] : []',
      'changeableByUser] : []',
    ],
    ['a verification ends what waited for it', 'hasAddress(desired) ? verified : null', 'null'],
    ['what waits for a person is never settled', "kind !== 'held' && LASTING.has(reason)", 'true'],
    ['what another try may end is never settled', ' && LASTING.has(reason)', ''],
    ['a release that waits for its value settles nothing', ' || releases !== undefined', ''],
  ]),
  ...of('test/unit/core/sweep/settled-in-list.test.ts', 'lambda/core/writes/settled.ts', [
    ['the sweep knows that a first address is pending', 'pending.length > 0 || firstEmail', 'pending.length > 0'],
  ]),
  ...of('test/unit/adapters/sync-table-links.test.ts', 'lambda/adapters/dynamodb-sync-table.ts', [
    [
      'a new link starts without the digest',
      '  settled: undefined,\n  shownEmail: undefined,',
      '  shownEmail: undefined,',
    ],
  ]),
  ...of('test/unit/adapters/sync-table.test.ts', 'lambda/adapters/dynamodb-sync-table.ts', [
    [
      'a write removes the digest, also when it is refused',
      'const answered = { writeAnswered: undefined, settled: undefined };',
      'const answered = { writeAnswered: undefined };',
    ],
    [
      'a digest that was removed meanwhile concludes nothing',
      "onlyIf(members, digestIs('settled', conclusion.settled))",
      'members',
    ],
  ]),
  ...of('test/unit/sync-worker/settled.test.ts', 'lambda/sync-worker/reconcile-pair.ts', [
    ['only a read of Connect settles, no write', 'conclusion.confirmed && ', ''],
    ['a sweep and an operator ask Connect', 'trustsSettled: !doubts', 'trustsSettled: true'],
    ['observing settles nothing', " && deps.policy.mode === 'sync'", ''],
    [
      'what a trigger announced is read again before it counts as unchanged',
      "if (!synced) return { kind: 'again', delaySeconds: LAST_READ_SECONDS, why: 'too-early' };",
      '',
    ],
  ]),
  ...of('test/unit/sync-worker/settled-withheld.test.ts', 'lambda/sync-worker/reconcile-pair.ts', [
    ['a release that is not used keeps a user from being settled', 'Object.keys(releases).length === 0 && ', ''],
    ['the row keeps saying what is withheld', 'summarize([], state.withheld)', 'summarize([], [])'],
  ]),
  ...of('test/unit/core/sweep/drift.test.ts', 'lambda/core/sweep/drift.ts', [
    [
      'absence from a partial list is not "missing"',
      'const missing = [...inventory.absent]',
      'const missing = [...inventory.rows.keys()].filter((sub) => !inventory.users.some((user) => user.sub === sub))',
    ],
    ['a write that no read has shown is a candidate', "? 'write-unconfirmed' : undefined", '? undefined : undefined'],
  ]),
];
