import { expect, it } from 'vitest';
import type { Action } from '../support/simulation/actions.ts';
import type { Fault } from '../support/simulation/faults.ts';
import type { Person } from '../support/simulation/people.ts';
import { runSchedule } from '../support/simulation/run-schedule.ts';
import type { Schedule, Step } from '../support/simulation/schedules.ts';
import { CALM, type WorldSettings } from '../support/simulation/settings.ts';

/*
 * Schedules that fast-check has found and made small: the first ones against the product, which was mended, all others
 * against a product broken on purpose, to see that the simulation notices. Each says what it was found with. Broken on
 * purpose and noticed by the random schedules as well: every guard of an address, the claim of a Connect user, the
 * rewrite rule and the wait that goes with it, the note before a write, the look before a record, what is kept of a
 * batch, the margins of coverage, the rate limit, the group as the unit of work, the classification of errors, the link rule,
 * the scope, the trigger that swallows its errors, the hash in place of a value, the error in place of its message.
 */

const linked: Person = { agent: 'linked', sameEmail: true, admin: false, member: true };
const other = (person: Partial<Person>): Person => ({ ...linked, ...person });
const terse: Partial<WorldSettings> = { seed: 0, latencyMs: 2, trail: { ...CALM.trail, delayMs: 0 } };
const run = (world: Partial<WorldSettings>, ...steps: readonly Step[]) => ({ world: { ...CALM, ...world }, steps });
const after = (afterMs: number, action: Action, who: Step['who'] = 0): Step => ({ afterMs, who, action });
const fault = (what: Partial<Fault> & Pick<Fault, 'target' | 'kind'>): Fault => ({
  from: 0,
  until: 300_000,
  every: 1,
  ...what,
});
const rename = (first: number, last: number, by: 'admin' | 'self' = 'admin'): Action => ({
  do: 'rename',
  first,
  last,
  by,
});
const email = (address: number, verified: 'true' | 'false' | 'unsaid'): Action => ({ do: 'email', address, verified });
const eventually = { identityUpdate: 'replace', consistencyDelayMs: 5_000 } as const;

it.each<[string, Schedule]>([
  [
    'someone who comes into the group unannounced, and whom Connect does not have (the oracle took the row for wrong)',
    run(
      {
        seed: 1_018_814_695,
        policy: { ...CALM.policy, scope: { kind: 'group', group: 'agents' } },
        latencyMs: 2,
        people: [other({ sameEmail: false, member: false })],
        trail: { ...CALM.trail, delayMs: 0, lose: 0.5 },
        faults: [fault({ target: 'connect', kind: 'throttled', until: 1_000, delayMs: 800 })],
      },
      after(0, { do: 'replace' }),
      after(45_000, { do: 'verify' }),
      after(0, { do: 'own-email', address: 0 }),
      after(2_500, { do: 'verify' }),
      after(0, { do: 'verify' }),
      after(0, email(0, 'true')),
      after(0, { do: 'delete-agent' }),
      after(130_000, { do: 'join' }),
    ),
  ],
  [
    'people who rename themselves between the first look at them and their link (their own record was dropped)',
    run(
      { people: [other({ agent: 'adoptable' })], latencyMs: 150, trail: { ...CALM.trail, delayMs: 0 } },
      after(100, rename(1, 1, 'self')),
      after(50, rename(2, 2, 'self')),
      after(100, rename(3, 1, 'self')),
      after(100, rename(1, 2, 'self')),
    ),
  ],
  [
    'a name taken away while reads still show the state before our write (no rewrite rule; no wait for it to settle; no note before the write)',
    run(
      { connect: eventually, people: [other({ sameEmail: false })], trail: { ...CALM.trail, delayMs: 0 } },
      after(2_500, { do: 'drop', attribute: 'given_name' }),
      after(0, { do: 'own-email', address: 0 }),
    ),
  ],
  [
    'a released address of an administrator while reads still show the one before it (withheld fields do not wait)',
    run(
      {
        ...terse,
        connect: { identityUpdate: 'replace', consistencyDelayMs: 700 },
        people: [other({ admin: true, sameEmail: false }), other({ sameEmail: false })],
      },
      after(130_000, { do: 'release' }),
      after(0, { do: 'phone', number: 0 }),
    ),
  ],
  [
    'two changes within a second (no margin of coverage)',
    run(terse, after(150, rename(1, 1)), after(0, { do: 'phone', number: 0 })),
  ],
  [
    'two changes within a second while Cognito’s clock is late (half the margin of coverage)',
    run({ ...terse, skew: { ours: [0], cognito: -401 } }, after(400, rename(1, 1)), after(0, rename(2, 2))),
  ],
  [
    'a user of the same name in place of another (a claim that is not checked)',
    run({}, after(0, { do: 'replace' }), after(200, rename(2, 2))),
  ],
  [
    'a burst by one user (each message by itself instead of the user as one)',
    run({}, after(0, rename(1, 1)), after(20, rename(2, 2)), after(20, rename(3, 1)), after(20, rename(1, 2))),
  ],
  [
    'changes while a look is under way (the record dated by its end instead of its beginning)',
    run(
      {
        ...terse,
        people: [
          other({ agent: 'adoptable', sameEmail: false }),
          ...[false, false, true, false].map((admin) => other({ admin, sameEmail: false })),
        ],
        faults: [fault({ target: 'connect', kind: 'throttled', until: 1_000 })],
      },
      after(150, email(0, 'true'), 2),
      after(0, { do: 'others', use: 'half' }),
    ),
  ],
  [
    'a value that is stored long after its trigger ran (no last look)',
    run({ pool: { ...CALM.pool, storeDelayMs: 1_200 } }, after(5_000, email(1, 'false'))),
  ],
  [
    'a burst while the table is throttled (only the first message of a user kept)',
    run(
      { faults: [fault({ target: 'dynamodb', kind: 'throttled-400' })] },
      after(0, rename(1, 1)),
      after(0, rename(2, 2)),
    ),
  ],
  [
    'someone who first claims the agent’s own address, unverified, and then verifies another (the claim taken for settled)',
    run(
      { people: [other({ agent: 'adoptable', sameEmail: false })] },
      after(0, email(2, 'false')),
      after(45_000, email(1, 'true')),
      after(45_000, rename(1, 1)),
    ),
  ],
  [
    'a user whom Cognito does not find for half a minute (gone after one look)',
    run(
      { faults: [fault({ target: 'cognito-idp', kind: 'missing', from: 1_500, until: 40_000 })] },
      after(2_500, rename(1, 1)),
    ),
  ],
  [
    'a user whom Cognito does not find once while their first change waits for Connect (counted as deleted, and the change dropped)',
    run(
      {
        people: [other({ agent: 'adoptable' })],
        faults: [
          fault({ target: 'connect', kind: 'throttled', until: 7_200_000 }),
          fault({ target: 'cognito-idp', kind: 'missing', from: 60_000, until: 100_000 }),
        ],
      },
      after(0, { do: 'vouch' }),
      after(0, { do: 'verify' }),
    ),
  ],
  ...(['unavailable', 'nameless-429', 'reset'] as const).map(
    (kind) =>
      [
        `five minutes of Connect under "${kind}" (taken for a bug)`,
        run({ faults: [fault({ target: 'connect', kind })] }, after(0, rename(1, 1))),
      ] as [string, Schedule],
  ),
  [
    'poison while the dead-letter queue is down (a message that is given up because it cannot be moved)',
    run({ faults: [fault({ target: 'dead-letters', kind: 'unavailable' })] }, after(0, { do: 'poison' })),
  ],
])('%s', async (_, schedule) => {
  expect(await runSchedule(schedule)).toEqual([]);
});
