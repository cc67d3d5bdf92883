import { describe, expect, it } from 'vitest';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/**
 * A mailbox of Mary's has been taken over, and an administrator has replaced the address in Connect. Who has the mailbox
 * changes a name in Cognito: reads of Connect still show the old address, and a write of the whole identity would send it back.
 */
const OLD = 'mary.smith@example.com';
const SAFE = 'mary.safe@example.com';
const UNVERIFIED = [maryWith({ email_verified: 'false' })];

/** Connect shows the old address for as long as a test says, whatever it holds. */
function startStale(given: Parameters<typeof startWorker>[0]) {
  const world = startWorker(given);
  let stale = true;
  let shown = OLD;
  const show = (address: string) => {
    shown = address;
  };
  const catchUp = () => {
    stale = false;
  };
  const { describeUser } = world.directory;
  Object.assign(world.directory, {
    describeUser: async (id: string) => {
      const user = await describeUser(id);
      return user && stale ? { ...user, identity: { ...user.identity, Email: shown } } : user;
    },
  });
  world.directory.users.set('agent-mary', { ...AGENT_MARY, identity: { ...AGENT_MARY.identity, Email: SAFE } });
  const look = (id: string, minutes: number, receiveCount = 1) => {
    world.clock.advance(minutes * MINUTE);
    return world.deliver(message(id, {}, { receiveCount }));
  };
  return { ...world, look, catchUp, show };
}

describe('a stranger who wants an old address back', () => {
  it.each([
    ['an address that Cognito does not vouch for', { users: UNVERIFIED }],
    ['no address where there was one', { users: [maryWith({ email: undefined })], row: { ...LINKED, hadEmail: true } }],
  ])('does not get it by a name, beside %s', async (_, given) => {
    const { look, catchUp, directory } = startStale(given);

    await look('m1', 0);
    expect(directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Smith', Email: SAFE });
    catchUp();
    await look('m1', 2, 2);
    await look('m1', 2, 3);

    expect(directory.users.get('agent-mary')?.identity).toMatchObject({ LastName: 'Jones', Email: SAFE });
  });

  it('does not get it by many changes within the two minutes', async () => {
    const { look, writes } = startStale({ users: UNVERIFIED });

    await look('m1', 0);
    for (let receives = 2; receives < 6; receives += 1) await look('m1', 0.3, receives);

    expect(writes()).toEqual([]);
  });

  it('does not get it by a first read that is too old', async () => {
    const { look, writes } = startStale({ users: UNVERIFIED });

    await look('m1', 0);
    await look('m1', 61, 2);

    expect(writes()).toEqual([]);
  });

  it('does not get it where two reads show two addresses', async () => {
    const { look, show, writes } = startStale({ users: UNVERIFIED });

    show('mary.between@example.com');
    await look('m1', 0);
    show(OLD);
    await look('m1', 2, 2);

    expect(writes()).toEqual([]);
  });

  it('does not get it where only what changes is sent', async () => {
    const { look, writes } = startStale({ users: UNVERIFIED, policy: { identityUpdate: 'changed' } });

    await look('m1', 0);

    expect(writes()).toEqual([{ FirstName: 'Mary', LastName: 'Jones' }]);
  });

  it('does not keep a name from arriving: once two reads two minutes apart agree, it is written', async () => {
    const { look, writes, table } = startStale({ users: UNVERIFIED });

    await look('m1', 0);
    await look('m1', 2, 2);

    expect(writes()).toHaveLength(1);
    expect(table.rows.get(SUB)).toMatchObject({ changed: ['LastName'] });
  });
});
