import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SeededUser } from '../../local/seed.ts';
import { runCli } from '../support/cli.ts';
import { eventually, identityOf, quiet, rowOf } from '../support/deployed.ts';
import { CTRL_C, hasScript, runOnTerminal } from '../support/pty.ts';
import { cli, cwd, deployed, hire, holdOf, userOf, useTwoPeople } from '../support/users-stage.ts';

useTwoPeople();

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
