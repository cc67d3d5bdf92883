import { describe, expect, it } from 'vitest';
import { inStep, LAMBDA_MS, MINUTE, NOW, startSweep, subOf, usersOf } from './fixture.ts';

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
    const { tick, clock, queued } = startSweep({
      depth: (now) => ({ waiting: now < NOW + 20_000 ? 59 : 0, hidden: 0 }),
    });

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
    const depth = () => ({ waiting: 60, hidden: 0 });
    const { tick, queued, kept, logger } = startSweep({ state, depth, remainingMs: 40_000 });

    await tick();

    expect(queued()).toEqual([]);
    expect(kept.state).toMatchObject({ cursor: subOf(0) });
    expect(kept.state).not.toHaveProperty('finishedAt');
    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'sweep waits, because the queue is full', fields: { queued: 0, left: 2 } },
    ]);
  });

  it('queues users beside any number of messages that are tried again later', async () => {
    const { tick, queued, clock } = startSweep({ users: usersOf(25), depth: () => ({ waiting: 0, hidden: 5_000 }) });

    await tick();

    expect(queued()).toHaveLength(25);
    expect(clock.sleeps).toEqual([5_000, 5_000]);
  });

  it('passes over users whose message is tried again soon', async () => {
    const rows = {
      [subOf(0)]: { lastTry: { at: NOW - MINUTE, nextAt: NOW + 1 } },
      [subOf(1)]: { lastTry: { at: NOW - MINUTE, nextAt: NOW } },
      [subOf(2)]: { lastTry: { at: NOW + 1, nextAt: NOW + MINUTE } },
    };
    const { tick, queued, logger } = startSweep({ rows });

    await tick();

    expect(queued()).toEqual([subOf(1), subOf(2)]);
    expect(logger.lines[0]?.fields).toMatchObject({ queued: 2, failing: 3 });
  });

  it('ends when another invocation has taken it over', async () => {
    const { tick, recorder, kept, queued, clock, logger } = startSweep({ users: usersOf(30) });
    recorder.before('queue.depth', () => Object.assign(kept, { version: 99 }));

    await tick();

    expect(queued()).toHaveLength(10);
    expect(clock.sleeps).toEqual([]);
    expect(kept).toMatchObject({ version: 99, state: { startedAt: NOW, leaseUntil: NOW + LAMBDA_MS } });
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'sweep taken over' }]);
  });
});

it('a sweep does not say that it has finished where another invocation has taken it over at the end', async () => {
  const { tick, recorder, kept, logger } = startSweep();
  recorder.before('queue.send', () => Object.assign(kept, { version: 99 }));

  await tick();

  expect(logger.lines.map(({ message }) => message)).toEqual(['sweep taken over']);
});

describe('a pass of several ticks', () => {
  it('counts everyone who has entered the scope, once', async () => {
    const users = usersOf(30);
    const rows = Object.fromEntries(users.map(({ sub }) => [sub, { status: 'out-of-scope' }]));
    const world = startSweep({ users, rows, remainingMs: 36_000 });

    await world.tick();
    expect(world.kept.state?.scope).toEqual({ entered: 20, left: 0 });
    await world.tick();

    expect(world.kept.state).toMatchObject({ finishedAt: NOW + 10_000, scope: { entered: 30, left: 0 } });
  });

  it('counts no change in Cognito twice', async () => {
    const users = usersOf(30).map((user) => ({ ...user, modifiedAt: NOW - 30 * MINUTE + 123 }));
    const rows = Object.fromEntries(users.map(({ sub }, index) => [sub, inStep(index)]));
    const world = startSweep({ users, rows, remainingMs: 36_000 });

    await world.tick();
    await world.tick();

    const counted = world.logger.lines.map(({ fields }) => [fields?.changed, fields?.unannounced]);
    expect(counted).toEqual([
      [30, 30],
      [0, 0],
    ]);
    expect(world.kept.state?.changes).toEqual({ changed: 30, unannounced: 30 });
  });

  it('begins to count at zero in the next pass', async () => {
    const state = {
      startedAt: NOW - 60 * MINUTE,
      finishedAt: NOW - 60 * MINUTE,
      leaseUntil: NOW - 60 * MINUTE,
      changes: { changed: 7, unannounced: 7 },
      countedUntil: NOW - 75 * MINUTE,
      scope: { entered: 7, left: 7 },
    };
    const { tick, kept } = startSweep({ state, depth: () => ({ waiting: 60, hidden: 0 }), remainingMs: 40_000 });

    await tick();

    expect(kept.state).toMatchObject({ cursor: '', changes: { changed: 0, unannounced: 0 } });
    expect(kept.state).toMatchObject({ scope: { entered: 0, left: 0 }, countedUntil: NOW - 15 * MINUTE });
  });
});

it('a sweep counts changes from where the last pass stopped, also when the passes are further apart than the interval', async () => {
  const users = usersOf(1).map((user) => ({ ...user, modifiedAt: NOW - 80 * MINUTE + 123 }));
  const rows = { [subOf(0)]: { ...inStep(0), cognitoModifiedAt: NOW - 90 * MINUTE } };
  const ended = NOW - 70 * MINUTE;
  const state = { startedAt: ended, finishedAt: ended, leaseUntil: ended, countedUntil: NOW - 85 * MINUTE };
  const { tick, logger } = startSweep({ users, rows, state });

  await tick();

  expect(logger.lines[0]?.fields).toMatchObject({ changed: 1, unannounced: 1 });
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

it('dates a change at the end of the lists, because a comparison during them may not have seen what they show', async () => {
  const { tick, recorder } = startSweep({ users: usersOf(1), callMs: MINUTE });

  await tick();

  expect(recorder.argsOf('queue.send')).toMatchObject([[{ occurredAt: NOW + MINUTE }]]);
});
