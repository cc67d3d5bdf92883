import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lambda/core/change.ts';
import type { ListedUser, LookedAt } from '../../../lambda/core/drift.ts';
import { TransientError } from '../../../lambda/core/errors.ts';
import { policySchema } from '../../../lambda/core/policy.ts';
import type { SweepState } from '../../../lambda/core/sweep-pass.ts';
import type { SweepStore } from '../../../lambda/ports.ts';
import { createHandler } from '../../../lambda/sweep/handler.ts';
import { createClock, createLogger, createRecorder } from '../../support/ports.ts';

const NOW = 1_767_268_800_000;
const MINUTE = 60_000;
const LAMBDA_MS = 14.5 * MINUTE;
const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const usersOf = (count: number): readonly ListedUser[] =>
  Array.from({ length: count }, (_, index) => ({
    sub: subOf(index),
    username: `user-${index}`,
    attributes: {},
    modifiedAt: NOW - 60 * MINUTE,
  }));

interface World {
  readonly users?: readonly ListedUser[];
  readonly state?: SweepState;
  readonly policy?: object;
  /** Of the group; `undefined` when there is none. */
  readonly members?: ReadonlySet<string> | undefined;
  /** How many changes wait in the queue beside those of the sweep. */
  readonly waiting?: (now: number) => number;
  readonly remainingMs?: number;
}

/** A sweep of a pool whose users all have an unlinked namesake in Connect: each is a suspect. */
function startSweep(given: World = {}) {
  const { users = usersOf(3), state, policy = {}, waiting = () => 0, remainingMs = LAMBDA_MS } = given;
  const recorder = createRecorder();
  const clock = createClock(NOW);
  const logger = createLogger();
  const kept = { state, version: state === undefined ? 0 : 7 };
  const agents = users.map(({ username }, index) => ({ id: `agent-${index}`, username, modifiedAt: NOW }));
  const store: SweepStore = {
    read: async () => ({ ...kept }),
    async write(next, version) {
      if (version !== kept.version) return false;
      Object.assign(kept, { state: next, version: version + 1 });
      return true;
    },
  };
  const handler = createHandler({
    pool: recorder.watch('pool', {
      users: async () => users,
      membersOf: async () => ('members' in given ? given.members : new Set([subOf(1)])),
      exposure: async () => ({ selfSignUp: false, writableAttributes: new Set<string>() }),
    }),
    directory: recorder.watch('directory', { users: async () => agents }),
    table: recorder.watch('table', {
      rowsAndClaims: async () => ({ rows: new Map<string, LookedAt>(), claims: new Map<string, string>() }),
    }),
    store: recorder.watch('store', store),
    queue: recorder.watch('queue', { send: async (_: Change) => {}, waiting: async () => waiting(clock.now()) }),
    policy: policySchema.parse(policy),
    policyHash: 'policy-1',
    userPoolId: 'eu-west-1_EXAMPLE00',
    intervalMs: 60 * MINUTE,
    requestsPerSecond: 1.95,
    clock,
    logger,
  });
  return {
    recorder,
    clock,
    logger,
    kept,
    tick: (event: unknown = {}) => handler(event, { getRemainingTimeInMillis: () => remainingMs }),
    queued: () => recorder.argsOf('queue.send').map(([change]) => (change as Change).sub),
  };
}

describe('sweep', () => {
  it('queues a change for each suspect and keeps that the pass has ended', async () => {
    const { tick, recorder, kept, logger } = startSweep();

    await tick();

    expect(recorder.argsOf('queue.send').map(([change]) => change)).toEqual(
      [0, 1, 2].map((index) => ({
        v: 1,
        userPoolId: 'eu-west-1_EXAMPLE00',
        sub: subOf(index),
        cause: 'sweep',
        eventId: `sweep-${NOW}-${subOf(index)}`,
        occurredAt: NOW,
      })),
    );
    expect(kept.state).toEqual({ startedAt: NOW, finishedAt: NOW, leaseUntil: NOW });
    expect(logger.lines).toMatchObject([
      {
        level: 'info',
        message: 'sweep finished',
        fields: {
          pass: `sweep-${NOW}`,
          users: 3,
          connectUsers: 3,
          rows: 0,
          queued: 3,
          left: 0,
          why: { 'never-looked-at': 3 },
        },
      },
    ]);
  });

  it('asks for no user by itself, and for the rows only after both lists', async () => {
    const { tick, recorder } = startSweep();

    await tick();

    const calls = recorder.calls.map(({ name }) => name).filter((name) => !/^(store|queue)\./.test(name));
    expect(calls).toEqual(['pool.users', 'directory.users', 'pool.exposure', 'table.rowsAndClaims']);
  });

  it('asks for the members of the group that is synchronized', async () => {
    const { tick, recorder, queued } = startSweep({ policy: { scope: { kind: 'group', group: 'agents' } } });

    await tick();

    // Half a minute is left for the end of the invocation, and a minute for queueing.
    const deadline = NOW + LAMBDA_MS - 90_000;
    expect(recorder.argsOf('pool.membersOf')).toEqual([['agents', deadline]]);
    expect(recorder.argsOf('pool.users')).toEqual([[new Set(), deadline]]);
    expect(recorder.argsOf('directory.users')).toEqual([[deadline]]);
    expect(queued()).toEqual([subOf(1)]);
  });

  it('takes nobody for a member of a group that is gone, and says so', async () => {
    const { tick, queued, logger } = startSweep({
      policy: { scope: { kind: 'group', group: 'agents' } },
      members: undefined,
    });

    await tick();

    expect(queued()).toEqual([]);
    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'no group to synchronize' },
      { level: 'info', message: 'sweep finished' },
    ]);
  });

  it('does nothing while a pass is not due, and lists nobody', async () => {
    const state = { startedAt: NOW - 30 * MINUTE, finishedAt: NOW - 29 * MINUTE, leaseUntil: NOW - 29 * MINUTE };
    const { tick, recorder, logger } = startSweep({ state });

    await tick();

    expect(recorder.calls.map(({ name }) => name)).toEqual(['store.read']);
    expect(logger.lines).toMatchObject([{ level: 'info', message: 'no sweep', fields: { why: 'not-due' } }]);
  });

  it('leaves the pass to whoever was faster', async () => {
    const { tick, recorder, kept, logger } = startSweep();
    recorder.before('store.write', () => Object.assign(kept, { version: 1 }));

    await tick();

    expect(recorder.argsOf('queue.send')).toEqual([]);
    expect(logger.lines).toMatchObject([{ message: 'no sweep', fields: { why: 'busy' } }]);
  });
});

describe('a person who asks the sweep', () => {
  const finished = { startedAt: NOW - 30 * MINUTE, finishedAt: NOW - 29 * MINUTE, leaseUntil: NOW - 29 * MINUTE };

  it('is told who would be looked at, and nobody is', async () => {
    const { tick, recorder } = startSweep({ state: { ...finished, leaseUntil: NOW + 1 } });

    expect(await tick({ mode: 'plan' })).toEqual({
      users: 3,
      connectUsers: 3,
      rows: 0,
      underWay: true,
      suspects: [0, 1, 2].map((index) => ({ sub: subOf(index), why: 'never-looked-at' })),
      why: { 'never-looked-at': 3 },
    });
    expect(recorder.calls.filter(({ name }) => /^queue\.|store\.write/.test(name))).toEqual([]);
  });

  it('is told of the first thousand', async () => {
    const answer = await startSweep({ users: usersOf(1_001) }).tick({ mode: 'plan' });

    expect(answer?.suspects).toHaveLength(1_000);
    expect(answer?.why).toEqual({ 'never-looked-at': 1_001 });
  });

  it('has a pass at once, though none is due', async () => {
    const { tick, queued, kept } = startSweep({ state: finished });

    expect(await tick({ mode: 'now' })).toBeUndefined();
    expect(queued()).toHaveLength(3);
    expect(kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW });
  });

  it('does not get in the way of one that is at work', async () => {
    const { tick, queued } = startSweep({ state: { startedAt: NOW - MINUTE, leaseUntil: NOW + MINUTE } });

    await tick({ mode: 'now' });

    expect(queued()).toEqual([]);
  });

  it.each([{ mode: 'later' }, null, 'now'])('is told what can be asked, having asked for %j', async (event) => {
    await expect(startSweep().tick(event)).rejects.toThrow('{}, {"mode":"now"} or {"mode":"plan"}');
  });
});

it('a sweep passes over a row whose key holds no sub', async () => {
  const [first, ...others] = usersOf(3);
  const users = [...(first ? [{ ...first, sub: 'not-a-sub' }] : []), ...others];
  const { tick, queued, logger, kept } = startSweep({ users });

  await tick();

  expect(queued()).toEqual([subOf(1), subOf(2)]);
  expect(logger.lines[0]).toMatchObject({ level: 'warn', message: 'rows of nobody', fields: { rows: 1 } });
  expect(kept.state).toMatchObject({ finishedAt: NOW });
});

describe('sweep and a long queue', () => {
  it('hands out helpings no faster than the worker can follow', async () => {
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

  it('stops in time, and the next tick goes on behind the last one queued', async () => {
    const world = startSweep({ users: usersOf(30), remainingMs: 36_000 });

    await world.tick();

    expect(world.queued()).toHaveLength(20);
    expect(world.kept.state).toEqual({ startedAt: NOW, leaseUntil: NOW + 10_000, cursor: subOf(19) });
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

  it('ends when somebody else has taken it over, and leaves it to them', async () => {
    const { tick, recorder, kept, queued, clock, logger } = startSweep({ users: usersOf(30) });
    recorder.before('queue.waiting', () => Object.assign(kept, { version: 99 }));

    await tick();

    expect(queued()).toHaveLength(10);
    expect(clock.sleeps).toEqual([]);
    expect(kept).toMatchObject({ version: 99, state: { startedAt: NOW, leaseUntil: NOW + LAMBDA_MS } });
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'sweep taken over' }]);
  });
});

describe('a sweep that fails', () => {
  const failure = new TransientError('ThrottlingException', 'connect:ListUsers failed.', { status: 429 });

  it.each(['pool.users', 'directory.users', 'table.rowsAndClaims', 'pool.exposure', 'queue.waiting', 'queue.send'])(
    'because of %s says so, and the next tick after its lease takes the pass up',
    async (port) => {
      const world = startSweep();
      world.recorder.fail(port, failure);

      await expect(world.tick()).rejects.toBe(failure);
      const tooSoon = world.queued().length;
      await world.tick();
      expect(world.queued()).toHaveLength(tooSoon);
      world.clock.advance(15 * MINUTE);
      await world.tick();

      expect(new Set(world.queued())).toEqual(new Set([0, 1, 2].map(subOf)));
      expect(world.kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW + 15 * MINUTE });
      expect(world.logger.lines.map(({ level, message }) => [level, message])).toEqual([
        ['error', 'sweep failed'],
        ['info', 'no sweep'],
        ['info', 'sweep finished'],
      ]);
    },
  );
});
