import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../../cli/exit.ts';
import { linkMany } from '../../../cli/users/link-many.ts';
import type { PoolUser, UserRecord } from '../../../cli/users/ports.ts';
import { readPairs } from '../../../cli/users/read-pairs.ts';
import { releaseMany } from '../../../cli/users/release-many.ts';
import { syncWorkerEnv } from '../../../lambda/config.ts';
import { PermanentError } from '../../../lambda/core/errors.ts';
import { createConnect, createUserWorld, HELD, JOHN, MARY, NOW, ROLE } from './user-doubles.ts';

const ANN = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
const [AGENT_MARY, AGENT_JOHN] = ['0c86f3c5-2f0d-4c3e-9a53-7a5332a7ee13', '3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee13'];
const connect = async () =>
  createConnect([
    { id: AGENT_MARY, username: 'mary', identity: {} },
    { id: AGENT_JOHN, username: 'john', identity: {} },
  ]);
const fileOf = (text: string) => async () => text;
const PLAN = { apply: false, json: false };

describe('a file of pairs', () => {
  it.each([
    ['commas', 'mary,agent\njohn,other\n'],
    ['semicolons, a byte order mark and a header', '\uFEFFUser;Connect-User\r\nmary;agent\r\njohn;other\r\n'],
    ['tabs, spaces and empty lines', '\nmary\t agent \n\n john\tother'],
    ['quotes', '"mary","agent"\n"john" , "other"'],
    ['doubled lines and an empty third column', 'mary,agent,\nmary,agent\njohn,other'],
  ])('is read with %s', (_, text) => {
    expect(readPairs(text, ['user', 'connect-user'])).toEqual({
      pairs: [
        ['mary', 'agent'],
        ['john', 'other'],
      ],
      badLines: [],
    });
  });

  it('keeps separators and quotes inside of quotes', () => {
    expect(readPairs('"Smith, ""Mary""";x', ['user', 'connect-user']).pairs).toEqual([['Smith, "Mary"', 'x']]);
  });

  it('tells the lines that are no pair', () => {
    expect(readPairs('mary\njohn,other\na,b,c\n,x', ['user', 'connect-user']).badLines).toEqual([1, 3, 4]);
  });
});

describe('link --from', () => {
  const world = () =>
    createUserWorld({
      rows: [{ sub: ANN, connectUserId: AGENT_JOHN, linkedAt: 1, syncedReadAt: 2 }],
      claims: [{ connectUserId: AGENT_JOHN, sub: ANN, claimedAt: 1 }],
      pool: { mary: MARY, john: JOHN, ann: ANN },
    });
  const TEXT = `user,connect-user\nmary,mary\njohn,${AGENT_JOHN}\nann,john\nmissing,mary`;

  it('plans every pair, and writes nothing', async () => {
    const { deps, terminal, writes } = world();

    const exit = await linkMany(
      { ...deps, connect, readFile: fileOf(TEXT) },
      { ...PLAN, from: 'pairs.csv', replaceClaim: false },
    );

    expect(exit).toBe(1);
    expect(terminal.lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'USER SUB CONNECT USER WHAT',
      `mary ${MARY} ${AGENT_MARY} to do`,
      `john - ${AGENT_JOHN} left out: ${AGENT_JOHN} is linked to ${ANN}.`,
      `ann ${ANN} john left out: linked already`,
      expect.stringMatching(/^missing - mary left out: There is no such user/),
      'To do: 1 of 4',
    ]);
    expect(terminal.notes.at(-1)).toContain('--apply --yes 1');
    expect(writes()).toEqual([]);
  });

  it('links what was confirmed, and asks the worker to reconcile', async () => {
    const { deps, row, claim, json, writes } = world();

    const exit = await linkMany(
      { ...deps, connect, readFile: fileOf(TEXT) },
      { apply: true, json: true, yes: 1, from: 'pairs.csv', replaceClaim: false },
    );

    expect(exit).toBe(0);
    expect(json()).toEqual({ applied: true, toDo: 1, done: 1, failed: [] });
    expect(row(MARY)).toMatchObject({ connectUserId: AGENT_MARY, linkedBy: { role: ROLE } });
    expect(claim(AGENT_MARY)).toMatchObject({ sub: MARY });
    expect(writes().at(-1)).toMatchObject({ name: 'queue.send', args: [{ sub: MARY, cause: 'operator' }] });
  });

  it.each([undefined, 2])('writes nothing when the number is %s', async (yes) => {
    const { deps, writes } = world();
    const options = { apply: true, json: false, yes, from: 'pairs.csv', replaceClaim: false };

    await expect(linkMany({ ...deps, connect, readFile: fileOf(TEXT) }, options)).rejects.toThrow(
      'but the plan is for 1 now; nothing was written.',
    );
    expect(writes()).toEqual([]);
  });

  it.each([
    ['the right number', '1', 0],
    ['the right number with spaces', ' 1 ', 0],
  ])('goes on when the operator types %s', async (_, answer, exit) => {
    const { deps, row } = world();
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return answer;
    };
    const options = { apply: true, json: false, from: 'pairs.csv', replaceClaim: false };

    expect(await linkMany({ ...deps, ask, connect, readFile: fileOf(TEXT) }, options)).toBe(exit);
    expect(questions).toEqual(['Type the number of users, 1, to go on: ']);
    expect(row(MARY)).toMatchObject({ connectUserId: AGENT_MARY });
  });

  it.each([
    ['another number', '2', 'Received "2", but the plan is for 1; nothing was written.'],
    ['a word', 'yes', 'Received "yes", but the plan is for 1; nothing was written.'],
    ['nothing', '', 'Received "", but the plan is for 1; nothing was written.'],
    ['Ctrl-C', undefined, 'Interrupted; nothing was written.'],
  ])('writes nothing when the operator types %s', async (_, answer, message) => {
    const { deps, writes } = world();
    const options = { apply: true, json: false, from: 'pairs.csv', replaceClaim: false };

    await expect(
      linkMany({ ...deps, ask: async () => answer, connect, readFile: fileOf(TEXT) }, options),
    ).rejects.toThrow(message);
    expect(writes()).toEqual([]);
  });

  it('lists the Connect users once where there are many pairs', async () => {
    const agents = Array.from({ length: 12 }, (_, index) => ({
      id: `0c86f3c5-2f0d-4c3e-9a53-${String(index).padStart(12, '0')}`,
      username: `agent-${index}`,
      identity: {},
    }));
    const calls: string[] = [];
    const users = createConnect(agents);
    const counted = {
      ...users,
      allIdsByUsername: () => {
        calls.push('list');
        return users.allIdsByUsername();
      },
      idsByUsername: (username: string) => {
        calls.push(`search ${username}`);
        return users.idsByUsername(username);
      },
    };
    const { deps, terminal } = createUserWorld({
      pool: Object.fromEntries(
        agents.map((_, index) => [`user-${index}`, `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`]),
      ),
    });
    const text = [...agents.map(({ username }, index) => `user-${index},${username}`), 'user-0,missing'].join('\n');

    await linkMany(
      { ...deps, connect: async () => counted, readFile: fileOf(text) },
      { ...PLAN, from: 'pairs.csv', replaceClaim: false },
    );

    expect(calls).toEqual(['list']);
    expect(terminal.lines.at(-1)).toBe('To do: 12 of 13');
    expect(terminal.lines.at(-2)).toMatch(/^user-0 .* left out: Connect has no user with exactly this user name/);
  });

  it('is interrupted while it looks them up, and writes nothing', async () => {
    const { deps, stop, writes } = world();
    stop.abort();

    await expect(
      linkMany(
        { ...deps, connect, readFile: fileOf(TEXT) },
        { apply: true, json: false, yes: 1, from: 'pairs.csv', replaceClaim: false },
      ),
    ).rejects.toThrow('Interrupted; nothing was written.');
    expect(writes()).toEqual([]);
  });

  it('leaves out users of another pool, and reads a file as a spreadsheet writes it', async () => {
    const stranger = '9d1e7a55-0d2f-4d0e-8a53-9a5332a7ee99';
    const text = `\uFEFFUser;Connect-User\r\nmary;mary\r\n${stranger};john\r\nmary;mary\r\n`;
    const { deps, terminal } = world();

    await linkMany({ ...deps, connect, readFile: fileOf(text) }, { ...PLAN, from: 'pairs.csv', replaceClaim: false });

    expect(terminal.lines.at(-1)).toBe('To do: 1 of 2');
    expect(terminal.lines.at(-2)).toMatch(/left out: There is no such user/);
  });

  it('goes on after one that does not work, and ends when none can', async () => {
    const two = `mary,${AGENT_MARY}\njohn,3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee14`;
    const options = { apply: true, json: false, yes: 2, from: 'pairs.csv', replaceClaim: false };
    const { deps, terminal, row } = world();
    const link: typeof deps.table.link = async (sub, ...rest) =>
      sub === MARY ? 'claimed-by-another' : deps.table.link(sub, ...rest);

    const exit = await linkMany({ ...deps, table: { ...deps.table, link }, connect, readFile: fileOf(two) }, options);

    expect(exit).toBe(1);
    expect(terminal.lines.at(-1)).toBe('Done: 1 of 2');
    expect(terminal.notes).toContainEqual(expect.stringMatching(/^mary: .* has been linked meanwhile/));
    expect(row(JOHN)).toHaveProperty('linkedBy');
  });

  it('ends where a permission is missing, and says how many were done before', async () => {
    const two = `mary,${AGENT_MARY}\njohn,3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee14`;
    const options = { apply: true, json: false, yes: 2, from: 'pairs.csv', replaceClaim: false };
    const again = world();
    const denied: typeof again.deps.table.link = (sub, ...rest) =>
      sub === MARY
        ? again.deps.table.link(sub, ...rest)
        : Promise.reject(new PermanentError('AccessDeniedException', 'dynamodb:PutItem failed', {}));
    await expect(
      linkMany(
        { ...again.deps, table: { ...again.deps.table, link: denied }, connect, readFile: fileOf(two) },
        options,
      ),
    ).rejects.toMatchObject({ code: 'AccessDeniedException' });
    expect(again.terminal.notes).toContain('Done before this: 1 of 2. Repeat the command to go on.');
    expect(again.row(MARY)).toMatchObject({ connectUserId: AGENT_MARY });
  });

  it('ends at Ctrl-C, and the next plan is for the rest', async () => {
    const two = `mary,${AGENT_MARY}\njohn,3c1e7a55-0d2f-4d0e-8a53-9a5332a7ee14`;
    const options = { apply: true, json: false, yes: 2, from: 'pairs.csv', replaceClaim: false };
    const { deps, terminal, stop, row } = world();
    const sleep = async () => stop.abort();

    expect(await linkMany({ ...deps, sleep, connect, readFile: fileOf(two) }, options)).toBe(130);
    expect(terminal.lines.at(-1)).toBe('Done: 1 of 2');
    expect([row(MARY)?.connectUserId, row(JOHN)]).toEqual([AGENT_MARY, undefined]);
  });

  it('tells the lines of the file that it cannot use', async () => {
    const { deps } = world();

    await expect(
      linkMany({ ...deps, connect, readFile: fileOf('mary') }, { ...PLAN, from: 'pairs.csv', replaceClaim: false }),
    ).rejects.toThrow('pairs.csv: lines 1: expected two columns, user and connect-user.');
  });
});

describe('release for many', () => {
  const digestOf = (value: string) => ({
    salt: 's',
    hash: createHmac('sha256', 's').update(value).digest('base64url'),
  });
  const idOf = (value: string) =>
    digestOf(value)
      .hash.replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 8);
  const settings = syncWorkerEnv.parse({
    ...{ QUEUE_URL: 'https://queue.fifo', DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', TABLE_NAME: 'state' },
    ...{ USER_POOL_ID: 'eu-west-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-west-1' },
    ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY: '{}' },
  });
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
    ['a reason', { reason: 'first-email' }, 2, [MARY, JOHN]],
    ['a domain', { domain: 'ACME.example' }, 2, [MARY, ANN]],
    ['both', { reason: 'first-email', domain: 'acme.example' }, 1, [MARY]],
    ['a file of hold ids, without what has changed since', { from: 'holds.csv' }, 1, [MARY]],
  ])('takes %s', async (_, which, yes, subs) => {
    const { deps, row, writes } = world();

    expect(await releaseMany({ ...deps, readFile }, { ...which, yes, apply: true, json: false })).toBe(0);
    expect(released(row)).toEqual(subs);
    expect(row(MARY)).toMatchObject({ releasedBy: { role: ROLE, at: expect.any(Number) } });
    expect(writes().map(({ name }) => name)).toEqual(subs.map(() => 'queue.send'));
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
