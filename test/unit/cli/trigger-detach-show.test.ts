import { describe, expect, it } from 'vitest';
import { detachTriggers } from '../../../cli/triggers/change.ts';
import { showTriggers } from '../../../cli/triggers/show.ts';
import { createTriggerWorld, describedPool, OURS, POOL_ID, THEIRS } from './doubles.ts';

const ATTACHED = describedPool({ LambdaConfig: { PreSignUp: THEIRS, CustomMessage: OURS, PostConfirmation: OURS } });

describe('trigger detach', () => {
  const DETACH = { userPoolId: POOL_ID, functionArn: OURS, json: false, apply: true };

  it('takes our function out and leaves every other trigger', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);

    const exit = await detachTriggers(deps, DETACH);

    expect(exit).toBe(0);
    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS });
    expect(world.pool).toMatchObject({ MfaConfiguration: 'OPTIONAL', NewSetting: { Depth: [1, { Of: 'it' }] } });
  });

  it('gives the chained function its slot back', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS });

    await detachTriggers(deps, DETACH);

    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS, CustomMessage: THEIRS });
  });

  it('refuses to give a slot to a function that Cognito may not invoke', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS });
    world.policies.set(THEIRS, []);

    await expect(detachTriggers(deps, DETACH)).rejects.toMatchObject({
      name: 'RefusedError',
      reasons: [expect.stringContaining(`Cognito may not invoke ${THEIRS} for this pool`)],
    });
    expect(world.updates).toEqual([]);
  });

  it('goes on, saying so, when the policy of the chained function is not ours to read', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS });
    world.policies.set(THEIRS, 'unreadable');

    const exit = await detachTriggers(deps, DETACH);

    expect(exit).toBe(0);
    expect(world.terminal.notes[0]).toBe(
      `The policy of ${THEIRS} cannot be read, so whether Cognito may invoke it is not checked.`,
    );
  });

  it('has nothing to do where our function is in no slot', async () => {
    const { world, deps } = createTriggerWorld();

    const exit = await detachTriggers(deps, DETACH);

    expect(exit).toBe(0);
    expect(world.updates).toEqual([]);
  });
});

describe('trigger show', () => {
  const SHOW = { userPoolId: POOL_ID, functionArn: OURS, json: true };

  it('is in order when the function is attached and may be invoked', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_POST_CONFIRMATION_ARN: THEIRS });

    const exit = await showTriggers(deps, SHOW);

    expect(exit).toBe(0);
    expect(JSON.parse(world.terminal.lines.join('\n'))).toEqual({
      userPoolId: POOL_ID,
      functionArn: OURS,
      attached: true,
      permission: 'given',
      slots: [
        { slot: 'CustomMessage', function: OURS, state: 'ours', chained: null },
        { slot: 'PostConfirmation', function: OURS, state: 'ours', chained: THEIRS },
        { slot: 'PostAuthentication', function: null, state: 'empty', chained: null },
      ],
    });
  });

  it('wants attention when a slot is taken or the permission is missing', async () => {
    const { world, deps } = createTriggerWorld(describedPool({ LambdaConfig: { CustomMessage: THEIRS } }));
    world.policies.set(OURS, []);

    const exit = await showTriggers(deps, { ...SHOW, json: false });

    expect(exit).toBe(1);
    expect(world.terminal.lines).toEqual([
      'SLOT                STATE  FUNCTION                                                      CALLED BY OURS',
      `CustomMessage       taken  ${THEIRS}  -`,
      'PostConfirmation    empty  -                                                             -',
      'PostAuthentication  empty  -                                                             -',
      '',
      'Cognito may invoke our function for this pool: missing',
    ]);
    expect(world.terminal.notes).toEqual([
      expect.stringMatching(/^To permit it: aws lambda add-permission /),
      `To attach it: connect-sync trigger attach --user-pool ${POOL_ID}`,
    ]);
  });
});
