import { describe, expect, it } from 'vitest';
import { AGENT_MARY, message, NOW, OTHER_SUB, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A principal of the account may send to the queue, and wants to say what is written, to whom, or to spoil the rest. */
const CHANGE = {
  v: 1,
  userPoolId: 'eu-central-1_EXAMPLE00',
  sub: SUB,
  cause: 'cloudtrail',
  eventId: 'e',
  occurredAt: NOW,
};
const forged = (members: object) => message('forged', {}, { body: JSON.stringify({ ...CHANGE, ...members }) });
const reasonOf = ({ recorder }: ReturnType<typeof startWorker>) =>
  recorder.argsOf('messages.deadLetter').map(([dead]) => Object(dead).reason);

describe('a sender of forged messages', () => {
  it.each([
    ['values beside the user', { attributes: { email: 'mallory@example.com' } }],
    ['a link', { connectUserId: 'agent-peter' }],
    ['a release', { releases: { Email: { salt: 's', hash: 'h' } } }],
    ['another version', { v: 2 }],
    ['a user name for a sub', { sub: 'mary.user' }],
    ['a key of the table for a sub', { sub: `${SUB}#claim` }],
    ['a list for a sub', { sub: [SUB, OTHER_SUB] }],
    ['a cause of its own', { cause: 'root' }],
    ['an event id with a line feed', { eventId: 'a\nb' }],
    ['a time before all times', { occurredAt: -1 }],
    ['a time that is no number', { occurredAt: 'now' }],
    ['another constructor', { constructor: { sub: OTHER_SUB } }],
  ])('says nothing by %s: the message is given up, with no word of it in the log', async (_, members) => {
    const world = startWorker();

    // Not `deliver`: the dead letter keeps the words of its sender.
    const response = await world.handle(forged(members));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(reasonOf(world)).toEqual(['malformed-message']);
    expect([world.writes(), world.calls('pool')]).toEqual([[], []]);
    expect(JSON.stringify(world.logger.lines)).not.toMatch(/mallory|mary/);
  });

  it.each(['', 'null', '[]', '"x"', '{', `{"v":1,"v":1}`, 'mary.jones@example.com'])(
    'says nothing by a body that is no change: %s',
    async (body) => {
      const world = startWorker();

      await world.handle(message('forged', {}, { body }));

      expect(reasonOf(world)).toEqual(['malformed-message']);
      expect(JSON.stringify(world.logger.lines)).not.toMatch(/mary/);
    },
  );

  it('cannot have a user of another pool written', async () => {
    const world = startWorker();

    await world.deliver(forged({ userPoolId: 'eu-central-1_ANOTHER00' }));

    expect(reasonOf(world)).toEqual(['another-user-pool']);
    expect(world.writes()).toEqual([]);
  });

  it('does not delay other users of the batch', async () => {
    const world = startWorker();

    await world.deliver(forged({ v: 2 }), message('m2'));

    expect(world.directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Jones' });
  });

  it('gets only Cognito’s values written, with any invented cause and time', async () => {
    const { deliver, directory } = startWorker();

    await deliver(forged({ cause: 'operator', occurredAt: NOW + 9e9 }));

    expect(directory.users.get('agent-mary')?.identity).toEqual({
      ...AGENT_MARY.identity,
      LastName: 'Jones',
      Email: 'mary.jones@example.com',
    });
  });

  it('cannot block a later change by a time in the future', async () => {
    const { deliver, pool, directory, clock } = startWorker();
    await deliver(forged({ occurredAt: NOW + 9e9 }));
    const mary = pool.users.get(SUB);
    clock.advance(60_000);
    if (mary) pool.users.set(SUB, { ...mary, attributes: { ...mary.attributes, family_name: 'Miller' } });

    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Miller' });
  });
});
