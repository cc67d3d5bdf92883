import { describe, expect, it } from 'vitest';
import { eventually, identityOf, leapWhileIdle, queued, quiet, rowOf, sweep } from '../support/deployed.ts';
import {
  answer,
  ask,
  clock,
  deployed,
  idle,
  paste,
  plants,
  redeploy,
  seedAgent,
  useSituations,
} from '../support/situation-stage.ts';

const MINUTE_MS = 60_000;
useSituations();

describe('explain, in this situation, names the cause and a command that works when pasted', () => {
  it('unlinked', async () => {
    const sub = await deployed.create('not.yet', {});
    await rowOf(deployed, sub, ({ status }) => status === 'unlinked');
    await quiet(deployed);

    const { commands, exit } = await ask('unlinked', 'explain', 'not.yet');

    expect(exit).toBe(1);
    expect(commands).toEqual([['sync', sub, '--apply']]);
    const agentId = seedAgent('not.yet');
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, agentId)).toMatchObject({ FirstName: 'New', LastName: 'Person' });
  });

  it('claimed by another', async () => {
    const agentId = seedAgent('desk.one');
    await deployed.create('substitute', {});
    expect((await paste(['link', 'substitute', agentId, '--apply'])).exit).toBe(0);
    const sub = await deployed.create('desk.one', {});
    await rowOf(deployed, sub, ({ status }) => status === 'ambiguous');
    await quiet(deployed);

    const { commands, exit } = await ask('claimed-by-another', 'explain', 'desk.one');

    expect(exit).toBe(1);
    expect(commands).toEqual([['link', sub, agentId, '--replace-claim', '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(await rowOf(deployed, sub)).toMatchObject({ connectUserId: agentId });
  });

  it('first e-mail', async () => {
    const agentId = seedAgent('new.agent');
    const sub = await deployed.create('new.agent', { email: 'new.agent@example.org', email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('first-e-mail', 'explain', 'new.agent');

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, agentId).Email).toBe('new.agent@example.org');
  });

  it('protected', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    const { admin } = deployed.local.services.connect;
    admin.settings({ securityProfileIds: 'omitted' });
    await deployed.adminUpdate(username, { email: `new.${username}@example.com`, email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('protected', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    admin.settings({ securityProfileIds: 'shown' });
    expect(identityOf(deployed, connectUserId).Email).toBe(`new.${username}@example.com`);
  });

  it('domain', async () => {
    const { username, sub } = deployed.nextPerson();
    await deployed.adminUpdate(username, { email: `${username}@elsewhere.example`, email_verified: 'true' });
    await rowOf(deployed, sub, ({ status }) => status === 'rejected');
    await quiet(deployed);

    const { commands, exit } = await ask('domain', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['show', sub]]);
    expect((await paste(commands[0])).stdout).toContain(`${username}@elsewhere.example`);
  });

  it('pending verification', async () => {
    const username = 'unverified';
    seedAgent(username);
    const sub = await deployed.create(username, { email: 'unverified@example.org' });
    // An address that is not verified is read twice, two minutes apart.
    await rowOf(deployed, sub, ({ connectUserId }) => connectUserId !== undefined);
    await idle();
    clock.leap(3 * MINUTE_MS);
    await rowOf(deployed, sub, ({ status }) => status === 'waiting');
    await idle();
    clock.leap(3 * MINUTE_MS);
    await quiet(deployed);

    const { commands, exit } = await ask('pending-verification', 'explain', username);

    expect(exit).toBe(0);
    expect(commands).toEqual([['show', sub]]);
    expect((await paste(commands[0])).stdout).toContain('email-not-verified');
  });

  it('budget', async () => {
    clock.leap(61 * MINUTE_MS);
    const people = Array.from({ length: 5 }, () => deployed.nextPerson());
    for (const { username, sub, connectUserId } of people) {
      await deployed.adminUpdate(username, { email: `moved.${username}@example.com`, email_verified: 'true' });
      if (sub !== people.at(-1)?.sub) await deployed.arrives(connectUserId, { Email: `moved.${username}@example.com` });
    }
    const { username = '', sub = '', connectUserId = '' } = people.at(-1) ?? {};
    await rowOf(deployed, sub, ({ status }) => status === 'held');
    await quiet(deployed);

    const { commands, exit } = await ask('budget', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['release', sub, '--hold', expect.stringMatching(/^\w{8}$/), '--apply']]);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).Email).toBe(`moved.${username}@example.com`);
  });

  it('Connect refuses', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    // The whole identity, then the names by themselves.
    await answer({ operation: 'UpdateUserIdentityInfo', times: 2, status: 400, code: 'InvalidParameterException' });
    await deployed.adminUpdate(username, { family_name: 'Refused' });
    await rowOf(deployed, sub, ({ status }) => status === 'rejected');
    await quiet(deployed);

    const { commands, exit } = await ask('connect-refuses', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['sync', sub, '--apply']]);
    await answer();
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Refused');
  });

  it('no permission', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 403, code: 'AccessDeniedException' });
    await deployed.adminUpdate(username, { family_name: 'Denied' });
    await rowOf(deployed, sub, ({ lastTry }) => lastTry !== undefined);

    const { commands, exit, stdout } = await ask('no-permission', 'explain', username);

    expect(exit).toBe(1);
    expect(stdout).toContain('for connect:DescribeUser');
    expect(commands).toEqual([['sync', sub, '--apply']]);
    expect(stdout).toContain(`    npx cdk deploy && npx connect-sync sync ${sub} --apply\n`);
    await redeploy();
    await answer();
    clock.leap(15 * MINUTE_MS);
    expect((await paste(commands[0])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Denied');
  });

  it('record lost', async () => {
    await quiet(deployed);
    await sweep(deployed);
    await quiet(deployed);
    const { username, sub, connectUserId } = deployed.nextPerson();
    const { admin } = deployed.local.services.cloudtrail;
    admin.settings({ lose: 1 });
    await deployed.adminUpdate(username, { family_name: 'Lost' });
    admin.settings({ lose: 0 });
    clock.leap(16 * MINUTE_MS);
    await quiet(deployed);

    const { commands, exit } = await ask('record-lost', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toContainEqual(['sync', sub, '--apply']);
    expect((await paste(['sync', sub, '--apply'])).exit).toBe(0);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Lost');
  });

  it('throttled for an hour', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 429, code: 'TooManyRequestsException' });
    await deployed.adminUpdate(username, { family_name: 'Late' });
    // The row has the try before the message is put off: time passes again and again until it is due.
    await eventually('an hour of tries', async () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      const { lastTry } = await rowOf(deployed, sub);
      return (lastTry?.at ?? 0) - (lastTry?.since ?? Number.POSITIVE_INFINITY) > 60 * MINUTE_MS;
    });

    const { commands, exit } = await ask('throttled', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toEqual([['doctor']]);
    const takeOut = await plants.lowQuota();
    expect((await paste(commands[0])).stdout).toMatch(/^problem +quotas /m);
    await takeOut();
    await answer();
    // A change of this user that was put off must not meet the refusals of the next case.
    await eventually('the name, and an empty queue', () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      const isEmpty = Object.values(queued(deployed)).every((count) => count === 0);
      return isEmpty && identityOf(deployed, connectUserId).LastName === 'Late';
    });
  });

  it('dead letter', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', status: 400, code: 'InvalidRequestException' });
    await deployed.adminUpdate(username, { family_name: 'Dead' });
    const dead = () =>
      deployed.local.services.sqs.stats()[deployed.description.deadLetterQueueUrl.split('/').at(-1) ?? ''];
    await eventually('a dead letter', () => {
      leapWhileIdle(deployed, clock, MINUTE_MS);
      return (dead()?.visible ?? 0) > 0;
    });
    await quiet(deployed);

    const { commands, exit } = await ask('dead-letter', 'explain', username);

    expect(exit).toBe(1);
    expect(commands).toContainEqual(['redrive', '--sub', sub, '--apply']);
    await answer();
    expect((await paste(['redrive', '--sub', sub, '--apply'])).exit).toBe(0);
    await deployed.arrives(connectUserId, { LastName: 'Dead' });
  });
});
