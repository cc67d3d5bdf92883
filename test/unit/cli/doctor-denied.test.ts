import { describe, expect, it } from 'vitest';
import type { DoctorFacts } from '../../../cli/doctor/facts.ts';
import { known, type Reading } from '../../../cli/doctor/reading.ts';
import { complaints, deployment, occupant, TOPIC, trail } from './doctor-facts.ts';

const denied = (permission: string): Reading<never> => ({ state: 'denied', permission });

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
