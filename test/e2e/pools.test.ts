import { AdminGetUserCommand, GetUserCommand, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import type { Stage } from '../support/acting.ts';
import { eventually, identityOf, leapWhileIdle, quiet, rowOf } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { deployPools, POOL_KINDS, VERIFIED_FIRST } from '../support/pool-stacks.ts';
import { updatePool } from '../support/user-pools.ts';

const clock = createLeapingClock();
const HOUR_MS = 3_600_000;
/** How much time passes from one look at Connect to the next. */
const LOOK_MS = 5_000;

/** The stack of each kind of pool; all are in one account. */
let stacks: ReadonlyMap<string, Stage> = new Map();
let stage: Stage;
beforeAll(async () => {
  stacks = await deployPools(clock);
  stage = of('user names');
});
afterAll(async () => {
  for (const stack of stacks.values()) await stack.close();
});
const of = (kind: string): Stage => {
  const stack = stacks.get(kind);
  if (stack === undefined) throw new Error(`${kind}: not deployed.`);
  return stack;
};

const addressIn = (one: Stage, connectUserId: string) => identityOf(one, connectUserId).Email;

describe.each(POOL_KINDS)('in a pool of %s', (kind) => {
  let own: Stage;
  beforeAll(() => {
    own = of(kind);
  });
  const inThisPool = (name: string) => `${name}.${POOL_KINDS.indexOf(kind)}`;

  it("an administrator's change arrives, by user name and by sub", async () => {
    const [byName, bySub] = [own.nextPerson(), own.nextPerson()];

    const named = { given_name: 'Named', email: 'named@example.com', email_verified: 'true' };
    await own.adminUpdate(byName.username, named);
    await own.adminUpdate(bySub.sub, { given_name: 'Numbered' });

    await own.arrives(byName.connectUserId, { FirstName: 'Named', Email: 'named@example.com' });
    await own.arrives(bySub.connectUserId, { FirstName: 'Numbered' });
  });

  it("a user's own change arrives, an address once it is verified", async () => {
    const { username, connectUserId } = own.nextPerson();
    const before = addressIn(own, connectUserId);

    await own.ownUpdate(username, { family_name: 'Own', email: 'own@example.com' });
    await own.arrives(connectUserId, { LastName: 'Own' });

    expect(addressIn(own, connectUserId)).toBe(before);
    await own.verifyAddress(username, own.codeOf('own@example.com'));
    await own.arrives(connectUserId, { Email: 'own@example.com' });
  });

  it('a new person is linked', async () => {
    const agentName = inThisPool('new.agent');
    const [agent] = own.local.services.connect.seedUsers([
      { Username: agentName, IdentityInfo: { FirstName: 'Old', LastName: 'Name' } },
    ]);

    const username = kind.startsWith('addresses') ? 'newcomer@example.com' : 'newcomer';
    await own.create(username, { given_name: 'New', 'custom:agent': agentName });

    await own.arrives(agent?.Id ?? '', { FirstName: 'New' });
  });

  it('a user of an identity provider is linked at the first sign-in and synchronized from then on', async () => {
    const subject = inThisPool('mary');
    const Username = `Okta_${subject}`;
    const IdentityInfo = { FirstName: 'Mary', LastName: 'Smith', Email: 'mary@example.com' };
    const [agent] = own.local.services.connect.seedUsers([{ Username, IdentityInfo }]);
    const id = agent?.Id ?? '';

    await own.federatedSignIn(subject, { given_name: 'Maria', family_name: 'Smith', email: 'mary@example.com' });
    await own.arrives(id, { FirstName: 'Maria' });
    await own.federatedSignIn(subject, { given_name: 'Maria', family_name: 'Jones', email: 'jones@example.com' });
    await own.arrives(id, { LastName: 'Jones', Email: 'jones@example.com' });
    await own.adminUpdate(Username, { given_name: 'Mia' });

    await own.arrives(id, { FirstName: 'Mia', LastName: 'Jones', Email: 'jones@example.com' });
  });

  it('a change arrives also where the sub is no user name', async () => {
    const { username, connectUserId } = own.nextPerson();
    const { settings } = own.local.services.cognito.admin;
    onTestFinished(() => void settings?.({ subAsUsername: true }));
    settings?.({ subAsUsername: false });

    await own.adminUpdate(username, { given_name: 'Listed' });

    await own.arrives(connectUserId, { FirstName: 'Listed' });
  });
});

it('a sub that another user has as an alias still finds its own user, and no name goes to a wrong user', async () => {
  const aliases = of('aliases');
  const { adminUpdate, arrives } = aliases;
  const [owner, thief] = [aliases.nextPerson(), aliases.nextPerson()];
  await adminUpdate(thief.username, { preferred_username: owner.sub, given_name: 'Thief' });
  const { cognito } = aliases.clients;
  const UserPoolId = aliases.description.userPoolId;
  const found = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: owner.sub }));
  expect(found.Username).toBe(thief.username);

  await adminUpdate(owner.username, { given_name: 'Owner' });

  await arrives(owner.connectUserId, { FirstName: 'Owner' });
  await arrives(thief.connectUserId, { FirstName: 'Thief' });
});

describe.each([
  ['stays away until it is verified', VERIFIED_FIRST],
  ['is stored at once, unverified', {}],
])('a new address that %s', (_, UserAttributeUpdateSettings) => {
  beforeAll(() => updatePool(stage, { UserAttributeUpdateSettings }));
  afterAll(() => updatePool(stage, { UserAttributeUpdateSettings: VERIFIED_FIRST }));

  it('changes Connect for the last of several requests only', async () => {
    const { adminUpdate, ownUpdate, verifyAddress, codeOf, arrives } = stage;
    const { username, connectUserId, sub } = stage.nextPerson();

    await adminUpdate(username, { email: 'first@example.com' });
    const firstCode = codeOf(username);
    await adminUpdate(username, { email: 'second@example.com' });
    await ownUpdate(username, { email: `third-${sub}@example.com` });
    await expect(verifyAddress(username, firstCode)).rejects.toThrow('Invalid verification code');
    await adminUpdate(username, { given_name: 'Meanwhile' });
    // The write repeats the address of Connect: where Cognito has an unverified one, a second read two minutes later must agree.
    await eventually('the name', () => {
      leapWhileIdle(stage, clock, LOOK_MS);
      return identityOf(stage, connectUserId).FirstName === 'Meanwhile';
    });
    await arrives(connectUserId, { FirstName: 'Meanwhile' });
    expect(addressIn(stage, connectUserId)).toBe(`${username}@example.com`);
    await verifyAddress(username, codeOf(username));

    await arrives(connectUserId, { Email: `third-${sub}@example.com` });
    await quiet(stage);
    expect(await rowOf(stage, sub)).toMatchObject({ withheld: [] });
    expect(addressIn(stage, connectUserId)).toBe(`third-${sub}@example.com`);
  });
});

describe('records of CloudTrail that', () => {
  const deliver = (settings: object) => stage.local.services.cloudtrail.admin.settings(settings);
  afterEach(() => {
    deliver({ delayMs: 0, duplicate: 0, shuffle: 0, lose: 0 });
  });

  it.each([
    ['come late', { delayMs: 1_500 }, 3],
    ['come twice', { duplicate: 1 }, 6],
    ['come in another order', { shuffle: 1, seed: 7 }, 3],
    ['come late, twice and in another order', { delayMs: 500, duplicate: 1, shuffle: 1, seed: 11 }, 6],
  ])('%s leave the last state', async (_, settings, records) => {
    const { adminUpdate, arrives } = stage;
    const { username, connectUserId, sub } = stage.nextPerson();
    deliver(settings);

    for (const family_name of ['One', 'Two', 'Three']) await adminUpdate(username, { family_name });

    await arrives(connectUserId, { LastName: 'Three' });
    await eventually(
      `${records} records`,
      () => stage.logLines('changeIntake').filter((line) => line.sub === sub).length === records,
    );
    await quiet(stage);
    expect(identityOf(stage, connectUserId).LastName).toBe('Three');
  });

  it('are lost are repaired by the next one that arrives', async () => {
    const { adminUpdate, arrives } = stage;
    const { username, connectUserId } = stage.nextPerson();

    deliver({ lose: 1 });
    await adminUpdate(username, { family_name: 'Lost' });
    deliver({ lose: 0 });
    await adminUpdate(username, { given_name: 'Found' });

    await arrives(connectUserId, { FirstName: 'Found', LastName: 'Lost' });
  });

  it('are lost are made good by a trigger', async () => {
    const { adminUpdate, arrives } = stage;
    const { username, connectUserId } = stage.nextPerson();
    deliver({ lose: 1 });

    await adminUpdate(username, { family_name: 'Triggered', email: 'triggered@example.com' });

    await arrives(connectUserId, { LastName: 'Triggered', Email: `${username}@example.com` });
  });
});

describe('the queue hears nothing of', () => {
  it('calls that fail', async () => {
    const { adminUpdate, ownUpdate } = stage;
    const { username } = stage.nextPerson();

    const taken = await stage.takenInOf(async () => {
      await expect(adminUpdate(username, { 'custom:unknown': 'x' })).rejects.toThrow('does not exist in the schema');
      await expect(adminUpdate('missing-user', { given_name: 'x' })).rejects.toThrow('User does not exist');
      await expect(ownUpdate(username, { 'custom:agent': 'x' })).rejects.toThrow('unauthorized attribute');
    });

    expect(taken).toEqual([]);
  });

  it('calls that read', async () => {
    const { clients, description } = stage;
    const { username } = stage.nextPerson();
    const user = { UserPoolId: description.userPoolId, Username: username };
    const token = await stage.tokenOf(username);

    const taken = await stage.takenInOf(async () => {
      await clients.cognito.send(new AdminGetUserCommand(user));
      await clients.cognito.send(new GetUserCommand(token));
      await clients.cognito.send(new ListUsersCommand({ UserPoolId: description.userPoolId }));
    });

    expect(taken).toEqual([]);
  });

  it('administrators of another pool, and reads only the rows of the users there', async () => {
    const { adminUpdate, ownUpdate } = of('aliases');
    const { username } = of('aliases').nextPerson();

    const byAdministrator = await stage.takenInOf(() => adminUpdate(username, { given_name: 'Elsewhere' }));
    const bySelf = await stage.takenInOf(() => ownUpdate(username, { given_name: 'There' }));

    expect(byAdministrator).toEqual([]);
    expect(bySelf).toEqual(['record ignored: unknown-user']);
  });
});

describe('while our queue', () => {
  const setFaults = (...faults: readonly object[]) => putLocal(stage.description.endpoint, 'faults', faults);
  const setDelay = (delayMs: number) => stage.local.services.cloudtrail.admin.settings({ delayMs });
  const failures = () => stage.logLines('poolTrigger').filter(({ message }) => message === 'change not noted').length;

  it.each([
    ['fails', { status: 503 }],
    ['refuses', { status: 403, code: 'AccessDenied' }],
    ['hangs up', { reset: true }],
    ['does not answer', { delayMs: 600_000 }],
  ])('%s, the caller does not fail, and the change arrives by CloudTrail', async (how, fault) => {
    const { username, connectUserId } = stage.nextPerson();
    await quiet(stage);
    const failuresBefore = failures();
    onTestFinished(async () => {
      setDelay(0);
      await setFaults();
    });
    await setFaults({ service: 'sqs', operation: 'SendMessage', ...fault });
    setDelay(HOUR_MS);

    await stage.adminUpdate(username, { given_name: `By ${how}`, email: `${username}.new@example.com` });

    expect(failures() - failuresBefore).toBe(1);
    await setFaults();
    clock.leap(HOUR_MS);
    await stage.arrives(connectUserId, { FirstName: `By ${how}` });
  });
});

it('an address whose code has expired changes nothing', async () => {
  const { adminUpdate, verifyAddress, codeOf, arrives } = stage;
  const { username, connectUserId, sub } = stage.nextPerson();
  await adminUpdate(username, { email: 'expired@example.com' });
  // The trigger is owed a last look, two seconds later: it would hide what the next one has written.
  await quiet(stage);

  clock.leap(25 * HOUR_MS);
  await expect(verifyAddress(username, codeOf(username))).rejects.toThrow('Invalid code provided');
  await adminUpdate(username, { given_name: 'Later' });

  await arrives(connectUserId, { FirstName: 'Later', Email: `${username}@example.com` });
  expect(await rowOf(stage, sub, ({ changed }) => changed.includes('FirstName'))).toMatchObject({
    status: 'written',
    changed: ['FirstName'],
    withheld: [],
  });
});
