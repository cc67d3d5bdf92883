import fc from 'fast-check';
import type { Action } from '../actions.ts';
import { PROVIDER } from '../people.ts';
import { CALM, type WorldSettings } from '../settings.ts';
import type { AttackAction } from './attack-actions.ts';

/** What happens beside an attack, as in any run. */
export const ORDINARY = [
  'rename',
  'email',
  'tick',
  'delete',
  'recreate',
  'replace',
  'delete-agent',
  'create-agent',
] as const;

/** See {@link ORDINARY}. */
export type OrdinaryAction = Extract<Action, { readonly do: (typeof ORDINARY)[number] }>;

/** What one person does; `afterMs` after the step before has begun. */
export interface AttackStep {
  readonly afterMs: number;
  /** Whose agent it is about. */
  readonly who: number;
  readonly action: AttackAction | OrdinaryAction;
}

/** A run with an attacker, to be repeated from its text. */
export interface AttackSchedule {
  readonly world: WorldSettings;
  readonly steps: readonly AttackStep[];
}

type What = AttackStep['action'];
type Script = readonly fc.Arbitrary<What>[];

const of = <Given extends What>(given: fc.Arbitrary<Given>): fc.Arbitrary<What> => given;
const mailbox = fc.nat(3);
const signUp = of(fc.record({ do: fc.constant('sign-up' as const), mailbox }));
const confirm = of(fc.constant({ do: 'confirm-sign-up' as const }));
const setForeign = of(fc.record({ do: fc.constant('set-foreign-email' as const), mailbox }));
const verifyForeign = of(fc.constant({ do: 'verify-foreign-email' as const }));
const signInFederated = of(fc.constant({ do: 'federated-sign-in' as const }));
const setFederated = of(fc.record({ do: fc.constant('set-federated-email' as const), mailbox }));
const look = of(fc.constant({ do: 'look' as const }));
const release = of(fc.record({ do: fc.constant('release-seen' as const), careless: fc.boolean() }));
const open = of(fc.constant({ do: 'open' as const }));
const close = of(fc.constant({ do: 'close' as const }));
const linkByHand = of(fc.constant({ do: 'link-by-hand' as const }));
const tick = of(fc.constant({ do: 'tick' as const }));
const beside = fc.oneof(
  of(fc.record({ do: fc.constant('set-name' as const), last: fc.nat(2) })),
  of(
    fc.record({
      do: fc.constant('rename' as const),
      first: fc.nat(3),
      last: fc.nat(2),
      by: fc.constant('admin' as const),
    }),
  ),
  of(
    fc.record({
      do: fc.constant('email' as const),
      address: fc.nat(2),
      verified: fc.constantFrom('true' as const, 'false' as const),
    }),
  ),
  of(fc.record({ do: fc.constantFrom('delete' as const, 'recreate' as const, 'replace' as const) })),
  of(fc.record({ do: fc.constantFrom('delete-agent' as const, 'create-agent' as const) })),
);

/** What makes sense one after the other. Other things come between, as several scripts make a run. */
const SCRIPTS: readonly Script[] = [
  [open, signUp, confirm],
  [open, signUp, confirm, close],
  [open, signUp, close, confirm],
  [close, signUp, confirm],
  [setForeign],
  [setForeign, verifyForeign],
  [setForeign, verifyForeign],
  [signInFederated, setFederated],
  [signInFederated, look, setFederated, release],
  [open, signUp, confirm, linkByHand, look, release, setForeign, verifyForeign],
  [open, signUp, confirm, linkByHand, look, setForeign, verifyForeign, release],
  [linkByHand],
  [linkByHand, look, release],
  [look, release],
  [look, setForeign, verifyForeign, release],
  [look, release, setForeign, verifyForeign],
  [tick],
  [close, tick],
  [beside],
  [beside],
];

const afterMs = fc.constantFrom(
  ...[0, 0, 20, 150, 400, 1_000, 2_500, 2_500, 8_000, 8_000, 45_000, 70_000, 130_000, 130_000, 1_000_000, 4_000_000],
);

const script: fc.Arbitrary<readonly AttackStep[]> = fc
  .constantFrom(...SCRIPTS)
  .chain((actions) => fc.tuple(fc.nat(1), fc.tuple(...actions), fc.array(afterMs, { minLength: 8, maxLength: 8 })))
  .map(([who, actions, waits]) => actions.map((action, index) => ({ afterMs: waits[index] ?? 0, who, action })));

const person = fc.record({
  agent: fc.constantFrom(
    'alone' as const,
    'alone' as const,
    'federated' as const,
    'linked' as const,
    'adoptable' as const,
  ),
  sameEmail: fc.boolean(),
  admin: fc.constantFrom(false, false, true),
  member: fc.constant(true),
});

const policy = fc.record({
  adoption: fc.record({ trustFirstEmail: fc.boolean() }),
  email: fc.record({
    allowedDomains: fc.constantFrom([], ['example.com']),
    trustedProviders: fc.constantFrom([], [PROVIDER]),
  }),
  identityUpdate: fc.constantFrom('whole', 'whole', 'changed'),
});

/** Runs in which an attacker wants an address of theirs in Connect, while services are slow and clocks differ. */
export const attackSchedules: fc.Arbitrary<AttackSchedule> = fc.record({
  world: fc
    .record({
      seed: fc.nat(),
      policy,
      connect: fc.record({
        identityUpdate: fc.constantFrom('merge' as const),
        consistencyDelayMs: fc.constantFrom(0, 700, 60_000),
      }),
      pool: fc.record({
        pendingEmail: fc.boolean(),
        selfSignUp: fc.boolean(),
        customMessageValues: fc.constantFrom('new' as const, 'old' as const),
        storeDelayMs: fc.constantFrom(0, 0, 1_200),
      }),
      trail: fc.record({
        delayMs: fc.constantFrom(0, 200, 4_000, 90_000),
        duplicate: fc.constantFrom(0, 0.5),
        lose: fc.constantFrom(0, 0.5),
        shuffle: fc.constantFrom(0, 0.5),
      }),
      skew: fc.record({
        ours: fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 3 }),
        cognito: fc.integer({ min: -500, max: 500 }),
      }),
      latencyMs: fc.constantFrom(2, 40, 150),
      people: fc.array(person, { minLength: 1, maxLength: 2 }),
      weather: fc.constantFrom('off' as const, 'off' as const, 'mild' as const),
    })
    .map((given): WorldSettings => ({ ...CALM, ...given })),
  steps: fc.array(script, { minLength: 1, maxLength: 7 }).map((scripts) => scripts.flat()),
});
