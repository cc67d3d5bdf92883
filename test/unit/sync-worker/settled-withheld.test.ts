import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import { digestOf } from '../../../lambda/core/rows/digest.ts';
import type { CognitoUser } from '../../../lambda/ports.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, NOW, SUB, startWorker } from './fixture.ts';

/** Connect shows the names that Cognito has, and another address. */
const SAME_NAMES = { ...AGENT_MARY, identity: { FirstName: 'Mary', LastName: 'Jones', Email: 'mary@example.com' } };
/** Connect shows what Cognito has. */
const SAME = { ...AGENT_MARY, identity: { ...SAME_NAMES.identity, Email: 'mary.jones@example.com' } };
const UNVERIFIED = maryWith({ email_verified: 'false' });
const WAITING = { status: 'waiting', withheld: [{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }] };

type World = Parameters<typeof startWorker>[0];

/** A worker that has read both sides once, and what it asks of Connect after that. */
async function startRead(world: World) {
  const worker = startWorker({ agents: [SAME_NAMES], ...world });
  await worker.deliver(message('m0'));
  worker.clock.advance(10 * MINUTE);
  return {
    ...worker,
    asked: () => worker.recorder.argsOf('directory.describeUser').length - 1,
    /** A change after which Cognito has this user. */
    next: (user?: CognitoUser) => {
      if (user !== undefined) worker.pool.users.set(SUB, user);
      return worker.deliver(message('m1', { occurredAt: worker.clock.now() }));
    },
  };
}

const fromProvider = (email: string, attributes: Record<string, string> = {}): CognitoUser =>
  maryWith({ email, email_verified: 'false', ...attributes }, { providers: ['Okta'] });

describe('a change that changes nothing about a user with a withheld field', () => {
  it('costs Connect nothing while the address waits for its verification, and the row keeps saying so', async () => {
    const { next, asked, table, writes, clock } = await startRead({ users: [UNVERIFIED] });

    await next(maryWith({ email_verified: 'false', locale: 'de' }, { modifiedAt: clock.now() }));

    expect([asked(), writes()]).toEqual([0, []]);
    expect(table.rows.get(SUB)).toMatchObject({
      ...WAITING,
      changed: [],
      since: NOW,
      eventId: 'event-m1',
      syncedReadAt: clock.now(),
      cognitoModifiedAt: clock.now(),
    });
  });

  it.each<[string, string, World]>([
    ['rejected', 'domain-not-allowed', { policy: { email: { allowedDomains: ['example.org'] } } }],
    ['rejected', 'not-an-email-address', { users: [maryWith({ email: 'mary at example' })] }],
    ['rejected', 'not-verifiable', { users: [maryWith({ nickname: 'm@example.com' })], policy: byNickname() }],
    ['rejected', 'not-printable', { users: [maryWith({ given_name: 'Mary\u202e' })] }],
    ['rejected', 'blank', { users: [maryWith({ family_name: '' })], policy: rejecting('family_name') }],
    [
      'rejected',
      'name-not-split',
      { users: [maryWith({ given_name: '', family_name: '', name: 'Mary' })], policy: byWholeName() },
    ],
  ])('costs Connect nothing where a value is %s as %s', async (status, reason, world) => {
    const { next, asked, table } = await startRead({
      agents: [SAME],
      ...world,
      ...(reason === 'domain-not-allowed' && { agents: [SAME_NAMES] }),
    });

    await next();

    expect(asked()).toBe(0);
    const withheld = expect.arrayContaining([expect.objectContaining({ reason })]);
    expect(table.rows.get(SUB)).toMatchObject({ status, eventId: 'event-m1', withheld });
  });

  it('costs Connect nothing while the first address of a link is not verified, and is settled once it is', async () => {
    const { next, asked, table, deliver, clock } = await startRead({
      users: [UNVERIFIED],
      agents: [SAME],
      row: { ...LINKED, firstEmail: true },
    });

    await next();
    const before = { asked: asked(), firstEmail: table.rows.get(SUB)?.firstEmail };
    await next(maryWith({ email_verified: 'true' }));
    clock.advance(MINUTE);
    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(before).toEqual({ asked: 0, firstEmail: true });
    expect(asked()).toBe(1);
    expect(table.rows.get(SUB)).toMatchObject({ status: 'unchanged' });
    expect(table.rows.get(SUB)?.firstEmail).toBeUndefined();
  });
});

describe('a change of what a withheld field depends on', () => {
  it.each<[string, World, CognitoUser, object]>([
    [
      'the address is verified',
      { users: [UNVERIFIED] },
      maryWith({ email_verified: 'true' }),
      { status: 'written', changed: ['Email'] },
    ],
    [
      'the address is another one',
      { users: [UNVERIFIED] },
      maryWith({ email_verified: 'false', email: 'other@example.com' }),
      WAITING,
    ],
    [
      'the address comes from a trusted provider now, and the user can replace it',
      { users: [UNVERIFIED], policy: { email: { trustedProviders: ['Okta'] } }, exposure: changeable() },
      fromProvider('mary.jones@example.com'),
      { status: 'held', withheld: [{ field: 'Email', kind: 'held', reason: 'provider-address-changeable' }] },
    ],
    [
      'the address is the verified one now, and not one from elsewhere',
      { users: [maryWith({ nickname: 'm@example.com' })], policy: byNickname() },
      maryWith({ nickname: 'm@example.com', email: 'm@example.com' }),
      { status: 'written', changed: ['Email'] },
    ],
    [
      'a name is missing for another reason',
      { users: [maryWith({ family_name: '', name: 'Mary' })], policy: byWholeName(), agents: [SAME] },
      maryWith({ family_name: '', name: '' }),
      { withheld: [{ field: 'LastName', kind: 'rejected', reason: 'blank' }] },
    ],
  ])('asks Connect: %s', async (_, world, user, expected) => {
    const { next, asked, table } = await startRead({ ...world, exposure: { ...changeable(), ...world?.exposure } });
    const before = table.rows.get(SUB);

    await next(user);

    expect(before?.settled).toBeDefined();
    expect(asked()).toBe(1);
    expect(table.rows.get(SUB)).toMatchObject(expected);
  });

  it('asks Connect once the policy is another one', async () => {
    const { table } = await startRead({ users: [UNVERIFIED] });
    const worker = startWorker({
      ...{ agents: [SAME_NAMES], users: [UNVERIFIED], policyHash: 'policy-2' },
      row: table.rows.get(SUB) ?? null,
    });

    await worker.deliver(message('m1', { occurredAt: NOW + 20 * MINUTE }));

    expect(worker.recorder.argsOf('directory.describeUser')).toHaveLength(1);
  });

  it.each([
    ['', LINKED],
    [', of a new link too', { ...LINKED, firstEmail: true }],
  ])('asks Connect when the row says another outcome since, and does not keep that one%s', async (_, linked) => {
    const { next, asked, table } = await startRead({ users: [UNVERIFIED], row: linked });
    const row = table.rows.get(SUB) ?? { sub: SUB };
    table.rows.set(SUB, { ...row, status: 'out-of-scope', withheld: [] });

    await next();

    expect(asked()).toBe(1);
    expect(table.rows.get(SUB)).toMatchObject(WAITING);
  });
});

describe('a row of another version', () => {
  it.each([
    ['whose digest is of another version', { settled: { salt: 'salt', hash: 'of-the-future' } }],
    ['whose reason is unknown here', { withheld: [{ field: 'Email', kind: 'waiting', reason: 'of-the-future' }] }],
    ['whose field is unknown here', { withheld: [{ field: 'Fax', kind: 'waiting', reason: 'email-not-verified' }] }],
  ])('%s is slower and not wrong', async (_, changed) => {
    const { next, asked, table } = await startRead({ users: [UNVERIFIED] });
    const row = table.rows.get(SUB) ?? { sub: SUB };
    table.rows.set(SUB, { ...row, ...changed });

    await next();

    expect(asked()).toBe(1);
    expect(table.rows.get(SUB)).toMatchObject(WAITING);
  });
});

describe('what waits for a person or for another try', () => {
  it.each<[string, World]>([
    ['a first address that is held', { row: { ...LINKED, firstEmail: true } }],
    ['a holder of a protected profile', { agents: [{ ...SAME_NAMES, securityProfileIds: ['profile-admin'] }] }],
    ['a release that has not been used', { users: [UNVERIFIED], row: { ...LINKED, ...released() } }],
  ])('is never settled: %s', async (_, world) => {
    const { asked, next, table } = await startRead(world);

    expect(table.rows.get(SUB)).not.toHaveProperty('settled');
    await next();
    expect(asked()).toBe(1);
  });

  it('is never settled: a value that Connect has refused, also while it is left out', async () => {
    const { deliver, directory, recorder, table, clock } = startWorker();
    directory.updateIdentity = async () => {
      throw new PermanentError('InvalidParameterException', 'connect:UpdateUserIdentityInfo failed.', {
        ...{ status: 400, operation: 'connect:UpdateUserIdentityInfo' },
      });
    };

    for (const id of ['m1', 'm2', 'm3']) {
      await deliver(message(id, { occurredAt: clock.now() }));
      clock.advance(10 * MINUTE);
    }

    expect(table.rows.get(SUB)).toMatchObject({ status: 'rejected' });
    expect(table.rows.get(SUB)).not.toHaveProperty('settled');
    expect(recorder.argsOf('directory.describeUser')).toHaveLength(3);
  });

  it('asks Connect when a release was given after all was settled', async () => {
    const { next, asked, table } = await startRead({ users: [UNVERIFIED] });
    const row = table.rows.get(SUB) ?? { sub: SUB };
    table.rows.set(SUB, { ...row, ...released() });

    await next();

    expect(asked()).toBe(1);
  });
});

function byNickname() {
  return { mapping: { Email: { from: ['nickname'] } } };
}

function rejecting(attribute: string) {
  return { mapping: { LastName: { from: [attribute], blank: 'reject' } } };
}

function byWholeName() {
  return { mapping: { LastName: { from: ['family_name', 'name.last'], blank: 'reject' } } };
}

function changeable() {
  return { selfSignUp: false, writableAttributes: new Set<string>(), keepsVerifiedEmail: false };
}

function released() {
  return { releases: { Email: digestOf('mary.jones@example.com', 'salt') }, releasedAt: NOW };
}
