import { tmpdir } from 'node:os';
import { AdminCreateUserCommand, AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { UpdateUserIdentityInfoCommand } from '@aws-sdk/client-connect';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { runCli } from '../support/cli.ts';
import { type Deployed, deploy, eventually, identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';

const clock = createLeapingClock();

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy(numberedPeople(4), { clock, weather: { level: 'mild', seed: 1 } });
  await quiet(deployed);
});
afterAll(() => deployed?.close());

const trail = (settings: object) => deployed.local.services.cloudtrail.admin.settings(settings);
afterEach(() => void trail({ lose: 0 }));

const renameUnseen = async (username: string, family_name: string) => {
  trail({ lose: 1 });
  const { userPoolId: UserPoolId } = deployed.description;
  const UserAttributes = [{ Name: 'family_name', Value: family_name }];
  await deployed.clients.cognito.send(
    new AdminUpdateUserAttributesCommand({ UserPoolId, Username: username, UserAttributes }),
  );
};
const person = (index: number) => {
  const found = deployed.description.users[index];
  if (found === undefined) throw new Error('Seed more people.');
  return found;
};
const lastNameOf = (connectUserId: string) => identityOf(deployed, connectUserId).LastName;

it('runs by itself once it is deployed', async () => {
  const pass = await eventually('the first pass', () =>
    deployed.logLines('sweep').find(({ message }) => message === 'sweep finished'),
  );

  expect(pass).toMatchObject({ level: 'INFO', service: 'sweep', left: 0 });
});

it('finds a change whose record CloudTrail has lost', async () => {
  const { username, sub, connectUserId } = person(0);
  await renameUnseen(username, 'Unnoticed');

  const pass = await sweep(deployed);

  expect(pass).toMatchObject({ why: { 'cognito-user-changed': 1 }, queued: 1 });
  await eventually('Connect to follow', () => lastNameOf(connectUserId) === 'Unnoticed');
  expect(await rowOf(deployed, sub, ({ cause }) => cause === 'sweep')).toMatchObject({ status: 'written' });
});

it('finds what was changed in Connect itself, and puts it right', async () => {
  const { connectUserId } = person(1);
  const InstanceId = deployed.description.connectInstanceId;
  // Seconds after the product has read this user: the times of both sides are compared to the second.
  clock.leap(2_000);
  await deployed.clients.connect.send(
    new UpdateUserIdentityInfoCommand({
      InstanceId,
      UserId: connectUserId,
      IdentityInfo: { ...identityOf(deployed, connectUserId), LastName: 'Elsewhere' },
    }),
  );

  const pass = await sweep(deployed);

  expect(pass).toMatchObject({ why: { 'connect-user-changed': 1 } });
  await eventually('Connect to have the name of Cognito', () => lastNameOf(connectUserId) === 'Number 2');
});

it('queues no user when all are in step, and reads no single user', async () => {
  await quiet(deployed);
  const before = (await deployed.stats()).calls;

  const pass = await sweep(deployed);

  expect(pass).toMatchObject({ users: 4, connectUsers: 4, queued: 0 });
  const { calls } = await deployed.stats();
  for (const call of ['cognito-idp.AdminGetUser', 'connect.DescribeUser']) expect(calls[call]).toEqual(before[call]);
  expect(calls['cognito-idp.ListUsers']).not.toEqual(before['cognito-idp.ListUsers']);
});

it('is asked for by connect-sync reconcile, which tells first who may differ', async () => {
  const cli = (...args: string[]) => runCli(args, { ...deployed.description, cwd: tmpdir() });
  const { username, sub, connectUserId } = person(3);
  await renameUnseen(username, 'Reconciled');

  const planned = await cli('reconcile');
  const unchanged = lastNameOf(connectUserId);
  const applied = await cli('reconcile', '--apply', '--json');

  expect(planned).toMatchObject({ exit: 1, stdout: expect.stringContaining(`${sub}  cognito-user-changed`) });
  expect(unchanged).toBe('Number 4');
  expect(applied.exit).toBe(1);
  expect(JSON.parse(applied.stdout)).toMatchObject({
    applied: true,
    candidates: [{ sub, why: 'cognito-user-changed' }],
  });
  await eventually('Connect to follow', () => lastNameOf(connectUserId) === 'Reconciled');
  await quiet(deployed);
  expect(await cli('reconcile')).toMatchObject({ exit: 0, stdout: expect.stringContaining('may differ: 0') });
});

it('finds a Connect user who is gone, and one who has come', async () => {
  const { services, cloud } = deployed.local;
  const { userPoolId: UserPoolId, connectInstanceId: InstanceId } = deployed.description;
  const gone = person(2);
  const { User } = await deployed.clients.cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: 'early.bird',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'given_name', Value: 'Early' },
        { Name: 'family_name', Value: 'Bird' },
      ],
    }),
  );
  const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  await rowOf(deployed, sub, ({ status }) => status === 'unlinked');
  await quiet(deployed);
  await cloud.call('connect', 'DeleteUser', { InstanceId, UserId: gone.connectUserId }, { kind: 'account' });
  const [agent] = services.connect.seedUsers([
    { Username: 'early.bird', IdentityInfo: { FirstName: 'Not', LastName: 'Yet' } },
  ]);

  const pass = await sweep(deployed);

  expect(pass).toMatchObject({ why: { 'connect-user-missing': 1, 'link-changed': 1 } });
  await eventually('the new Connect user to be linked', () => lastNameOf(agent?.Id ?? '') === 'Bird');
  await rowOf(deployed, sub, ({ connectUserId }) => connectUserId === agent?.Id);
});

it('reports names that differ in case only, which no rule links', async () => {
  const cli = (...args: string[]) => runCli(args, { ...deployed.description, cwd: tmpdir() });
  const { userPoolId: UserPoolId } = deployed.description;
  const { User } = await deployed.clients.cognito.send(
    new AdminCreateUserCommand({ UserPoolId, Username: 'quiet.person', MessageAction: 'SUPPRESS' }),
  );
  const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  const [agent] = deployed.local.services.connect.seedUsers([
    { Username: 'Quiet.Person', IdentityInfo: { FirstName: 'Quiet', LastName: 'Person' } },
  ]);
  await rowOf(deployed, sub, ({ status }) => status === 'unlinked');

  const pass = await sweep(deployed);

  expect(pass).toMatchObject({ otherCase: 1, way: 'whole-pool' });
  expect(JSON.stringify(pass).toLowerCase()).not.toContain('quiet');
  const status = await cli('status');
  expect(status).toMatchObject({ exit: 1, stdout: expect.stringContaining('in case only: 1.') });
  const planned = await cli('reconcile', '--json');
  expect(JSON.parse(planned.stdout).nearMisses.otherCase).toEqual([{ sub, connectUserId: agent?.Id }]);
});
