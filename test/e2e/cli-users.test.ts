import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople, type SeededUser } from '../../local/seed.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { type Deployed, deploy, eventually, identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';
import { CTRL_C, hasScript, runOnTerminal } from '../support/pty.ts';
import { updatePool } from '../support/user-pools.ts';

let deployed: Deployed;
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'connect-sync-users-'));
  deployed = await deploy(numberedPeople(2), { configuration: { identityManagementType: 'CONNECT_MANAGED' } });
});
afterAll(async () => {
  await deployed?.close();
  await rm(cwd, { recursive: true, force: true });
});

/** With a wait for the worker that only ends a hang: the default is for people. */
const patient = (args: readonly string[]): readonly string[] =>
  /^(release|sync|link) .*--apply(?!.*--wait)/.test(args.join(' ')) ? [...args, '--wait', '600'] : args;
const cli = async (...args: string[]): Promise<CliResult> => {
  const result = await runCli(patient(args), { ...deployed.description, cwd });
  // No answer has an address or a name of a person.
  expect(result.stdout + result.stderr).not.toMatch(/@example|Walker|Newman/);
  return result;
};
const userOf = (index: number) => {
  const user = deployed.description.users[index];
  if (user === undefined) throw new Error('Seed more people.');
  return user;
};

/** The id of the first held value of a plan of `release`. */
const holdOf = ({ stdout }: CliResult): string => JSON.parse(stdout).held[0].holdId;

/** An agent in Connect, and then a user of the same name in the pool, with another address. */
async function hire(username: string, lastName: string) {
  const [agent] = deployed.local.services.connect.seedUsers([
    { Username: username, IdentityInfo: { FirstName: 'Old', LastName: lastName, Email: `${username}@example.com` } },
  ]);
  const { User } = await deployed.clients.cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: deployed.description.userPoolId,
      Username: username,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries({
        given_name: 'New',
        family_name: lastName,
        email: `${username}@example.org`,
        email_verified: 'true',
      }).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  return { sub, username, connectUserId: agent?.Id ?? '' };
}

/** What a command calls, by operation; without the poll of the worker's queue, and the records that CloudTrail puts itself. */
async function callsOf(...args: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const count = async () =>
    Object.entries((await deployed.stats()).calls).flatMap(([name, counts]): [string, number][] =>
      /^(sqs\.ReceiveMessage|events\.PutEvents)$/.test(name)
        ? []
        : [[name, Object.values(counts).reduce((sum, one) => sum + one, 0)]],
    );
  await quiet(deployed);
  const before = new Map(await count());
  await runCli(args, { ...deployed.description, cwd });
  const calls = (await count()).map(([name, made]): [string, number] => [name, made - (before.get(name) ?? 0)]);
  return Object.fromEntries(calls.filter(([, made]) => made > 0));
}

describe('connect-sync show and explain', () => {
  /** To find the deployment, and to see whose table it is. */
  const PLACE = { 'cloudformation.DescribeStacks': 2 };

  it.each([
    ['user name', ({ username }: SeededUser) => username],
    ['sub', ({ sub }: SeededUser) => sub],
  ])('read a user whom a %s names by few calls: the row, Cognito, Connect and the settings', async (_, nameOf) => {
    const name = nameOf(userOf(0));

    expect(await callsOf('show', name)).toEqual({
      ...PLACE,
      'cognito-idp.ListUsers': 1,
      'connect.DescribeUser': 1,
      'lambda.GetFunctionConfiguration': 1,
      // The owner of the table, the row, and the rate limit.
      'dynamodb.GetItem': 3,
      'dynamodb.UpdateItem': 2,
    });
    expect(await callsOf('explain', name)).toEqual({
      ...PLACE,
      'cognito-idp.ListUsers': 1,
      'dynamodb.GetItem': 2,
      'sqs.GetQueueAttributes': 3,
    });
  });
});

describe('connect-sync status, held, explain and release', () => {
  it('find everybody in order', async () => {
    const [status, held, explained] = [await cli('status'), await cli('held'), await cli('explain', userOf(0).sub)];

    expect([status.exit, held.exit, explained.exit]).toEqual([0, 0, 0]);
    expect(status.stdout).toMatch(/^Users: 2, last reconciled: /);
    expect(held.stdout).toBe('Nothing is held.\n');
    expect(explained.stdout).toContain(`Connect user     ${userOf(0).connectUserId}, linked`);
  });

  it('tell of an address that is held, and why, and let it through', async () => {
    const { sub, username, connectUserId } = await hire('new.agent', 'Newman');
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const [status, held, explained] = [
      await cli('status', '--json'),
      await cli('held', '--json'),
      await cli('explain', username),
    ];
    expect([status.exit, held.exit, explained.exit]).toEqual([1, 1, 1]);
    expect(JSON.parse(status.stdout)).toMatchObject({ inOrder: false, users: 3, attention: [{ sub, status: 'held' }] });
    expect(JSON.parse(held.stdout)).toMatchObject({
      held: [{ sub, connectUserId, field: 'Email', reason: 'first-email', advice: expect.stringContaining('release') }],
    });
    expect(explained.stdout).toContain('  held             Email: first-email, hold ');
    expect(explained.stdout).toContain(`check the link, then: connect-sync release ${sub}.`);

    const planned = await cli('release', username, '--json');
    expect(planned.exit).toBe(1);
    expect(planned.stderr).toContain(`User ${username}, sub ${sub}\n`);
    expect(planned.stderr).toContain('nothing was written');
    const hold = holdOf(planned);
    expect(JSON.parse(planned.stdout)).toMatchObject({ username, held: [{ field: 'Email', cognito: 'same' }] });
    expect(JSON.parse(held.stdout).held[0].holdId).toBe(hold);

    // The one command that shows values, to those who may read both sides.
    const shown = await runCli(['show', username], { ...deployed.description, cwd });
    expect(shown.exit).toBe(1);
    expect(shown.stdout).toMatch(/^user name +new\.agent +new\.agent$/m);
    expect(shown.stdout).toMatch(
      /^Email +new\.agent@example\.org +new\.agent@example\.com +stays: first-email, hold /m,
    );
    expect(shown.stdout).toContain(hold);

    const blind = await cli('release', username, '--apply');
    const wrong = await cli('release', username, '--apply', '--hold', 'AAAAAAAA');
    expect([blind.exit, wrong.exit]).toEqual([2, 1]);
    expect(wrong.stderr).toContain(`Held now: Email ${hold}.`);
    expect(await rowOf(deployed, sub)).not.toHaveProperty('releases');
    expect(identityOf(deployed, connectUserId).Email).toBe('new.agent@example.com');

    const released = await cli('release', username, '--hold', hold, '--apply', '--json');
    expect(released.exit).toBe(0);
    expect(JSON.parse(released.stdout)).toMatchObject({
      applied: true,
      concluded: true,
      fields: [{ field: 'Email', became: 'written' }],
      user: { sub, status: 'written', firstEmail: false, change: { cause: 'operator' }, released: { fields: [] } },
    });
    expect(identityOf(deployed, connectUserId)).toEqual({
      FirstName: 'New',
      LastName: 'Newman',
      Email: 'new.agent@example.org',
    });
    expect(await rowOf(deployed, sub)).not.toHaveProperty('releases');
    expect((await cli('explain', sub)).stdout).toMatch(/released by +arn:aws:/);
    expect((await cli('status')).exit).toBe(0);

    const again = await cli('release', username, '--apply');
    expect(again).toMatchObject({ exit: 1, stdout: '' });
    expect(again.stderr).toContain('There is no value of this user that is held: its status is written.\n');
  });
});

describe('connect-sync sync', () => {
  it('has the worker look at one user', async () => {
    const { sub, username } = userOf(1);

    const planned = await cli('sync', username);
    const synced = await cli('sync', username, '--apply');

    expect([planned.exit, synced.exit]).toEqual([1, 0]);
    expect(await rowOf(deployed, sub)).toMatchObject({ status: 'unchanged', cause: 'operator' });
  });

  it('does not wait longer than its option says, and reports an unknown user', async () => {
    const impatient = await cli('sync', userOf(1).sub, '--apply', '--wait', '0');
    const missing = await cli('sync', 'missing', '--apply');

    expect([impatient.exit, missing.exit]).toEqual([1, 2]);
    expect(impatient.stderr).toContain('The worker has not concluded within 0 s.');
    expect(missing.stderr).toContain('There is no such user');
  });
});

describe.skipIf(!hasScript())(
  `release for many at a terminal${hasScript() ? '' : ' (not run: no script of util-linux)'}`,
  () => {
    const QUESTION = 'to go on: ';
    const RELEASE = ['release', '--reason', 'first-email', '--domain', 'example.org', '--apply'];
    const answer = (keys: string) =>
      runOnTerminal(RELEASE, { ...deployed.description, cwd, typed: [{ after: QUESTION, keys }] });

    it('writes nothing at Ctrl-C and at a wrong number, and releases at the right one', async () => {
      const people = [await hire('pty.one', 'Newman'), await hire('pty.two', 'Newman')];
      for (const { sub } of people) await rowOf(deployed, sub, ({ status }) => status === 'held');
      await quiet(deployed);

      const interrupted = await answer(CTRL_C);
      const wrong = await answer('3\r');
      const statuses = await Promise.all(people.map(({ sub }) => rowOf(deployed, sub)));

      expect(interrupted.exit).toBe(130);
      expect(interrupted.shown).toContain('Interrupted; nothing was written.');
      expect(wrong.exit).toBe(1);
      expect(wrong.shown).toContain('Received "3", but the plan is for 2; nothing was written.');
      expect(statuses.map(({ status, releases }) => [status, releases])).toEqual([
        ['held', undefined],
        ['held', undefined],
      ]);

      const right = await answer('2\r');

      expect(right.exit).toBe(0);
      expect(right.shown).toContain('Done: 2 of 2');
      for (const { username, connectUserId } of people)
        await eventually('the address', () => identityOf(deployed, connectUserId).Email === `${username}@example.org`);
    });

    it.each([80, 40])('fits what it shows into %i columns, but for ids and commands to paste', async (columns) => {
      const { sub } = await hire(`pty.${columns}`, 'Newman');
      await rowOf(deployed, sub, ({ status }) => status === 'held');

      const { exit, shown } = await runOnTerminal(['held'], { ...deployed.description, cwd, columns });

      const lines = stripVTControlCharacters(shown).split(/\r?\n/);
      expect(exit).toBe(1);
      expect(lines.some((line) => line.includes('first-email'))).toBe(true);
      expect((await cli('release', '--reason', 'first-email', '--apply', '--yes', '1')).exit).toBe(0);
      await rowOf(deployed, sub, ({ status }) => status === 'written');
      const long = lines.filter((line) => line.length > columns);
      expect(long.filter((line) => !/npx connect-sync|connect-sync release|[0-9a-f-]{36}/.test(line))).toEqual([]);
    });
  },
);

describe('connect-sync link and unlink', () => {
  it('link by hand where strangers may sign up, and unlink', async () => {
    await updatePool(deployed, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } });
    await quiet(deployed);
    // A running worker knows the settings of the pool for a minute.
    const workers = () => deployed.local.services.lambda.admin.processIds(deployed.description.functions.syncWorker);
    for (const pid of workers()) process.kill(pid, 'SIGKILL');
    // A message that is handed to a dying worker would come back by its visibility timeout only.
    await eventually('the workers to be gone', () => workers().length === 0);
    const { sub, username, connectUserId } = await hire('walk.in', 'Walker');
    // The worker asks Connect nothing for a stranger: the lists of the sweep show who has a namesake.
    await sweep(deployed);
    await rowOf(deployed, sub, ({ reason }) => reason === 'open-sign-up');

    const held = await cli('held');
    const released = await cli('release', username, '--apply');
    expect([held.exit, released.exit]).toEqual([1, 1]);
    expect(held.stdout).toMatch(new RegExp(`${sub} +${connectUserId}\\? +\\(link\\) +- +open-sign-up`));
    expect(released.stderr).toMatch(/connect-sync link [0-9a-f-]{36} /);

    expect((await cli('link', username, 'Walk.In')).stderr).toContain(
      'Connect has no user with exactly this user name',
    );
    const planned = await cli('link', username, 'walk.in');
    expect(planned).toMatchObject({ exit: 1, stdout: `+ ${sub} -> ${connectUserId}\n` });
    const linked = await cli('link', username, connectUserId, '--apply');
    expect(linked.exit).toBe(1);
    expect(linked.stdout).toContain('Email: first-email');
    expect(identityOf(deployed, connectUserId)).toMatchObject({ FirstName: 'New', Email: 'walk.in@example.com' });

    const settled = await cli('release', sub, '--apply', '--hold', holdOf(await cli('release', sub, '--json')));
    expect(settled.exit).toBe(0);
    expect(identityOf(deployed, connectUserId).Email).toBe('walk.in@example.org');
    expect((await cli('link', username, connectUserId, '--apply')).stderr).toContain('nothing to do');
    expect((await cli('status')).exit).toBe(0);

    const shown = await cli('unlink', username);
    const unlinked = await cli('unlink', username, '--apply');
    expect([shown.exit, unlinked.exit]).toEqual([1, 0]);
    expect(await rowOf(deployed, sub)).not.toHaveProperty('connectUserId');
    expect(identityOf(deployed, connectUserId).Email).toBe('walk.in@example.org');
    const synced = await cli('sync', username, '--apply');
    expect(synced.exit).toBe(1);
    expect(synced.stdout).toContain('held, open-sign-up');
  });

  it('take a Connect user from another Cognito user only with a flag', async () => {
    const [owner, other] = [userOf(0), await hire('second.walk.in', 'Walker')];
    await sweep(deployed);
    await rowOf(deployed, other.sub, ({ reason }) => reason === 'open-sign-up');

    const refused = await cli('link', other.username, owner.connectUserId, '--apply');
    const taken = await cli('link', other.username, owner.connectUserId, '--replace-claim', '--apply', '--json');

    expect([refused.exit, taken.exit]).toEqual([1, 1]);
    expect(refused.stderr).toContain(`${owner.connectUserId} is linked to ${owner.sub}.`);
    expect(JSON.parse(taken.stdout)).toMatchObject({
      sub: other.sub,
      unlinks: owner.sub,
      concluded: true,
      user: { connectUserId: owner.connectUserId, status: 'held', withheld: [{ reason: 'first-email' }] },
    });
    const row = await eventually('the former owner to be told', () =>
      rowOf(deployed, owner.sub, ({ status }) => status === 'held'),
    );
    expect(row).toMatchObject({ reason: 'open-sign-up' });
    expect(row).not.toHaveProperty('connectUserId');
  });

  it('link and release many by one command each, and leave out what cannot be done', async () => {
    const [one, two] = [await hire('many.one', 'Newman'), await hire('many.two', 'Newman')];
    await sweep(deployed);
    for (const { sub } of [one, two]) await rowOf(deployed, sub, ({ reason }) => reason === 'open-sign-up');
    await writeFile(
      join(cwd, 'pairs.csv'),
      '\uFEFFuser;connect-user\nmany.one;many.one\nmany.two;many.two\nnobody;many.two\n',
    );

    const planned = await cli('link', '--from', 'pairs.csv');
    const miscounted = await cli('link', '--from', 'pairs.csv', '--apply', '--yes', '3');
    const linked = await cli('link', '--from', 'pairs.csv', '--apply', '--yes', '2', '--json');
    expect([planned.exit, miscounted.exit, linked.exit]).toEqual([1, 1, 0]);
    expect(planned.stdout).toContain('To do: 2 of 3');
    expect(JSON.parse(linked.stdout)).toMatchObject({ applied: true, done: 2, failed: [] });
    for (const { sub } of [one, two])
      await rowOf(deployed, sub, ({ withheld }) => JSON.stringify(withheld).includes('first-email'));
    await quiet(deployed);

    const [held] = [await cli('held', '--json')];
    const holds: readonly { sub: string; holdId: string }[] = JSON.parse(held.stdout).held;
    const rows = [one, two].map(({ sub }) => `${sub},${holds.find((hold) => hold.sub === sub)?.holdId}`);
    await writeFile(join(cwd, 'holds.csv'), ['sub,hold', ...rows, `${one.sub},AAAAAAAA`].join('\n'));
    const released = await cli('release', '--from', 'holds.csv', '--reason', 'first-email', '--apply', '--yes', '2');
    expect(released.exit).toBe(0);
    expect(released.stdout).toContain('Done: 2 of 2');
    for (const { sub, username, connectUserId } of [one, two]) {
      await rowOf(deployed, sub, ({ status }) => status === 'written');
      expect(identityOf(deployed, connectUserId).Email).toBe(`${username}@example.org`);
    }
  });
});
