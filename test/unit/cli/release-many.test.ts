import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../../cli/exit.ts';
import type { PoolUser, UserRecord } from '../../../cli/users/ports.ts';
import { releaseMany } from '../../../cli/users/release-many.ts';
import { syncWorkerEnv } from '../../../lambda/config.ts';
import { createConnect, createUserWorld, HELD, JOHN, MARY, NOW, ROLE } from './user-doubles.ts';

const ANN = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
const fileOf = (text: string) => async () => text;
const PLAN = { apply: false, json: false };

describe('release for many', () => {
  const digestOf = (value: string) => ({
    salt: 's',
    hash: createHmac('sha256', 's').update(value).digest('base64url'),
  });
  const idOf = (value: string) =>
    digestOf(value)
      .hash.replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 8);
  const settingsWith = (POLICY: string) =>
    syncWorkerEnv.parse({
      ...{ QUEUE_URL: 'https://queue.fifo', DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', TABLE_NAME: 'state' },
      ...{ USER_POOL_ID: 'eu-west-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-west-1' },
      ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY },
    });
  const settings = settingsWith('{}');
  const heldWith = (sub: string, email: string, reason = 'first-email'): UserRecord => ({
    ...{ ...HELD, sub, connectUserId: `agent-${sub}` },
    ...{ withheld: [{ field: 'Email', kind: 'held', reason }], holds: { Email: digestOf(email) } },
  });
  const person = (sub: string, username: string, email: string): PoolUser => ({
    ...{ sub, username, attributes: { email }, modifiedAt: NOW, providers: [] },
  });
  const world = () =>
    createUserWorld({
      rows: [
        heldWith(MARY, 'mary@acme.example'),
        heldWith(JOHN, 'john@other.example'),
        heldWith(ANN, 'ann@acme.example', 'email-budget'),
      ],
      pool: {
        mary: person(MARY, 'mary', 'mary@acme.example'),
        john: person(JOHN, 'john', 'john@other.example'),
        ann: person(ANN, 'ann', 'ann@acme.example'),
      },
      workerSettings: settings,
    });
  const readFile = fileOf(`sub,hold\n${MARY},${idOf('mary@acme.example')}\n${JOHN},${idOf('before@other.example')}`);
  const released = (row: (sub: string) => UserRecord | undefined) =>
    [MARY, JOHN, ANN].filter((sub) => row(sub)?.releases !== undefined);

  it.each([
    ['a reason', { reason: 'first-email' }, 2, [MARY, JOHN], 0],
    ['a domain', { domain: 'ACME.example' }, 2, [MARY, ANN], 0],
    ['both', { reason: 'first-email', domain: 'acme.example' }, 1, [MARY], 0],
    ['a file of hold ids, and reports what has changed since', { from: 'holds.csv' }, 1, [MARY], 1],
  ])('takes %s', async (_, which, yes, subs, exit) => {
    const { deps, row, writes } = world();

    expect(await releaseMany({ ...deps, readFile }, { ...which, yes, apply: true, json: false })).toBe(exit);
    expect(released(row)).toEqual(subs);
    expect(row(MARY)).toMatchObject({ releasedBy: { role: ROLE, at: expect.any(Number) } });
    expect(writes().map(({ name }) => name)).toEqual(subs.map(() => 'queue.send'));
  });

  describe('of a user with two held values', () => {
    const both: UserRecord = {
      ...heldWith(MARY, 'mary@acme.example'),
      withheld: [
        { field: 'Email', kind: 'held', reason: 'first-email' },
        { field: 'SecondaryEmail', kind: 'held', reason: 'first-email' },
      ],
      holds: { Email: digestOf('mary@acme.example'), SecondaryEmail: digestOf('second@acme.example') },
    };
    const start = (second: string) =>
      createUserWorld({
        rows: [both, heldWith(JOHN, 'john@other.example')],
        pool: {
          mary: { ...person(MARY, 'mary', ''), attributes: { email: 'mary@acme.example', 'custom:second': second } },
          john: person(JOHN, 'john', 'john@other.example'),
        },
        workerSettings: settingsWith('{"mapping":{"SecondaryEmail":{"from":["custom:second"]}}}'),
      });
    const whats = (lines: readonly string[]) => lines.slice(1).map((line) => line.replace(/^\S+ +/, ''));

    it('releases both, in one line that counts the user once', async () => {
      const { deps, row, writes, terminal } = start('second@acme.example');
      const options = { reason: 'first-email', yes: 2, apply: true, json: false };

      expect(await releaseMany({ ...deps, readFile }, options)).toBe(0);
      expect(row(MARY)?.releases).toEqual(both.holds);
      expect(writes().map(({ name }) => name)).toEqual(['queue.send', 'queue.send']);
      expect(whats(terminal.lines)[0]).toBe(
        `Email, first-email; SecondaryEmail, first-email  ${idOf('mary@acme.example')} ${idOf('second@acme.example')}  to do`,
      );
    });

    it('releases the one that Cognito still has, and reports the other', async () => {
      const { deps, row, terminal } = start('third@acme.example');
      const options = { reason: 'first-email', yes: 2, apply: true, json: false };

      expect(await releaseMany({ ...deps, readFile }, options)).toBe(1);
      expect(row(MARY)?.releases).toEqual({ Email: digestOf('mary@acme.example') });
      expect(terminal.lines.join('\n')).toMatch(/SecondaryEmail, first-email .* left out: Cognito has another value/);
    });

    it('shows both sides of both', async () => {
      const { deps, json } = start('second@acme.example');
      const connect = async () => createConnect([{ id: `agent-${MARY}`, username: 'mary', identity: {} }]);

      await releaseMany(
        { ...deps, connect, readFile },
        { ...PLAN, reason: 'first-email', showValues: true, json: true },
      );
      expect(json()).toMatchObject({
        sides: {
          [MARY]: [
            { what: 'user name' },
            { what: 'Email', cognito: 'mary@acme.example' },
            { what: 'SecondaryEmail', cognito: 'second@acme.example' },
          ],
        },
      });
    });
  });

  it('shows both sides of fifty users, and says how to see all of them', async () => {
    const subs = Array.from({ length: 51 }, (_, index) => `user-${index}`);
    const { deps, terminal } = createUserWorld({
      rows: subs.map((sub) => heldWith(sub, 'mary@acme.example')),
      pool: Object.fromEntries(subs.map((sub) => [sub, person(sub, sub, 'mary@acme.example')])),
      workerSettings: settings,
    });
    const connect = async () => createConnect([]);

    await releaseMany({ ...deps, connect, readFile }, { ...PLAN, reason: 'first-email', names: true, json: true });

    expect(terminal.lines.join('\n').match(/"user name"/g)).toHaveLength(50);
    expect(terminal.notes).toContain(
      'Both sides are shown of the first 50 of 51 users. To see all: npx connect-sync held --names',
    );
  });

  it('releases what is held in the mode observe too', async () => {
    const { deps, store, row } = world();
    store.rows.set(MARY, { ...heldWith(MARY, 'mary@acme.example'), status: 'would-write' });
    const options = { domain: 'acme.example', reason: 'first-email', yes: 1, apply: true, json: false };

    expect(await releaseMany({ ...deps, readFile }, options)).toBe(0);
    expect(row(MARY)?.releases).toEqual({ Email: digestOf('mary@acme.example') });
  });

  it('writes nothing at Ctrl-C while it compares with Cognito', async () => {
    const { deps, stop, row, writes } = world();
    stop.abort();
    const options = { reason: 'first-email', yes: 2, apply: true, json: false };

    await expect(releaseMany({ ...deps, readFile }, options)).rejects.toThrow(InterruptedError);
    expect([released(row), writes()]).toEqual([[], []]);
  });

  it('stops at Ctrl-C between two users, and says how many were released', async () => {
    const { deps, stop, terminal, row } = world();
    const sleep = async () => stop.abort();
    const options = { reason: 'first-email', yes: 2, apply: true, json: false };

    expect(await releaseMany({ ...deps, sleep, readFile }, options)).toBe(130);
    expect(released(row)).toEqual([MARY]);
    expect(terminal.lines.at(-1)).toBe('Done: 1 of 2');
    expect(terminal.notes.at(-1)).toBe('Interrupted: look at the plan again, and repeat the command to go on.');
  });

  it('tells in the plan what is left out', async () => {
    const { deps, terminal, store } = world();
    store.rows.set(ANN, { ...heldWith(ANN, 'before@acme.example') });

    expect(await releaseMany({ ...deps, readFile }, { ...PLAN, from: 'holds.csv' })).toBe(1);
    expect(terminal.lines.join('\n')).toContain('left out: not held now under this id');
    await releaseMany({ ...deps, readFile }, { ...PLAN, domain: 'acme.example' });
    expect(terminal.lines.join('\n')).toContain('left out: Cognito has another value by now');
    expect(terminal.lines.at(-1)).toBe('To do: 1 of 2');
  });

  it.each([
    ['a domain', { domain: 'other.example' }, 'not in the domain that was asked for'],
    ['a reason', { reason: 'email-budget' }, 'not of the reason or the field that was asked for'],
    ['a field', { field: 'SecondaryEmail' as const }, 'not of the reason or the field that was asked for'],
  ])('reports what a file names and %s leaves out', async (_, which, why) => {
    const { deps, terminal } = world();
    const one = fileOf(`${MARY},${idOf('mary@acme.example')}`);

    expect(await releaseMany({ ...deps, readFile: one }, { ...PLAN, ...which, from: 'holds.csv' })).toBe(1);
    expect(terminal.lines.slice(1).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      `${MARY} Email, first-email ${idOf('mary@acme.example')} left out: ${why}`,
      'To do: 0 of 1',
    ]);
  });

  it('reports a user without a value, whose domain cannot be known', async () => {
    const { deps, terminal, store } = world();
    store.rows.set('gone', { ...heldWith('gone', 'gone@acme.example') });

    expect(await releaseMany({ ...deps, readFile }, { ...PLAN, reason: 'first-email', domain: 'acme.example' })).toBe(
      1,
    );
    expect(terminal.lines.join('\n')).toContain('left out: Cognito has no value now, so its domain is not known');
  });

  it.each([
    ['nothing is held', [], 'No value is held.'],
    [
      'nothing that is held fits',
      [MARY, JOHN, ANN],
      'No value that is held fits. Held now: 3. To see them: npx connect-sync held',
    ],
  ])('says so when %s', async (_, held, note) => {
    const { deps, terminal, store } = world();
    for (const sub of [MARY, JOHN, ANN]) if (!held.includes(sub)) store.rows.delete(sub);

    expect(await releaseMany({ ...deps, readFile }, { ...PLAN, domain: 'third.example' })).toBe(0);
    expect(terminal.lines).toEqual(['To do: 0 of 0']);
    expect(terminal.notes).toEqual([note]);
  });

  it('shows both sides of those alone that the domain leaves, in JSON too', async () => {
    const { deps, json } = world();
    const connect = async () =>
      createConnect([{ id: `agent-${MARY}`, username: 'mary', identity: { Email: 'old@acme.example' } }]);
    const options = { reason: 'first-email', domain: 'acme.example', showValues: true, apply: false, json: true };

    expect(await releaseMany({ ...deps, connect, readFile }, options)).toBe(1);
    expect(json()).toMatchObject({
      toDo: 1,
      sides: {
        [MARY]: [
          { what: 'user name', cognito: 'mary', connect: 'mary' },
          { what: 'Email', cognito: 'mary@acme.example', connect: 'old@acme.example' },
        ],
      },
    });
    expect(json()).not.toHaveProperty(['sides', JOHN]);
  });

  it('leaves out what changes while it is at work', async () => {
    const { deps, terminal, row } = world();
    const release: typeof deps.table.release = async (user, ...rest) =>
      user.sub === MARY ? false : deps.table.release(user, ...rest);
    const table = { ...deps.table, release };

    const options = { reason: 'first-email', yes: 2, apply: true, json: false };
    expect(await releaseMany({ ...deps, table, readFile }, options)).toBe(1);
    expect(terminal.notes).toContain(`${MARY}: what is held has changed since the plan; it was not released.`);
    expect(released(row)).toEqual([JOHN]);
  });

  it('releases nothing that cannot be compared with Cognito', async () => {
    const { deps } = world();
    const workerSettings = async () => ({ unknown: 'needs a permission' });

    await expect(
      releaseMany({ ...deps, workerSettings, readFile }, { ...PLAN, reason: 'first-email' }),
    ).rejects.toMatchObject({ code: 'not-compared' });
  });
});
