import { describe, expect, it } from 'vitest';
import { identifyUser } from '../../cli/users/identify-user.ts';
import { linkByHand } from '../../cli/users/link.ts';
import type { PoolUser } from '../../cli/users/ports.ts';
import { unlinkUser } from '../../cli/users/unlink.ts';
import { createUserWorld, JOHN, MARY, NOW } from '../unit/cli/user-doubles.ts';

/** A stranger wants the operator to act on their own account by a name that the operator takes for Mary's. */
const MALLORY = '5d0c4cde-54d7-4f02-9d0e-5b0c5a5f7f11';
const AGENT = '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1';

const person = (sub: string, username: string, attributes: PoolUser['attributes'] = {}): PoolUser => ({
  ...{ sub, username, attributes, modifiedAt: NOW, providers: [] },
});
const mary = person(MARY, 'mary.smith', { email: 'mary@example.com', email_verified: 'true' });
const mallory = (attributes: PoolUser['attributes']) => person(MALLORY, 'mallory', attributes);
const worldOf = (...users: readonly PoolUser[]) =>
  createUserWorld({ pool: Object.fromEntries(users.map((user) => [user.username, user])) });

describe('a stranger who wants to be acted on under an alias', () => {
  it('is not linked by their preferred_username', async () => {
    const { deps, writes } = worldOf(mary, mallory({ preferred_username: 'mary' }));
    const options = { user: 'mary', connectUserId: AGENT, replaceClaim: false, apply: true, json: false, waitMs: 0 };

    await expect(linkByHand(deps, options)).rejects.toMatchObject({
      name: 'RefusedError',
      reasons: [`It may mean ${MALLORY}, user name mallory.`],
    });
    expect(writes()).toEqual([]);
  });

  it('is not unlinked by it either', async () => {
    const { deps, writes } = worldOf(mallory({ preferred_username: 'mary' }));

    await expect(unlinkUser(deps, { user: 'mary', apply: true, json: false })).rejects.toMatchObject({
      name: 'RefusedError',
    });
    expect(writes()).toEqual([]);
  });

  it('is not taken for the user of an address that they have not verified', async () => {
    const { deps } = worldOf(mallory({ email: 'mary@example.com', email_verified: 'false' }));
    const pool = {
      ...deps.pool,
      named: async () => mallory({ email: 'mary@example.com' }),
      signInRules: async () => ({ ignoresCase: false, byAddress: true, selfSignUp: false, preSignUp: false }),
    };

    await expect(identifyUser({ ...deps, pool }, 'mary@example.com')).rejects.toMatchObject({ name: 'RefusedError' });
  });

  it('is not taken for the user of an address where the pool does not sign in by address', async () => {
    const owner = mallory({ email: 'mary@example.com', email_verified: 'true' });
    const { deps } = worldOf(owner);
    // An address can also be the preferred_username that the pool signs in by.
    const pool = { ...deps.pool, named: async () => owner };

    await expect(identifyUser({ ...deps, pool }, 'mary@example.com')).rejects.toMatchObject({ name: 'RefusedError' });
  });

  it('is not chosen by a user name that is the address of another', async () => {
    const { deps } = worldOf(mary, person(MALLORY, 'mary@example.com'));

    await expect(identifyUser(deps, 'mary@example.com')).rejects.toMatchObject({
      message: '2 users match "mary@example.com": say which one by its sub.',
    });
  });

  it('is not chosen by a user name that is the sub of another', async () => {
    const { deps } = worldOf(mary, person(MALLORY, MARY));

    expect(await identifyUser(deps, MARY)).toMatchObject({ sub: MARY });
  });

  it('is not chosen by a user name in another case where case counts', async () => {
    const { deps } = worldOf(person(MALLORY, 'Mary.Smith'));
    const pool = { ...deps.pool, named: async () => person(MALLORY, 'Mary.Smith') };

    await expect(identifyUser({ ...deps, pool }, 'mary.smith')).rejects.toMatchObject({ name: 'RefusedError' });
  });
});

describe('the user who is meant', () => {
  it.each([
    ['sub', MARY],
    ['user name', 'mary.smith'],
  ])('is found by %s', async (_, text) => {
    const { deps } = worldOf(mary, person(JOHN, 'john'));

    expect(await identifyUser(deps, text)).toMatchObject({ sub: MARY });
  });

  it('is found in another case where the pool ignores case', async () => {
    const { deps } = worldOf(mary);
    const pool = {
      ...deps.pool,
      named: async () => mary,
      signInRules: async () => ({ ignoresCase: true, byAddress: false, selfSignUp: false, preSignUp: false }),
    };

    expect(await identifyUser({ ...deps, pool }, 'Mary.Smith')).toMatchObject({ sub: MARY });
  });

  it('is found by the verified address where the pool signs in by address', async () => {
    const { deps } = worldOf(mary, mallory({ email: 'mary@example.com', email_verified: 'false' }));
    const pool = {
      ...deps.pool,
      named: async () => mary,
      signInRules: async () => ({ ignoresCase: false, byAddress: true, selfSignUp: false, preSignUp: false }),
    };

    expect(await identifyUser({ ...deps, pool }, 'mary@example.com')).toMatchObject({ sub: MARY });
  });
});
