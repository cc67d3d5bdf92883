import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambda/core/rows/digest.ts';
import { AGENT_MARY, LINKED, MINUTE, maryWith, message, NOW, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A stranger is the Cognito user of an agent, or sits at their desk for a minute, and wants their own mailbox in Connect. */
const FOREIGN = 'mary.mallory@elsewhere.example';
const OWN = 'mary.smith@example.com';
const set = (attributes: Readonly<Record<string, string | undefined>>) => maryWith({ email: FOREIGN, ...attributes });

/** Looks as often as it takes until nothing is put off any more. */
async function settle(world: ReturnType<typeof startWorker>) {
  for (let look = 1; look <= 4; look += 1) {
    await world.deliver(
      message(`m${look}`, { cause: 'operator', occurredAt: world.clock.now() }, { receiveCount: look }),
    );
    world.clock.advance(3 * MINUTE);
  }
}
const agentOf = ({ directory }: ReturnType<typeof startWorker>) => directory.users.get('agent-mary')?.identity;
const withheldOf = ({ table }: ReturnType<typeof startWorker>) => table.rows.get(SUB)?.withheld;

describe('a stranger who wants the password reset of an agent', () => {
  it.each(['false', '', 'no', '1', 'yes', 'truе', 'true;', 'falsetrue', undefined])(
    'gains nothing by an address that Cognito has not verified: email_verified is %j',
    async (email_verified) => {
      const world = startWorker({ users: [set({ email_verified })] });

      await settle(world);

      expect(agentOf(world)).toMatchObject({ LastName: 'Jones', Email: OWN });
      expect(withheldOf(world)).toEqual([{ field: 'Email', kind: 'waiting', reason: 'email-not-verified' }]);
    },
  );

  it('gains nothing by an address in another attribute than the verified one', async () => {
    const world = startWorker({
      users: [maryWith({ 'custom:mail': FOREIGN })],
      policy: { mapping: { Email: { from: ['custom:mail', 'email'] } } },
    });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
    expect(withheldOf(world)).toMatchObject([{ reason: 'not-verifiable' }]);
  });

  it('gains nothing in the secondary address either', async () => {
    const world = startWorker({
      users: [maryWith({ 'custom:mail': FOREIGN })],
      policy: { mapping: { SecondaryEmail: { from: ['custom:mail'] } } },
    });

    await settle(world);

    expect(agentOf(world)).not.toHaveProperty('SecondaryEmail');
  });

  it('gains nothing by the first address of a new link', async () => {
    const world = startWorker({ row: null, users: [set({})] });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ LastName: 'Jones', Email: OWN });
    expect(withheldOf(world)).toMatchObject([{ field: 'Email', kind: 'held', reason: 'first-email' }]);
  });

  it('gains nothing by setting the address of the agent unverified and then verifying another one', async () => {
    const world = startWorker({ row: null, users: [maryWith({ email: OWN, email_verified: 'false' })] });
    await settle(world);
    world.pool.users.set(SUB, set({}));

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
    expect(withheldOf(world)).toMatchObject([{ reason: 'first-email' }]);
  });

  it('gains nothing by a release of another address', async () => {
    const world = startWorker({
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf(OWN, 'salt') } },
      users: [set({})],
    });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
  });

  it('gains nothing by a release that was used before', async () => {
    const world = startWorker({
      row: { ...LINKED, releases: { Email: digestOf(FOREIGN, 'salt') }, releasedAt: NOW },
      agents: [{ ...AGENT_MARY, securityProfileIds: ['profile-admin'] }],
      users: [set({})],
    });
    await settle(world);
    world.directory.users.set('agent-mary', { ...AGENT_MARY, securityProfileIds: ['profile-admin'] });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
    expect(withheldOf(world)).toMatchObject([{ reason: 'protected-profile' }]);
  });

  it('gains nothing by an empty address, which would free the mailbox', async () => {
    const world = startWorker({ users: [maryWith({ email: '' })] });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
  });

  it.each([
    ['that is not trusted', ['Google'], true],
    ['beside one that is trusted', ['Okta', 'Google'], true],
    ['that has only the name of a trusted one in it', ['Okta-2'], true],
    ['that is trusted, in a pool where they can replace the address themselves', ['Okta'], false],
  ])('gains nothing by a provider %s', async (_, providers, keepsVerifiedEmail) => {
    const world = startWorker({
      users: [maryWith({ email: FOREIGN, email_verified: 'false' }, { providers })],
      policy: { email: { trustedProviders: ['Okta'] } },
      exposure: { keepsVerifiedEmail },
    });

    await settle(world);

    expect(agentOf(world)).toMatchObject({ Email: OWN });
  });

  it('gains nothing by an address that was set before the pool kept addresses until they are verified', async () => {
    const exposure = { keepsVerifiedEmail: false };
    const stranger = { email: FOREIGN, email_verified: 'false' };
    const world = startWorker({
      users: [maryWith(stranger, { providers: ['Okta'] })],
      policy: { email: { trustedProviders: ['Okta'] } },
      exposure,
    });
    await settle(world);
    const { deliver, clock, pool, table } = world;
    exposure.keepsVerifiedEmail = true;
    clock.advance(600 * MINUTE);
    pool.users.set(SUB, maryWith({ ...stranger, locale: 'de' }, { providers: ['Okta'], modifiedAt: clock.now() }));

    await deliver(message('m2', { occurredAt: clock.now() }));

    expect(table.rows.get(SUB)).toMatchObject({
      status: 'held',
      withheld: [{ field: 'Email', kind: 'held', reason: 'provider-address-changeable' }],
    });
    expect(agentOf(world)).toMatchObject({ Email: OWN });
  });
});
