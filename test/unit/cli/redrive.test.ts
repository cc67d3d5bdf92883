import { describe, expect, it } from 'vitest';
import type { DeadLetter, MoveProgress } from '../../../cli/dead-letters/ports.ts';
import { type RedriveDeps, type RedriveOptions, redrive } from '../../../cli/dead-letters/redrive.ts';
import {
  bug,
  change,
  createWorld,
  EVENT,
  JOHN,
  MARY,
  malformed,
  notDelivered,
  REDUCED,
  reduced,
  stranger,
} from './dead-letter-doubles.ts';

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
  const noted: string[] = [];
  const deps: RedriveDeps = {
    ...world.deps,
    noteRedriven: async (subs) => void noted.push(...subs),
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
  return { ...world, deps, noted, sent, replayed, sleeps, moves };
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
    const { deps, terminal } = createRedriveWorld([], []);

    expect(await redrive(deps, { ...ALL, apply: false, only: 'bug' })).toBe(0);
    expect(terminal.notes).toEqual(['Nothing to redrive.']);
  });

  it('says what is left alone where nothing is to be sent back', async () => {
    const { deps, terminal } = createRedriveWorld([bug(MARY, 'one')], [stranger]);

    expect(await redrive(deps, { ...ALL, apply: false, sub: JOHN })).toBe(0);
    expect(terminal.notes).toEqual([
      'Nothing to redrive. Messages that were not asked for, or that have nowhere to go: 2. To see them: npx connect-sync dlq',
    ]);
  });

  it('is not in order when it cannot see what there is', async () => {
    const { deps, terminal, queues } = createRedriveWorld([malformed]);
    queues.changes.hidden.push(...queues.changes.visible.splice(0));

    expect(await redrive(deps, { ...ALL, apply: false, only: 'bug' })).toBe(1);
    expect(terminal.notes).toEqual([
      'Messages that were not looked at: 1. Another command may have hidden them for a minute. Repeat the command then.',
    ]);
  });

  it('counts before it looks at the messages, and does not believe a late count that says there are none', async () => {
    const { deps, moves, terminal, queues } = createRedriveWorld([bug(MARY, 'one'), malformed]);
    const counts = [
      { visible: 2, hidden: 0 },
      { visible: 0, hidden: 2 },
    ];
    const late = { ...queues.changes, count: async () => counts.shift() ?? { visible: 0, hidden: 0 } };

    await redrive({ ...deps, queues: { ...queues, changes: late } }, { ...ALL, queues: ['changes'] });

    expect(moves.rate).toBe(50);
    expect(terminal.notes[0]).toBe('changes: 2 of 2 sent back');
  });

  it('is not in order when a move task has left what was hidden', async () => {
    const { deps, terminal, moves, queues } = createRedriveWorld([bug(MARY, 'one')]);
    queues.changes.hidden.push(...queues.changes.visible.splice(0));
    moves.progress = [{ status: 'completed', moved: 0, toMove: 0 }];

    expect(await redrive(deps, { ...ALL, queues: ['changes'] })).toBe(1);
    expect(terminal.lines).toEqual(['changes: 0 sent back, 1 left']);
    expect(terminal.notes.at(-1)).toBe(
      'changes: messages that were not sent back: 1. Another command may have hidden them for a minute. Repeat the command then.',
    );
  });

  it('follows a move task of more messages than SQS had counted', async () => {
    const { deps, moves } = createRedriveWorld([malformed]);
    moves.progress = [
      { status: 'running', moved: 12, toMove: 40 },
      { status: 'completed', moved: 40, toMove: 40 },
    ];

    expect(await redrive(deps, { ...ALL, queues: ['changes'] })).toBe(0);
    expect(moves.cancelled).toBe(false);
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
    const { deps, replayed, queues } = createRedriveWorld([], [stranger, notDelivered, reduced]);

    expect(await redrive(deps, ALL)).toBe(0);
    expect(replayed).toEqual([
      ['change-intake', EVENT],
      ['change-intake', REDUCED],
    ]);
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

  it('sends all chosen messages, also when other messages become visible again after a minute', async () => {
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
