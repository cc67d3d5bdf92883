import { describe, expect, it } from 'vitest';
import { findUser } from '../../../cli/users/find-user.ts';
import type { PoolUser } from '../../../cli/users/ports.ts';
import { createConnect, createUserWorld, HELD, JOHN, MARY, NOW } from './user-doubles.ts';

const AGENT = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';
const person = (sub: string, username: string, attributes: PoolUser['attributes'] = {}): PoolUser => ({
  ...{ sub, username, attributes, modifiedAt: NOW, providers: [] },
});
const POOL = {
  'mary.smith': person(MARY, 'mary.smith', {
    ...{ email: 'mary@example.com', given_name: 'Mary Ann', family_name: 'Smith', preferred_username: 'mimi' },
  }),
  john: person(JOHN, 'john', { email: 'shared@example.com', name: 'John Doe' }),
};

describe('a user is found for a reading command', () => {
  it.each([
    ['the sub', MARY],
    ['the user name', 'mary.smith'],
    ['the address', 'mary@example.com'],
    ['both names', 'Mary Ann Smith'],
    ['an alias', 'mimi'],
    ['the id of the Connect user', AGENT],
    ['the user name of the Connect user', 'agent.mary'],
  ])('by %s', async (_, text) => {
    const { deps } = createUserWorld({
      rows: [{ ...HELD, connectUserId: AGENT }],
      claims: [{ connectUserId: AGENT, sub: MARY, claimedAt: NOW }],
      pool: POOL,
    });
    const connect = createConnect([{ id: AGENT, username: 'agent.mary', identity: {} }]);

    const found = await findUser({ ...deps, connect: async () => connect }, text);

    expect(found).toMatchObject({ sub: MARY, row: { connectUserId: AGENT }, user: { username: 'mary.smith' } });
  });

  it('by a name in one attribute, without a row', async () => {
    const { deps } = createUserWorld({ pool: POOL });

    expect(await findUser(deps, 'John Doe')).toMatchObject({ sub: JOHN, row: undefined });
  });

  it('by a sub that the pool no longer has', async () => {
    const { deps } = createUserWorld({ rows: [HELD] });

    expect(await findUser(deps, MARY)).toMatchObject({ sub: MARY, row: HELD, user: undefined });
  });

  it.each([
    [MARY.toUpperCase(), ` Subs and ids have small letters: try ${MARY}`],
    [` ${MARY}`, ` Subs and ids have small letters: try ${MARY}`],
    ['missing', ''],
    ['no "body"', ''],
  ])('not by %j, which the message repeats', async (text, advice) => {
    const { deps } = createUserWorld({ rows: [HELD], pool: POOL });

    await expect(findUser(deps, text)).rejects.toThrow(
      `There is no such user: received ${JSON.stringify(text)}. The user pool has no user of this name or sub, and the table has no row of it.${advice}`,
    );
  });

  it('or not at all where Connect user names could not be looked up, and says so', async () => {
    const { deps } = createUserWorld({ rows: [HELD], pool: POOL });
    const connect = async () => ({ unknown: 'lambda:GetFunctionConfiguration was denied' });

    await expect(findUser({ ...deps, connect }, 'agent.mary')).rejects.toMatchObject({
      code: 'cognito-user-missing',
      message:
        'There is no such user: received "agent.mary". The user pool has no user of this name or sub, and the table has no row of it. Connect user names were not looked up: lambda:GetFunctionConfiguration was denied.',
    });
  });

  it('by no guess when several match', async () => {
    const { deps } = createUserWorld({
      pool: { ...POOL, mary: person(MARY, 'mary', { email: 'shared@example.com' }) },
    });

    await expect(findUser(deps, 'shared@example.com')).rejects.toMatchObject({
      message: '2 users match "shared@example.com": say which one by its sub.',
      reasons: [`${JOHN}, user name john`, `${MARY}, user name mary`],
    });
  });

  it.each(['missing', 'Mary Smith', 'x@example.com', '11111111-2222-4333-8444-555555555555'])(
    'or not at all: %s',
    async (text) => {
      const { deps } = createUserWorld({ pool: POOL });

      await expect(findUser(deps, text)).rejects.toMatchObject({ code: 'cognito-user-missing' });
    },
  );
});
