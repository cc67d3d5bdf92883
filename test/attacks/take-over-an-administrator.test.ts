import { describe, expect, it } from 'vitest';
import {
  AGENT_MARY,
  MARY,
  message,
  NAMES_ONLY,
  OTHER_SUB,
  PETER,
  SUB,
  startWorker,
} from '../unit/sync-worker/fixture.ts';

/** A stranger who controls the Cognito user of an administrator of Connect wants the password reset of that administrator. */
const ADMIN = { ...AGENT_MARY, securityProfileIds: ['profile-agent', 'profile-admin'] };
const withheld = (reason: string) => ({ status: 'held', withheld: [{ field: 'Email', kind: 'held', reason }] });

describe('a stranger who wants to take over an administrator', () => {
  it('gains nothing by a verified address of a holder of a protected profile', async () => {
    const { deliver, writes, table } = startWorker({ agents: [ADMIN] });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject(withheld('protected-profile'));
  });

  it('gains nothing by a trusted first address', async () => {
    const { deliver, writes, table } = startWorker({
      row: null,
      agents: [ADMIN],
      policy: { adoption: { trustFirstEmail: true } },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject(withheld('protected-profile'));
  });

  it('gains nothing where Connect does not say which profiles a user holds', async () => {
    const { deliver, writes, table } = startWorker({ agents: [{ ...AGENT_MARY, securityProfileIds: null }] });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject(withheld('protected-profile'));
  });

  it('gains nothing where a configured profile is misspelt or renamed', async () => {
    const { deliver, writes, table } = startWorker({
      policy: { email: { protectedSecurityProfiles: ['Admin', 'Supervisr'] } },
    });

    await deliver(message('m1'));

    expect(writes()).toEqual([NAMES_ONLY]);
    expect(table.rows.get(SUB)).toMatchObject(withheld('unknown-profile'));
  });
});

describe('a stranger who wants to take over everyone at once', () => {
  it('gets at most as many addresses changed in an hour as the budget allows', async () => {
    const peter = {
      ...PETER,
      attributes: { ...PETER.attributes, email: 'peter.new@example.com', email_verified: 'true' },
    };
    const world = startWorker({ users: [MARY, peter], policy: { email: { maxUsersPerHour: 1 } } });
    world.table.rows.set(OTHER_SUB, { sub: OTHER_SUB, connectUserId: 'agent-peter', linkedAt: 1 });
    world.table.claims.set('agent-peter', { sub: OTHER_SUB, claimedAt: 1 });

    await world.deliver(message('m1'));
    await world.deliver(message('m2', { sub: OTHER_SUB }));

    expect(world.directory.users.get('agent-mary')?.identity.Email).toBe('mary.jones@example.com');
    expect(world.directory.users.get('agent-peter')?.identity).toMatchObject({
      LastName: 'Miller',
      Email: 'peter.baker@example.com',
    });
    expect(world.table.rows.get(OTHER_SUB)).toMatchObject(withheld('email-budget'));
  });
});
