import { describe, expect, it } from 'vitest';
import { rememberSettings } from '../../../cli/deployment/remember-settings.ts';
import { runChecks } from '../../../cli/doctor/doctor.ts';
import { known } from '../../../cli/doctor/reading.ts';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import { deployment, facts, STACK } from './doctor-facts.ts';
import { OURS, POOL_ID } from './doubles.ts';
import { createWorld, OUTPUTS } from './program-world.ts';

const FAILED =
  'Stack ConnectSync-Ab12Cd34E-11111111 in eu-west-1 is in the state DELETE_FAILED: its resources may be missing. See why: aws cloudformation describe-stack-events --stack-name ConnectSync-Ab12Cd34E-11111111 --region eu-west-1 Then finish the removal: aws cloudformation delete-stack --stack-name ConnectSync-Ab12Cd34E-11111111 --region eu-west-1';
const NO_TABLE = new PermanentError('ResourceNotFoundException', 'dynamodb:GetItem failed: x, HTTP 400.', {
  status: 400,
});

describe('a stack that is deleted in part', () => {
  it('is named by status, beside the resource that is missing', async () => {
    const { start, terminal, stack, table } = createWorld();
    stack.status = 'DELETE_FAILED';
    table.fails = NO_TABLE;

    expect(await start(['status'])).toBe(3);
    expect(terminal.notes).toEqual([
      FAILED,
      'There is no table state in this account and Region: dynamodb:GetItem failed: x, HTTP 400.',
      'Check the account, the Region and the names on the command line. Whether a resource of the stack is missing: npx connect-sync doctor',
    ]);
  });

  it('is waited for while its removal runs', async () => {
    const { start, terminal, stack } = createWorld();
    stack.status = 'DELETE_IN_PROGRESS';

    await start(['status']);

    expect(terminal.notes[0]).toBe(
      'Stack ConnectSync-Ab12Cd34E-11111111 in eu-west-1 is in the state DELETE_IN_PROGRESS: its resources may be missing. Wait for the end of the removal.',
    );
  });

  it('ends status with code 2 where it has lost an output', async () => {
    const { TableName: _, ...left } = OUTPUTS;
    const { start, terminal, stack } = createWorld(left);
    stack.status = 'DELETE_FAILED';

    expect(await start(['status'])).toBe(2);
    expect(terminal.notes).toEqual([`${FAILED} Or give --table.`]);
  });

  it('lets trigger detach empty the slots, although its function is gone', async () => {
    const { start, terminal, stack, world } = createWorld();
    stack.status = 'DELETE_FAILED';
    world.disturb({ LambdaConfig: { CustomMessage: OURS } });
    world.environments.delete(OURS);

    expect(await start(['trigger', 'detach', '--apply'])).toBe(0);
    expect(terminal.notes[0]).toBe(FAILED);
    expect(world.pool.LambdaConfig).toEqual({});
  });

  it('lets trigger detach work without its outputs, if the pool is given', async () => {
    const { start, stack, world } = createWorld({});
    stack.status = 'DELETE_FAILED';
    world.disturb({ LambdaConfig: { CustomMessage: OURS } });
    world.environments.delete(OURS);

    expect(await start(['trigger', 'detach', '--user-pool', POOL_ID, '--apply'])).toBe(0);
    expect(world.pool.LambdaConfig).toEqual({});
  });

  it.each<[string, readonly string[]]>([
    ['one stack, which is of another pool', ['ConnectSync-Other']],
    ['several stacks', ['ConnectSync-Other', 'ConnectSync-Third']],
  ])('lets trigger detach work beside %s', async (_, ours) => {
    const { start, world } = createWorld({ ...OUTPUTS, UserPoolId: 'eu-west-1_Other' });
    world.ours.splice(0, 1, ...ours);
    world.disturb({ LambdaConfig: { CustomMessage: OURS } });
    world.goneStacks.add('stack/ours');

    expect(await start(['trigger', 'detach', '--user-pool', POOL_ID, '--apply'])).toBe(0);
    expect(world.pool.LambdaConfig).toEqual({});
  });

  it('lets trigger detach leave the function of a deployment that is there, with the command that takes it out', async () => {
    const { start, world, terminal } = createWorld();
    world.ours.push('ConnectSync-Third');
    world.stackIds.set(OURS, 'arn:aws:cloudformation:eu-west-1:111122223333:stack/ConnectSync-Third/1');
    world.disturb({ LambdaConfig: { CustomMessage: OURS } });

    expect(await start(['trigger', 'detach', '--user-pool', POOL_ID, '--apply'])).toBe(1);
    expect(world.updates).toEqual([]);
    expect(terminal.notes).toEqual([
      `CustomMessage keeps ${OURS}, the function of a deployment that is there. To take it out: npx connect-sync trigger detach --stack ConnectSync-Third --apply`,
      'Nothing to detach.',
    ]);
  });

  it('is not looked past by trigger detach where a stack was named that is of another pool', async () => {
    const { start, world } = createWorld({ ...OUTPUTS, UserPoolId: 'eu-west-1_Other' });

    const args = ['trigger', 'detach', '--stack', 'ConnectSync-Other', '--user-pool', POOL_ID, '--apply'];

    expect(await start(args)).toBe(2);
    expect(world.updates).toEqual([]);
  });

  it('has no table to keep the settings of the pool in, which stops no command', async () => {
    const rememberExposure = () => Promise.reject(NO_TABLE);

    const memory = {
      table: { now: async () => 0, rememberExposure },
      workerSettings: async () => ({ unknown: 'the worker is gone' }),
      openSettings: () => Promise.reject(new Error('No rule is known.')),
    };

    await expect(rememberSettings(memory, { selfSignUp: true, preSignUp: false })).resolves.toBeUndefined();
  });

  it('is a problem for doctor, with the resources that are gone and the way to finish the removal', () => {
    const half = deployment({
      functions: { sweep: known(undefined) },
      queues: { state: 'failed', code: 'QueueDoesNotExist' },
      routes: { state: 'failed', code: 'ResourceNotFoundException' },
    });
    if (half.state !== 'read' || half.value === undefined) throw new Error('The deployment can be read.');
    const stack = { ...STACK, status: 'DELETE_FAILED' };

    const found = runChecks(facts({ deployment: known({ ...half.value, stack }) })).flatMap(({ name, verdict }) =>
      verdict.state === 'problem' ? [[name, verdict.says, verdict.command]] : [],
    );

    const finish = 'aws cloudformation delete-stack --stack-name ConnectSync --region eu-west-1';
    expect(found).toEqual([
      [
        'stack',
        'Stack ConnectSync is in the state DELETE_FAILED: its removal is not finished, and its resources may be missing.',
        finish,
      ],
      ['functions', 'There is no function sweep.', finish],
      ['queues', 'A queue of the stack is gone (QueueDoesNotExist).', finish],
      ['records', 'The table of the stack is gone (ResourceNotFoundException).', finish],
    ]);
  });

  it.each([
    ['no-worker-of-this-version', 'The settings are not known: the worker is gone, or of another version.'],
    ['ResourceNotFoundException', 'What this looks at is gone (ResourceNotFoundException).'],
    ['TimeoutError', 'AWS did not answer: TimeoutError. Try again in a while.'],
  ])('has checks that doctor cannot make, and it says why: %s', (code, says) => {
    const found = runChecks(facts({ settings: { state: 'failed', code } })).find(({ name }) => name === 'attributes');

    expect(found?.verdict).toEqual({ state: 'not checked', says });
  });

  it('that lost a queue by hand is deployed again, says doctor', () => {
    const queues = { state: 'failed', code: 'AWS.SimpleQueueService.NonExistentQueue' } as const;

    const found = runChecks(facts({ deployment: deployment({ queues }) })).filter(
      ({ verdict }) => verdict.state !== 'ok',
    );

    expect(found).toEqual([
      {
        name: 'queues',
        verdict: {
          state: 'problem',
          says: 'A queue of the stack is gone (AWS.SimpleQueueService.NonExistentQueue).',
          advice: 'Have CloudFormation create it again:',
          command: 'npx cdk deploy --revert-drift',
        },
      },
    ]);
  });
});
