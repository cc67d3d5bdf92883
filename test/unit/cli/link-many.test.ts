import { describe, expect, it } from 'vitest';
import { linkMany } from '../../../cli/users/link-many.ts';
import { readPairs } from '../../../cli/users/read-pairs.ts';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import { createConnect, createUserWorld, JOHN, MARY, ROLE } from './user-doubles.ts';

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
      `ann ${ANN} ${AGENT_JOHN} left out: linked already`,
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

    // Two lines cannot be linked.
    expect(exit).toBe(1);
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
    ['the right number', '1'],
    ['the right number with spaces', ' 1 '],
  ])('goes on when the operator types %s', async (_, answer) => {
    const { deps, row } = world();
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return answer;
    };
    const options = { apply: true, json: false, from: 'pairs.csv', replaceClaim: false };

    const readFile = fileOf('mary,mary\nann,john');

    expect(await linkMany({ ...deps, ask, connect, readFile }, options)).toBe(0);
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

  it.each([
    [
      'columns in the other order',
      'Connect-User,User\nmary,john',
      'pairs.csv: lines 1: expected two columns, user and connect-user.',
    ],
    ['one cell', 'mary', 'pairs.csv: lines 1: expected two columns, user and connect-user.'],
    [
      'many such lines',
      'mary\n'.repeat(12),
      'pairs.csv: lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, and 2 more: expected two columns, user and connect-user.',
    ],
    ['no text', ' \r\n', 'pairs.csv: the file is empty; expected two columns, user and connect-user.'],
  ])('says what is wrong with a file of %s', async (_, text, message) => {
    const { deps } = world();

    await expect(
      linkMany({ ...deps, connect, readFile: fileOf(text) }, { ...PLAN, from: 'pairs.csv', replaceClaim: false }),
    ).rejects.toThrow(message);
  });

  it.each([
    ['only what was linked before is left out', 'ann,john', 0],
    ['a user is unknown', 'missing,mary', 1],
    ['a header is misspelt', 'username,agent\nann,john', 1],
    ['the file has a header only', 'user,connect-user', 0],
  ])('ends a plan without anything to do in order only where no pair was missed: %s', async (_, text, exit) => {
    const { deps, terminal } = world();

    expect(
      await linkMany({ ...deps, connect, readFile: fileOf(text) }, { ...PLAN, from: 'pairs.csv', replaceClaim: false }),
    ).toBe(exit);
    expect(terminal.notes).toEqual(exit === 0 ? [] : ['Left out because it cannot be done: 1. The plan says why.']);
  });

  it('links no user and no Connect user that lines link twice, and takes the same link twice as one', async () => {
    const text = `mary,${AGENT_MARY}\njohn,mary\nann,john\n${MARY},mary`;
    const twice = world();
    await linkMany(
      { ...twice.deps, connect, readFile: fileOf(text) },
      { ...PLAN, from: 'pairs.csv', replaceClaim: false },
    );
    const same = world();
    await linkMany(
      { ...same.deps, connect, readFile: fileOf(`mary,${AGENT_MARY}\n${MARY},mary`) },
      { ...PLAN, from: 'pairs.csv', replaceClaim: false },
    );

    const what = (lines: readonly string[]) => lines.slice(1).map((line) => line.replace(/^.* {2,}/, ''));
    expect(what(twice.terminal.lines)).toEqual([
      'left out: several lines link this Connect user: keep the right one',
      'left out: several lines link this Connect user: keep the right one',
      'left out: linked already',
      'left out: several lines link this Connect user: keep the right one',
      'To do: 0 of 4',
    ]);
    expect(what(same.terminal.lines)).toEqual(['to do', 'left out: in an earlier line too', 'To do: 1 of 2']);
  });

  it('takes no Connect user from a user whom another line links with it', async () => {
    const { deps, terminal, claim } = world();
    const text = 'ann,john\nmary,john';
    const options = { apply: true, json: false, yes: 1, from: 'pairs.csv', replaceClaim: true };

    expect(await linkMany({ ...deps, connect, readFile: fileOf(text) }, options)).toBe(1);
    expect(terminal.lines.slice(1).map((line) => line.replace(/^.* {2,}/, ''))).toEqual([
      'left out: linked already',
      'left out: several lines link this Connect user: keep the right one',
      'To do: 0 of 2',
    ]);
    expect(claim(AGENT_JOHN)).toEqual({ sub: ANN, claimedAt: 1 });
  });

  it('shows the pairs that cannot be linked first where there are more than fifty', async () => {
    const subOf = (index: number) => `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`;
    const agentOf = (index: number) => `0c86f3c5-2f0d-4c3e-9a53-${String(index).padStart(12, '0')}`;
    const indices = Array.from({ length: 60 }, (_, index) => index);
    const { deps, terminal } = createUserWorld({
      pool: Object.fromEntries(indices.map((index) => [`user-${index}`, subOf(index)])),
    });
    const text = [...indices.map((index) => `user-${index},${agentOf(index)}`), 'missing,mary'].join('\n');

    await linkMany({ ...deps, connect, readFile: fileOf(text) }, { ...PLAN, from: 'pairs.csv', replaceClaim: false });

    expect(terminal.lines[1]).toMatch(/^missing .* left out: There is no such user/);
    expect(terminal.lines.at(-2)).toBe('... and 11 more (all of them with --json)');
  });
});
