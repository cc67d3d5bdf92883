import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../lambda/core/errors.ts';
import { digestOf } from '../../../lambda/sync-worker/digest.ts';
import { AGENT_MARY, MINUTE, maryWith, message, NOW, OTHER_SUB, PETER, SUB, startWorker } from './fixture.ts';

const LINKED = { sub: SUB, connectUserId: 'agent-mary', linkedAt: NOW - 60 * MINUTE };
const NAMES_ONLY = { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.smith@example.com', Mobile: '+12065550100' };

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

describe('sync-worker and a release', () => {
  it('lets exactly the released value through, without spending the budget', async () => {
    const released = { Email: digestOf('mary.jones@example.com') };
    const { deliver, writes, table, recorder } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: released },
    });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ Email: 'mary.jones@example.com' }]);
    expect(recorder.argsOf('table.spendEmailBudget')).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)).not.toHaveProperty('firstEmail');
  });

  it('holds when the desired value is no longer the released one', async () => {
    const released = { Email: digestOf('mary.miller@example.com') };
    const { deliver, writes, table } = startWorker({ row: { ...LINKED, firstEmail: true, releases: released } });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', firstEmail: true });
  });

  it('does not count a released address as settled when a missing name stopped the write', async () => {
    const { deliver, writes, table } = startWorker({
      users: [maryWith({ family_name: undefined })],
      agents: [{ ...AGENT_MARY, identity: { FirstName: 'Mary' } }],
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.jones@example.com') } },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', firstEmail: true });
  });

  it('of Email does not settle a SecondaryEmail that is still held', async () => {
    const { deliver, table } = startWorker({
      policy: { mapping: { SecondaryEmail: { from: ['custom:second'] } }, email: { requireVerified: false } },
      users: [maryWith({ 'custom:second': 'mary.home@example.net' })],
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.jones@example.com') } },
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({
      status: 'held',
      changed: ['LastName', 'Email'],
      withheld: [{ field: 'SecondaryEmail', reason: 'first-email' }],
      firstEmail: true,
    });
  });

  it('forgets a release once its value is written: the same value is held again when it comes back later', async () => {
    const { deliver, pool, table, clock, writes } = startWorker({
      agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-admin'] }],
      row: { ...LINKED, releases: { Email: digestOf('mary.jones@example.com') }, releasedAt: NOW },
    });
    await deliver(message('m1'));
    expect(table.rows.get(SUB)).toMatchObject({ status: 'written' });
    expect(table.rows.get(SUB)).not.toHaveProperty('releases');
    expect(table.rows.get(SUB)).not.toHaveProperty('releasedAt');

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.jones@example.com', given_name: 'Maria' }));
    await deliver(message('m3', { occurredAt: NOW + 20 * MINUTE }));

    expect(writes().map((identity) => (identity as { Email: string }).Email)).toEqual([
      'mary.jones@example.com',
      'mary.jones@example.com',
    ]);
  });

  it('forgets a release whose value nobody asks for any more', async () => {
    const { deliver, pool, table, clock } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.miller@example.com') } },
    });
    await deliver(message('m1'));
    expect(table.rows.get(SUB)).not.toHaveProperty('releases');

    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held' });
  });

  it('keeps a release while its value waits to be verified, and forgets the one beside it', async () => {
    const email = digestOf('mary.jones@example.com');
    const { deliver, table } = startWorker({
      users: [maryWith({ email_verified: 'false' })],
      row: { ...LINKED, releases: { Email: email, SecondaryEmail: digestOf('mary.home@example.net') } },
    });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'waiting', releases: { Email: email } });
    expect(table.rows.get(SUB)).not.toHaveProperty('releases.SecondaryEmail');
  });

  it('keeps a release that is given while the worker looks', async () => {
    const given = { releases: { Email: digestOf('mary.jones@example.com') }, releasedAt: NOW + 1 };
    const { deliver, table, recorder } = startWorker({
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf('mary.miller@example.com') } },
    });
    recorder.before('directory.describeUser', () => table.rows.set(SUB, { ...table.rows.get(SUB), ...given }));

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'held', ...given });
  });
});

describe('sync-worker and what a person sees of a hold', () => {
  it('tells since when it has been so, under the same digest, until anything about it changes', async () => {
    const { deliver, pool, table, clock } = startWorker({ row: { ...LINKED, firstEmail: true } });
    await deliver(message('m1'));
    const first = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    await deliver(message('m2', { occurredAt: NOW + 10 * MINUTE }));
    const second = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com' }));
    await deliver(message('m3', { occurredAt: NOW + 20 * MINUTE }));
    const third = table.rows.get(SUB);
    clock.advance(10 * MINUTE);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com', email_verified: 'false' }));
    await deliver(message('m4', { occurredAt: NOW + 30 * MINUTE }));

    expect(second).toMatchObject({ concludedAt: NOW + 10 * MINUTE, since: NOW, holds: first?.holds });
    expect(third).toMatchObject({ status: 'held', since: NOW + 20 * MINUTE });
    expect(third?.holds).not.toEqual(first?.holds);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'waiting', since: NOW + 30 * MINUTE });
  });

  it('names the change of an operator, who waits for it, whatever came with it', async () => {
    const { deliver, table } = startWorker();

    await deliver(message('m1'), message('m2', { cause: 'operator' }), message('m3'));

    expect(table.rows.get(SUB)).toMatchObject({ cause: 'operator', eventId: 'event-m2' });
  });
});

describe('sync-worker and values that Connect does not take', () => {
  it('rejects a missing last name that neither side has', async () => {
    const { deliver, writes, table, logger } = startWorker({
      users: [maryWith({ family_name: undefined, given_name: 'Maria' })],
      agents: [{ ...AGENT_MARY, identity: { FirstName: 'Mary' } }],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      withheld: [{ field: 'LastName', kind: 'rejected', reason: 'missing-name' }],
    });
    expect(logger.lines).toMatchObject([
      {
        fields: {
          advice: ['LastName: Connect requires a first and a last name and neither side has one: fill it in Cognito.'],
        },
      },
    ]);
  });

  it('keeps the last name of Connect when Cognito has none', async () => {
    const { deliver, writes } = startWorker({ users: [maryWith({ family_name: undefined, given_name: 'Maria' })] });

    await deliver(message('m1'));

    expect(writes()).toMatchObject([{ FirstName: 'Maria', LastName: 'Smith' }]);
  });

  it('rejects names of 300 characters and writes the e-mail', async () => {
    const { deliver, writes, table } = startWorker({
      users: [maryWith({ given_name: 'x'.repeat(300), family_name: 'y'.repeat(300) })],
    });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toMatchObject([{ FirstName: 'Mary', LastName: 'Smith', Email: 'mary.jones@example.com' }]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      changed: ['Email'],
      withheld: [
        { field: 'FirstName', reason: 'too-long' },
        { field: 'LastName', reason: 'too-long' },
      ],
    });
  });

  it('records a refusal by rules that only Connect knows, and does not try it again', async () => {
    const { deliver, recorder, table, logger } = startWorker();
    const refusal = new PermanentError('InvalidParameterException', 'connect:UpdateUserIdentityInfo failed.', {
      status: 400,
    });
    recorder.fail('directory.updateIdentity', refusal);

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', reason: 'connect-refused', changed: [] });
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { status: 'rejected', reason: 'connect-refused' } }]);
  });

  it('does not count a first e-mail that Connect refused as settled', async () => {
    const { deliver, recorder, table } = startWorker({
      row: { ...LINKED, firstEmail: true },
      policy: { adoption: { trustFirstEmail: true } },
    });
    recorder.fail('directory.updateIdentity', new PermanentError('InvalidParameterException', 'no', { status: 400 }));

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ firstEmail: true });
  });
});

describe('sync-worker and the identity management of the instance', () => {
  it('never sends an Email to a SAML instance', async () => {
    const { deliver, writes, table } = startWorker({ type: 'SAML' });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toEqual([{ FirstName: 'Mary', LastName: 'Jones', Mobile: '+12065550100' }]);
    expect(table.rows.get(SUB)).toMatchObject({
      status: 'rejected',
      changed: ['LastName'],
      withheld: [{ field: 'Email', kind: 'rejected', reason: 'email-on-saml' }],
    });
  });

  it('is in order on SAML once the mapping leaves Email alone', async () => {
    const { deliver, table } = startWorker({ type: 'SAML', policy: { mapping: { Email: null } } });

    await deliver(message('m1'));

    expect(table.rows.get(SUB)).toMatchObject({ status: 'written', withheld: [] });
  });

  it('touches nothing where a directory owns the identities', async () => {
    const { deliver, calls, table } = startWorker({ type: 'EXISTING_DIRECTORY' });

    const response = await deliver(message('m1'));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(calls('directory')).toEqual(['directory.identityManagementType']);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected', reason: 'existing-directory' });
  });
});

describe('sync-worker shortly after a write of its own', () => {
  const written = { FirstName: 'Mary', LastName: 'Jones', Email: 'mary.jones@example.com', Mobile: '+12065550100' };

  it('does not take an old view of Connect for the truth: it writes again', async () => {
    const { deliver, directory, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);

    clock.advance(3_000);
    await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(writes()).toEqual([written, written]);
  });

  it('writes even when Cognito went back to what the old view shows', async () => {
    const { deliver, directory, pool, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' }));

    clock.advance(119_999);
    await deliver(message('m2', { occurredAt: NOW + 119_000 }));

    expect(writes()).toHaveLength(2);
    expect(writes()[1]).toEqual(AGENT_MARY.identity);
  });

  it('trusts a view that shows the write', async () => {
    const { deliver, writes, clock } = startWorker();
    await deliver(message('m1'));

    clock.advance(3_000);
    await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(writes()).toHaveLength(1);
  });

  it('trusts a view on SAML that still shows an Email, which was never sent', async () => {
    const { deliver, directory, writes, clock } = startWorker({ type: 'SAML' });
    await deliver(message('m1'));
    directory.users.set('agent-mary', { ...AGENT_MARY, identity: { ...AGENT_MARY.identity, LastName: 'Jones' } });

    clock.advance(3_000);
    const response = await deliver(message('m2', { occurredAt: NOW + 2_000 }));

    expect(response).toEqual({ batchItemFailures: [] });
    expect(writes()).toHaveLength(1);
  });

  it('trusts any view after two minutes', async () => {
    const { deliver, directory, pool, writes, clock } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ family_name: 'Smith', email: 'mary.smith@example.com' }));

    clock.advance(120_000);
    await deliver(message('m2', { occurredAt: NOW + 119_000 }));

    expect(writes()).toHaveLength(1);
  });

  it('waits for the two minutes to pass rather than send back an old value of a withheld field', async () => {
    const { deliver, directory, pool, writes, clock, recorder, logger } = startWorker();
    await deliver(message('m1'));
    directory.users.set('agent-mary', AGENT_MARY);
    pool.users.set(SUB, maryWith({ email: 'mary.miller@example.com', email_verified: 'false' }));

    clock.advance(30_500);
    const response = await deliver(message('m2', { occurredAt: NOW + 30_000 }));

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(writes()).toHaveLength(1);
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m2', 90]]);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'info', fields: { why: 'settling', delaySeconds: 90 } });
  });

  it('does not mistake the first minutes of a new link for it', async () => {
    const { deliver, directory, writes, clock } = startWorker({ row: { ...LINKED, lastWriteAt: NOW - 1_000 } });
    directory.users.clear();
    await deliver(message('m1'));
    directory.users.set('agent-new', { ...AGENT_MARY, id: 'agent-new', identity: NAMES_ONLY });

    clock.advance(1_000);
    await deliver(message('m2', { occurredAt: NOW }));

    expect(writes()).toEqual([]);
  });

  it('waits as well when a field has lost its source: what Connect shows of it may be old', async () => {
    const lastWrite = { salt: 'salt', hash: 'of something else' };
    const { deliver, writes, recorder } = startWorker({
      users: [maryWith({ given_name: undefined })],
      row: { ...LINKED, lastWriteAt: NOW - 30_000, lastWrite },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([]);
    expect(recorder.argsOf('messages.delay')).toEqual([['receipt-m1', 90]]);
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
