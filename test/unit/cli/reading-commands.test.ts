import { describe, expect, it } from 'vitest';
import { explain } from '../../../cli/users/explain.ts';
import { showHeld } from '../../../cli/users/held.ts';
import type { UserRecord } from '../../../cli/users/ports.ts';
import { createDeadLetters, letter } from './doubles.ts';
import { ANN, createUserWorld, DIGEST, HELD, JOHN, MARY, MINUTE, NOW, WRITTEN } from './user-doubles.ts';

const OPEN_SIGN_UP: UserRecord = {
  sub: ANN,
  status: 'held',
  reason: 'open-sign-up',
  changed: [],
  withheld: [],
  concludedAt: NOW - 7 * MINUTE,
  since: NOW - 7 * MINUTE,
};

describe('held', () => {
  it('lists fields and links, the oldest first, and what to do', async () => {
    const { deps, terminal } = createUserWorld({ rows: [OPEN_SIGN_UP, WRITTEN, HELD] });

    const exit = await showHeld(deps, { json: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      'SUB                                   CONNECT USER  FIELD   HOLD  REASON        HELD FOR',
      `${MARY}  agent-mary    Email   hash  first-email        1 h`,
      `${ANN}  -             (link)  -     open-sign-up     7 min`,
      '',
      'What to do',
      `  first-email: First address of a newly linked user: check the link, then: connect-sync release ${MARY}.`,
      `    npx connect-sync release ${MARY} --hold hash --apply`,
      expect.stringMatching(`^ {2}open-sign-up: .*connect-sync link ${ANN} CONNECT_USER_ID\\.$`),
    ]);
  });

  it('has one command for the values of several users, and one for each link whose Connect user a rule has found', async () => {
    const links = [MARY, ANN].map((sub) => ({ ...OPEN_SIGN_UP, sub, candidateId: `agent-of-${sub}` }));
    const values = createUserWorld({ rows: [HELD, { ...HELD, sub: ANN, connectUserId: 'agent-ann' }] });
    const linked = createUserWorld({ rows: links });

    await showHeld(values.deps, { json: false });
    await showHeld(linked.deps, { json: false });

    expect(values.terminal.lines.slice(-2)).toEqual([
      '  first-email: First address of a newly linked user: check the link, then: connect-sync release --reason first-email.',
      '    npx connect-sync release --reason first-email',
    ]);
    expect(linked.terminal.lines.slice(-2).toSorted()).toEqual(
      [MARY, ANN].map((sub) => `    npx connect-sync link ${sub} agent-of-${sub} --apply`).toSorted(),
    );
  });

  it('advises no release of several users where a setting has to be corrected, and shows that command once', async () => {
    const unknown = { ...HELD, withheld: [{ field: 'Email', kind: 'held', reason: 'unknown-profile' }] };
    const { deps, terminal } = createUserWorld({ rows: [unknown, { ...unknown, sub: ANN }] });

    await showHeld(deps, { json: false });

    expect(terminal.lines.slice(-2)).toEqual([
      '  unknown-profile: email.protectedSecurityProfiles names a profile that Connect does not have, so its holders are unknown: correct the setting.',
      '    npx connect-sync doctor',
    ]);
  });

  it('shows what is held in the mode observe, where another field would be written', async () => {
    const { deps, terminal } = createUserWorld({ rows: [{ ...HELD, status: 'would-write' }] });

    expect(await showHeld(deps, { json: false })).toBe(1);
    expect(terminal.lines[1]).toBe(`${MARY}  agent-mary    Email  hash  first-email       1 h`);
  });

  it('shows no link of a linked user whose identity something else changes back', async () => {
    const { deps, terminal } = createUserWorld({ rows: [{ ...HELD, reason: 'overwritten-by-another' }] });

    await showHeld(deps, { json: false });

    expect(terminal.lines.filter((line) => line.startsWith(MARY))).toEqual([
      `${MARY}  agent-mary    Email  hash  first-email       1 h`,
    ]);
  });

  it('writes one JSON document when asked to', async () => {
    const { deps, json } = createUserWorld({ rows: [HELD] });

    await showHeld(deps, { json: true });

    expect(json()).toEqual({
      held: [
        {
          sub: MARY,
          connectUserId: 'agent-mary',
          candidateId: null,
          field: 'Email',
          holdId: 'hash',
          reason: 'first-email',
          since: '2025-12-31T23:00:00.000Z',
          advice: `First address of a newly linked user: check the link, then: connect-sync release ${MARY}.`,
        },
      ],
    });
  });

  it('leaves out what waits or is rejected beside a held field, and what is no longer held', async () => {
    const waiting = { field: 'SecondaryEmail', kind: 'waiting', reason: 'email-not-verified' };
    const { deps, terminal } = createUserWorld({
      rows: [
        { ...HELD, withheld: [...(HELD.withheld ?? []), waiting] },
        { ...WRITTEN, status: 'rejected', withheld: HELD.withheld ?? [] },
      ],
    });

    await showHeld(deps, { json: false });

    expect(terminal.lines.join('\n')).toContain('Email  hash  first-email');
    expect(terminal.lines.join('\n')).not.toMatch(/SecondaryEmail|agent-john/);
  });

  it('is in order when nothing is held', async () => {
    const { deps, terminal } = createUserWorld({ rows: [WRITTEN] });

    expect(await showHeld(deps, { json: false })).toBe(0);
    expect(terminal.lines).toEqual(['Nothing is held.']);
  });
});

describe('explain', () => {
  it('gives no advice of a time before a link that was not reconciled yet', async () => {
    const row = { ...OPEN_SIGN_UP, connectUserId: 'agent-1', linkedAt: NOW - MINUTE, concludedAt: NOW - 2 * MINUTE };
    const { deps, terminal } = createUserWorld({ rows: [row] });

    await explain(deps, { user: row.sub, json: false });

    expect(terminal.lines).toContain('  not reconciled   since it was linked; the outcome is from before');
    expect(terminal.lines.join('\n')).not.toContain('What to do');
  });

  it('tells link, outcome, reasons, the change that led to it, releases, and what to do', async () => {
    const { deps, terminal } = createUserWorld({
      rows: [{ ...HELD, releases: { SecondaryEmail: DIGEST }, releasedAt: NOW - 2 * MINUTE }],
      pool: { mary: MARY },
    });

    const exit = await explain(deps, { user: MARY, json: false });

    expect(exit).toBe(1);
    expect(terminal.lines).toEqual([
      `User ${MARY}`,
      '  Connect user     agent-mary, linked 2 h ago',
      '  progress         in step: what Cognito has was read',
      '  first address    not settled yet',
      '  outcome          held, since 1 h ago',
      '  last reconciled  2025-12-31T23:55:00.000Z, 5 min ago',
      '  led to by        cloudtrail event-1, happened 6 min ago',
      '  written          LastName',
      '  held             Email: first-email, hold hash',
      '  released         SecondaryEmail, 2 min ago, not written yet',
      '',
      'What to do',
      `  first-email: First address of a newly linked user: check the link, then: connect-sync release ${MARY}.`,
      `    npx connect-sync release ${MARY} --hold hash --apply`,
    ]);
  });

  it('says in the mode observe what would be written, and that a person has to decide', async () => {
    const { deps, terminal } = createUserWorld({ rows: [{ ...HELD, status: 'would-write' }] });

    expect(await explain(deps, { user: MARY, json: false })).toBe(1);
    expect(terminal.lines).toContain('  would be written  LastName');
    expect(terminal.lines.join('\n')).not.toMatch(/^ +written /m);
  });

  it('finds a user by name in the pool, and says whom it has found', async () => {
    const { deps, json, terminal } = createUserWorld({ rows: [WRITTEN], pool: { 'john.doe': JOHN } });

    const exit = await explain(deps, { user: 'john.doe', json: true });

    expect(exit).toBe(0);
    expect(json()).toMatchObject({
      username: 'john.doe',
      progress: { state: 'in-step' },
      sub: JOHN,
      connectUserId: 'agent-john',
      status: 'written',
      deadLetters: [],
    });
    expect(terminal.notes).toEqual([`User john.doe, sub ${JOHN}`]);
  });

  it('explains a user who was deleted from the pool, by the sub', async () => {
    const { deps, json } = createUserWorld({
      rows: [{ sub: JOHN, status: 'cognito-user-missing', reason: 'cognito-user-missing', missingSince: NOW - MINUTE }],
    });

    expect(await explain(deps, { user: JOHN, json: true })).toBe(0);
    expect(json()).toMatchObject({
      connectUserId: null,
      reason: 'cognito-user-missing',
      advice: expect.stringMatching(/^Cognito has no user/),
      missingSince: '2025-12-31T23:59:00.000Z',
    });
  });

  it.each(['missing', JOHN])('refuses %s, whom neither side knows', async (user) => {
    const { deps } = createUserWorld({ rows: [HELD] });

    await expect(explain(deps, { user, json: false })).rejects.toMatchObject({ code: 'cognito-user-missing' });
  });

  it('says so when the worker has never looked', async () => {
    const { deps, terminal } = createUserWorld({ pool: { mary: MARY } });

    expect(await explain(deps, { user: 'mary', json: false })).toBe(1);
    expect(terminal.lines).toEqual([
      `User ${MARY}`,
      '  Connect user  none',
      '  progress      never reconciled',
      '  outcome       none yet',
      '',
      'What to do',
      '  never-reconciled: To reconcile the user now:',
      `    npx connect-sync sync ${MARY} --apply`,
    ]);
  });

  it('shows the dead letters of this user only, and leaves them where they are', async () => {
    const { deps, terminal } = createUserWorld({ rows: [WRITTEN] });
    const dead = (sub: string, messageId: string) =>
      letter({ messageId, body: 'x', groupId: sub, sentAt: NOW, attributes: { reason: 'bug' } });
    const changes = createDeadLetters([dead(MARY, 'one'), dead(JOHN, 'two')]);

    const exit = await explain({ ...deps, queues: { ...deps.queues, changes } }, { user: JOHN, json: false });

    expect(exit).toBe(1);
    expect(terminal.lines.slice(-7)).toEqual([
      '',
      'DEAD LETTER OF  REASON  SINCE                     MESSAGE',
      'changes         bug     2026-01-01T00:00:00.000Z  two',
      '',
      'What to do',
      expect.stringMatching(/^ {2}bug: .*then redrive\.$/),
      `    npx connect-sync redrive --sub ${JOHN} --apply`,
    ]);
    expect(changes.visible).toHaveLength(2);
  });

  it('names the field that Connect refuses, and its code', async () => {
    const refused = {
      field: 'LastName',
      kind: 'rejected',
      reason: 'connect-refused',
      code: 'InvalidParameterException',
    };
    const { deps, terminal } = createUserWorld({ rows: [{ sub: JOHN, status: 'rejected', withheld: [refused] }] });

    expect(await explain(deps, { user: JOHN, json: false })).toBe(1);
    expect(terminal.lines).toContain('  rejected      LastName: connect-refused (InvalidParameterException)');
  });

  it('shows an outcome of another version as it is', async () => {
    const row = { sub: JOHN, status: 'asleep', reason: 'too-late', concludedAt: NOW };
    const { deps, terminal } = createUserWorld({ rows: [row], pool: { john: JOHN } });

    expect(await explain(deps, { user: JOHN, json: false })).toBe(0);
    expect(terminal.lines).toContain('  outcome          asleep, too-late');
    expect(terminal.lines).not.toContain('What to do');
  });
});
