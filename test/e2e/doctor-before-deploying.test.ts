import { describe, expect, it } from 'vitest';
import { complaints, deployed, doctor, plants, useHealthyDeployment } from '../support/doctor-stage.ts';

useHealthyDeployment();

/** The ARN of an instance, made when a case runs, because the instance is not known before. */
const instanceArn =
  ({ account, id }: { readonly account?: string; readonly id?: string }) =>
  () => {
    const { accountId, connectInstanceId } = deployed.description;
    return `arn:aws:connect:eu-west-1:${account ?? accountId}:instance/${id ?? connectInstanceId}`;
  };

describe('connect-sync doctor before the deployment', () => {
  it.each<readonly [string, object, string, string, RegExp]>([
    [
      'another account',
      { connectInstanceArn: instanceArn({ account: '999988887777' }) },
      'account',
      'problem',
      /999988887777/,
    ],
    ['no such pool', { userPoolId: 'eu-west-1_Nobody' }, 'pool', 'problem', /no user pool eu-west-1_Nobody/],
    [
      'a typo in the mapping',
      { mapping: { FirstName: { from: ['given_nam'] } } },
      'attributes',
      'problem',
      /no attribute given_nam\./,
    ],
    [
      'a typo in the attribute of the scope',
      { scope: { kind: 'attribute', attribute: 'custom:team', equals: 'desk' } },
      'attributes',
      'problem',
      /no attribute custom:team\./,
    ],
    [
      'a typo in the attribute of an adoption rule',
      { adoption: { rules: [{ kind: 'username', attribute: 'custom:CustomAttr' }] } },
      'attributes',
      'problem',
      /no attribute custom:CustomAttr\./,
    ],
    [
      'an adoption rule over what users may write',
      { adoption: { rules: [{ kind: 'username', attribute: 'email' }] } },
      'writers',
      'warning',
      /lets users write email/,
    ],
    ['no such group', { scope: { kind: 'group', group: 'agents' } }, 'group', 'problem', /no user is in scope/],
    [
      'no such instance',
      { connectInstanceArn: instanceArn({ id: '99999999-2222-3333-4444-555555555555' }) },
      'instance',
      'problem',
      /no Connect instance 99999999/,
    ],
    [
      'another identity management type',
      { identityManagementType: 'SAML' },
      'identity-type',
      'problem',
      /is SAML, and the instance has CONNECT_MANAGED/,
    ],
    [
      'a misspelt security profile',
      { email: { protectedSecurityProfiles: ['Admin', 'CallCenterManager', 'Supervisors'] } },
      'profiles',
      'problem',
      /no security profile Supervisors/,
    ],
    [
      'an unprotected profile that may edit users',
      { email: {} },
      'profile-editors',
      'warning',
      /CallCenterManager may edit users/,
    ],
    [
      'a rate above the default quota',
      { connectRequestsPerSecond: 5 },
      'quotas',
      'problem',
      /AWS allows 2 of UpdateUserIdentityInfo/,
    ],
    [
      'a chained function that is gone',
      { chain: { customMessage: 'arn:aws:lambda:eu-west-1:000000000000:function:gone' } },
      'chain',
      'problem',
      /function:gone does not exist/,
    ],
  ])('finds %s, and complains of nothing else', async (_, members, check, state, says) => {
    const { userPoolId } = deployed.description;
    const chosen = Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, typeof value === 'function' ? value() : value]),
    );
    const before = { createUserPool: false, userPoolId, stackName: 'Not-Yet', ...chosen };
    const takeOut = await plants.configuration(before)();

    const { exit, found } = await complaints();
    await takeOut();

    expect(found).toEqual([expect.objectContaining({ check, state, says: expect.stringMatching(says) })]);
    expect(exit).toBe(state === 'problem' ? 1 : 0);
  });

  it('names every problem of a configuration that cannot be used', async () => {
    const takeOut = await plants.configuration({ connectRequestsPerSecond: 0, mode: 'watch' })();

    const { exit, stderr } = await doctor();
    await takeOut();

    expect(exit).toBe(2);
    expect(stderr).toMatch(/^- connectRequestsPerSecond: /m);
    expect(stderr).toMatch(/^- mode: /m);
  });
});
