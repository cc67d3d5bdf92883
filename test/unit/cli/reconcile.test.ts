import { describe, expect, it } from 'vitest';
import type { QueueCounts } from '../../../cli/deployment/ports.ts';
import type { Json } from '../../../cli/json.ts';
import { followPass } from '../../../cli/sweep/follow-pass.ts';
import { reconcile } from '../../../cli/sweep/reconcile.ts';
import type { UserRecord } from '../../../cli/users/ports.ts';
import type { SweepFailure } from '../../../lambda/core/sweep/sweep-pass.ts';
import { createClock } from '../../support/ports.ts';
import { createTerminal } from './doubles.ts';

const SUSPECTS = [
  { sub: '061f78a5-21d2-4642-b604-e6edacd78a9c', why: 'cognito-user-changed' },
  { sub: '3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee13', why: 'connect-user-missing' },
];
const PLAN = {
  users: 5,
  skipped: 0,
  way: 'whole-pool',
  because: 'pool-is-smaller',
  calls: { cognito: 1, connect: 1 },
  notLookedFor: [],
  nearMisses: {
    counts: { unmatched: 0, otherCase: 0, rulePointless: false, groupMissing: false },
    unmatched: [],
    otherCase: [],
  },
  connectUsers: 4,
  rows: 3,
  underWay: false,
  candidates: SUSPECTS,
  why: { 'cognito-user-changed': 1, 'connect-user-missing': 1 },
};
const IN_STEP = { ...PLAN, candidates: [], why: {} };

function start(answer: Json) {
  const invoked: unknown[][] = [];
  const terminal = createTerminal();
  const deps = {
    terminal,
    sweep: 'sweep-function',
    functions: {
      invoke: async (...call: unknown[]) => {
        invoked.push(['invoke', ...call]);
        return answer;
      },
      invokeLater: async (...call: unknown[]) => void invoked.push(['invokeLater', ...call]),
    },
  };
  return { deps, terminal, invoked };
}

describe('reconcile', () => {
  it('tells who may differ and why, and begins nothing without --apply', async () => {
    const { deps, terminal, invoked } = start(PLAN);

    const exit = await reconcile(deps, { apply: false, json: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'Cognito users: 5, Connect users: 4, rows: 3, may differ: 2',
      '',
      'WHY                   USERS  MEANING',
      'cognito-user-changed      1  changed in Cognito since they were reconciled',
      'connect-user-missing      1  no longer in Connect',
      '',
      'SUB                                   WHY',
      '061f78a5-21d2-4642-b604-e6edacd78a9c  cognito-user-changed',
      '3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee13  connect-user-missing',
    ]);
    expect(terminal.notes).toEqual(['This is a plan; nothing was written. Repeat the command with --apply.']);
    expect(invoked).toEqual([['invoke', 'sweep-function', { mode: 'plan' }]]);
  });

  it('begins a pass when told to', async () => {
    const { deps, terminal, invoked } = start(PLAN);

    const exit = await reconcile(deps, { apply: true, json: true });

    expect(exit).toBe(1);
    expect(invoked.at(-1)).toEqual(['invokeLater', 'sweep-function', { mode: 'now' }]);
    expect(JSON.parse(terminal.lines.join(''))).toEqual({ applied: true, ...PLAN });
    expect(terminal.notes).toEqual([expect.stringContaining('A pass has begun')]);
  });

  it('begins no second pass beside one that is under way', async () => {
    const { deps, terminal, invoked } = start({ ...PLAN, underWay: true });

    const exit = await reconcile(deps, { apply: true, json: false });

    expect(exit).toBe(1);
    expect(invoked).toHaveLength(1);
    expect(terminal.notes).toEqual(['A pass is under way: it goes on. How far it is: npx connect-sync status']);
  });

  it('has nothing to do when no user differs', async () => {
    const { deps, terminal, invoked } = start(IN_STEP);

    const exit = await reconcile(deps, { apply: true, json: false });

    expect(exit).toBe(0);
    expect(terminal.lines).toEqual(['Cognito users: 5, Connect users: 4, rows: 3, may differ: 0']);
    expect(invoked).toHaveLength(1);
  });

  it('tells whom no rule links, and is not in order for a near miss', async () => {
    const nearMisses = {
      counts: { unmatched: 60, otherCase: 1, rulePointless: false, groupMissing: false },
      unmatched: ['agent-1', 'agent-2'],
      otherCase: [{ sub: '061f78a5-21d2-4642-b604-e6edacd78a9c', connectUserId: 'agent-1' }],
    };
    const { deps, terminal } = start({ ...IN_STEP, nearMisses });

    const exit = await reconcile(deps, { apply: false, json: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'Cognito users: 5, Connect users: 4, rows: 3, may differ: 0',
      '',
      'SUB                                   CONNECT USER  NEAR MISS',
      '061f78a5-21d2-4642-b604-e6edacd78a9c  agent-1       other-case',
      '-                                     agent-1       unmatched',
      '-                                     agent-2       unmatched',
      '... and 58 more',
      '',
      'To link those of other case',
      '  npx connect-sync link 061f78a5-21d2-4642-b604-e6edacd78a9c agent-1 --apply',
      '',
      expect.stringContaining("differs from a Connect user's in case only: 1."),
      '',
      expect.stringContaining('Connect users without a Cognito user: 60.'),
    ]);
  });

  it.each([
    [{ unmatched: 1, otherCase: 0, rulePointless: false, groupMissing: false }, 0],
    [{ unmatched: 0, otherCase: 0, rulePointless: true, groupMissing: false }, 1],
  ])('with near misses %j ends with %i', async (counts, expected) => {
    const { deps } = start({ ...IN_STEP, nearMisses: { counts, unmatched: [], otherCase: [] } });

    expect(await reconcile(deps, { apply: false, json: false })).toBe(expected);
  });

  it('reads the plan of a sweep that did not know of near misses', async () => {
    const { nearMisses: _, way: __, because: ___, calls: ____, notLookedFor: _____, ...old } = IN_STEP;

    expect(await reconcile(start(old).deps, { apply: false, json: false })).toBe(0);
  });

  it('names the first fifty, and what it does not know the meaning of', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ sub: `sub-${index}`, why: 'of-the-future' }));
    const { deps, terminal } = start({ ...PLAN, candidates: many, why: { 'of-the-future': 1_234 } });

    await reconcile(deps, { apply: false, json: false });

    expect(terminal.lines).toContain('of-the-future   1234');
    expect(terminal.lines.at(-1)).toBe('... and 1184 more');
  });

  it.each([[null], [{ users: 1 }], [[]]])('refuses %j, which is no plan', async (answer) => {
    await expect(reconcile(start(answer).deps, { apply: true, json: false })).rejects.toMatchObject({
      code: 'unexpected-answer',
    });
  });
});

describe('reconcile that is confirmed and followed', () => {
  it('asks the operator for the number, and begins nothing for another number', async () => {
    const { deps, invoked } = start(PLAN);

    await expect(reconcile({ ...deps, ask: async () => '3' }, { apply: true, json: false })).rejects.toThrow(
      'Received "3", but the plan is for 2; nothing was written.',
    );
    expect(invoked).toHaveLength(1);
    expect(await reconcile({ ...deps, ask: async () => '2' }, { apply: true, json: false })).toBe(1);
    expect(invoked.at(-1)).toEqual(['invokeLater', 'sweep-function', { mode: 'now' }]);
  });

  it('refuses a number that is not that of the plan', async () => {
    const { deps } = start(PLAN);

    await expect(reconcile(deps, { apply: true, json: false, yes: 3 })).rejects.toThrow('the plan is for 2 now');
  });

  const NOW = 1_767_225_600_000;
  const rowOf = (sub: string, members: Partial<UserRecord>): UserRecord => ({ sub, status: 'written', ...members });

  /** A pass that ends after some polls; the worker reconciles one user in each. */
  function followed(rows: readonly UserRecord[], { stopAfter = Number.POSITIVE_INFINITY } = {}) {
    const terminal = createTerminal();
    const stop = new AbortController();
    let polls = 0;
    const clock = createClock(NOW, () => {
      polls += 1;
      if (polls >= stopAfter) stop.abort();
    });
    const failing = rows.filter(({ lastTry }) => lastTry !== undefined).length;
    const deps = {
      table: {
        async *scan() {
          yield rows.slice(0, polls);
        },
      },
      sweepState: async () =>
        polls < 2
          ? { startedAt: NOW - 60_000, finishedAt: NOW - 30_000, leaseUntil: NOW }
          : { startedAt: NOW, finishedAt: NOW + 1, leaseUntil: NOW },
      queued: async () => ({ visible: polls < rows.length ? rows.length - polls : failing, hidden: 0 }),
      terminal,
      now: clock.now,
      sleep: clock.sleep,
      signal: stop.signal,
    };
    return { terminal, run: () => followPass(deps, NOW, rows.length) };
  }

  it('waits for the pass and the worker, and tells each that did not work in a line', async () => {
    const { run, terminal } = followed([
      rowOf('sub-1', { concludedAt: NOW + 1 }),
      rowOf('sub-2', {
        concludedAt: NOW + 2,
        status: 'held',
        withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
      }),
      rowOf('sub-3', { concludedAt: 1, lastTry: { at: NOW + 3, code: 'ThrottlingException', count: 1, nextAt: NOW } }),
      rowOf('sub-4', { concludedAt: NOW - 1, status: 'held' }),
    ]);

    expect(await run()).toEqual({
      complete: true,
      reconciled: 2,
      notInStep: [
        { sub: 'sub-2', what: 'held, first-email' },
        { sub: 'sub-3', what: 'failing, ThrottlingException' },
      ],
    });
    expect(terminal.notes.filter((note) => note.startsWith('sub-'))).toEqual([
      'sub-2: held, first-email',
      'sub-3: failing, ThrottlingException',
    ]);
  });

  /** A pass that has queued its users, and a queue that stays as it is. */
  function quiet(rows: readonly UserRecord[], queue: QueueCounts, failure?: SweepFailure) {
    const terminal = createTerminal();
    const clock = createClock(NOW, () => {
      if (clock.now() > NOW + 60 * 60_000) throw new Error('It waits for ever.');
    });
    const deps = {
      table: {
        async *scan() {
          yield rows;
        },
      },
      sweepState: async () => ({ startedAt: NOW, finishedAt: NOW + 1, leaseUntil: NOW, ...(failure && { failure }) }),
      queued: async () => queue,
      terminal,
      now: clock.now,
      sleep: clock.sleep,
      signal: new AbortController().signal,
    };
    return { clock, run: () => followPass(deps, NOW, 2) };
  }

  it('does not wait for a user who failed before the pass and is tried again later', async () => {
    const lastTry = { at: NOW - 60_000, code: 'ThrottlingException', count: 9, nextAt: NOW + 800_000 };
    const { run, clock } = quiet([rowOf('sub-1', { concludedAt: NOW + 1 }), rowOf('sub-2', { lastTry })], {
      ...{ visible: 0, hidden: 1 },
    });

    expect(await run()).toEqual({
      complete: true,
      reconciled: 1,
      notInStep: [{ sub: 'sub-2', what: 'failing, ThrottlingException' }],
    });
    expect(clock.now()).toBe(NOW);
  });

  it.each([
    [{ visible: 2, hidden: 0 }, '2 changes wait for the worker, and it has 0'],
    [{ visible: 0, hidden: 1 }, '0 changes wait for the worker, and it has 1'],
  ])('ends when nothing changes in a queue with %j for a quarter of an hour, and says so', async (queue, counts) => {
    const { run, clock } = quiet([rowOf('sub-1', { concludedAt: NOW + 1 })], queue);

    expect(await run()).toEqual({
      complete: false,
      stopped: `Nothing has changed for 15 minutes: ${counts}, or tries them again later. Why: npx connect-sync status`,
      reconciled: 1,
      notInStep: [],
    });
    expect(clock.now()).toBe(NOW + 15 * 60_000);
  });

  it('ends when the sweep fails, and says at which call', async () => {
    const failure = { at: NOW + 3, code: 'AccessDeniedException', operation: 'connect:ListUsers' };
    const stopped =
      'The sweep failed at connect:ListUsers: AccessDeniedException. Its next tick tries again. How far it is: npx connect-sync status';

    expect(await quiet([], { visible: 1, hidden: 0 }, failure).run()).toMatchObject({ complete: false, stopped });
    const { deps, terminal } = start(PLAN);
    const follow = async () => ({ complete: false, stopped, reconciled: 1, notInStep: [] });
    expect(await reconcile({ ...deps, follow }, { apply: true, json: false })).toBe(1);
    expect(terminal.notes).toEqual([stopped]);
  });

  it('does not take an earlier failure of the sweep for one of this pass', async () => {
    const failure = { at: NOW - 3, code: 'AccessDeniedException' };

    expect(await quiet([], { visible: 0, hidden: 0 }, failure).run()).toMatchObject({ complete: true });
  });

  it('ends at Ctrl-C; the pass goes on', async () => {
    const { run } = followed([rowOf('sub-1', { concludedAt: NOW + 1 }), rowOf('sub-2', {})], { stopAfter: 1 });

    expect(await run()).toEqual({ complete: false, reconciled: 1, notInStep: [] });
    const { deps, terminal } = start(PLAN);
    const follow = async () => ({ complete: false, reconciled: 1, notInStep: [] });
    expect(await reconcile({ ...deps, follow }, { apply: true, json: false })).toBe(1);
    expect(terminal.lines.at(-1)).toBe('Reconciled: 1, not in step: 0');
    expect(terminal.notes).toEqual(['Interrupted: the pass goes on. How far it is: npx connect-sync status']);
  });
});
