import { describe, expect, it } from 'vitest';
import type { DoctorFacts } from '../../../cli/doctor/facts.ts';
import { known } from '../../../cli/doctor/reading.ts';
import { basic, complaints, HEALTHY_POOL, occupant, settings, trail } from './doctor-facts.ts';
import { THEIRS } from './doubles.ts';

const management = { field: 'eventCategory', equals: ['Management'] };
const INSTANCE = { id: 'i', arn: 'arn:aws:connect:eu-west-1:111122223333:instance/i', alias: 'desk' };

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
      'a chain that leads to our own function',
      { chained: { CustomMessage: { arn: occupant('ours').arn, found: known(true) } } },
      'chain',
      'problem',
      /our own function/,
    ],
  ])('%s', (_, planted, check, state, says) => {
    const found = complaints(planted);

    expect(found.map(({ name, verdict }) => [name, verdict.state])).toEqual([[check, state]]);
    expect(found[0]?.verdict.says).toMatch(says);
    expect(found[0]?.verdict).toHaveProperty('advice', expect.stringMatching(/\S/));
  });
});
