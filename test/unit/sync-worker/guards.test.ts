import { describe, expect, it } from 'vitest';
import {
  AGENT_MARY,
  MINUTE,
  maryWith,
  message,
  NAMES_ONLY,
  NOW,
  OTHER_SUB,
  PETER,
  SUB,
  startWorker,
} from './fixture.ts';

describe('sync-worker and an e-mail address', () => {
  it('lets an unverified one wait, without an alarm to release, and writes the name', async () => {
    const { deliver, writes, table, logger, clock } = startWorker({ users: [maryWith({ email_verified: 'false' })] });

    const first = await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    logger.lines.length = 0;
    const second = await deliver(message('m1', {}, { receiveCount: 2 }));

    expect([first, second]).toEqual([{ batchItemFailures: [{ itemIdentifier: 'm1' }] }, { batchItemFailures: [] }]);
    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'waiting',
      changed: ['LastName'],
      withheld: [{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }],
    });
    expect(table.rows.get(SUB)).not.toHaveProperty('holds');
    expect(logger.lines).toMatchObject([
      {
        fields: {
          status: 'waiting',
          advice: ['Email: Cognito has not verified the address: it is written after the user verifies it.'],
        },
      },
    ]);
  });

  it('writes it once it is verified', async () => {
    const { deliver, pool, writes, clock } = startWorker({ users: [maryWith({ email_verified: 'false' })] });
    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({}));
    await deliver(message('m2', { occurredAt: NOW + 12 * MINUTE }));

    expect(writes()).toMatchObject([{ Email: 'mary.smith@example.com' }, { Email: 'mary.jones@example.com' }]);
  });

  it('does not count as verified because another address is', async () => {
    const { deliver, writes, table } = startWorker({
      policy: { mapping: { Email: { from: ['custom:mail', 'email'] } } },
      users: [maryWith({ 'custom:mail': 'mallory@example.com' })],
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      withheld: [{ field: 'Email', kind: 'rejected', reason: 'not-verifiable' }],
    });
  });

  it.each([
    ['comes from a trusted provider', ['Okta'], { email: { trustedProviders: ['Okta'] } }, 'mary.jones@example.com'],
    [
      'comes from a trusted provider and another one',
      ['Okta', 'Google'],
      { email: { trustedProviders: ['Okta'] } },
      'mary.smith@example.com',
    ],
    ['comes from another provider', ['Okta'], { email: { trustedProviders: ['Azure'] } }, 'mary.smith@example.com'],
    ['need not be verified', [], { email: { requireVerified: false } }, 'mary.jones@example.com'],
  ])('decides an unverified one by policy when it %s', async (_, providers, policy, expected) => {
    const { deliver, writes, clock } = startWorker({
      users: [maryWith({ email_verified: 'false' }, { providers })],
      policy,
    });

    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));

    expect(writes()).toMatchObject([{ Email: expected }]);
  });

  it.each(['true', 'True', 'TRUE', ' true '])(
    'counts email_verified %j as verified, as it was sent',
    async (email_verified) => {
      const { deliver, writes } = startWorker({ users: [maryWith({ email_verified })] });

      await deliver(message('m1'));

      expect(writes()).toMatchObject([{ Email: 'mary.jones@example.com' }]);
    },
  );

  it('holds one of a trusted provider where users of the pool can replace it unverified, until it is released', async () => {
    const user = maryWith({ email_verified: 'false' }, { providers: ['Okta'] });
    const { deliver, table, writes, clock } = startWorker({
      users: [user],
      policy: { email: { trustedProviders: ['Okta'] } },
      exposure: { keepsVerifiedEmail: false },
    });

    await deliver(message('m1'));
    clock.advance(2 * MINUTE);
    await deliver(message('m1', {}, { receiveCount: 2 }));
    const held = table.rows.get(SUB) ?? {};
    table.rows.set(SUB, { ...held, releases: held.holds, releasedAt: clock.now() });
    await deliver(message('m2', { cause: 'operator', occurredAt: clock.now() }));

    expect(held).toMatchObject({
      status: 'held',
      withheld: [{ field: 'Email', kind: 'held', reason: 'provider-address-changeable' }],
    });
    expect(writes()).toMatchObject([{ Email: 'mary.smith@example.com' }, { Email: 'mary.jones@example.com' }]);
  });

  it('counts a Connect user as protected when Connect does not say its security profiles', async () => {
    const { deliver, table } = startWorker({ agents: [{ ...AGENT_MARY, securityProfileIds: null }] });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({
      status: 'held',
      withheld: [{ field: 'Email', kind: 'held', reason: 'protected-profile' }],
    });
  });

  it('rejects one outside the allowed domains', async () => {
    const { deliver, writes, table } = startWorker({ policy: { email: { allowedDomains: ['example.org'] } } });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', withheld: [{ reason: 'domain-not-allowed' }] });
  });

  it.each([
    ['Admin by default', 'profile-admin', {}, 'held'],
    ['the profile that the policy names', 'profile-agent', { email: { protectedSecurityProfiles: ['Agent'] } }, 'held'],
    ['no other profile', 'profile-agent', {}, 'written'],
    ['no user when the list is empty', 'profile-admin', { email: { protectedSecurityProfiles: [] } }, 'written'],
  ])('protects agents with %s', async (_, profile, policy, status) => {
    const { deliver, table } = startWorker({
      agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-other', profile] }],
      policy,
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status });
  });

  it('holds those over the hourly number of users, and counts each user once', async () => {
    const { deliver, table, pool, recorder } = startWorker({ policy: { email: { maxUsersPerHour: 1 } } });
    pool.users.set(OTHER_SUB, {
      ...PETER,
      attributes: { ...PETER.attributes, email: 'peter.miller@example.com', email_verified: 'true' },
    });
    table.rows.set(OTHER_SUB, { sub: OTHER_SUB, connectUserId: 'agent-peter', linkedAt: NOW - 60 * MINUTE });

    await deliver(message('m1'));
    await deliver(message('p1', { sub: OTHER_SUB }));
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m2', { occurredAt: NOW }));

    expect(recorder.argsOf('table.spendEmailBudget')).toEqual([
      [SUB, NOW, 1],
      [OTHER_SUB, NOW, 1],
      [SUB, NOW, 1],
    ]);
    expect(table.rows.get(OTHER_SUB)).toMatchObject({
      status: 'held',
      changed: ['LastName'],
      withheld: [{ field: 'Email', kind: 'held', reason: 'email-budget' }],
      holds: { Email: { hash: expect.any(String) } },
    });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', changed: ['Email'] });
  });

  it('counts neither a name nor an address that another guard withholds', async () => {
    const { deliver, recorder } = startWorker({ users: [maryWith({ email_verified: 'false' })] });

    await deliver(message('m1'));

    expect(recorder.argsOf('table.spendEmailBudget')).toEqual([]);
  });
});

describe('sync-worker where a protected security profile is not known', () => {
  it('holds every address, and still writes names', async () => {
    const { deliver, table, writes } = startWorker({
      policy: { email: { protectedSecurityProfiles: ['Admin', 'Renamed'] } },
    });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ LastName: 'Jones', Email: 'mary.smith@example.com' }]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'held',
      withheld: [{ field: 'Email', kind: 'held', reason: 'unknown-profile' }],
    });
  });
});
