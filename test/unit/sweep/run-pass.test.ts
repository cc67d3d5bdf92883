import { describe, expect, it } from 'vitest';
import { LAMBDA_MS, MINUTE, NOW, startSweep, subOf, usersOf } from './fixture.ts';

it('a sweep passes over a row whose key holds no sub', async () => {
  const [first, ...others] = usersOf(3);
  const users = [...(first ? [{ ...first, sub: 'not-a-sub' }] : []), ...others];
  const { tick, queued, logger, kept } = startSweep({ users });

  await tick();

  expect(queued()).toEqual([subOf(1), subOf(2)]);
  expect(logger.lines[0]).toMatchObject({ level: 'warn', message: 'rows without a sub', fields: { rows: 1 } });
  expect(kept.state).toMatchObject({ finishedAt: NOW });
});

describe('sweep and a long queue', () => {
  it('queues batches no faster than the worker can follow', async () => {
    const { tick, clock, queued } = startSweep({ users: usersOf(25) });

    await tick();

    expect(queued()).toHaveLength(25);
    expect(clock.sleeps).toEqual([5_000, 5_000]);
  });

  it('waits while live changes fill the queue', async () => {
    const { tick, clock, queued } = startSweep({ waiting: (now) => (now < NOW + 20_000 ? 59 : 0) });

    await tick();

    expect(queued()).toHaveLength(3);
    expect(clock.sleeps).toEqual([5_000, 5_000, 5_000, 5_000]);
  });

  it('stops in time, and the next invocation continues behind the last queued user', async () => {
    const world = startSweep({ users: usersOf(30), remainingMs: 36_000 });

    await world.tick();

    expect(world.queued()).toHaveLength(20);
    expect(world.kept.state).toMatchObject({ startedAt: NOW, leaseUntil: NOW + 10_000, cursor: subOf(19) });
    expect(world.logger.lines.at(-1)).toMatchObject({
      message: 'sweep goes on at the next tick',
      fields: { queued: 20, left: 10 },
    });

    await world.tick();

    expect(world.queued()).toHaveLength(30);
    expect(new Set(world.queued()).size).toBe(30);
    expect(world.kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW + 10_000 });
    expect(world.kept.state).not.toHaveProperty('cursor');
  });

  it('keeps its place while it waits for a queue that stays full', async () => {
    const state = { startedAt: NOW - 15 * MINUTE, cursor: subOf(0), leaseUntil: NOW - 1 };
    const { tick, queued, kept } = startSweep({ state, waiting: () => 60, remainingMs: 40_000 });

    await tick();

    expect(queued()).toEqual([]);
    expect(kept.state).toMatchObject({ cursor: subOf(0) });
    expect(kept.state).not.toHaveProperty('finishedAt');
  });

  it('ends when another invocation has taken it over', async () => {
    const { tick, recorder, kept, queued, clock, logger } = startSweep({ users: usersOf(30) });
    recorder.before('queue.waiting', () => Object.assign(kept, { version: 99 }));

    await tick();

    expect(queued()).toHaveLength(10);
    expect(clock.sleeps).toEqual([]);
    expect(kept).toMatchObject({ version: 99, state: { startedAt: NOW, leaseUntil: NOW + LAMBDA_MS } });
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'sweep taken over' }]);
  });
});

it('a sweep keeps the Connect user whose name differs in case only, and queues the Cognito user', async () => {
  const policy = { adoption: { rules: [{ kind: 'username', ignoreCase: true }] } };
  const connectUsers = [{ id: 'agent-1', username: 'USER-1', modifiedAt: undefined }];
  const { tick, queued, recorder } = startSweep({ policy, connectUsers });

  await tick();

  expect(queued()).toEqual([subOf(1)]);
  expect(recorder.argsOf('table.keepCaseMatch')).toEqual([
    [subOf(1), { connectUserId: 'agent-1', policyHash: 'policy-1' }, NOW],
  ]);
  const order = recorder.calls.map(({ name }) => name);
  expect(order.indexOf('table.keepCaseMatch')).toBeLessThan(order.indexOf('queue.send'));
});

it('a sweep that only plans keeps no pair of names', async () => {
  const policy = { adoption: { rules: [{ kind: 'username', ignoreCase: true }] } };
  const connectUsers = [{ id: 'agent-1', username: 'USER-1', modifiedAt: undefined }];
  const { tick, recorder } = startSweep({ policy, connectUsers });

  const plan = await tick({ mode: 'plan' });

  expect(plan?.candidates).toEqual([{ sub: subOf(1), why: 'never-reconciled' }]);
  expect(recorder.argsOf('table.keepCaseMatch')).toEqual([]);
});
