import fc from 'fast-check';
import type { Action } from './actions.ts';
import type { Fault, FaultKind } from './faults.ts';
import { GROUP } from './people.ts';
import { CALM, type WorldSettings } from './settings.ts';

const HOUR_MS = 3_600_000;

/** What happens in a run, one after the other; `afterMs` after the step before has begun. */
export interface Step {
  readonly afterMs: number;
  /** Whose; `everybody` is a burst. */
  readonly who: number | 'everybody';
  readonly action: Action;
}

/** A run, to be repeated from its text. */
export interface Schedule {
  readonly world: WorldSettings;
  readonly steps: readonly Step[];
}

const index = fc.nat(3);
const attribute = fc.constantFrom('given_name', 'family_name', 'email', 'phone_number');
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('rename'),
      first: index,
      last: fc.nat(2),
      by: fc.constantFrom('admin', 'self'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('email'),
      address: index,
      verified: fc.constantFrom('true', 'false', 'unsaid'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('own-email'), address: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('verify') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('vouch') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('phone'), number: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('drop', 'blank'), attribute }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['custom', 'join', 'leave', 'delete', 'recreate', 'replace', 'replace'] as const),
        ...(['delete-agent', 'create-agent', 'release'] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('poison', 'stray', 'tick') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('others'), use: fc.constantFrom('half', 'all', 'none') }) },
) as fc.Arbitrary<Action>;

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.constantFrom(
    0,
    0,
    20,
    20,
    150,
    150,
    400,
    400,
    1_000,
    1_000,
    2_500,
    2_500,
    8_000,
    45_000,
    130_000,
    1_000_000,
  ),
  who: fc.oneof({ weight: 5, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant('everybody' as const) }),
  action,
});

const person = fc.record({
  agent: fc.oneof(
    { weight: 4, arbitrary: fc.constant('linked' as const) },
    { weight: 3, arbitrary: fc.constant('adoptable' as const) },
    { weight: 1, arbitrary: fc.constant('none' as const) },
  ),
  sameEmail: fc.boolean(),
  admin: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  member: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** Functions die at times. A missing user is back before two reads of the worker, a minute apart. */
const longest = (kind: FaultKind): number => {
  if (kind === 'missing') return 40_000;
  return DEADLY.includes(kind) ? 300_000 : 2 * HOUR_MS;
};
const DEADLY: readonly FaultKind[] = ['killed-before', 'killed-after'];
const ANSWERED: readonly FaultKind[] = ['server-error', 'unavailable', 'reset', 'lost', 'slow', 'slow-answer'];
const PLACES = [
  {
    target: 'connect',
    kinds: [
      'throttled',
      'too-many',
      'nameless-429',
      'html-429',
      'html-502',
      ...ANSWERED,
      ...DEADLY,
    ] as readonly FaultKind[],
    operations: [undefined, 'DescribeUser', 'UpdateUserIdentityInfo', 'SearchUsers'],
    abouts: [undefined],
  },
  {
    target: 'dynamodb',
    kinds: ['throttled-400', ...ANSWERED, ...DEADLY],
    operations: [undefined, 'GetItem', 'UpdateItem', 'PutItem'],
    abouts: [undefined, 'user#', 'claim#', 'rate-limit#', 'concludedAt', 'lastWriteAt'],
  },
  {
    target: 'cognito-idp',
    kinds: ['throttled-400', ...ANSWERED, ...DEADLY],
    operations: [undefined, 'AdminGetUser'],
    abouts: [undefined],
  },
  { target: 'cognito-idp', kinds: ['missing'], operations: [undefined], abouts: [undefined] },
  { target: 'connect', kinds: ['missing'], operations: ['DescribeUser'], abouts: [undefined] },
  { target: 'sqs', kinds: [...ANSWERED, ...DEADLY], operations: [undefined], abouts: [undefined] },
  { target: 'dead-letters', kinds: ANSWERED, operations: [undefined], abouts: [undefined] },
] as const;

const fault: fc.Arbitrary<Fault> = fc.constantFrom(...PLACES).chain(({ target, kinds, operations, abouts }) =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      from: fc.constantFrom(0, 300, 1_500, 6_000, 60_000),
      lastsMs: fc.constantFrom(1_000, 1_000, 5_000, 5_000, 40_000, 40_000, 40_000, 300_000, 300_000, 2 * HOUR_MS),
      every: fc.constantFrom(1, 2, 3, 7),
      operation: fc.constantFrom(...(operations as readonly (string | undefined)[])),
      about: fc.constantFrom(...(abouts as readonly (string | undefined)[])),
      delayMs: fc.constantFrom(800, 3_000, 9_000, 14_000),
    })
    .map(({ lastsMs, operation, about, ...rest }): Fault => {
      const long = !DEADLY.includes(rest.kind);
      return {
        target,
        ...rest,
        until: rest.from + Math.min(lastsMs, longest(rest.kind)),
        // A worker that died at each call for minutes would only wait for its visibility timeout again and again.
        ...(long ? {} : { times: 3 }),
        ...(operation === undefined ? {} : { operation }),
        ...(about === undefined ? {} : { about }),
      };
    }),
);

/** A user who is absent in two reads a minute or two apart counts as deleted. */
const atMostOneAbsence = (faults: readonly Fault[]): readonly Fault[] => {
  const first = faults.findIndex(({ kind }) => kind === 'missing');
  return faults.filter(({ kind }, at) => kind !== 'missing' || at === first);
};

const policy = fc
  .record({
    type: fc.constantFrom('CONNECT_MANAGED' as const, 'CONNECT_MANAGED' as const, 'SAML' as const),
    trustFirstEmail: fc.boolean(),
    allowedDomains: fc.constantFrom([], ['example.com']),
    maxUsersPerHour: fc.constantFrom(50, 50, 1),
    mobile: fc.constantFrom(null, null, 'keep', 'clear'),
    scope: fc.constantFrom(
      { kind: 'everyone' },
      { kind: 'everyone' },
      { kind: 'group', group: GROUP },
      { kind: 'attribute', attribute: 'custom:desk', equals: 'yes' },
    ),
  })
  .map(({ type, trustFirstEmail, allowedDomains, maxUsersPerHour, mobile, scope }) => ({
    type,
    policy: {
      scope,
      adoption: { trustFirstEmail },
      email: { allowedDomains, maxUsersPerHour },
      mapping: {
        ...(type === 'SAML' ? { Email: null, SecondaryEmail: { from: ['email'] } } : {}),
        ...(mobile === null ? {} : { Mobile: { from: ['phone_number'], blank: mobile } }),
      },
    },
  }));

const skewMs = fc.integer({ min: -500, max: 500 });
const worldSettings = (faults: fc.Arbitrary<readonly Fault[]>): fc.Arbitrary<WorldSettings> =>
  fc
    .record({
      seed: fc.nat(),
      what: policy,
      connect: fc.record({
        identityUpdate: fc.constantFrom('replace' as const, 'merge' as const),
        throttleErrorName: fc.constantFrom('ThrottlingException', 'TooManyRequestsException', 'none'),
        consistencyDelayMs: fc.constantFrom(0, 0, 700, 5_000, 60_000),
      }),
      pool: fc.record({
        pendingEmail: fc.boolean(),
        selfSignUp: fc.constantFrom(false, false, false, true),
        customMessageValues: fc.constantFrom('new' as const, 'old' as const),
        storeDelayMs: fc.constantFrom(0, 0, 250, 1_200),
      }),
      trail: fc.record({
        delayMs: fc.constantFrom(0, 200, 4_000, 90_000),
        duplicate: fc.constantFrom(0, 0.5),
        lose: fc.constantFrom(0, 0, 0.5),
        shuffle: fc.constantFrom(0, 0.5),
      }),
      skew: fc.record({ ours: fc.array(skewMs, { minLength: 1, maxLength: 3 }), cognito: skewMs }),
      latencyMs: fc.constantFrom(2, 40, 150),
      people: fc.oneof(
        { weight: 12, arbitrary: fc.array(person, { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(person, { minLength: 5, maxLength: 8 }) },
      ),
      faults,
    })
    .map(({ what, ...rest }) => ({ ...CALM, ...rest, ...what }));

const runs = (
  faults: fc.Arbitrary<readonly Fault[]>,
  weather: WorldSettings['weather'] = 'off',
): fc.Arbitrary<Schedule> =>
  fc.record({
    world: worldSettings(faults).map((world) => ({ ...world, weather })),
    steps: fc.array(step, { minLength: 1, maxLength: 9 }),
  });

/** Runs in which every service answers. Only time, order and other callers may cause problems. */
export const everydaySchedules: fc.Arbitrary<Schedule> = runs(fc.constant([]));

/** Runs in which services fail and workers die. */
export const faultySchedules: fc.Arbitrary<Schedule> = runs(
  fc.array(fault, { minLength: 1, maxLength: 3 }).map(atMostOneAbsence),
);

/** Runs in which AWS does all that its pages allow. */
export const stormySchedules: fc.Arbitrary<Schedule> = runs(fc.constant([]), 'rough');
