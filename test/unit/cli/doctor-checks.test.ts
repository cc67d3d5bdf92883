import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../cli/doctor/all-checks.ts';
import { runChecks } from '../../../cli/doctor/doctor.ts';
import { known, type Reading } from '../../../cli/doctor/reading.ts';
import { complaints, facts, settings, trail } from './doctor-facts.ts';
import { POOL_ID, THEIRS } from './doubles.ts';

const denied = (permission: string): Reading<never> => ({ state: 'denied', permission });
const management = { field: 'eventCategory', equals: ['Management'] };

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

it('names commands for the pool and the Region at hand', () => {
  const [found] = complaints({
    settings: settings({ scope: { kind: 'group', group: 'agents' } }),
    group: known(false),
  });

  expect(found?.verdict).toMatchObject({
    command: `aws cognito-idp create-group --user-pool-id ${POOL_ID} --group-name agents --region eu-west-1`,
  });
});
