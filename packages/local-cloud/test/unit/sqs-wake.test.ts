import { expect, it } from 'vitest';
import type { Clock } from '../../clock.ts';
import type { Caller, Cloud } from '../../service.ts';
import { createSqs } from '../../services/sqs/index.ts';

/** A clock that moves by a millisecond whenever it is read, as it may on a busy machine. */
function createRestlessClock() {
  let now = 1_000_000;
  let tasks: { readonly at: number; readonly task: () => void }[] = [];
  const clock: Clock = {
    now() {
      now += 1;
      return now;
    },
    schedule(delayMs, task) {
      const entry = { at: now + delayMs, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
  };
  return {
    clock,
    advanceTo(time: number) {
      for (let next = earliest(); next !== undefined && next.at <= time; next = earliest()) {
        const { at, task } = next;
        tasks = tasks.filter((entry) => entry !== next);
        now = Math.max(now, at);
        task();
      }
      now = Math.max(now, time);
    },
  };
  function earliest() {
    return [...tasks].sort((left, right) => left.at - right.at)[0];
  }
}

it.each(Array.from({ length: 20 }, (_, index) => index))(
  'a receiver who begins to wait %i ms before a message comes back gets it when it does',
  async (beforeMs) => {
    const { clock, advanceTo } = createRestlessClock();
    const cloud: Cloud = {
      clock,
      accountId: '000000000000',
      region: 'eu-west-1',
      endpoint: () => 'http://local',
      call: () => Promise.reject(new Error('no other service is needed')),
    };
    const { operations } = createSqs(cloud);
    const caller: Caller = { kind: 'account' };
    const call = (operation: string, input: object) =>
      operations[operation]?.(input as never, { requestId: 'r', caller }) as Promise<{ readonly Messages?: unknown[] }>;
    const QueueUrl = 'http://local/000000000000/q';
    await call('CreateQueue', { QueueName: 'q' });
    await call('SendMessage', { QueueUrl, MessageBody: 'x' });
    await call('ReceiveMessage', { QueueUrl, VisibilityTimeout: 10 });
    const backAt = clock.now() + 10_000;

    advanceTo(backAt - beforeMs);
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    advanceTo(backAt + 1_000);

    const outcome = await Promise.race([
      waiting,
      new Promise((resolve) => setImmediate(() => resolve('still waiting'))),
    ]);
    expect(outcome).toMatchObject({ Messages: [{ Body: 'x' }] });
  },
);
