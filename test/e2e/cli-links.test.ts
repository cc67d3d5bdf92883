import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';
import { updatePool } from '../support/user-pools.ts';
import { cli, cwd, deployed, hire, holdOf, userOf, useTwoPeople } from '../support/users-stage.ts';

useTwoPeople();

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
      '\uFEFFuser;connect-user\nmany.one;many.one\nmany.two;many.two\nmissing;many.two\n',
    );

    const planned = await cli('link', '--from', 'pairs.csv');
    const miscounted = await cli('link', '--from', 'pairs.csv', '--apply', '--yes', '3');
    const linked = await cli('link', '--from', 'pairs.csv', '--apply', '--yes', '2', '--json');
    // There is no user of the name missing.
    expect([planned.exit, miscounted.exit, linked.exit]).toEqual([1, 1, 1]);
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
    expect(released.exit).toBe(1);
    expect(released.stdout).toContain('Done: 2 of 2');
    for (const { sub, username, connectUserId } of [one, two]) {
      await rowOf(deployed, sub, ({ status }) => status === 'written');
      expect(identityOf(deployed, connectUserId).Email).toBe(`${username}@example.org`);
    }
  });
});
