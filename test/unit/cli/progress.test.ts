import { describe, expect, it } from 'vitest';
import { explain } from '../../../cli/users/explain.ts';
import type { PoolUser, UserRecord } from '../../../cli/users/ports.ts';
import { progressOf } from '../../../cli/users/progress.ts';
import { createUserWorld, HELD, MARY, MINUTE, NOW } from './user-doubles.ts';

const READ_AT = NOW - 5 * MINUTE;
const DONE: UserRecord = {
  ...HELD,
  ...{ status: 'unchanged', withheld: [], holds: {}, concludedAt: READ_AT, syncedReadAt: READ_AT },
  cognitoModifiedAt: NOW - 60 * MINUTE + 250,
};
const modified = (modifiedAt: number): PoolUser => ({
  ...{ sub: MARY, username: 'mary', attributes: {}, modifiedAt, providers: [] },
});
const lastTry = { at: NOW - MINUTE, code: 'ThrottlingException', count: 4, nextAt: NOW + 30_000 };
const UNREAD = NOW - 60 * MINUTE + 1_500;

describe('how far the product is with a user', () => {
  it.each<[string, UserRecord | undefined, PoolUser | undefined, number, object]>([
    ['what was read is what Cognito has', DONE, modified(NOW - 60 * MINUTE + 250), 3, { state: 'in-step' }],
    ['the list is less precise than the read', DONE, modified(NOW - 60 * MINUTE), 0, { state: 'in-step' }],
    ['the list lags behind the read', DONE, modified(NOW - 70 * MINUTE), 0, { state: 'in-step' }],
    [
      'Cognito has no such user any more, and the worker has not read that',
      DONE,
      undefined,
      2,
      { state: 'cognito-user-missing', queued: 2 },
    ],
    [
      'Cognito has no such user any more, and the worker has read that',
      { ...DONE, status: 'cognito-user-missing' },
      undefined,
      0,
      { state: 'in-step' },
    ],
    [
      'Cognito has changed just now',
      DONE,
      modified(NOW - 3_000),
      0,
      { state: 'waiting', changedAt: NOW - 3_000, queued: 0 },
    ],
    [
      'Cognito has changed long ago, and the queue is long',
      DONE,
      modified(UNREAD),
      9,
      { state: 'waiting', changedAt: UNREAD, queued: 9 },
    ],
    [
      'Cognito has changed long ago, and nothing waits',
      DONE,
      modified(UNREAD),
      0,
      { state: 'not-announced', changedAt: UNREAD },
    ],
    [
      'the last try has failed',
      { ...DONE, lastTry },
      modified(NOW - 3_000),
      1,
      {
        ...{ state: 'failing', code: 'ThrottlingException', operation: null, tries: 4 },
        ...{ lastTryAt: NOW - MINUTE, nextTryAt: NOW + 30_000 },
      },
    ],
    [
      'a try had failed before the one that did not',
      { ...DONE, lastTry: { ...lastTry, at: READ_AT - 1 } },
      modified(NOW - 60 * MINUTE + 250),
      0,
      { state: 'in-step' },
    ],
    ['there is no row, and the user is old', undefined, modified(NOW - 60 * MINUTE), 0, { state: 'never-reconciled' }],
    [
      'there is no row, and the user is new',
      undefined,
      modified(NOW - 3_000),
      0,
      { state: 'waiting', changedAt: NOW - 3_000, queued: 0 },
    ],
  ])('when %s', (_, row, user, queued, expected) => {
    expect(progressOf({ row, user, queued, now: NOW })).toEqual(expected);
  });

  it.each<[string, Partial<UserRecord>, number, number, number, string, string | undefined]>([
    ['in step', {}, NOW - 60 * MINUTE, 0, 0, 'in step: what Cognito has was read', undefined],
    ['waiting', {}, NOW - 3_000, 2, 1, 'changed 3 s ago, waiting; 2 in the queue', undefined],
    [
      'not announced',
      {},
      UNREAD,
      0,
      1,
      'changed 59 min ago, and nothing has announced it',
      `    npx connect-sync sync ${MARY} --apply`,
    ],
    ['throttled', { lastTry }, UNREAD, 0, 1, 'failing: ThrottlingException, 4 tries, next in 30 s', 'slows down'],
    [
      'without a permission',
      { lastTry: { ...lastTry, code: 'AccessDeniedException', count: 1, nextAt: NOW - 1 } },
      UNREAD,
      0,
      1,
      'failing: AccessDeniedException, 1 try, next due',
      'lacks a permission',
    ],
    [
      'failing otherwise',
      { lastTry: { ...lastTry, code: 'TypeError' } },
      UNREAD,
      0,
      1,
      'failing: TypeError',
      'its log',
    ],
  ])('is told by explain: %s', async (_, members, modifiedAt, queued, exit, line, advice) => {
    const { deps, terminal } = createUserWorld({
      rows: [{ ...DONE, ...members }],
      pool: { mary: modified(modifiedAt) },
      queued,
    });

    expect(await explain(deps, { user: MARY, json: false })).toBe(exit);
    expect(terminal.lines.join('\n')).toContain(`progress         ${line}`);
    if (advice === undefined) expect(terminal.lines).not.toContain('What to do');
    else expect(terminal.lines.slice(terminal.lines.indexOf('What to do')).join('\n')).toContain(advice);
  });

  it('is not in order beside dead letters that explain could not look at', async () => {
    const { deps, terminal } = createUserWorld({ rows: [DONE], pool: { mary: modified(NOW - 60 * MINUTE) } });
    const changes = { ...deps.queues.changes, count: async () => ({ visible: 0, hidden: 3 }) };

    expect(await explain({ ...deps, queues: { ...deps.queues, changes } }, { user: MARY, json: false })).toBe(1);
    expect(terminal.notes.at(-1)).toBe(
      'Dead letters that were not looked at: 3. Some may be of this user. To see them: npx connect-sync dlq',
    );
  });

  it('is told by explain of a user who was just deleted in Cognito', async () => {
    const { deps, terminal } = createUserWorld({ rows: [DONE], queued: 1 });

    expect(await explain(deps, { user: MARY, json: false })).toBe(1);
    expect(terminal.lines).toContain(
      '  progress         not in Cognito any more, which the worker has not read yet; 1 in the queue',
    );
    expect(terminal.lines.slice(-2)).toEqual([
      '  cognito-user-missing: To reconcile the user now:',
      `    npx connect-sync sync ${MARY} --apply`,
    ]);
  });

  it('is in the JSON document with ISO times', async () => {
    const { deps, json } = createUserWorld({ rows: [{ ...DONE, lastTry }], pool: { mary: modified(UNREAD) } });

    await explain(deps, { user: MARY, json: true });

    expect(json()).toMatchObject({
      progress: {
        state: 'failing',
        code: 'ThrottlingException',
        tries: 4,
        lastTry: '2025-12-31T23:59:00.000Z',
        nextTry: '2026-01-01T00:00:30.000Z',
        advice: expect.any(String),
      },
    });
  });
});
