import { describe, expect, it } from 'vitest';
import { type AttachOptions, attachTriggers } from '../../../cli/triggers/change.ts';
import { TransientError } from '../../../lambda/core/failures/errors.ts';
import { createTriggerWorld, describedPool, OURS, POOL_ID, THEIRS } from './doubles.ts';

const ATTACH: AttachOptions = {
  userPoolId: POOL_ID,
  functionArn: OURS,
  json: false,
  apply: true,
  postConfirmation: true,
  postAuthentication: false,
};
const ATTACHED = describedPool({ LambdaConfig: { PreSignUp: THEIRS, CustomMessage: OURS, PostConfirmation: OURS } });

describe('trigger attach', () => {
  it('shows a plan as a diff and writes nothing without --apply', async () => {
    const { world, deps } = createTriggerWorld();

    const exit = await attachTriggers(deps, { ...ATTACH, apply: false });

    expect(exit).toBe(1);
    expect(world.terminal.lines).toEqual([
      'User pool eu-west-1_Ab12Cd34E',
      '  LambdaConfig.CustomMessage',
      '    - (none)',
      `    + ${OURS}`,
      '  LambdaConfig.PostConfirmation',
      '    - (none)',
      `    + ${OURS}`,
      '  sent as they are: PoolName, MfaConfiguration, UserPoolTier, NewSetting',
      '  among them, unknown to this version: NewSetting',
    ]);
    expect(world.updates).toEqual([]);
    expect([...world.files]).toEqual([]);
  });

  it('sends every setting with the new triggers in one request, and reads it back', async () => {
    const { world, deps } = createTriggerWorld();

    const exit = await attachTriggers(deps, ATTACH);

    expect(exit).toBe(0);
    expect(world.updates).toEqual([
      {
        UserPoolId: POOL_ID,
        PoolName: 'agents',
        MfaConfiguration: 'OPTIONAL',
        UserPoolTier: 'LITE',
        LambdaConfig: { PreSignUp: THEIRS, CustomMessage: OURS, PostConfirmation: OURS },
        NewSetting: { Depth: [1, { Of: 'it' }] },
      },
    ]);
    expect(world.terminal.notes.at(-1)).toBe(`Written, and read back: everything else in ${POOL_ID} is as it was.`);
  });

  it('keeps the whole description and the request that goes back, before it writes', async () => {
    const { world, deps } = createTriggerWorld();
    let kept = 0;
    world.beforeUpdate = () => {
      kept = world.files.size;
    };

    await attachTriggers(deps, ATTACH);

    expect(kept).toBe(3);
    const name = 'eu-west-1_Ab12Cd34E-2026-01-02T030405.000Z';
    expect(JSON.parse(world.files.get(`${name}.describe.json`) ?? '')).toEqual({ UserPool: describedPool() });
    expect(JSON.parse(world.files.get(`${name}.update.json`) ?? '')).toMatchObject({
      UserPoolId: POOL_ID,
      LambdaConfig: { PreSignUp: THEIRS },
      NewSetting: { Depth: [1, { Of: 'it' }] },
    });
    expect(JSON.parse(world.files.get(`${name}.mfa.json`) ?? '')).toEqual({
      UserPoolId: POOL_ID,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
  });

  it('writes nothing after Ctrl-C', async () => {
    const { world, deps } = createTriggerWorld();
    world.beforeDescribe = () => world.stop.abort();

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({ name: 'InterruptedError' });
    expect(world.updates).toEqual([]);
  });

  it('has nothing to do where it was done', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);

    const exit = await attachTriggers(deps, ATTACH);

    expect(exit).toBe(0);
    expect(world.terminal.lines).toEqual(['User pool eu-west-1_Ab12Cd34E: no change.']);
    expect(world.updates).toEqual([]);
  });

  it('leaves the post confirmation slot alone when told so, and takes post authentication only when told so', async () => {
    const { world, deps } = createTriggerWorld();
    world.environments.set(OURS, { POST_AUTHENTICATION: 'true' });

    await attachTriggers(deps, { ...ATTACH, postConfirmation: false, postAuthentication: true });

    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS, CustomMessage: OURS, PostAuthentication: OURS });
  });

  it('fails when the function ignores the sign-ins it is to be attached to', async () => {
    const { world, deps } = createTriggerWorld();

    await expect(attachTriggers(deps, { ...ATTACH, postAuthentication: true })).rejects.toMatchObject({
      name: 'ConfigError',
      code: 'post-authentication-off',
    });
    expect(world.updates).toEqual([]);
  });

  it('fails when there is no such function', async () => {
    const { deps } = createTriggerWorld();

    await expect(attachTriggers(deps, { ...ATTACH, functionArn: `${THEIRS}-gone` })).rejects.toMatchObject({
      name: 'ConfigError',
      code: 'no-such-function',
    });
  });

  it('refuses a taken slot, a missing permission and a pool that cannot be sent back, all at once', async () => {
    const { world, deps } = createTriggerWorld(
      describedPool({ UserPoolTier: '', LambdaConfig: { CustomMessage: THEIRS } }),
    );
    world.policies.set(OURS, []);

    const refused = attachTriggers(deps, { ...ATTACH, postConfirmation: true });

    await expect(refused).rejects.toMatchObject({
      name: 'RefusedError',
      reasons: [
        expect.stringMatching(/^CustomMessage belongs to /),
        expect.stringMatching(/^Cognito may not invoke .*aws lambda add-permission /),
        expect.stringMatching(/^UserPoolTier: /),
      ],
    });
    expect(world.updates).toEqual([]);
  });

  it('refuses a pool that an update would change', async () => {
    const { world, deps } = createTriggerWorld(describedPool({ UserPoolTier: '' }));

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({
      reasons: [expect.stringMatching(/^UserPoolTier: /)],
    });
    expect(world.updates).toEqual([]);
    expect(world.files.size).toBe(0);
  });

  it('refuses to write when the pool was changed since the plan', async () => {
    const { world, deps } = createTriggerWorld();
    world.beforeDescribe = (count) => {
      if (count === 2) world.disturb({ MfaConfiguration: 'ON' });
    };

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({
      name: 'RefusedError',
      reasons: ['Changed: MfaConfiguration. Look at it and start again.'],
    });
    expect(world.updates).toEqual([]);
  });

  it('refuses to write when only the time of the last change has moved', async () => {
    const { world, deps } = createTriggerWorld();
    world.beforeDescribe = (count) => {
      if (count === 2) world.disturb({});
    };

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({
      reasons: ['Changed: LastModifiedDate only. Look at it and start again.'],
    });
    expect(world.updates).toEqual([]);
  });

  it('refuses to write when a second factor was changed since the plan', async () => {
    const { world, deps } = createTriggerWorld();
    world.beforeDescribe = (count) => {
      if (count === 2) world.disturbMfa({ WebAuthnConfiguration: { RelyingPartyId: 'example.com' } });
    };

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({
      reasons: ['Changed: GetUserPoolMfaConfig.WebAuthnConfiguration. Look at it and start again.'],
    });
    expect(world.updates).toEqual([]);
  });

  it('reports loudly when the update has switched off a second factor, of which the description says nothing', async () => {
    const { world, deps } = createTriggerWorld();
    world.afterUpdate = () => world.disturbMfa({ SoftwareTokenMfaConfiguration: { Enabled: false } });

    const exit = await attachTriggers(deps, ATTACH);

    expect(exit).toBe(1);
    expect(world.terminal.notes.slice(1)).toEqual([
      `ATTENTION: ${POOL_ID} is not what it should be after the update.`,
      '  GetUserPoolMfaConfig.SoftwareTokenMfaConfiguration.Enabled',
      '    expected true',
      '    found    false',
      'To go back to what it was:',
      expect.stringMatching(/^ {2}aws cognito-idp update-user-pool /),
      'And where GetUserPoolMfaConfig differs:',
      '  aws cognito-idp set-user-pool-mfa-config --region eu-west-1 --cli-input-json file:///kept/eu-west-1_Ab12Cd34E-2026-01-02T030405.000Z.mfa.json',
      expect.stringMatching(/^The whole description is in \/kept\/.*\.describe\.json\.$/),
    ]);
  });

  it('reports loudly what the update has changed besides, with the way back', async () => {
    const { world, deps } = createTriggerWorld();
    world.afterUpdate = () => world.disturb({ MfaConfiguration: 'OFF' });

    const exit = await attachTriggers(deps, ATTACH);

    expect(exit).toBe(1);
    expect(world.terminal.notes.slice(1)).toEqual([
      `ATTENTION: ${POOL_ID} is not what it should be after the update.`,
      '  MfaConfiguration',
      '    expected "OPTIONAL"',
      '    found    "OFF"',
      'To go back to what it was:',
      '  aws cognito-idp update-user-pool --region eu-west-1 --cli-input-json file:///kept/eu-west-1_Ab12Cd34E-2026-01-02T030405.000Z.update.json',
      'And where GetUserPoolMfaConfig differs:',
      '  aws cognito-idp set-user-pool-mfa-config --region eu-west-1 --cli-input-json file:///kept/eu-west-1_Ab12Cd34E-2026-01-02T030405.000Z.mfa.json',
      'The whole description is in /kept/eu-west-1_Ab12Cd34E-2026-01-02T030405.000Z.describe.json.',
    ]);
  });

  it('shows a way back that can be pasted: with the profile of the command, and a path with a space as one word', async () => {
    const { world, deps } = createTriggerWorld();
    world.afterUpdate = () => world.disturb({ MfaConfiguration: 'OFF' });
    world.terminal.addressTo({ profile: 'sandbox' });

    await attachTriggers(
      { ...deps, backups: { save: async (name) => `/my files/${name.replace(/.*Z/, 'pool')}` } },
      ATTACH,
    );

    expect(world.terminal.notes).toContain(
      "  aws cognito-idp update-user-pool --region eu-west-1 --cli-input-json 'file:///my files/pool.update.json' --profile sandbox",
    );
  });

  it.each<['beforeUpdate' | 'afterUpdate', string]>([
    ['beforeUpdate', `${POOL_ID} is as it was.`],
    ['afterUpdate', `${POOL_ID} was written all the same; only the answer was lost.`],
  ])('fails with a failed update (%s), saying what it has left behind', async (when, note) => {
    const { world, deps } = createTriggerWorld();
    world[when] = () => {
      throw new TransientError('TimeoutError', 'cognito-idp:UpdateUserPool failed: TimeoutError, no answer.');
    };

    await expect(attachTriggers(deps, ATTACH)).rejects.toMatchObject({ code: 'TimeoutError' });
    expect(world.terminal.notes.at(-1)).toBe(note);
  });

  it('writes one JSON document when asked to', async () => {
    const { world, deps } = createTriggerWorld();

    await attachTriggers(deps, { ...ATTACH, json: true });

    expect(JSON.parse(world.terminal.lines.join('\n'))).toMatchObject({
      userPoolId: POOL_ID,
      functionArn: OURS,
      changes: [
        { slot: 'CustomMessage', from: null, to: OURS },
        { slot: 'PostConfirmation', from: null, to: OURS },
      ],
      unknown: ['NewSetting'],
      applied: true,
      backup: {
        description: expect.stringMatching(/describe\.json$/),
        wayBack: expect.stringMatching(/update\.json$/),
        mfaWayBack: expect.stringMatching(/mfa\.json$/),
      },
      differences: [],
    });
  });
});
