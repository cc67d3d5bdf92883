import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../cli/deployment/alerts.ts';
import type { Switches } from '../../../cli/deployment/read-switches.ts';
import { type StatusOptions, showStatus } from '../../../cli/deployment/status.ts';
import type { UserRecord } from '../../../cli/users/ports.ts';
import type { SweepState } from '../../../lambda/core/sweep/sweep-pass.ts';
import { ANN, createUserWorld, HELD, MARY, MINUTE, NOW, WRITTEN } from './user-doubles.ts';

const EMPTY = { visible: 0, hidden: 0 };

describe('status', () => {
  const start = (
    rows: readonly UserRecord[],
    deadLetters = EMPTY,
    sweep?: SweepState,
    switches: Partial<Switches> = {},
  ) => {
    const world = createUserWorld({ rows });
    const depths = async () => ({ changes: { visible: 2, hidden: 1 }, deadLetters, intakeDeadLetters: EMPTY });
    return {
      ...world,
      run: (json = false, options: Partial<StatusOptions> = {}) =>
        showStatus(
          {
            ...{ ...world.deps, depths },
            lastSweep: async () => sweep,
            switches: async () => ({ notKnown: [], ...switches }),
          },
          { json, ...options },
        ),
    };
  };

  it('counts users by outcome and reason, and names those who wait for a person', async () => {
    const again = { ...WRITTEN, sub: ANN };
    const { run, terminal } = start([HELD, WRITTEN, again]);

    const exit = await run();

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'Users: 3, last reconciled: 2025-12-31T23:57:00.000Z (3 min ago)',
      'Last events: trigger none, CloudTrail 6 min ago, sweep none, operator none',
      'Pending: 3 changes; failing: 0 users',
      'Sweep: none yet',
      '',
      'STATUS   REASONS      USERS',
      'held     first-email      1',
      'written  -                2',
      '',
      'QUEUE                          VISIBLE  HIDDEN',
      'changes                              2       1',
      'dead letters                         0       0',
      'dead letters of change-intake        0       0',
      '',
      'SUB                                   STATUS  REASONS',
      `${MARY}  held    first-email`,
    ]);
    expect(terminal.notes).toEqual(['What is held, and why: npx connect-sync held']);
  });

  it.each([
    ['held', 1],
    ['rejected', 1],
    ['unlinked', 1],
    ['ambiguous', 1],
    ['written', 0],
    ['unchanged', 0],
    ['waiting', 0],
    ['connect-user-missing', 0],
    ['cognito-user-missing', 0],
    ['out-of-scope', 0],
    [undefined, 0],
  ])('ends for a user who is %s with code %d', async (status, exit) => {
    const { status: _, ...row } = WRITTEN;
    const { run } = start([status === undefined ? row : { ...row, status }]);

    expect(await run()).toBe(exit);
  });

  it('is in order without users, but not with a dead letter', async () => {
    expect(await start([]).run()).toBe(0);
    expect(await start([], { visible: 0, hidden: 1 }).run()).toBe(1);
  });

  it('tells how far the sweep is', async () => {
    const [startedAt, leaseUntil] = [NOW - 20 * MINUTE, NOW];
    const ended = start([], EMPTY, { startedAt, leaseUntil, finishedAt: NOW - 12 * MINUTE });
    const underWay = start([], EMPTY, { startedAt, leaseUntil, cursor: MARY });

    await ended.run();
    await underWay.run();

    expect(ended.terminal.lines[3]).toBe('Sweep: 2025-12-31T23:48:00.000Z (12 min ago)');
    expect(underWay.terminal.lines[3]).toBe('Sweep: under way since 2025-12-31T23:40:00.000Z (20 min ago)');
  });

  it('tells whom no rule linked, and is not in order for a near miss', async () => {
    const pass = { startedAt: NOW - 20 * MINUTE, leaseUntil: NOW, finishedAt: NOW - 12 * MINUTE };
    const near = { unmatched: 1, otherCase: 2, rulePointless: false, groupMissing: false };
    const missed = start([], EMPTY, { ...pass, nearMisses: near });
    const alone = start([], EMPTY, {
      ...pass,
      nearMisses: { unmatched: 1, otherCase: 0, rulePointless: false, groupMissing: false },
    });

    expect(await missed.run()).toBe(1);
    expect(missed.terminal.lines.slice(4, 6)).toEqual([
      expect.stringContaining('in case only: 2.'),
      expect.stringContaining('without a Cognito user: 1.'),
    ]);
    expect(missed.terminal.notes).toEqual(['Near misses: npx connect-sync reconcile']);
    const document = start([], EMPTY, { ...pass, nearMisses: near });
    await document.run(true);
    expect(document.json()).toMatchObject({ inOrder: false, sweep: { nearMisses: near } });
    expect(await alone.run()).toBe(0);
  });

  it('writes one JSON document when asked to', async () => {
    const { run, json, terminal } = start([HELD]);

    await run(true);

    expect(json()).toEqual({
      inOrder: false,
      alerts: ['held'],
      users: 1,
      outcomes: [{ status: 'held', reasons: ['first-email'], users: 1 }],
      failing: [],
      wouldWrite: 0,
      lastReconciled: '2025-12-31T23:55:00.000Z',
      lastEvents: { trigger: null, cloudtrail: '2025-12-31T23:54:00.000Z', sweep: null, operator: null },
      sweep: null,
      sweepOff: false,
      notKnown: [],
      queues: { changes: { visible: 2, hidden: 1 }, deadLetters: EMPTY, intakeDeadLetters: EMPTY },
      attention: [
        { sub: MARY, connectUserId: 'agent-mary', status: 'held', reasons: ['first-email'], fields: ['Email'] },
      ],
    });
    expect(terminal.notes).toEqual([]);
  });
});

describe('what status tells', () => {
  const start = (
    rows: readonly UserRecord[],
    {
      sweep,
      switches = {},
      dead = 0,
    }: { sweep?: SweepState | 'off'; switches?: Partial<Switches>; dead?: number } = {},
  ) => {
    const world = createUserWorld({ rows });
    const run = (options: Partial<StatusOptions> = {}) =>
      showStatus(
        {
          ...world.deps,
          depths: async () => ({
            changes: EMPTY,
            deadLetters: { visible: dead, hidden: 0 },
            intakeDeadLetters: EMPTY,
          }),
          lastSweep: async () => sweep,
          switches: async () => ({ notKnown: [], ...switches }),
        },
        { json: false, ...options },
      );
    return { ...world, run };
  };
  const ended: SweepState = { startedAt: NOW - 20 * MINUTE, finishedAt: NOW - 12 * MINUTE, leaseUntil: NOW };

  it('begins, where the deployment observes, with how many would be written', async () => {
    const { run, terminal } = start([{ ...WRITTEN, status: 'would-write' }], { switches: { mode: 'observe' } });

    expect(await run()).toBe(1);
    expect(terminal.lines[0]).toBe('observing: 1 would be written');
  });

  it('says that the worker is paused, and how it goes on', async () => {
    const { run, terminal } = start([WRITTEN], { switches: { paused: true, mode: 'sync' } });

    expect(await run()).toBe(1);
    expect(terminal.lines[0]).toBe('paused: changes wait in the queue');
    expect(terminal.notes).toEqual(['To let the worker go on: npx connect-sync resume --apply']);
  });

  it('says that nothing hands changes to the worker, and how that is mended', async () => {
    const { run, terminal } = start([WRITTEN], { switches: { noInput: true, mode: 'sync' } });

    expect(await run()).toBe(1);
    expect(terminal.lines[0]).toBe('no-input: nothing hands changes from the queue to the worker');
    expect(terminal.notes).toEqual([
      'To have CloudFormation create the event source mapping again: npx cdk deploy --revert-drift',
    ]);
  });

  it('names the rule of the scope, and what could not be read', async () => {
    const { run, terminal } = start([WRITTEN], {
      switches: { scope: 'group agents', notKnown: ['Whether the worker is paused was not read: needs X.'] },
    });

    expect(await run()).toBe(0);
    expect(terminal.lines.slice(0, 2)).toEqual([
      'Scope: group agents',
      'Whether the worker is paused was not read: needs X.',
    ]);
  });

  it('groups those who fail by code and call, with the oldest', async () => {
    const lastTry = { at: NOW - MINUTE, code: 'AccessDeniedException', count: 4, nextAt: NOW };
    const denied = { ...lastTry, operation: 'connect:DescribeUser' };
    const { run, terminal } = start([
      { ...WRITTEN, lastTry: { ...denied, since: NOW - 180 * MINUTE } },
      { ...WRITTEN, sub: ANN, lastTry: { ...denied, since: NOW - 5 * MINUTE } },
      { ...WRITTEN, sub: MARY, lastTry: { ...lastTry, code: 'ThrottlingException' } },
    ]);

    expect(await run()).toBe(1);
    const at = terminal.lines.indexOf('Failing');
    expect(terminal.lines).toContain('Pending: 0 changes; failing: 3 users, the oldest since 3 h ago');
    expect(terminal.lines.slice(at, at + 6)).toEqual([
      'Failing',
      'CODE                   CALL                  USERS  OLDEST',
      'AccessDeniedException  connect:DescribeUser      2     3 h',
      'ThrottlingException    -                         1   1 min',
      'The worker lacks the permission for connect:DescribeUser: deploy the stack again, and look for policies that deny.',
      'AWS is asked too often: the worker slows down and goes on by itself. If it lasts, look who else calls Connect in this account and Region.',
    ]);
  });

  it('tells by which route the last changes came', async () => {
    const by = (cause: string, minutes: number): UserRecord => ({
      ...WRITTEN,
      sub: `${cause}-user`,
      cause,
      occurredAt: NOW - minutes * MINUTE,
    });
    const { run, terminal } = start([
      by('post-confirmation', 3),
      by('trigger', 9),
      by('cloudtrail', 60),
      by('sweep', 29),
    ]);

    await run();

    expect(terminal.lines[1]).toBe(
      'Last events: trigger 3 min ago, CloudTrail 1 h ago, sweep 29 min ago, operator none',
    );
  });

  it('tells the share of changes that only the sweep found, and the call at which it fails', async () => {
    const failure = { at: NOW - 5 * MINUTE, code: 'AccessDeniedException', operation: 'connect:ListUsers' };
    const { run, terminal } = start([], { sweep: { ...ended, changes: { changed: 40, unannounced: 39 }, failure } });

    expect(await run()).toBe(1);
    expect(terminal.lines.slice(2, 5)).toEqual([
      'Sweep: 2025-12-31T23:48:00.000Z (12 min ago), late or failing',
      'The sweep failed 5 min ago at connect:ListUsers: AccessDeniedException. A permission is missing: deploy the stack again.',
      'Changes that only the sweep found: 39 of 40',
    ]);
  });

  it('names a Connect instance that is not found', async () => {
    const lastTry = { at: NOW, code: 'ResourceNotFoundException', count: 1, nextAt: NOW };
    const { run, terminal } = start([{ ...WRITTEN, lastTry: { ...lastTry, operation: 'connect:DescribeInstance' } }]);

    await run();

    expect(terminal.lines).toContain(
      'The Connect instance is not found: correct connectInstanceArn, and deploy again.',
    );
  });

  it('tells apart who came into the scope and who left it, by its rule', async () => {
    const { run, terminal } = start([], {
      sweep: { ...ended, scope: { entered: 3, left: 20 } },
      switches: { scope: 'group agents' },
    });

    await run();

    expect(terminal.lines).toContain('The last pass saw 3 come into the scope (group agents) and 20 leave it');
  });

  it.each([
    [135, 0],
    [136, 1],
  ])('ends for an hourly sweep that began %i minutes ago with code %i', async (minutes, exit) => {
    const sweep = { startedAt: NOW - minutes * MINUTE, finishedAt: NOW - minutes * MINUTE, leaseUntil: NOW };

    expect(await start([], { sweep }).run()).toBe(exit);
  });

  it('is in order where the deployment has no sweep any more, whatever the last one has left', async () => {
    const { run, terminal } = start([], { sweep: 'off' });

    expect(await run()).toBe(0);
    expect(terminal.lines).toContain('Sweep: off (sweepIntervalMinutes is 0)');
  });

  it.each<[readonly Alert[] | undefined, number]>([
    [undefined, 1],
    [['held'], 1],
    [['dead-letters'], 1],
    [['failing'], 0],
    [['stale', 'paused'], 0],
  ])('ends, when it is to fail on %j, with code %i', async (failOn, exit) => {
    expect(await start([HELD], { sweep: ended, dead: 1 }).run({ failOn })).toBe(exit);
  });

  it('leaves out what had become so before', async () => {
    const { run, terminal } = start([HELD, WRITTEN]);

    expect(await run({ since: 30 * MINUTE })).toBe(0);
    expect(terminal.lines).toContain('Users: 1, last reconciled: 2025-12-31T23:57:00.000Z (3 min ago)');
    expect(terminal.lines.join('\n')).not.toContain('first-email');
  });
});
