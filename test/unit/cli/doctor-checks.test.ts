import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../cli/doctor/all-checks.ts';
import { runChecks } from '../../../cli/doctor/doctor.ts';
import type { DoctorFacts } from '../../../cli/doctor/facts.ts';
import { known, type Reading } from '../../../cli/doctor/reading.ts';
import {
  alarms,
  basic,
  deployment,
  facts,
  HEALTHY_POOL,
  NOW,
  occupant,
  STACK,
  settings,
  TOPIC,
  topic,
  trail,
} from './doctor-facts.ts';
import { POOL_ID, THEIRS } from './doubles.ts';

const complaints = (members: Partial<DoctorFacts>) =>
  runChecks(facts(members)).filter(({ verdict }) => verdict.state !== 'ok');

const denied = (permission: string): Reading<never> => ({ state: 'denied', permission });
const management = { field: 'eventCategory', equals: ['Management'] };
const DAY = 24 * 60 * 60_000;
const withStack = (status: string, version = '1.2.3'): DoctorFacts['deployment'] => {
  const healthy = deployment();
  if (healthy.state !== 'read') throw new Error('A healthy deployment can be read.');
  return known({ ...healthy.value, stack: { ...STACK, status, outputs: { Version: version } } });
};
const INSTANCE = { id: 'i', arn: 'arn:aws:connect:eu-west-1:111122223333:instance/i', alias: 'desk' };

describe('a healthy deployment', () => {
  it('has no complaint, and every check that applies says so', () => {
    const checked = runChecks(facts());

    expect(checked.filter(({ verdict }) => verdict.state !== 'ok')).toEqual([]);
    expect(CHECKS.map(({ name }) => name).filter((name) => !checked.some((one) => one.name === name))).toEqual([
      'group',
      'chain',
    ]);
  });

  it('may chain functions and have a group as its scope', () => {
    const checked = runChecks(
      facts({
        settings: settings({ scope: { kind: 'group', group: 'agents' } }),
        group: known(true),
        chained: { CustomMessage: { arn: THEIRS, found: known(true) } },
      }),
    );

    expect(checked.filter(({ verdict }) => verdict.state !== 'ok')).toEqual([]);
    expect(checked).toHaveLength(CHECKS.length);
  });

  it('need not be there yet: what belongs to it is left out', () => {
    const { notDeployed: _, ...before } = facts({ deployment: known(undefined) });

    const checked = runChecks(before);

    expect(checked.every(({ verdict }) => verdict.state === 'ok')).toBe(true);
    expect(checked.map(({ name }) => name)).toEqual([
      'credentials',
      'account',
      'region',
      'pool',
      'attributes',
      'writers',
      'sign-up',
      'verification',
      'instance',
      'identity-type',
      'profiles',
      'profile-editors',
      'trail',
      'quotas',
      'triggers',
      'mode',
    ]);
  });

  it('may be for a pool that is to be created', () => {
    const { pool: _p, clients: _c, triggers: _t, userPoolId: _u, notDeployed: _n, ...before } = facts();

    const checked = runChecks({ ...before, deployment: known(undefined) });

    expect(checked.filter(({ verdict }) => verdict.state !== 'ok')).toEqual([]);
  });

  it('may run on a trail whose advanced selectors name no other field than the category', () => {
    const selectors = known({ basic: [], advanced: [[management]] });

    expect(complaints({ trails: known([trail({ selectors })]) })).toEqual([]);
  });

  it('needs one good trail among others', () => {
    const trails = [
      trail({ logging: known(false) }),
      trail({ selectors: denied('cloudtrail:GetEventSelectors') }),
      trail(),
    ];

    expect(complaints({ trails: known(trails) })).toEqual([]);
  });
});

describe('a planted fault is found by its own check alone', () => {
  it.each<readonly [string, Partial<DoctorFacts>, string, 'problem' | 'warning', RegExp]>([
    ['an instance of another account', { instanceAccount: '999988887777' }, 'account', 'problem', /999988887777/],
    ['another Region than that of the pool', { givenRegion: 'us-east-1' }, 'region', 'problem', /us-east-1.*eu-west-1/],
    [
      'no such pool',
      { pool: known(undefined), triggers: known({ occupants: {} }) },
      'pool',
      'problem',
      /no user pool eu-west-1_Ab12Cd34E/,
    ],
    [
      'a typo in the mapping',
      { settings: settings({ mapping: { FirstName: { from: ['custom:tema'] } } }) },
      'attributes',
      'problem',
      /no attribute custom:tema/,
    ],
    [
      'a typo in the attribute of the scope',
      { settings: settings({ scope: { kind: 'attribute', attribute: 'custom:taem', equals: 'desk' } }) },
      'attributes',
      'problem',
      /custom:taem/,
    ],
    [
      'a typo in the attribute of an adoption rule',
      { settings: settings({ adoption: { rules: [{ kind: 'username', attribute: 'custom:agnet' }] } }) },
      'attributes',
      'problem',
      /custom:agnet/,
    ],
    [
      'users who may write the attribute of an adoption rule',
      {
        settings: settings({ adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } }),
        clients: known([{ id: 'c1', name: 'app', writes: ['custom:agent'] }]),
      },
      'writers',
      'warning',
      /app \(c1\) lets users write custom:agent/,
    ],
    [
      'a client without a list of writes beside an attribute that decides about the scope',
      {
        settings: settings({ scope: { kind: 'attribute', attribute: 'custom:team', equals: 'desk' } }),
        clients: known([{ id: 'c1', name: 'app', writes: undefined }]),
      },
      'writers',
      'warning',
      /custom:team/,
    ],
    [
      'open sign-up',
      { pool: known({ ...HEALTHY_POOL, selfSignUp: true }) },
      'sign-up',
      'warning',
      /sign themselves up/,
    ],
    [
      'no verification before an update',
      { pool: known({ ...HEALTHY_POOL, keepsVerifiedEmail: false }) },
      'verification',
      'warning',
      /before it is verified/,
    ],
    [
      'a typo in the group of the scope',
      { settings: settings({ scope: { kind: 'group', group: 'agnets' } }), group: known(false) },
      'group',
      'problem',
      /no user is in scope/,
    ],
    [
      'no such instance',
      { instance: known(undefined), profiles: known([]), unprotected: known([]) },
      'instance',
      'problem',
      /no Connect instance/,
    ],
    [
      'an instance with an existing directory',
      { instance: known({ ...INSTANCE, identityManagementType: 'EXISTING_DIRECTORY' }) },
      'identity-type',
      'problem',
      /existing directory/,
    ],
    [
      'another identity management type than configured',
      { settings: settings({ identityManagementType: 'SAML' }) },
      'identity-type',
      'problem',
      /identityManagementType is SAML, and the instance has CONNECT_MANAGED/,
    ],
    [
      'a mapping of Email for an instance with SAML',
      {
        instance: known({ ...INSTANCE, identityManagementType: 'SAML' }),
        settings: settings({ mapping: { Email: { from: ['name'] } } }),
      },
      'identity-type',
      'problem',
      /takes no Email/,
    ],
    [
      'a protected profile that is misspelt',
      { settings: settings({ email: { protectedSecurityProfiles: ['Admin', 'Supervisors'] } }) },
      'profiles',
      'problem',
      /no security profile Supervisors\. Every address is held/,
    ],
    [
      'an instance without the profile that is protected by default',
      { settings: settings({ email: {} }), profiles: known(['Agent']) },
      'profiles',
      'warning',
      /No user is protected/,
    ],
    [
      'a profile that may edit users, unprotected',
      { unprotected: known([{ name: 'Team leads', editsUsers: known(true) }]) },
      'profile-editors',
      'warning',
      /Team leads/,
    ],
    ['no trail', { trails: known([]) }, 'trail', 'problem', /no trail in eu-west-1/],
    [
      'a trail of another Region only',
      { trails: known([trail({ homeRegion: 'us-east-1', multiRegion: false })]) },
      'trail',
      'problem',
      /no trail in eu-west-1/,
    ],
    [
      'a trail that does not log',
      { trails: known([trail({ logging: known(false) })]) },
      'trail',
      'problem',
      /does not log/,
    ],
    [
      'a trail of reads',
      { trails: known([trail({ selectors: basic({ readWriteType: 'ReadOnly' }) })]) },
      'trail',
      'problem',
      /leaves them out/,
    ],
    [
      'a trail of data events',
      { trails: known([trail({ selectors: basic({ management: false }) })]) },
      'trail',
      'problem',
      /leaves them out/,
    ],
    [
      'a trail whose advanced selectors take reads only',
      {
        trails: known([
          trail({ selectors: known({ basic: [], advanced: [[management, { field: 'readOnly', equals: ['true'] }]] }) }),
        ]),
      },
      'trail',
      'problem',
      /leaves them out/,
    ],
    [
      'a trail whose advanced selectors leave Cognito out',
      {
        trails: known([
          trail({
            selectors: known({
              basic: [],
              advanced: [[management, { field: 'eventSource', notStartsWith: ['cognito-'] }]],
            }),
          }),
        ]),
      },
      'trail',
      'problem',
      /leaves them out/,
    ],
    [
      'a rate above the applied quota',
      {
        settings: settings({}, 10),
        quotas: known([{ operation: 'SearchUsers', code: 'L-E2C35CCE', applied: known(5) }]),
      },
      'quotas',
      'problem',
      /connectRequestsPerSecond is 10, and AWS allows 5 of SearchUsers/,
    ],
    [
      'a rate above the default, where no quota is applied',
      {
        settings: settings({}, 3),
        quotas: known([{ operation: 'SearchUsers', code: 'L-E2C35CCE', applied: known(undefined) }]),
      },
      'quotas',
      'problem',
      /AWS allows 2 of SearchUsers/,
    ],
    [
      'a trigger on a function that is gone',
      { triggers: known({ occupants: { PreSignUp: undefined, CustomMessage: occupant('dead') } as never }) },
      'triggers',
      'problem',
      /CustomMessage names a function that is gone/,
    ],
    [
      'our trigger without the permission to be invoked',
      { triggers: known({ occupants: { CustomMessage: occupant('ours') }, permission: 'missing' }) },
      'triggers',
      'problem',
      /may not invoke it/,
    ],
    [
      'the trigger of a deployment that was removed',
      { triggers: known({ occupants: { CustomMessage: occupant('of an earlier deployment') } }) },
      'triggers',
      'warning',
      /notes nothing/,
    ],
    [
      'a chained function that is gone',
      { chained: { CustomMessage: { arn: THEIRS, found: known(false) } } },
      'chain',
      'problem',
      /their-trigger does not exist/,
    ],
    [
      'a stack that failed before it had outputs',
      { deployment: known({ stack: { ...STACK, status: 'ROLLBACK_COMPLETE', outputs: {} } }) },
      'stack',
      'problem',
      /ROLLBACK_COMPLETE/,
    ],
    [
      'a stack that is not of the product',
      { deployment: known({ stack: { ...STACK, outputs: {} } }) },
      'stack',
      'problem',
      /not a stack of this product/,
    ],
    ['a stack that failed', { deployment: withStack('ROLLBACK_COMPLETE') }, 'stack', 'problem', /ROLLBACK_COMPLETE/],
    [
      'an update that was taken back',
      { deployment: withStack('UPDATE_ROLLBACK_COMPLETE') },
      'stack',
      'warning',
      /taken back/,
    ],
    [
      'a stack of another version',
      { deployment: withStack('UPDATE_COMPLETE', '1.1.0') },
      'version',
      'warning',
      /1\.1\.0.*1\.2\.3/,
    ],
    ['settings that are not deployed', { notDeployed: known(['mode']) }, 'configuration', 'warning', /mode/],
    [
      'a function that is gone',
      { deployment: deployment({ functions: { 'sync-worker': known(undefined) } }) },
      'functions',
      'problem',
      /no function sync-worker/,
    ],
    [
      'a function that failed',
      { deployment: deployment({ functions: { sweep: known({ state: 'Failed', lastUpdate: 'Successful' }) } }) },
      'functions',
      'problem',
      /sweep is in the state Failed/,
    ],
    ['a pause', { deployment: deployment({ mappings: known(['Disabled']) }) }, 'worker-input', 'problem', /paused/],
    [
      'no event source mapping',
      { deployment: deployment({ mappings: known([]) }) },
      'worker-input',
      'problem',
      /Nothing hands/,
    ],
    [
      'a schedule that is off',
      { deployment: deployment({ schedule: known({ name: 'tick', state: 'DISABLED' }) }) },
      'schedule',
      'problem',
      /DISABLED/,
    ],
    [
      'a schedule that is gone',
      { deployment: deployment({ schedule: known({ name: 'tick', state: 'missing' }) }) },
      'schedule',
      'problem',
      /is gone/,
    ],
    [
      'a rule that is off',
      { deployment: deployment({ rules: known([{ name: 'admin', state: 'DISABLED', targets: 1 }]) }) },
      'rules',
      'problem',
      /admin is DISABLED/,
    ],
    [
      'a rule without a target',
      { deployment: deployment({ rules: known([{ name: 'admin', state: 'ENABLED', targets: 0 }]) }) },
      'rules',
      'problem',
      /admin has 0 targets/,
    ],
    [
      'a dead letter of change-intake',
      {
        deployment: deployment({
          queues: known({
            changes: { visible: 3, hidden: 0 },
            dead: { visible: 0, hidden: 0 },
            deadIntake: { visible: 1, hidden: 0 },
          }),
        }),
      },
      'queues',
      'problem',
      /1 message is in the dead-letter queues/,
    ],
    [
      'a sweep that has stopped',
      {
        deployment: deployment({
          sweep: known({
            state: { startedAt: NOW - 2 * DAY, finishedAt: NOW - 2 * DAY, leaseUntil: NOW - DAY },
            intervalMinutes: 60,
          }),
        }),
      },
      'sweep',
      'problem',
      /2 d old/,
    ],
    [
      'a sweep that has never run',
      { deployment: deployment({ sweep: known({ state: undefined, intervalMinutes: 60 }) }) },
      'sweep',
      'problem',
      /never run/,
    ],
    [
      'records that never arrive',
      { deployment: deployment({ routes: known({ cloudTrail: 0, others: 12 }) }) },
      'records',
      'warning',
      /No record of CloudTrail has arrived in 3 d, although 12 users/,
    ],
    [
      'alarms without an action',
      { deployment: deployment({ alarms: alarms({ actions: [] }), topics: {} }) },
      'alarms',
      'warning',
      /no destination/,
    ],
    [
      'an alarm whose actions are off',
      { deployment: deployment({ alarms: alarms({ actionsEnabled: false }) }) },
      'alarms',
      'warning',
      /switched off/,
    ],
    [
      'an alarm that was deleted',
      { deployment: deployment({ alarms: known({ names: ['ConnectSync-Held'], found: [] }) }) },
      'alarms',
      'problem',
      /ConnectSync-Held is gone/,
    ],
    [
      'an active alarm',
      { deployment: deployment({ alarms: alarms({ state: 'ALARM' }) }) },
      'alarm-states',
      'problem',
      /ConnectSync-DeadLetters \(Changes were given up\.\)/,
    ],
    [
      'a topic that is gone',
      { deployment: deployment({ topics: { [TOPIC]: known(undefined) } }) },
      'subscriptions',
      'problem',
      /does not exist/,
    ],
    [
      'a topic without a subscription',
      { deployment: deployment({ topics: topic(0, 0) }) },
      'subscriptions',
      'problem',
      /no subscription/,
    ],
    [
      'a subscription that is not confirmed',
      { deployment: deployment({ topics: topic(0, 2) }) },
      'subscriptions',
      'problem',
      /2 wait/,
    ],
  ])('%s', (_, planted, check, state, says) => {
    const found = complaints(planted);

    expect(found.map(({ name, verdict }) => [name, verdict.state])).toEqual([[check, state]]);
    expect(found[0]?.verdict.says).toMatch(says);
    expect(found[0]?.verdict).toHaveProperty('advice', expect.stringMatching(/\S/));
  });
});

describe('a read that is denied', () => {
  it.each<readonly [string, Partial<DoctorFacts>, readonly string[]]>([
    [
      'the pool',
      { pool: denied('cognito-idp:DescribeUserPool') },
      ['pool', 'attributes', 'writers', 'sign-up', 'verification'],
    ],
    [
      'the instance',
      { instance: denied('connect:DescribeInstance') },
      ['instance', 'identity-type', 'profiles', 'profile-editors'],
    ],
    [
      'what a profile may do',
      { unprotected: known([{ name: 'Agent', editsUsers: denied('connect:ListSecurityProfilePermissions') }]) },
      ['profile-editors'],
    ],
    ['the trails', { trails: denied('cloudtrail:DescribeTrails') }, ['trail']],
    ['the state of a trail', { trails: known([trail({ logging: denied('cloudtrail:GetTrailStatus') })]) }, ['trail']],
    [
      'a quota',
      {
        quotas: known([
          { operation: 'ListUsers', code: 'L-CCC38177', applied: denied('servicequotas:GetServiceQuota') },
        ]),
      },
      ['quotas'],
    ],
    ['who has a slot', { triggers: known({ occupants: { CustomMessage: occupant('unknown') } }) }, ['triggers']],
    [
      'a function',
      { deployment: deployment({ functions: { sweep: denied('lambda:GetFunctionConfiguration') } }) },
      ['functions'],
    ],
    ['the rules', { deployment: deployment({ rules: denied('events:DescribeRule') }) }, ['rules']],
    [
      'the alarms',
      { deployment: deployment({ alarms: denied('cloudwatch:DescribeAlarms'), topics: {} }) },
      ['alarms', 'alarm-states'],
    ],
    [
      'a topic',
      { deployment: deployment({ topics: { [TOPIC]: denied('sns:ListSubscriptionsByTopic') } }) },
      ['subscriptions'],
    ],
  ])('of %s leaves its checks open and names the permission', (_, planted, checks) => {
    const found = complaints(planted);

    expect(found.map(({ name, verdict }) => [name, verdict.state])).toEqual(
      checks.map((name) => [name, 'not checked']),
    );
    expect(found.every(({ verdict }) => /^Needs permission \w[\w-]*:\w+\.$/.test(verdict.says))).toBe(true);
  });

  it('of the stack leaves every check of the deployment open', () => {
    const found = complaints({ deployment: denied('cloudformation:DescribeStacks') });

    expect(new Set(found.map(({ verdict }) => verdict.says))).toEqual(
      new Set(['Needs permission cloudformation:DescribeStacks.']),
    );
    expect(found.map(({ name }) => name)).toContain('rules');
  });

  it('hides no problem beside it', () => {
    const found = complaints({ pool: denied('cognito-idp:DescribeUserPool'), trails: known([]) });

    expect(found.filter(({ verdict }) => verdict.state === 'problem').map(({ name }) => name)).toEqual(['trail']);
  });
});

it('names commands for the pool and the Region at hand', () => {
  const [found] = complaints({
    settings: settings({ scope: { kind: 'group', group: 'agents' } }),
    group: known(false),
  });

  expect(found?.verdict).toMatchObject({
    command: `aws cognito-idp create-group --user-pool-id ${POOL_ID} --group-name 'agents' --region eu-west-1`,
  });
});
