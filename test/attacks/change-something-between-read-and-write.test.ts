import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambda/core/rows/digest.ts';
import { AGENT_MARY, LINKED, maryWith, message, NOW, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A stranger waits for the moment between what the worker reads and what it writes. */
const ADMIN = { ...AGENT_MARY, securityProfileIds: ['profile-admin'] };

describe('a stranger who changes something between a read and the write', () => {
  it('has no identity sent to the earlier agent after the link has changed', async () => {
    const { deliver, recorder, table, writes } = startWorker();
    recorder.before('table.noteWrite', () => table.rows.set(SUB, { ...LINKED, connectUserId: 'agent-peter' }));

    const response = await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(response.batchItemFailures).toHaveLength(1);
  });

  it('has no identity sent after the link was made again, also to the same agent', async () => {
    const { deliver, recorder, table, writes } = startWorker();
    recorder.before('table.noteWrite', () => table.rows.set(SUB, { ...LINKED, linkedAt: NOW }));

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
  });

  it('cannot use a release for another address: only the released value is sent', async () => {
    const { deliver, recorder, pool, directory } = startWorker({
      agents: [ADMIN],
      row: { ...LINKED, releases: { Email: digestOf('mary.jones@example.com', 'salt') }, releasedAt: NOW },
    });
    recorder.before('directory.describeUser', () => pool.users.set(SUB, maryWith({ email: 'mallory@example.com' })));

    await deliver(message('m1'));
    await deliver(message('m2', { occurredAt: NOW + 1 }));

    expect(directory.users.get('agent-mary')?.identity.Email).toBe('mary.jones@example.com');
  });

  it('does not use up a release that a person gave in the meantime', async () => {
    const later = { Email: digestOf('mary.miller@example.com', 'salt') };
    const { deliver, recorder, table } = startWorker({
      row: { ...LINKED, releases: { Email: digestOf('mary.jones@example.com', 'salt') }, releasedAt: NOW },
    });
    recorder.before('directory.updateIdentity', () => {
      table.rows.set(SUB, { ...table.rows.get(SUB), releases: later, releasedAt: NOW + 5 });
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ releases: later, releasedAt: NOW + 5 });
  });

  it('leaves no outcome of the earlier agent in the row of the new one', async () => {
    const { deliver, recorder, table } = startWorker();
    recorder.before('table.conclude', () =>
      table.rows.set(SUB, { sub: SUB, connectUserId: 'agent-peter', linkedAt: 9 }),
    );

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toEqual({ sub: SUB, connectUserId: 'agent-peter', linkedAt: 9 });
  });
});
