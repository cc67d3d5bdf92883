import { tmpdir } from 'node:os';
import { ConfirmSignUpCommand, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackNameOf } from '../../lib/configuration/deployment-identity.ts';
import { deployStack, destroyStack } from '../../local/deployment.ts';
import { describeEnvironment } from '../../local/environment.ts';
import { numberedPeople } from '../../local/seed.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { runCli } from '../support/cli.ts';
import { deploy, rowOf, withClients } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { VERIFIED_FIRST } from '../support/pool-stacks.ts';
import { ownPool } from '../support/user-pools.ts';

const HOUR_MS = 3_600_000;
const clock = createLeapingClock();

let stage: Stage;
beforeAll(async () => {
  // More people than the worker links itself: people may sign up here, so that it would link no user.
  stage = onStage(
    await deploy(numberedPeople(9), { clock, prepare: ownPool({ UserAttributeUpdateSettings: VERIFIED_FIRST }) }),
  );
});
afterAll(async () => {
  await stage?.close();
});

const cli = (...args: readonly string[]) => runCli(args, { ...stage.description, cwd: tmpdir() });
const triggersOf = async () => {
  const { userPoolId: UserPoolId } = stage.description;
  return (await stage.clients.cognito.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool?.LambdaConfig ?? {};
};
const triggerRuns = () =>
  stage.local.services.lambda.stats()[stage.description.functions.poolTrigger]?.invocations ?? 0;
const links = () =>
  Promise.all(stage.description.users.map(async ({ sub }) => (await rowOf(stage, sub)).connectUserId));
const changeAddress = async (username: string) => {
  await stage.ownUpdate(username, { email: `${username}.new@example.com` });
  await stage.verifyAddress(username, stage.codeOf(username));
};

describe('a stack that is destroyed before its trigger is detached', () => {
  let linkedBefore: readonly (string | undefined)[];
  const changed = { attached: '', destroyed: '' };

  it('works with the trigger attached', async () => {
    const { username, connectUserId } = stage.nextPerson();
    linkedBefore = await links();

    const attached = await cli('trigger', 'attach', '--apply');
    await changeAddress(username);

    expect(attached.exit, attached.stderr).toBe(0);
    expect(Object.keys(await triggersOf())).toEqual(['CustomMessage', 'PostConfirmation']);
    await stage.arrives(connectUserId, { Email: `${username}.new@example.com` });
    changed.attached = connectUserId;
  });

  it('leaves people who change their address and sign up', async () => {
    const { cloud } = stage.local;
    const StackName = stackNameOf(stage.description);
    await cloud.call('cloudformation', 'DeleteStack', { StackName }, { kind: 'account' });
    await expect
      .poll(() => cloud.call('cloudformation', 'DescribeStacks', {}, { kind: 'account' }))
      .toEqual({ Stacks: [] });
    const { username, connectUserId } = stage.nextPerson();
    const runsBefore = triggerRuns();

    await changeAddress(username);
    await stage.signUp('newcomer');
    const { userPoolClientId: ClientId } = stage.description;
    const code = { ClientId, Username: 'newcomer', ConfirmationCode: stage.codeOf('newcomer') };
    await stage.clients.cognito.send(new ConfirmSignUpCommand(code));

    // A code for the address, a code for the sign-up, and the confirmation: the function that stayed has answered each.
    expect(triggerRuns() - runsBefore).toBe(3);
    changed.destroyed = connectUserId;
  });

  it('has its trigger detached afterwards, with the commands that delete what is left', async () => {
    const { userPoolId, functions } = stage.description;

    const { exit, stdout, stderr } = await cli('trigger', 'detach', '--user-pool', userPoolId, '--apply');

    expect(exit, stderr).toBe(0);
    expect(`${stdout}${stderr}`).toContain(
      `aws lambda delete-function --region eu-west-1 --function-name ${functions.poolTrigger}`,
    );
    expect(await triggersOf()).toEqual({});
  });

  it('is deployed again with its old table: everybody is linked as before, and nothing is held', async () => {
    const { local, description, clients, deployMs } = stage;
    const { endpoint, region, userPoolId, userPoolClientId, connectInstanceArn, tableName, users } = description;

    const outputs = await deployStack({
      endpoint,
      region,
      credentials: local.credentials,
      configuration: { userPoolId, connectInstanceArn, existingTableName: tableName },
      onLine: () => {},
      signal: new AbortController().signal,
    });
    for (const client of Object.values(clients)) client.destroy();
    const again = describeEnvironment(local, connectInstanceArn, { UserPoolClientId: userPoolClientId, ...outputs });
    stage = onStage(withClients({ local, deployMs, description: { ...again, users } }));

    // The table knows when the last pass of the sweep ended: the next one is due an hour later.
    clock.leap(HOUR_MS);

    expect(again.tableName).toBe(tableName);
    const [one, two] = [users[0]?.username, users[1]?.username];
    await stage.arrives(changed.destroyed, { Email: `${two}.new@example.com` });
    await stage.arrives(changed.attached, { Email: `${one}.new@example.com` });
    expect(await links()).toEqual(linkedBefore);
    const held = await cli('held', '--json');
    expect(JSON.parse(held.stdout)).toEqual({ held: [] });
    expect(held.exit).toBe(0);
  });
});

describe('a stack whose removal fails', () => {
  /** What an organisation adds to every role: IAM deletes no role while it has that. */
  const foreign = { RoleName: '', PolicyName: 'of-the-organisation' };
  const call = <Output>(service: string, operation: string, input: object) =>
    stage.local.cloud.call<Output>(service, operation, input, { kind: 'account' });
  const destroy = () => {
    const { endpoint, region, userPoolId, connectInstanceArn, tableName } = stage.description;
    return destroyStack({
      ...{ endpoint, region, credentials: stage.local.credentials },
      configuration: { userPoolId, connectInstanceArn, existingTableName: tableName },
      onLine: () => {},
      signal: new AbortController().signal,
    });
  };

  it('ends cdk destroy with an error that names the resource', async () => {
    const StackName = stackNameOf(stage.description);
    const { StackResourceSummaries } = await call<StackResources>('cloudformation', 'ListStackResources', {
      StackName,
    });
    const role = StackResourceSummaries.find(({ LogicalResourceId }) => /SyncWorkerRole/.test(LogicalResourceId));
    foreign.RoleName = role?.PhysicalResourceId ?? '';
    const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';
    await call('iam', 'PutRolePolicy', { ...foreign, PolicyDocument });
    expect((await cli('trigger', 'attach', '--apply')).exit).toBe(0);

    const error = await destroy().then(String, String);

    expect(error).toContain('cdk destroy ended with code 1');
    expect(error).toContain('Cannot delete entity, must delete policies first.');
    expect(error).toContain(`failed to delete: [${role?.LogicalResourceId}]`);
  });

  it('is named by status and by doctor, with what is gone and what to do', async () => {
    const stack = stackNameOf(stage.description);
    const [status, doctor] = [await cli('status'), await cli('doctor')];

    const finish = `aws cloudformation delete-stack --stack-name ${stack} --region eu-west-1`;
    const why = `aws cloudformation describe-stack-events --stack-name ${stack} --region eu-west-1`;
    expect(status.exit).toBe(3);
    expect(status.stderr.trimEnd().split('\n')).toEqual([
      `Stack ${stack} in eu-west-1 is in the state DELETE_FAILED: its resources may be missing. See why: ${why} Then finish the removal: ${finish}`,
      // Whichever of its calls is answered first.
      expect.stringMatching(/^[\w-]+:\w+ failed: (QueueDoesNotExist|ResourceNotFoundException), HTTP 40[04]\.$/),
      expect.stringMatching(/^AWS says: /),
      'Check the account, the Region and the names on the command line. Whether a resource of the stack is missing: npx connect-sync doctor',
    ]);
    expect(doctor.exit).toBe(1);
    expect(doctor.stdout).toContain(`Stack ${stack} is in the state DELETE_FAILED: its removal is not finished`);
    expect(doctor.stdout).toContain('A queue of the stack is gone (QueueDoesNotExist).');
    expect(doctor.stdout).toContain(
      `Empty the trigger slots first (connect-sync trigger detach). See why it failed (${why})`,
    );
    expect(doctor.stdout).toContain(`    ${finish}\n`);
  });

  it('has its trigger detached all the same', async () => {
    const { exit, stderr } = await cli('trigger', 'detach', '--apply');

    expect(exit, stderr).toBe(0);
    expect(await triggersOf()).toEqual({});
  });

  it('is gone after a second cdk destroy, once the policy is taken off the role', async () => {
    await call('iam', 'DeleteRolePolicy', foreign);

    await destroy();

    expect(await call('cloudformation', 'DescribeStacks', {})).toEqual({ Stacks: [] });
  });
});

interface StackResources {
  readonly StackResourceSummaries: readonly {
    readonly LogicalResourceId: string;
    readonly PhysicalResourceId: string;
  }[];
}
