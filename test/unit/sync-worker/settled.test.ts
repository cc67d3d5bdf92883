import { describe, expect, it } from 'vitest';
import { AGENT_MARY, LINKED, MARY, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';

/** Connect shows what Cognito asks for. */
const IN_STEP = { ...AGENT_MARY, identity: { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.jones@example.com' } };

/** A worker that has read the agreement of both sides once, and how often it asks Connect about a user after that. */
async function startSettled(world: Parameters<typeof startWorker>[0] = {}) {
  const worker = startWorker({ agents: [IN_STEP], ...world });
  await worker.deliver(message('m0'));
  worker.clock.advance(10 * MINUTE);
  const asked = () => worker.recorder.argsOf('directory.describeUser').length - 1;
  return { ...worker, asked };
}

describe('sync-worker and a change that changes nothing', () => {
  it('concludes without a call to Connect while what was settled is what is asked for', async () => {
    const { deliver, asked, pool, table, clock, writes } = await startSettled();
    pool.users.set(SUB, maryWith({ locale: 'de' }, { modifiedAt: clock.now() }));

    await deliver(message('m1', { occurredAt: clock.now() }));

    expect(asked()).toBe(0);
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'unchanged',
      eventId: 'event-m1',
      syncedReadAt: clock.now(),
      cognitoModifiedAt: clock.now(),
      connectModifiedAt: AGENT_MARY.modifiedAt,
    });
  });

  it.each(['sweep', 'operator'] as const)(
    'asks Connect when the cause is %s, which doubts what is known',
    async (cause) => {
      const { deliver, asked, clock } = await startSettled();

      await deliver(message('m1', { cause, occurredAt: clock.now() }));

      expect(asked()).toBe(1);
    },
  );

  it.each([
    ['a name', maryWith({ family_name: 'Miller' })],
    ['an address', maryWith({ email: 'mary@example.com' })],
    ['the verification of the address', maryWith({ email_verified: 'false' })],
  ])('asks Connect after a change of %s', async (_, user) => {
    const { deliver, asked, pool, clock } = await startSettled();
    pool.users.set(SUB, user);

    await deliver(message('m1', { occurredAt: clock.now() }));

    expect(asked()).toBe(1);
  });

  it('asks Connect after a user was out of scope: meanwhile nothing was compared', async () => {
    const policy = { scope: { kind: 'attribute', attribute: 'custom:team', equals: 'desk' } };
    const onDesk = maryWith({ 'custom:team': 'desk' });
    const { deliver, asked, pool, clock, table } = await startSettled({ policy, users: [onDesk] });
    pool.users.set(SUB, MARY);
    await deliver(message('m1', { occurredAt: clock.now() }));
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, onDesk);

    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(asked()).toBe(1);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged', connectModifiedAt: AGENT_MARY.modifiedAt });
  });

  it.each(['sweep', 'operator'] as const)(
    'asks Connect for an earlier message whose cause is %s, after a change that it did not ask for',
    async (cause) => {
      const { deliver, asked, clock } = await startSettled();
      const occurredAt = clock.now();
      clock.advance(MINUTE);
      await deliver(message('m2', { occurredAt: clock.now() }));

      await deliver(message('m1', { cause, occurredAt }));

      expect(asked()).toBe(1);
    },
  );

  it('asks Connect again after the link was made again', async () => {
    const { deliver, asked, table, clock } = await startSettled();
    await table.unlink(SUB, 'agent-mary');
    await table.link(SUB, 'agent-mary', clock.now());

    await deliver(message('m1', { occurredAt: clock.now() }));

    expect(asked()).toBe(1);
  });

  it.each([
    ['the policy is another one', { policyHash: 'policy-2' }, {}],
    ['the link is another one', {}, { linkedAt: NOW }],
    ['the Connect user is another one', {}, { connectUserId: 'agent-peter' }],
  ])('does not count the digest when %s', async (_, world, changed) => {
    const { table } = await startSettled();
    const row = { ...table.rows.get(SUB), ...changed };
    const worker = startWorker({ agents: [IN_STEP, { ...IN_STEP, id: 'agent-peter' }], row, ...world });

    await worker.deliver(message('m1', { occurredAt: NOW + 20 * MINUTE }));

    expect(worker.recorder.argsOf('directory.describeUser')).toHaveLength(1);
  });

  it('is not settled by a write, only by a later read that shows it', async () => {
    const { deliver, table, clock } = startWorker();
    const settled: boolean[] = [];
    for (const id of ['m1', 'm2']) {
      await deliver(message(id, { occurredAt: clock.now() }));
      settled.push(table.rows.get(SUB)?.settled !== undefined);
      clock.advance(5 * MINUTE);
    }

    expect(settled).toEqual([false, true]);
  });

  it('is no longer settled after another identity was sent, also when Connect refuses it', async () => {
    const { deliver, pool, table, clock, recorder } = await startSettled();
    pool.users.set(SUB, maryWith({ family_name: 'Miller' }));
    recorder.before('directory.updateIdentity', () =>
      recorder.fail('directory.updateIdentity', Object.assign(new Error('reset'), { name: 'ECONNRESET' })),
    );

    await deliver(message('m1', { occurredAt: clock.now() }));

    expect(table.rows.get(SUB)).not.toHaveProperty('settled');
  });

  it('waits for Cognito to store what a trigger announced before it says that nothing has changed', async () => {
    const { deliver, recorder, clock } = await startSettled();

    const response = await deliver(message('m1', { cause: 'trigger', occurredAt: clock.now() }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(recorder.argsOf('messages.delay').at(-1)).toEqual(['receipt-m1', 2]);
  });

  it('asks Connect neither at a sign-in, which changes nothing, nor two seconds later', async () => {
    const { deliver, asked, table, clock } = await startSettled();
    const signIn = { cause: 'trigger', occurredAt: clock.now() } as const;

    const before = table.rows.get(SUB);
    await deliver(message('m1', signIn));
    // What has not been read for the last time concludes nothing.
    expect(table.rows.get(SUB)).toEqual(before);
    clock.advance(2_000);
    const response = await deliver(message('m1', signIn, { receiveCount: 2 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(asked()).toBe(0);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged', eventId: 'event-m1' });
  });

  it('asks Connect when Cognito has stored a new value by the second read', async () => {
    const { deliver, writes, pool, clock } = await startSettled();
    const signIn = { cause: 'trigger', occurredAt: clock.now() } as const;

    await deliver(message('m1', signIn));
    clock.advance(2_000);
    pool.users.set(SUB, maryWith({ family_name: 'Miller' }, { modifiedAt: clock.now() - 1_000 }));
    await deliver(message('m1', signIn, { receiveCount: 2 }));

    expect(writes()).toMatchObject([{ LastName: 'Miller' }]);
  });
});

describe('sync-worker in a deployment that observes', () => {
  const OBSERVE = { policy: { mode: 'observe' } };

  it('says which fields it would write, and writes nothing', async () => {
    const { deliver, writes, table } = startWorker(OBSERVE);

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'would-write', changed: ['LastName', 'Email'] });
    expect(Object.keys(table.rows.get(SUB) ?? {})).not.toContain('lastWrite');
    expect(table.budgets.size).toBe(0);
  });

  it('makes links, and holds what would be held', async () => {
    const { deliver, writes, table } = startWorker({ ...OBSERVE, row: null });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({
      connectUserId: 'agent-mary',
      firstEmail: true,
      status: 'would-write',
      changed: ['LastName'],
      withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
    });
    expect(table.rows.get(SUB)).toHaveProperty('holds.Email');
  });

  it('settles nothing, so that the first reconciling in the mode sync asks Connect', async () => {
    const { deliver, table } = startWorker({ ...OBSERVE, agents: [IN_STEP] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged' });
    expect(table.rows.get(SUB)).not.toHaveProperty('settled');
  });
});

describe('sync-worker and an address that it would only repeat', () => {
  /** Cognito asks for a name, and does not vouch for its address. */
  const UNVERIFIED = maryWith({ email_verified: 'false' });

  it('sends it when a second read two minutes later shows the same one', async () => {
    const { deliver, writes, clock, recorder } = startWorker({ users: [UNVERIFIED] });

    await deliver(message('m1'));
    clock.advance(119_000);
    await deliver(message('m1', {}, { receiveCount: 2 }));
    const early = writes().length;
    clock.advance(1_000);
    await deliver(message('m1', {}, { receiveCount: 3 }));

    expect(early).toBe(0);
    expect(recorder.argsOf('messages.delay')).toEqual([
      ['receipt-m1', 120],
      ['receipt-m1', 1],
    ]);
    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'mary.smith@example.com' }]);
  });

  it('begins again when the second read shows another one, so that a replaced address is never sent back', async () => {
    const { deliver, writes, clock, directory } = startWorker({ users: [UNVERIFIED] });

    await deliver(message('m1'));
    directory.users.set('agent-mary', {
      ...AGENT_MARY,
      identity: { ...AGENT_MARY.identity, Email: 'admin.chose@example.com' },
    });
    clock.advance(120_000);
    await deliver(message('m1', {}, { receiveCount: 2 }));
    const then = writes().length;
    clock.advance(120_000);
    await deliver(message('m1', {}, { receiveCount: 3 }));

    expect(then).toBe(0);
    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'admin.chose@example.com' }]);
  });

  it('waits as well where Cognito has had an address and has none now', async () => {
    const { deliver, writes, recorder } = startWorker({
      users: [maryWith({ email: undefined, email_verified: undefined })],
      row: { ...LINKED, hadEmail: true },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 120]]);
  });

  it.each([
    ['Cognito never had an address', { users: [maryWith({ email: undefined, email_verified: undefined })] }],
    ['the address is held as the first one', { row: { ...LINKED, firstEmail: true }, users: [MARY] }],
  ])('does not wait where %s', async (_, world) => {
    const { deliver, writes } = startWorker(world);

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'mary.smith@example.com' }]);
  });

  it('repeats nothing, and waits for nothing, where only changes are sent', async () => {
    const { deliver, writes } = startWorker({ users: [UNVERIFIED], policy: { identityUpdate: 'changed' } });

    await deliver(message('m1'));

    expect(writes()).toEqual([{ FirstName: 'Mary', LastName: 'Jones' }]);
  });
});
