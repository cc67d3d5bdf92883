import { describe, expect, it } from 'vitest';
import { showDeadLetters } from '../../../cli/dead-letters/dlq.ts';
import { bug, createWorld, JOHN, MARY, malformed, notDelivered, stranger } from './dead-letter-doubles.ts';

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

  it.each([
    ['a bug', [bug(MARY, 'one'), malformed], [], true],
    ['a message that was not looked at', [malformed, bug(MARY, 'one')], [], true],
    ['a message that no redrive helps', [malformed], [], false],
    ['a message of another program', [], [stranger], false],
  ])('advises redrive for %s: where it can help', async (_, changes, intake, advised) => {
    const { deps, terminal } = createWorld(changes, intake, 1);

    expect(await showDeadLetters(deps, { json: false, limit: 1 })).toBe(1);
    expect(terminal.notes).toEqual(advised ? ['To send them back: npx connect-sync redrive'] : []);
  });

  it('looks at no more than it is asked to, and says how many it did not', async () => {
    const { deps, terminal } = createWorld([bug(MARY, 'one'), bug(JOHN, 'two'), malformed], [], 1);

    await showDeadLetters(deps, { json: false, limit: 2 });

    expect(terminal.lines[0]).toBe('Changes that the worker gave up (changes): 3');
    expect(terminal.lines).toContain('  1 messages were not looked at');
  });

  it('says so when it could look at none', async () => {
    const { deps, terminal, queues } = createWorld([malformed], []);
    queues.changes.hidden.push(...queues.changes.visible.splice(0));

    expect(await showDeadLetters(deps, { json: false, limit: 9 })).toBe(1);
    expect(terminal.lines.slice(0, 2)).toEqual([
      'Changes that the worker gave up (changes): 1',
      '  1 messages were not looked at',
    ]);
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
