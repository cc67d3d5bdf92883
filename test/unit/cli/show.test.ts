import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReadWorkerSettings } from '../../../cli/deployment/worker-settings.ts';
import { identifyConnectUser } from '../../../cli/users/identify-connect-user.ts';
import type { ConnectUsers, PoolUser, UserRecord } from '../../../cli/users/ports.ts';
import { showUser } from '../../../cli/users/show.ts';
import { syncWorkerEnv } from '../../../lambda/config.ts';
import { PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { createConnect, createUserWorld, HELD, MARY, NOW } from './user-doubles.ts';

const AGENT = {
  id: 'agent-mary',
  username: 'mary',
  identity: { FirstName: 'Mary', LastName: 'Smith', Email: 'old@example.com' },
};
const mary: PoolUser = {
  ...{ sub: MARY, username: 'mary.jones', modifiedAt: NOW, providers: [] },
  attributes: { given_name: 'Mary', family_name: 'Jones', email: 'mary@example.com', email_verified: 'true' },
};
const digestOf = (value: string) => ({
  salt: 's',
  hash: createHmac('sha256', 's').update(value).digest('base64url'),
});
const settingsWith = (policy: object = { identityManagementType: 'CONNECT_MANAGED' }) =>
  syncWorkerEnv.parse({
    ...{ QUEUE_URL: 'https://queue.fifo', DEAD_LETTER_QUEUE_URL: 'https://dead.fifo', TABLE_NAME: 'state' },
    ...{ USER_POOL_ID: 'eu-west-1_Ab12Cd34E', CONNECT_INSTANCE_ID: 'instance', CONNECT_REGION: 'eu-west-1' },
    ...{ CONNECT_REQUESTS_PER_SECOND: '1.95', POLICY: JSON.stringify(policy) },
  });

interface Given {
  readonly row?: UserRecord;
  readonly user?: PoolUser;
  readonly settings?: ReadWorkerSettings;
  readonly connect?: ConnectUsers | { readonly unknown: string };
}

function start({ row, user = mary, settings = settingsWith(), connect = createConnect([AGENT]) }: Given) {
  const world = createUserWorld({ rows: row === undefined ? [] : [row], pool: { [user.username]: user } });
  return { ...world, deps: { ...world.deps, workerSettings: async () => settings, connect: async () => connect } };
}

describe('show', () => {
  it('tells both sides side by side, what would be written, and why not', async () => {
    const row = { ...HELD, holds: { Email: digestOf('mary@example.com') } };
    const { deps, terminal } = start({ row });

    expect(await showUser(deps, { user: 'mary.jones', json: false })).toBe(1);
    expect(terminal.notes).toEqual([`User mary.jones, sub ${MARY}`]);
    const hold = digestOf('mary@example.com')
      .hash.replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 8);
    expect(terminal.lines).toEqual([
      '                COGNITO           CONNECT          WHAT',
      'user name       mary.jones        mary',
      'FirstName       Mary              Mary             same',
      'LastName        Jones             Smith            would be written',
      `Email           mary@example.com  old@example.com  stays: first-email, hold ${hold}`,
      'SecondaryEmail  -                 -                not synchronized',
      'Mobile          -                 -                not synchronized',
      '',
      'What to do',
      `  first-email: First address of a newly linked user: check the link, then: connect-sync release ${MARY}.`,
    ]);
  });

  it('is in order where both sides agree', async () => {
    const connect = createConnect([
      { ...AGENT, identity: { FirstName: 'Mary', LastName: 'Jones', Email: 'mary@example.com' } },
    ]);
    const { deps, json } = start({ row: HELD, connect });

    expect(await showUser(deps, { user: MARY, json: true })).toBe(0);
    expect(json()).toMatchObject({
      sub: MARY,
      username: 'mary.jones',
      connectUserId: 'agent-mary',
      connectUsername: 'mary',
      fields: [
        { field: 'FirstName', cognito: 'Mary', connect: 'Mary', state: 'same' },
        { field: 'LastName', state: 'same' },
        { field: 'Email', state: 'same' },
        { field: 'SecondaryEmail', state: 'not-synchronized' },
        { field: 'Mobile', state: 'not-synchronized' },
      ],
    });
  });

  it('takes no reason from a hold of another value', async () => {
    const row = { ...HELD, holds: { Email: digestOf('before@example.com') } };
    const { deps, json } = start({ row });

    await showUser(deps, { user: MARY, json: true });
    expect(json()).toMatchObject({ fields: [{}, {}, { field: 'Email', state: 'differs', reason: null }, {}, {}] });
  });

  it('compares nothing with a Connect user that was not read, and still tells what is held', async () => {
    const held = { ...HELD, holds: { Email: digestOf('mary@example.com') } };
    const { deps, terminal } = start({ row: held, connect: createConnect([]) });

    expect(await showUser(deps, { user: 'mary.jones', json: false })).toBe(1);
    expect(terminal.lines.slice(1, 5).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'user name mary.jones -',
      'FirstName Mary - not compared',
      'LastName Jones - not compared',
      expect.stringMatching(/^Email mary@example\.com - stays: first-email, hold \S{8}$/),
    ]);
  });

  it('shows both sides where it may not read how the instance manages identities, and says so', async () => {
    const denied = new PermanentError('AccessDeniedException', 'connect:DescribeInstance was denied.');
    const connect = { ...createConnect([AGENT]), identityManagementType: () => Promise.reject(denied) };
    const { deps, terminal, json } = start({ row: HELD, settings: settingsWith({}), connect });

    expect(await showUser(deps, { user: MARY, json: true })).toBe(1);
    expect(json()).toMatchObject({ fields: [{ field: 'FirstName', state: 'same' }, { state: 'differs' }, {}, {}, {}] });
    expect(terminal.notes).toContain(
      'How the instance manages identities was not read, so it is shown as CONNECT_MANAGED: connect:DescribeInstance was denied.',
    );
  });

  it('tells what Cognito leaves to Connect', async () => {
    const user = { ...mary, attributes: { given_name: 'Mary', family_name: 'Smith' } };
    const { deps, json } = start({ row: HELD, user });

    expect(await showUser(deps, { user: MARY, json: true })).toBe(0);
    expect(json()).toMatchObject({ fields: [{}, {}, { field: 'Email', cognito: null, state: 'kept' }, {}, {}] });
  });

  it('asks Connect how identities are managed where the configuration does not say', async () => {
    const connect = { ...createConnect([AGENT]), identityManagementType: async () => 'SAML' };
    const { deps, json } = start({ row: HELD, settings: settingsWith({}), connect });

    await showUser(deps, { user: MARY, json: true });
    expect(JSON.stringify(json())).not.toContain('"field":"Email","cognito":"mary@example.com"');
  });

  it.each<[string, Given, string]>([
    ['is not linked', {}, 'There is no linked Connect user.'],
    [
      'is linked with a user that is gone',
      { row: HELD, connect: createConnect([]) },
      'Connect has no user agent-mary any more.',
    ],
    [
      'is linked, and the worker cannot be described',
      { row: HELD, connect: { unknown: 'needs a permission' } },
      'Connect was not read: needs a permission.',
    ],
    [
      'is linked, and Connect refuses to describe',
      {
        row: HELD,
        connect: {
          ...createConnect([]),
          describe: () =>
            Promise.reject(new PermanentError('AccessDeniedException', 'connect:DescribeUser failed: 403.')),
        },
      },
      'Connect was not read: connect:DescribeUser failed: 403.',
    ],
    [
      'has an unknown mapping',
      { row: HELD, settings: { unknown: 'needs a permission' } },
      'The mapping was not read: needs a permission.',
    ],
  ])('shows what could be seen of a user who %s, and says what not', async (_, given, note) => {
    const { deps, terminal } = start(given);

    expect(await showUser(deps, { user: MARY, json: false })).toBe(1);
    expect(terminal.notes).toContain(note);
    expect(terminal.lines[1]).toMatch(/^user name .*mary.jones/);
  });

  it('does not take an outage for an answer', async () => {
    const describeFails = () => Promise.reject(new TransientError('ECONNRESET', 'no answer'));
    const { deps } = start({ row: HELD, connect: { ...createConnect([]), describe: describeFails } });

    await expect(showUser(deps, { user: MARY, json: false })).rejects.toThrow('no answer');
  });
});

describe('a Connect user is named', () => {
  const TWIN = { id: '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1', username: 'twin', identity: {} };
  const users = createConnect([AGENT, TWIN, { ...TWIN, id: 'another' }]);

  it.each([
    ['id', TWIN.id, TWIN.id],
    ['user name', 'mary', 'agent-mary'],
  ])('by %s', async (_, text, id) => {
    expect(await identifyConnectUser({ connect: async () => users }, text)).toBe(id);
  });

  it('by no id that has to be looked up', async () => {
    const connect = () => Promise.reject(new Error('Not to be asked.'));

    expect(await identifyConnectUser({ connect }, TWIN.id)).toBe(TWIN.id);
  });

  it.each<[string, string, ConnectUsers | { readonly unknown: string }, object]>([
    ['of another case', 'Mary', users, { code: 'connect-user-missing' }],
    ['of two users', 'twin', users, { name: 'RefusedError', reasons: [TWIN.id, 'another'] }],
    ['when Connect is unknown', 'mary', { unknown: 'needs a permission' }, { code: 'no-connect' }],
  ])('by no user name %s', async (_, text, connect, error) => {
    await expect(identifyConnectUser({ connect: async () => connect }, text)).rejects.toMatchObject(error);
  });
});
