import { describe, expect, it } from 'vitest';
import { type DeadLetterDeps, showDeadLetters } from '../../../cli/commands/dlq.ts';
import { type RedriveDeps, type RedriveOptions, redrive } from '../../../cli/commands/redrive.ts';
import type { DeadLetter, MoveProgress } from '../../../cli/ports.ts';
import { createDeadLetters, createTerminal, letter } from './doubles.ts';

const MARY = '061f78a5-21d2-4642-b604-e6edacd78a9c';
const JOHN = '3ae5d9cd-0afa-4c84-b2d4-32a7ee13a1ad';
const NOW = 1_767_225_600_000;
const HOUR = 3_600_000;

const change = (sub: string) =>
  JSON.stringify({ v: 1, userPoolId: 'eu-west-1_A', sub, cause: 'trigger', eventId: 'e', occurredAt: NOW - 5 * HOUR });
const bug = (sub: string, messageId: string) =>
  letter({
    messageId,
    body: change(sub),
    groupId: sub,
    sentAt: NOW - 2 * HOUR,
    attributes: { reason: 'bug', receiveCount: '5' },
  });
const malformed = letter({
  messageId: 'malformed',
  body: 'mary.smith@example.com is no change',
  groupId: 'mary.smith',
  sentAt: NOW - HOUR,
  attributes: { reason: 'malformed-message', receiveCount: '1' },
});
const EVENT = { detail: { eventName: 'AdminUpdateUserAttributes', userIdentity: { userName: 'mary.smith' } } };
const notDelivered = letter({
  messageId: 'not-delivered',
  body: JSON.stringify(EVENT),
  sentAt: NOW - HOUR,
  attributes: { RULE_ARN: 'arn', ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'mary.smith', RETRY_ATTEMPTS: '0' },
});
const stranger = letter({ messageId: 'stranger', body: 'hello mary.smith', sentAt: NOW - HOUR });

function createWorld(changes: readonly DeadLetter[], intake: readonly DeadLetter[], batch = 10) {
  const terminal = createTerminal();
  const queues = { changes: createDeadLetters(changes, batch), intake: createDeadLetters(intake, batch) };
  const stop = new AbortController();
  const deps: DeadLetterDeps = { queues, terminal, now: () => NOW, signal: stop.signal };
  return { terminal, queues, stop, deps };
}

describe('dlq', () => {
  it('tells what, why, since when and how many, and leaves everything where it is', async () => {
    const { deps, terminal, queues } = createWorld([bug(MARY, 'one'), bug(JOHN, 'two'), malformed], [notDelivered], 2);

    const exit = await showDeadLetters(deps, { json: false, limit: 100 });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'Changes that the worker gave up (changes): 3',
      '',
      '  REASON             MESSAGES  USERS  OLDEST  NEWEST',
      '  bug                       2      2     2 h     2 h',
      '  malformed-message         1      0     1 h     1 h',
      '',
      '  SUB                                   REASON             CAUSE    CODE  DEAD FOR  CHANGED  TRIES  MESSAGE',
      `  ${MARY}  bug                trigger  -          2 h      5 h      5  one`,
      `  ${JOHN}  bug                trigger  -          2 h      5 h      5  two`,
      '  -                                     malformed-message  -        -          1 h        -      1  malformed',
      '',
      'CloudTrail records that never became a change (intake): 1',
      '',
      '  REASON         MESSAGES  USERS  OLDEST  NEWEST',
      '  not-delivered         1      0     1 h     1 h',
      '',
      '  SUB  REASON         CAUSE                      CODE            DEAD FOR  CHANGED  TRIES  MESSAGE',
      '  -    not-delivered  AdminUpdateUserAttributes  NO_PERMISSIONS       1 h        -      1  not-delivered',
      '',
      'What to do',
      expect.stringMatching(/^ {2}bug: /),
      expect.stringMatching(/^ {2}malformed-message: /),
      expect.stringMatching(/^ {2}not-delivered: /),
    ]);
    expect(queues.changes.visible).toHaveLength(3);
    expect(queues.changes.hidden).toEqual([]);
  });

  it('writes one JSON document when asked to', async () => {
    const { deps, terminal } = createWorld([bug(MARY, 'one')], []);

    await showDeadLetters(deps, { json: true, limit: 100 });

    expect(JSON.parse(terminal.lines.join('\n'))).toEqual({
      queues: [
        {
          queue: 'changes',
          messages: 1,
          examined: 1,
          reasons: [
            {
              reason: 'bug',
              messages: 1,
              users: 1,
              oldest: '2025-12-31T22:00:00.000Z',
              newest: '2025-12-31T22:00:00.000Z',
              advice: expect.stringContaining('then redrive'),
            },
          ],
          findings: [
            {
              messageId: 'one',
              reason: 'bug',
              sub: MARY,
              cause: 'trigger',
              eventId: 'e',
              attempts: 5,
              deadSince: '2025-12-31T22:00:00.000Z',
              occurred: '2025-12-31T19:00:00.000Z',
            },
          ],
        },
        { queue: 'intake', messages: 0, examined: 0, reasons: [], findings: [] },
      ],
    });
  });

  it('is in order when both queues are empty', async () => {
    const { deps, terminal } = createWorld([], []);

    const exit = await showDeadLetters(deps, { json: false, limit: 100 });

    expect(exit).toBe(0);
    expect(terminal.lines).toEqual([
      'Changes that the worker gave up (changes): 0',
      '',
      'CloudTrail records that never became a change (intake): 0',
    ]);
  });

  it.each([true, false])('never shows a message, a name or an address (JSON: %s)', async (json) => {
    const { deps, terminal } = createWorld([malformed, bug(MARY, 'one')], [notDelivered, stranger]);

    await showDeadLetters(deps, { json, limit: 100 });

    expect([...terminal.lines, ...terminal.notes].join('\n')).not.toMatch(/mary\.smith|@example/);
  });

  it('looks at no more than it is asked to, and says how many it did not', async () => {
    const { deps, terminal } = createWorld([bug(MARY, 'one'), bug(JOHN, 'two'), malformed], [], 1);

    await showDeadLetters(deps, { json: false, limit: 2 });

    expect(terminal.lines[0]).toBe('Changes that the worker gave up (changes): 3');
    expect(terminal.lines).toContain('  1 messages were not looked at');
  });

  it('shows again what it has received when it fails', async () => {
    const { deps, queues } = createWorld([bug(MARY, 'one'), bug(JOHN, 'two')], [], 1);
    let receives = 0;
    const { receive } = queues.changes;
    const failing = {
      ...queues.changes,
      receive: () => (++receives === 2 ? Promise.reject(new Error('gone')) : receive()),
    };

    await expect(
      showDeadLetters({ ...deps, queues: { ...queues, changes: failing } }, { json: true, limit: 9 }),
    ).rejects.toThrow('gone');
    expect(queues.changes.hidden).toEqual([]);
  });
});

const ALL: RedriveOptions = { queues: ['changes', 'intake'], ratePerSecond: 50, apply: true, json: false };

function createRedriveWorld(changes: readonly DeadLetter[], intake: readonly DeadLetter[] = [], batch = 10) {
  const world = createWorld(changes, intake, batch);
  const sent: string[] = [];
  const replayed: unknown[] = [];
  const sleeps: number[] = [];
  const moves: { rate?: number; cancelled: boolean; progress: MoveProgress[] } = {
    cancelled: false,
    progress: [{ status: 'completed', moved: changes.length, toMove: changes.length }],
  };
  const deps: RedriveDeps = {
    ...world.deps,
    changes: {
      send: async (body, groupId) => void sent.push(`${groupId} ${body}`),
      moveAll: async (rate) => {
        moves.rate = rate;
        return {
          progress: async () => {
            const [next] = moves.progress.length > 1 ? moves.progress.splice(0, 1) : moves.progress;
            if (next === undefined) throw new Error('No progress is planned.');
            if (next.status === 'completed') world.queues.changes.visible.length = 0;
            return next;
          },
          cancel: async () => {
            moves.cancelled = true;
          },
        };
      },
    },
    functions: { invokeLater: async (name, event) => void replayed.push([name, event]) },
    changeIntake: 'change-intake',
    sleep: async (milliseconds) => void sleeps.push(milliseconds),
  };
  return { ...world, deps, sent, replayed, sleeps, moves };
}

describe('redrive', () => {
  it('shows what it would send, and sends nothing without --apply', async () => {
    const { deps, terminal, sent, moves, queues } = createRedriveWorld(
      [bug(MARY, 'one'), malformed],
      [notDelivered, stranger],
    );

    const exit = await redrive(deps, { ...ALL, apply: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'QUEUE    REASON             MESSAGES  USERS',
      'changes  bug                       1      1',
      'changes  malformed-message         1      0',
      'intake   not-delivered             1      0',
    ]);
    expect([sent, moves.rate]).toEqual([[], undefined]);
    expect(queues.changes.visible).toHaveLength(2);
  });

  it('is in order when there is nothing to send', async () => {
    const { deps, terminal } = createRedriveWorld([malformed], [stranger]);

    expect(await redrive(deps, { ...ALL, apply: false, only: 'bug' })).toBe(0);
    expect(terminal.notes).toEqual(['Nothing to redrive.']);
  });

  it('moves all changes by one move task, and follows it', async () => {
    const { deps, terminal, moves, sent, sleeps } = createRedriveWorld([bug(MARY, 'one'), malformed]);
    moves.progress = [
      { status: 'running', moved: 1, toMove: 2 },
      { status: 'completed', moved: 2, toMove: 2 },
    ];

    const exit = await redrive(deps, ALL);

    expect(exit).toBe(0);
    expect([moves.rate, moves.cancelled, sent, sleeps]).toEqual([50, false, [], [1_000]]);
    expect(terminal.lines).toEqual(['changes: 2 sent back, 0 left', 'intake: 0 sent back, 0 left']);
    expect(terminal.notes).toEqual(['changes: 1 of 2 sent back', 'changes: 2 of 2 sent back']);
  });

  it('fails when the move task fails', async () => {
    const { deps, moves } = createRedriveWorld([malformed]);
    moves.progress = [{ status: 'failed', moved: 0, toMove: 1, failure: 'AccessDenied' }];

    await expect(redrive(deps, ALL)).rejects.toMatchObject({
      code: 'move-task-failed',
      message: 'The message move task failed after 0 messages: AccessDenied.',
    });
  });

  it('stops a move task that moves more than there was, because it all comes back', async () => {
    const { deps, moves } = createRedriveWorld([malformed]);
    moves.progress = [{ status: 'running', moved: 12, toMove: 1 }];

    expect(await redrive(deps, ALL)).toBe(1);
    expect(moves.cancelled).toBe(true);
  });

  it('stops the move task when it is interrupted', async () => {
    const { deps, moves, stop } = createRedriveWorld([malformed]);
    moves.progress = [{ status: 'running', moved: 0, toMove: 1 }];

    const exit = await redrive({ ...deps, sleep: async () => stop.abort() }, ALL);

    expect([exit, moves.cancelled]).toEqual([1, true]);
  });

  it('sends one by one where SQS moves no whole queue', async () => {
    const { deps, sent } = createRedriveWorld([malformed]);
    const changes = { ...deps.changes, moveAll: async () => 'unsupported' as const };

    expect(await redrive({ ...deps, changes }, ALL)).toBe(0);
    expect(sent).toEqual(['mary.smith mary.smith@example.com is no change']);
  });

  it('sends chosen changes in their groups, at the rate it is given, and leaves the others visible', async () => {
    const { deps, sent, sleeps, queues } = createRedriveWorld([bug(MARY, 'one'), malformed, bug(JOHN, 'two')], [], 2);

    const exit = await redrive(deps, { ...ALL, queues: ['changes'], only: 'bug' });

    expect(exit).toBe(0);
    expect(sent).toEqual([`${MARY} ${change(MARY)}`, `${JOHN} ${change(JOHN)}`]);
    expect(sleeps).toEqual([20]);
    expect(queues.changes.visible.map(({ messageId }) => messageId)).toEqual(['malformed']);
    expect(queues.changes.hidden).toEqual([]);
  });

  it('sends the changes of one user', async () => {
    const { deps, sent } = createRedriveWorld([bug(MARY, 'one'), bug(JOHN, 'two')]);

    await redrive(deps, { ...ALL, sub: JOHN });

    expect(sent).toEqual([`${JOHN} ${change(JOHN)}`]);
  });

  it('replays CloudTrail records through change-intake, and leaves what it does not know', async () => {
    const { deps, replayed, queues } = createRedriveWorld([], [stranger, notDelivered]);

    expect(await redrive(deps, ALL)).toBe(0);
    expect(replayed).toEqual([['change-intake', EVENT]]);
    expect(queues.intake.visible.map(({ messageId }) => messageId)).toEqual(['stranger']);
  });

  it('does not remove what could not be sent', async () => {
    const { deps, queues } = createRedriveWorld([bug(MARY, 'one'), bug(JOHN, 'two')]);
    const changes = { ...deps.changes, send: () => Promise.reject(new Error('refused')) };

    await expect(redrive({ ...deps, changes }, { ...ALL, only: 'bug' })).rejects.toThrow('refused');
    expect(queues.changes.visible.map(({ messageId }) => messageId)).toEqual(['one', 'two']);
  });

  it('finishes the message in hand when it is interrupted, and shows the rest again', async () => {
    const { deps, queues, stop, terminal } = createRedriveWorld([bug(MARY, 'one'), bug(JOHN, 'two')]);
    const changes = { ...deps.changes, send: async () => stop.abort() };

    const exit = await redrive({ ...deps, changes }, { ...ALL, only: 'bug' });

    expect(exit).toBe(1);
    expect(queues.changes.visible.map(({ messageId }) => messageId)).toEqual(['two']);
    expect(terminal.notes.at(-1)).toBe('Interrupted: nothing is lost. Repeat the command to go on.');
  });

  it('sends all that it should although what it leaves comes by again, as the minute in which it was hidden is over', async () => {
    const unwanted = Array.from({ length: 12 }, (_, index) => ({ ...malformed, messageId: `malformed-${index}` }));
    const wanted = Array.from({ length: 150 }, (_, index) => bug(MARY, `bug-${index}`));
    const { deps, sent, queues } = createRedriveWorld([...unwanted, ...wanted]);
    let elapsedMs = 0;
    const sleep = async (milliseconds: number) => {
      elapsedMs += milliseconds;
      if (elapsedMs % 60_000 === 0) queues.changes.visible.unshift(...queues.changes.hidden.splice(0));
    };
    // The minute may be over for a message that is just being sent: that one is hidden still.
    const changes = { ...queues.changes, remove: async (letter: DeadLetter) => queues.changes.drop(letter) };

    const exit = await redrive(
      { ...deps, sleep, queues: { ...queues, changes } },
      { ...ALL, queues: ['changes'], only: 'bug', ratePerSecond: 1 },
    );

    expect(exit).toBe(0);
    expect(sent).toHaveLength(150);
    expect(queues.changes.visible.map(({ messageId }) => messageId).toSorted()).toEqual(
      unwanted.map(({ messageId }) => messageId).toSorted(),
    );
  });

  it('sends no more than there were, although each comes back at once', async () => {
    const { deps, queues } = createRedriveWorld([malformed], [], 1);
    let sends = 0;
    const changes = {
      ...deps.changes,
      send: async () => {
        sends += 1;
        if (sends > 5) throw new Error('It sends for ever.');
        queues.changes.visible.push({ ...malformed, messageId: `again-${sends}`, receiptHandle: `again-${sends}` });
      },
    };

    await redrive({ ...deps, changes }, { ...ALL, only: 'malformed-message' });

    expect(sends).toBe(1);
    expect(queues.changes.visible).toHaveLength(1);
  });
});
