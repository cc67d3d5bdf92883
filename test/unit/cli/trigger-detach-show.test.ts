import { describe, expect, it } from 'vitest';
import { detachTriggers } from '../../../cli/triggers/change.ts';
import { showTriggers } from '../../../cli/triggers/show.ts';
import { createTriggerWorld, describedPool, OURS, POOL_ID, THEIRS } from './doubles.ts';

const ATTACHED = describedPool({ LambdaConfig: { PreSignUp: THEIRS, CustomMessage: OURS, PostConfirmation: OURS } });

/** The state of the custom message slot in the answer of `trigger show --json`. */
const stateOf = (lines: readonly string[]): unknown => JSON.parse(lines.join('\n')).slots[0].state;

describe('trigger detach', () => {
  const DETACH = { userPoolId: POOL_ID, functionArn: OURS, json: false, apply: true };

  it('removes our function and keeps every other trigger', async () => {
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

  it('gives the chained function its slot back also when lambda:GetFunction is denied', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS });
    world.unreadable.add(OURS);

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

  it('works when stack and function are gone, and names what is left with the commands that delete it', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.goneStacks.add('stack/ours');

    const exit = await detachTriggers(deps, { ...DETACH, functionArn: undefined });

    expect(exit).toBe(0);
    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS });
    expect(world.terminal.notes.slice(-5)).toEqual([
      `${OURS}, its role and its log group are left over from a stack that was deleted. Once no user pool names the function, delete them:`,
      '  aws lambda delete-function --region eu-west-1 --function-name pool-trigger',
      '  aws logs delete-log-group --region eu-west-1 --log-group-name /logs/pool-trigger',
      '  aws iam delete-role-policy --role-name pool-trigger-role --policy-name function',
      '  aws iam delete-role --role-name pool-trigger-role',
    ]);
  });

  it('says of a stack that is there what its removal will leave behind', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);

    await detachTriggers(deps, DETACH);

    expect(world.terminal.notes.at(-5)).toBe(
      `cdk destroy keeps ${OURS}, its role and its log group. Once the stack is deleted and no user pool names the function, delete them:`,
    );
  });

  it('mentions no function that another trigger of the pool still names', async () => {
    const { world, deps } = createTriggerWorld(
      describedPool({ LambdaConfig: { PreSignUp: OURS, CustomMessage: OURS } }),
    );

    await detachTriggers(deps, DETACH);

    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: OURS });
    expect(world.terminal.notes.join()).not.toContain('delete-function');
  });

  it('empties the slot of a function that is gone', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.delete(OURS);

    await detachTriggers(deps, { ...DETACH, functionArn: undefined });

    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS });
  });

  it("empties the slot of another's function that is gone, and leaves that of one that is there", async () => {
    const gone = `${THEIRS}-of-last-year`;
    const { world, deps } = createTriggerWorld(
      describedPool({ LambdaConfig: { CustomMessage: gone, PostConfirmation: THEIRS } }),
    );

    const exit = await detachTriggers(deps, DETACH);

    expect(exit).toBe(0);
    expect(world.pool.LambdaConfig).toEqual({ PostConfirmation: THEIRS });
    expect(world.terminal.notes.join()).not.toContain('delete-function');
  });

  it('gives no slot to a chained function that is gone', async () => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    world.environments.set(OURS, { CHAIN_CUSTOM_MESSAGE_ARN: THEIRS });
    world.environments.delete(THEIRS);

    await detachTriggers(deps, DETACH);

    expect(world.pool.LambdaConfig).toEqual({ PreSignUp: THEIRS });
    expect(world.terminal.notes[0]).toBe(
      `CustomMessage: ${THEIRS}, which was chained, is gone: the slot becomes free.`,
    );
  });

  it.each<[string, string, (world: ReturnType<typeof createTriggerWorld>['world']) => void]>([
    ['another deployment that is there', 'of another deployment', () => {}],
    ['which nothing can be read', 'unknown', (world) => world.unreadable.add(OURS)],
  ])('leaves a function alone of %s', async (_, state, arrange) => {
    const { world, deps } = createTriggerWorld(ATTACHED);
    arrange(world);

    await detachTriggers(deps, { ...DETACH, functionArn: undefined });
    world.terminal.lines.length = 0;
    await showTriggers(deps, { ...DETACH, functionArn: undefined, json: true });

    expect(world.updates).toEqual([]);
    expect(stateOf(world.terminal.lines)).toBe(state);
  });

  it('asks nothing about a function of another account', async () => {
    const foreign = OURS.replace('111122223333', '444455556666');
    const { world, deps } = createTriggerWorld(describedPool({ LambdaConfig: { CustomMessage: foreign } }));

    await showTriggers(deps, { ...DETACH, json: true });

    expect(stateOf(world.terminal.lines)).toBe('unknown');
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
        { slot: 'PostAuthentication', function: null, state: 'free', chained: null },
      ],
    });
  });

  it('wants attention when a slot is taken or the permission is missing', async () => {
    const { world, deps } = createTriggerWorld(describedPool({ LambdaConfig: { CustomMessage: THEIRS } }));
    world.policies.set(OURS, []);

    const exit = await showTriggers(deps, { ...SHOW, json: false });

    expect(exit).toBe(1);
    expect(world.terminal.lines).toEqual([
      'SLOT                STATE      FUNCTION                                                      CALLED BY OURS',
      `CustomMessage       another's  ${THEIRS}  -`,
      'PostConfirmation    free       -                                                             -',
      'PostAuthentication  free       -                                                             -',
      '',
      'Cognito may invoke our function for this pool: missing',
    ]);
    expect(world.terminal.notes).toEqual([
      expect.stringMatching(/^To permit it: aws lambda add-permission /),
      expect.stringMatching(/^CustomMessage belongs to arn:.*"chain": \{ "customMessage": "arn:/),
    ]);
  });

  it('shows the command that attaches it where that would not be refused', async () => {
    const { world, deps } = createTriggerWorld(describedPool({ LambdaConfig: {} }));

    expect(await showTriggers(deps, { ...SHOW, json: false })).toBe(1);
    expect(world.terminal.notes).toEqual([
      `To attach it: npx connect-sync trigger attach --user-pool ${POOL_ID} --apply`,
    ]);
  });
});
