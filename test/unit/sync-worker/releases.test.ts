import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../lambda/core/rows/digest.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, NAMES_ONLY, NOW, SUB, startWorker } from './fixture.ts';

describe('sync-worker and a release', () => {
  it('writes exactly the released value, without using the budget', async () => {
    const released = { Email: digestOf('mary.jones@example.com', 'salt') };
    const { deliver, writes, table, recorder } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: released },
    });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ Email: 'mary.jones@example.com' }]);
    expect(recorder.argsOf('table.spendEmailBudget')).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)).not.toHaveProperty('firstEmail');
  });

  it('holds when the desired value is no longer the released one', async () => {
    const released = { Email: digestOf('mary.miller@example.com', 'salt') };
    const { deliver, writes, table } = startWorker({ row: { ...LINKED, firstEmail: true, releases: released } });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', firstEmail: true });
  });

  it('does not count a released address as settled when a missing name stopped the write', async () => {
    const { deliver, writes, table } = startWorker({
      users: [maryWith({ family_name: undefined })],
      agents: [{ ...AGENT_MARY, identity: { FirstName: 'Mary' } }],
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.jones@example.com', 'salt') } },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', firstEmail: true });
  });

  it('of Email does not settle a SecondaryEmail that is still held', async () => {
    const { deliver, table } = startWorker({
      policy: { mapping: { SecondaryEmail: { from: ['custom:second'] } }, email: { requireVerified: false } },
      users: [maryWith({ 'custom:second': 'mary.home@example.net' })],
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.jones@example.com', 'salt') } },
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({
      status: 'held',
      changed: ['LastName', 'Email'],
      withheld: [{ field: 'SecondaryEmail', reason: 'first-email' }],
      firstEmail: true,
    });
  });

  it('removes a release after its value was written: the same value is held again later', async () => {
    const { deliver, pool, table, clock, writes } = startWorker({
      agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-admin'] }],
      row: { ...LINKED, releases: { Email: digestOf('mary.jones@example.com', 'salt') }, releasedAt: NOW },
    });
    await deliver(message('m1'));
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)).not.toHaveProperty('releases');
    expect(table.rows.get(SUB)).not.toHaveProperty('releasedAt');

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.jones@example.com', given_name: 'Maria' }));
    await deliver(message('m3', { occurredAt: NOW + 20 * MINUTE }));

    expect(writes().map((identity) => (identity as { Email: string }).Email)).toEqual([
      'mary.jones@example.com',
      'mary.jones@example.com',
    ]);
  });

  it('removes a release whose value is no longer desired', async () => {
    const { deliver, pool, table, clock } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.miller@example.com', 'salt') } },
    });
    await deliver(message('m1'));
    expect(table.rows.get(SUB)).not.toHaveProperty('releases');

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held' });
  });

  it('keeps a release while its value waits to be verified, and removes another one that was used', async () => {
    const email = digestOf('mary.jones@example.com', 'salt');
    const { deliver, table, clock } = startWorker({
      users: [maryWith({ email_verified: 'false' })],
      row: { ...LINKED, releases: { Email: email, SecondaryEmail: digestOf('mary.home@example.net', 'salt') } },
    });

    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'waiting', releases: { Email: email } });
    expect(table.rows.get(SUB)).not.toHaveProperty('releases.SecondaryEmail');
  });

  it('keeps a release that is given during reconciling', async () => {
    const given = { releases: { Email: digestOf('mary.jones@example.com', 'salt') }, releasedAt: NOW + 1 };
    const { deliver, table, recorder } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.miller@example.com', 'salt') } },
    });
    recorder.before('directory.describeUser', () => table.rows.set(SUB, { ...table.rows.get(SUB), ...given }));

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', ...given });
  });
});

describe('sync-worker and what a person sees of a hold', () => {
  it('keeps the time since when it is held and the digest, until something about it changes', async () => {
    const { deliver, pool, table, clock } = startWorker({ row: { ...LINKED, firstEmail: true } });
    await deliver(message('m1'));
    const first = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));
    const second = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m3', { occurredAt: NOW + 20 * MINUTE }));
    const third = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com', email_verified: 'false' }));
    await deliver(message('m4', { occurredAt: NOW + 30 * MINUTE }));

    expect(second).toMatchObject({ concludedAt: NOW + 10 * MINUTE, since: NOW, holds: first?.holds });
    expect(third).toMatchObject({ status: 'held', since: NOW + 20 * MINUTE });
    expect(third?.holds).not.toEqual(first?.holds);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'waiting', since: NOW + 30 * MINUTE });
  });

  it('names the change of an operator, who waits for it, among other changes', async () => {
    const { deliver, table } = startWorker();

    await deliver(message('m1'), message('m2', { cause: 'operator' }), message('m3'));

    expect(table.rows.get(SUB)).toMatchObject({ cause: 'operator', eventId: 'event-m2' });
  });
});
