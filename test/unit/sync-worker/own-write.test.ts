import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../lambda/core/failures/errors.ts';
import { AGENT_MARY, LINKED, maryWith, message, NAMES_ONLY, NOW, SUB, startWorker } from './fixture.ts';

describe('sync-worker shortly after a write of its own', () => {
  const written = { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.jones@example.com', Mobile: '+12065550100' };

  it('does not take an old view of Connect for the truth: it writes again', async () => {
    const { deliver, directory, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);

    clock.advance(3_000);
    await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(writes()).toEqual([written, written]);
  });

  it('writes again at once on SAML, where no address is sent', async () => {
    const { deliver, directory, writes, clock } = startWorker({ type: 'SAML' });
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);

    clock.advance(3_000);
    const response = await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(2);
  });

  it('writes even when Cognito went back to what the old view shows', async () => {
    const { deliver, directory, pool, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' }));

    clock.advance(119_999);
    await deliver(message('m2', { occurredAt: NOW + 119_000 }));

    expect(writes()).toHaveLength(2);
    expect(writes()[1]).toEqual(AGENT_MARY.identity);
  });

  it('trusts a view that shows the write', async () => {
    const { deliver, writes, clock } = startWorker();
    await deliver(message('m1'));

    clock.advance(3_000);
    await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(writes()).toHaveLength(1);
  });

  it('does not trust a view of an unanswered write shortly after another write: it may show the state before both', async () => {
    const { deliver, directory, pool, recorder, writes, clock } = startWorker();
    const smith = maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' });
    await deliver(message('m1'));
    pool.users.set(SUB, smith);
    recorder.fail('directory.updateIdentity', new TransientError('TimeoutError', 'no answer'));
    directory.users.set('agent-mary', AGENT_MARY);

    clock.advance(3_000);
    await deliver(message('m2', { occurredAt: NOW + 2_000 }));
    clock.advance(3_000);
    const response = await deliver(message('m2', { occurredAt: NOW + 2_000 }, { receiveCount: 2 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([written, AGENT_MARY.identity, AGENT_MARY.identity]);
  });

  it('trusts a view of an unanswered write when there was no other write shortly before', async () => {
    const { deliver, directory, recorder, writes, clock } = startWorker();
    recorder.before('directory.updateIdentity', () => {
      directory.users.set('agent-mary', { ...AGENT_MARY, identity: written });
      recorder.fail('directory.updateIdentity', new TransientError('TimeoutError', 'no answer'));
    });
    await deliver(message('m1'));

    clock.advance(3_000);
    const response = await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });

  it('trusts a view on SAML that still shows an Email, which was never sent', async () => {
    const { deliver, directory, writes, clock } = startWorker({ type: 'SAML' });
    await deliver(message('m1'));
    directory.users.set('agent-mary', { ...AGENT_MARY, identity: { ...AGENT_MARY.identity, LastName: 'Jones' } });

    clock.advance(3_000);
    const response = await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });

  it('trusts any view after two minutes', async () => {
    const { deliver, directory, pool, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' }));

    clock.advance(120_000);
    await deliver(message('m2', { occurredAt: NOW + 119_000 }));

    expect(writes()).toHaveLength(1);
  });

  it('waits for the two minutes to pass rather than send back an old value of a withheld field', async () => {
    const { deliver, directory, pool, writes, clock, recorder, logger } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com', email_verified: 'false' }));

    clock.advance(30_500);
    const response = await deliver(message('m2', { occurredAt: NOW + 30_000 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(writes()).toHaveLength(1);
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m2', 90]]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'info', fields: { why: 'settling', delaySeconds: 90 } });
  });

  it('does not mistake the first minutes of a new link for it', async () => {
    const { deliver, directory, writes, clock } = startWorker({ row: { ...LINKED, lastWriteAt: NOW - 1_000 } });
    directory.users.clear();
    await deliver(message('m1'));
    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new', identity: NAMES_ONLY });

    clock.advance(1_000);
    await deliver(message('m2', { occurredAt: NOW }));

    expect(writes()).toEqual([]);
  });

  it('waits as well when a field has lost its source: what Connect shows of it may be old', async () => {
    const lastWrite = { salt: 'salt', hash: 'of something else' };
    const { deliver, writes, recorder } = startWorker({
      users: [maryWith({ given_name: undefined })],
      row: { ...LINKED, lastWriteAt: NOW - 30_000, lastWrite },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 90]]);
  });
});
