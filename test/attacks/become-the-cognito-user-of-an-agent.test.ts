import { describe, expect, it } from 'vitest';
import {
  AGENT_MARY,
  MARY,
  MINUTE,
  maryWith,
  message,
  NOW,
  OTHER_SUB,
  SUB,
  startWorker,
} from '../unit/sync-worker/fixture.ts';

/** A stranger wants the link to a Connect user whose Cognito user they are not. */
const MALLORY = {
  ...MARY,
  sub: OTHER_SUB,
  attributes: { ...MARY.attributes, sub: OTHER_SUB, email: 'mallory@example.com' },
};
const BY_ATTRIBUTE = { adoption: { rules: [{ kind: 'username', attribute: 'custom:agent' }] } };
const agentOf = (world: ReturnType<typeof startWorker>) => world.directory.users.get('agent-mary')?.identity.Email;

describe('a stranger who wants to become the Cognito user of an agent', () => {
  it('is not linked while the pool lets strangers sign up', async () => {
    const { deliver, table, writes } = startWorker({ row: null, exposure: { selfSignUp: true } });

    await deliver(message('m1', { cause: 'sweep' }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason: 'open-sign-up' });
    expect([table.claims.size, writes()]).toEqual([0, []]);
  });

  it('is not linked by an attribute that an app lets them write', async () => {
    const { deliver, table } = startWorker({
      row: null,
      users: [maryWith({ 'custom:agent': 'mary.user' })],
      exposure: { writableAttributes: new Set(['custom:agent']) },
      policy: BY_ATTRIBUTE,
    });

    await deliver(message('m1', { cause: 'sweep' }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason: 'writable-attribute' });
    expect(table.claims.size).toBe(0);
  });

  describe('by an address that names an agent', () => {
    const byAddress = (attributes: object, exposure: object, origin: Partial<typeof MARY> = {}) =>
      startWorker({
        row: null,
        users: [maryWith({ email: 'mary@example.com', email_verified: 'true', ...attributes }, origin)],
        agents: [{ ...AGENT_MARY, username: 'mary@example.com' }],
        exposure: {
          ...{ selfSignUp: true, writableAttributes: new Set(['email']) },
          ...{ keepsVerifiedEmail: true, preSignUp: false, ...exposure },
        },
        policy: {
          adoption: { rules: [{ kind: 'username', attribute: 'email' }] },
          email: { trustedProviders: ['Okta'] },
        },
      });

    it.each<readonly [string, object, object, Partial<typeof MARY>]>([
      ['that is not verified', { email_verified: 'false' }, {}, {}],
      ['that begins with a byte order mark: a mailbox of its own', { email: '\uFEFFmary@example.com' }, {}, {}],
      ['in a pool that takes a new address at once', {}, { keepsVerifiedEmail: false }, {}],
      ['that a provider outside the trusted ones has sent', {}, {}, { providers: ['Mallory'] }],
      ['that another provider beside a trusted one may have sent', {}, {}, { providers: ['Okta', 'Mallory'] }],
      ['that a provider linked to a user with a password may have sent', {}, {}, { linkedProviders: ['Mallory'] }],
      ['that a provider without a readable name has sent', {}, {}, { providers: [''] }],
      ['that a function before sign-up may have called verified', {}, { preSignUp: true }, {}],
    ])('is not linked by one %s', async (_, attributes, exposure, origin) => {
      const { deliver, table } = byAddress(attributes, exposure, origin);

      await deliver(message('m1', { cause: 'sweep' }));

      expect(table.rows.get(SUB)).toMatchObject({ status: 'held', reason: 'open-sign-up', candidateId: 'agent-mary' });
      expect(table.claims.size).toBe(0);
    });

    it.each<readonly [string, Partial<typeof MARY>]>([
      ['by a code', {}],
      ['by a code, with a trusted provider linked', { linkedProviders: ['Okta'] }],
    ])('would have to own it: one proven %s links', async (_, origin) => {
      const { deliver, table } = byAddress({}, {}, origin);

      await deliver(message('m1', { cause: 'sweep' }));

      expect(table.rows.get(SUB)).toMatchObject({ connectUserId: 'agent-mary' });
    });
  });

  it('does not get an agent who has a Cognito user already', async () => {
    const world = startWorker({ users: [MARY, MALLORY] });

    await world.deliver(message('m1', { sub: OTHER_SUB }));

    expect(world.table.rows.get(OTHER_SUB)).toMatchObject({ status: 'ambiguous', reason: 'claimed-by-another' });
    expect(world.table.claims.get('agent-mary')).toMatchObject({ sub: SUB });
    expect(agentOf(world)).toBe('mary.smith@example.com');
  });

  it('does not win the race for a claim: of two at once, one is linked', async () => {
    const { deliver, table } = startWorker({ row: null, users: [MARY, MALLORY] });

    await deliver(message('m1'), message('m2', { sub: OTHER_SUB }));

    const linked = [SUB, OTHER_SUB].filter((sub) => table.rows.get(sub)?.connectUserId !== undefined);
    const left = [SUB, OTHER_SUB].find((sub) => !linked.includes(sub)) ?? '';
    expect(linked).toHaveLength(1);
    expect(table.rows.get(left)).toMatchObject({ status: 'ambiguous', reason: 'claimed-by-another' });
  });

  it('does not inherit the agent of a user who was deleted, under the same name with another sub', async () => {
    const { deliver, pool, table, clock } = startWorker({ users: [MARY] });
    pool.users.delete(SUB);
    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));
    pool.users.set(OTHER_SUB, MALLORY);

    await deliver(message('m2', { sub: OTHER_SUB, occurredAt: clock.now() }));
    clock.advance(60 * MINUTE);
    await deliver(message('m3', { sub: OTHER_SUB, occurredAt: clock.now() }));

    expect(table.claims.get('agent-mary')).toMatchObject({ sub: SUB, orphanedAt: expect.any(Number) });
    expect(table.rows.get(OTHER_SUB)).toMatchObject({ status: 'ambiguous', reason: 'claimed-by-another' });
  });

  it('gains nothing by the sub of another as a user name: the answer of Cognito is checked', async () => {
    const { deliver, pool, table, clock, writes } = startWorker();
    // The adapter finds no user with this sub; its own test shows that.
    pool.users.delete(SUB);
    pool.users.set(OTHER_SUB, { ...MALLORY, username: SUB });

    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'cognito-user-missing' });
    expect(writes()).toEqual([]);
  });

  it.each([
    ['another case', 'Mary.User'],
    ['a Cyrillic letter', 'm\u0430ry.user'],
    ['a full-width letter', 'ｍary.user'],
    ['a zero-width joiner', 'mary\u200D.user'],
    ['a space at its end', 'mary.user '],
    ['a line feed at its end', 'mary.user\n'],
    ['a null character', 'mary.user\0'],
    ['another form of Unicode', 'mary.u\u0301ser'],
    ['a wildcard', 'mary.*'],
  ])('is not linked by a user name that looks alike: %s', async (_, username) => {
    const { deliver, table, directory, writes } = startWorker({ row: null, users: [{ ...MARY, username }] });
    // A search that compares more loosely than its documentation says: every answer is compared with the name.
    const everyone = async () => [...directory.users.keys()];
    Object.assign(directory, { findIdsByUsername: everyone });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'unlinked', reason: 'no-connect-user' });
    expect([table.claims.size, writes()]).toEqual([0, []]);
  });

  it('is not linked where two agents bear the name', async () => {
    const { deliver, table } = startWorker({ row: null, agents: [AGENT_MARY, { ...AGENT_MARY, id: 'agent-other' }] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'ambiguous', reason: 'several-connect-users' });
    expect(table.claims.size).toBe(0);
  });

  it('is not linked by an empty attribute', async () => {
    const { deliver, table } = startWorker({
      row: null,
      users: [maryWith({ 'custom:agent': ' ' })],
      agents: [{ ...AGENT_MARY, username: '' }],
      policy: BY_ATTRIBUTE,
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'unlinked' });
  });

  it('is not linked out of scope', async () => {
    const { deliver, table } = startWorker({ row: null, policy: { scope: { kind: 'group', group: 'agents' } } });

    await deliver(message('m1', { occurredAt: NOW }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'out-of-scope' });
    expect(table.claims.size).toBe(0);
  });
});
