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
    const { deliver, writes, table, logger } = startWorker({ users: [maryWith({ email_verified: 'false' })] });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
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
          advice: ['Email: Cognito has not verified the address; it follows by itself once the user verifies it.'],
        },
      },
    ]);
  });

  it('writes it once it is verified', async () => {
    const { deliver, pool, writes, clock } = startWorker({ users: [maryWith({ email_verified: 'false' })] });
    await deliver(message('m1'));

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({}));
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));

    expect(writes()).toMatchObject([{ Email: 'mary.smith@example.com' }, { Email: 'mary.jones@example.com' }]);
  });

  it('is not taken for verified because another one is', async () => {
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
    const { deliver, writes } = startWorker({
      users: [maryWith({ email_verified: 'false' }, { providers })],
      policy,
    });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ Email: expected }]);
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
    ['nobody when the list is empty', 'profile-admin', { email: { protectedSecurityProfiles: [] } }, 'written'],
  ])('protects agents with %s', async (_, profile, policy, status) => {
    const { deliver, table } = startWorker({
      agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-other', profile] }],
      policy,
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status });
  });

  it('holds those over the hourly number of users, of whom one pays once', async () => {
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

  it('spends nothing on a name, nor on an address that another guard withholds', async () => {
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
