import { describe, expect, it } from 'vitest';
import { AGENT_MARY, MINUTE, message, NOW, SUB, startWorker } from './fixture.ts';

/** Connect lower-cases names: it takes Jones, and shows jones. */
function startSpelling(modifiedAgoMs: number, given: Parameters<typeof startWorker>[0] = {}) {
  const world = startWorker(given);
  world.recorder.before('directory.describeUser', () => {
    const agent = world.directory.users.get('agent-mary');
    if (agent?.identity.LastName !== 'Jones') return;
    const identity = { ...agent.identity, LastName: 'jones' };
    world.directory.users.set('agent-mary', { ...agent, identity, modifiedAt: NOW + modifiedAgoMs });
  });
  const look = (id: string, minutes: number) => {
    world.clock.advance(minutes * MINUTE);
    return world.deliver(message(id, { cause: 'sweep', occurredAt: world.clock.now() }));
  };
  return { ...world, look };
}

it('a value that Connect keeps in another spelling is written once, and then reported', async () => {
  const { deliver, look, writes, table, logger } = startSpelling(1_000);
  await deliver(message('m1'));
  expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });

  await look('m2', 10);
  expect(writes()).toHaveLength(1);
  expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', reason: 'connect-keeps-another', changed: [] });
  expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', fields: { reason: 'connect-keeps-another' } });
});

it('a value that another writer has changed in Connect is written again', async () => {
  const { deliver, look, writes, table } = startSpelling(5 * MINUTE);
  await deliver(message('m1'));

  await look('m2', 10);

  expect(writes()).toHaveLength(2);
  expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
});

it('and an operator can have it tried once more', async () => {
  const { deliver, look, writes } = startSpelling(1_000);
  await deliver(message('m1'));
  await look('m2', 10);

  await deliver(message('m3', { cause: 'operator', occurredAt: NOW + 10 * MINUTE }));

  expect(writes()).toHaveLength(2);
});

it('and a hold stays a hold', async () => {
  const { deliver, look, table } = startSpelling(1_000, {
    row: { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE, firstEmail: true },
  });
  await deliver(message('m1'));
  const holds = table.rows.get(SUB)?.holds;

  await look('m2', 10);

  expect(table.rows.get(SUB)).toMatchObject({
    status: 'held',
    reason: 'connect-keeps-another',
    withheld: [{ field: 'Email', reason: 'first-email' }],
    holds,
  });
  expect(holds).toHaveProperty('Email');
});

it('a later change back in Connect does not count as the product’s own write', async () => {
  const { deliver, look, directory, writes, recorder } = startWorkerThatKeeps();
  await deliver(message('m1'));
  await look('m2', 10);
  recorder.before('directory.describeUser', () => {
    const agent = directory.users.get('agent-mary');
    if (agent) directory.users.set('agent-mary', { ...agent, identity: { ...agent.identity, LastName: 'Else' } });
  });

  await look('m3', 60);

  expect(writes()).toHaveLength(2);
});

/** Connect keeps what it is given, and the time at which it was given. */
function startWorkerThatKeeps() {
  const world = startWorker();
  const look = (id: string, minutes: number) => {
    const agent = world.directory.users.get('agent-mary');
    if (agent) world.directory.users.set('agent-mary', { ...agent, modifiedAt: NOW + 1_000 });
    world.clock.advance(minutes * MINUTE);
    return world.deliver(message(id, { cause: 'sweep', occurredAt: world.clock.now() }));
  };
  return { ...world, look };
}

describe('a Connect user who is shown without an identity', () => {
  const withoutIdentity = { ...AGENT_MARY, identity: {} };

  it('is read again later and not written: a write would clear the address and the number', async () => {
    const { deliver, directory, writes, table } = startWorker({ agents: [withoutIdentity] });

    const { batchItemFailures } = await deliver(message('m1'));
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ lastTry: { code: 'identity-not-shown' } });

    directory.users.set('agent-mary', AGENT_MARY);
    await deliver(message('m1', {}, { receiveCount: 2 }));
    expect(writes()).toEqual([{ ...AGENT_MARY.identity, LastName: 'Jones', Email: 'mary.jones@example.com' }]);
  });

  it('is written where people sign in by SAML: there, a user needs no name', async () => {
    const { deliver, writes } = startWorker({ agents: [withoutIdentity], type: 'SAML' });

    await deliver(message('m1'));

    expect(writes()).toEqual([{ FirstName: 'Mary', LastName: 'Jones' }]);
  });
});
