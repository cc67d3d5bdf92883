import { describe, expect, it } from 'vitest';
import { message, NOW, SUB, startWorker } from './fixture.ts';

describe('sync-worker with little time left', () => {
  it('begins no user that it may not finish, and makes the messages visible again at once', async () => {
    const { deliver, calls, recorder, logger } = startWorker({ remainingMs: 6_999 });

    const response = await deliver(message('m1'), message('m2'));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(recorder.argsOf('messages.delay')).toEqual([
      ['receipt-m1', 0],
      ['receipt-m2', 0],
    ]);
    expect([...calls('directory'), ...calls('pool'), ...calls('table')]).toEqual([]);
    expect(logger.lines).toMatchObject([{ message: 'user handed back', fields: { sub: SUB, why: 'no-time-left' } }]);
  });

  it('delays a message that was handed back often, so that it does not use up its receives', async () => {
    const { deliver, recorder } = startWorker({ remainingMs: 0, random: 0.5 });

    await deliver(message('m1', {}, { receiveCount: 6 }));

    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 32]]);
  });

  it('gives the directory the latest useful time of a call', async () => {
    const { deliver, directory } = startWorker({ remainingMs: 7_000 });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(directory.deadlines).toEqual([NOW + 5_000]);
  });
});
