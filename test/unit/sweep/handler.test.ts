import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { inStep, LAMBDA_MS, MINUTE, NOW, startSweep, subOf, usersOf } from './fixture.ts';

describe('sweep', () => {
  it('queues a change for each candidate and keeps that the pass has ended', async () => {
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
    expect(kept.state).toEqual({
      startedAt: NOW,
      finishedAt: NOW,
      leaseUntil: NOW,
      nearMisses: { unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: false },
      changes: { changed: 0, unannounced: 0 },
      countedUntil: NOW - 15 * MINUTE,
      scope: { entered: 0, left: 0 },
      intervalMs: 60 * MINUTE,
    });
    expect(logger.lines).toMatchObject([
      {
        level: 'info',
        message: 'sweep finished',
        fields: {
          pass: `sweep-${NOW}`,
          way: 'whole-pool',
          because: 'pool-is-smaller',
          calls: { cognito: 1, connect: 1 },
          users: 3,
          skipped: 0,
          notLookedFor: [],
          unmatched: 0,
          otherCase: 0,
          rulePointless: false,
          groupMissing: false,
          held: 0,
          failing: 0,
          changed: 0,
          unannounced: 0,
          connectUsers: 3,
          rows: 0,
          queued: 3,
          left: 0,
          why: { 'never-reconciled': 3 },
        },
      },
    ]);
  });

  it('asks for no user by itself, and reads the table before the list of the pool and after it', async () => {
    const { tick, recorder } = startSweep();

    await tick();

    const calls = recorder.calls.map(({ name }) => name).filter((name) => !/^(store|queue)\./.test(name));
    expect(calls).toEqual([
      'directory.users',
      'table.rowsAndClaims',
      'pool.exposure',
      'pool.facts',
      'table.rememberExposure',
      'pool.users',
      'table.rowsAndClaims',
    ]);
  });

  it('asks for the members of the group that is synchronized', async () => {
    const { tick, recorder, queued } = startSweep({ policy: { scope: { kind: 'group', group: 'connectUsers' } } });

    await tick();

    // Half a minute is left for the end of the invocation, and a minute for queueing.
    const deadline = NOW + LAMBDA_MS - 90_000;
    expect(recorder.argsOf('pool.members')[0]?.slice(0, 2)).toEqual([
      'connectUsers',
      { attributes: new Set(['given_name', 'name', 'family_name', 'email', 'email_verified']), deadline },
    ]);
    expect(recorder.argsOf('pool.users')).toEqual([]);
    expect(recorder.argsOf('directory.users')).toEqual([[deadline]]);
    expect(queued()).toEqual([subOf(1)]);
  });

  it('counts those in the list that cannot be reconciled', async () => {
    const { tick, queued, logger } = startSweep({ skipped: 2 });

    await tick();

    expect(queued()).toHaveLength(3);
    expect(logger.lines[0]?.fields).toMatchObject({ users: 3, skipped: 2 });
  });

  it('counts no user as a member of a deleted group, and says so', async () => {
    const { tick, queued, logger } = startSweep({
      policy: { scope: { kind: 'group', group: 'connectUsers' } },
      members: undefined,
    });

    await tick();

    expect(queued()).toEqual([]);
    expect(logger.lines).toMatchObject([
      { level: 'warn', message: 'no group to synchronize' },
      { level: 'info', message: 'sweep finished', fields: { groupMissing: true } },
    ]);
  });

  it('does nothing while a pass is not due, and lists no users', async () => {
    const state = { startedAt: NOW - 30 * MINUTE, finishedAt: NOW - 29 * MINUTE, leaseUntil: NOW - 29 * MINUTE };
    const { tick, recorder, logger } = startSweep({ state });

    await tick();

    expect(recorder.calls.map(({ name }) => name)).toEqual(['store.read', 'table.rowsAndClaims']);
    expect(logger.lines).toMatchObject([{ level: 'info', message: 'no sweep', fields: { why: 'not-due' } }]);
  });

  it('tells at every tick how many users wait for something', async () => {
    const nearMisses = { unmatched: 4, otherCase: 1, rulePointless: false, groupMissing: true };
    const ended = { startedAt: NOW - 30 * MINUTE, finishedAt: NOW - 29 * MINUTE, leaseUntil: NOW - 29 * MINUTE };
    const rows = { [subOf(0)]: { status: 'held' }, [subOf(1)]: { status: 'written', lastTry: { at: NOW } } };
    const idle = startSweep({ state: { ...ended, nearMisses }, rows });
    const working = startSweep({ rows });

    await idle.tick();
    await working.tick();

    expect(idle.logger.lines[0]?.fields).toEqual({ why: 'not-due', ...nearMisses, held: 1, failing: 1 });
    expect(working.logger.lines[0]).toMatchObject({ message: 'sweep finished', fields: { held: 1, failing: 1 } });
  });

  it('tells how many changes only the sweep found', async () => {
    const at = (minutes: number) => NOW - minutes * MINUTE + 123;
    const [ada, bob, cyd, dan] = usersOf(4);
    const changed = [ada, bob, cyd, dan].flatMap((user, index) =>
      user === undefined ? [] : [{ ...user, modifiedAt: at([20, 30, 76, 5][index] ?? 0) }],
    );
    const rowOf = (index: number, minutes: number) => ({ ...inStep(index), cognitoModifiedAt: at(minutes) });
    const rows = {
      [subOf(0)]: rowOf(0, 90),
      [subOf(1)]: rowOf(1, 30),
      [subOf(2)]: rowOf(2, 90),
      [subOf(3)]: rowOf(3, 90),
    };
    const { tick, logger } = startSweep({ users: changed, rows });

    await tick();

    expect(logger.lines[0]?.fields).toMatchObject({ queued: 3, changed: 2, unannounced: 1 });
  });

  it('keeps for people which call ended the pass, until one has come through', async () => {
    const { tick, recorder, kept, clock } = startSweep();
    const denied = new PermanentError('AccessDeniedException', 'Denied.', { operation: 'connect:ListUsers' });
    recorder.fail('directory.users', denied);

    await expect(tick()).rejects.toThrow('Denied.');

    expect(kept.state?.failure).toEqual({ at: NOW, code: 'AccessDeniedException', operation: 'connect:ListUsers' });
    clock.advance(15 * MINUTE);
    await tick();
    expect(kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW + 15 * MINUTE });
    expect(kept.state?.failure).toBeUndefined();
  });

  it('leaves the pass to an invocation that was faster', async () => {
    const { tick, recorder, kept, logger } = startSweep();
    recorder.before('store.write', () => Object.assign(kept, { version: 1 }));

    await tick();

    expect(recorder.argsOf('queue.send')).toEqual([]);
    expect(logger.lines).toMatchObject([{ message: 'no sweep', fields: { why: 'busy' } }]);
  });
});

describe('a person who asks the sweep', () => {
  const finished = { startedAt: NOW - 30 * MINUTE, finishedAt: NOW - 29 * MINUTE, leaseUntil: NOW - 29 * MINUTE };

  it('returns the candidates, and queues none', async () => {
    const { tick, recorder } = startSweep({ state: { ...finished, leaseUntil: NOW + 1 } });

    expect(await tick({ mode: 'plan' })).toEqual({
      way: 'whole-pool',
      because: 'pool-is-smaller',
      calls: { cognito: 1, connect: 1 },
      users: 3,
      skipped: 0,
      notLookedFor: [],
      nearMisses: {
        counts: { unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: false },
        unmatched: [],
        otherCase: [],
      },
      connectUsers: 3,
      rows: 0,
      underWay: true,
      candidates: [0, 1, 2].map((index) => ({ sub: subOf(index), why: 'never-reconciled' })),
      why: { 'never-reconciled': 3 },
    });
    expect(recorder.calls.filter(({ name }) => /^queue\.|store\.write/.test(name))).toEqual([]);
  });

  it('is told of the first thousand', async () => {
    const answer = await startSweep({ users: usersOf(1_001) }).tick({ mode: 'plan' });

    expect(answer?.candidates).toHaveLength(1_000);
    expect(answer?.why).toEqual({ 'never-reconciled': 1_001 });
  });

  it('has a pass at once, though none is due', async () => {
    const { tick, queued, kept } = startSweep({ state: finished });

    expect(await tick({ mode: 'now' })).toBeUndefined();
    expect(queued()).toHaveLength(3);
    expect(kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW });
  });

  it('does not disturb one that is running', async () => {
    const { tick, queued } = startSweep({ state: { startedAt: NOW - MINUTE, leaseUntil: NOW + MINUTE } });

    await tick({ mode: 'now' });

    expect(queued()).toEqual([]);
  });

  it.each([{ mode: 'later' }, null, 'now'])('is told what can be asked, having asked for %j', async (event) => {
    await expect(startSweep().tick(event)).rejects.toThrow('{}, {"mode":"now"} or {"mode":"plan"}');
  });
});

describe('a sweep that fails', () => {
  const failure = new TransientError('ThrottlingException', 'connect:ListUsers failed.', { status: 429 });

  it.each([
    'pool.users',
    'pool.facts',
    'directory.users',
    'table.rowsAndClaims',
    'pool.exposure',
    'queue.depth',
    'queue.send',
  ])('because of %s says so, and the next tick takes the pass up', async (port) => {
    const world = startSweep();
    world.recorder.fail(port, failure);

    await expect(world.tick()).rejects.toBe(failure);
    world.clock.advance(15 * MINUTE);
    await world.tick();

    expect(new Set(world.queued())).toEqual(new Set([0, 1, 2].map(subOf)));
    expect(world.kept.state).toMatchObject({ startedAt: NOW, finishedAt: NOW + 15 * MINUTE });
    expect(world.logger.lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'sweep failed'],
      ['info', 'sweep finished'],
    ]);
  });

  it('lets a person begin a new pass at once', async () => {
    const { tick, recorder, queued, clock } = startSweep();
    recorder.fail('pool.users', failure);

    await expect(tick()).rejects.toBe(failure);
    clock.advance(1_000);
    await tick({ mode: 'now' });

    expect(queued()).toHaveLength(3);
  });

  it.each<[string, object]>([
    ['runs', { leaseUntil: NOW + MINUTE }],
    ['has ended', { leaseUntil: NOW - 1, finishedAt: NOW - 1 }],
  ])('in counting the levels leaves alone a pass that %s', async (_, found) => {
    const state = { startedAt: NOW - MINUTE, leaseUntil: NOW, ...found };
    const { tick, recorder, kept, logger } = startSweep({ state });
    recorder.fail('table.rowsAndClaims', failure);

    await expect(tick()).rejects.toBe(failure);

    expect(kept).toEqual({ state, version: 7 });
    expect(logger.lines.map(({ message }) => message)).toEqual(['sweep failed']);
  });

  it('leaves alone the lease of an invocation that has taken the pass over', async () => {
    const { tick, recorder, kept } = startSweep();
    const taken = { state: { startedAt: NOW, leaseUntil: NOW + 60 * MINUTE }, version: 99 };
    recorder.before('queue.depth', () => Object.assign(kept, taken));
    recorder.fail('queue.send', failure);

    await expect(tick()).rejects.toBe(failure);

    expect(kept).toEqual(taken);
  });
});
