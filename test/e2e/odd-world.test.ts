import { AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { UpdateUserIdentityInfoCommand, type UserIdentityInfo } from '@aws-sdk/client-connect';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { attributeList, onStage, type Stage } from '../support/acting.ts';
import { deploy, eventually, identityOf, quiet, rowOf, sweep } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const clock = createLeapingClock();
let deployed: Stage;
beforeAll(async () => {
  const adoption = { rules: [{ kind: 'username', ignoreCase: true }] };
  deployed = onStage(await deploy(numberedPeople(16), { clock, configuration: { adoption } }));
});
afterAll(() => deployed?.close());

/** From now on these calls of Connect are answered so. */
const answer = (...faults: readonly object[]) =>
  putLocal(
    deployed.local.endpoint,
    'faults',
    faults.map((fault) => ({ service: 'connect', ...fault })),
  );
afterEach(() => answer());

/** A Connect user that no one has linked yet. */
function seedAgent(Username: string, IdentityInfo: UserIdentityInfo): string {
  const [agent] = deployed.local.services.connect.seedUsers([{ Username, IdentityInfo }]);
  return agent?.Id ?? '';
}

describe('an answer of Connect', () => {
  it('of status 429 delays a change by 15 seconds at most', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    await answer({ operation: 'UpdateUserIdentityInfo', times: 1, status: 429, code: 'TooManyRequestsException' });

    await deployed.adminUpdate(username, { family_name: 'Later' });
    const { lastTry } = await rowOf(deployed, sub, (row) => row.lastTry !== undefined);
    clock.leap(15 * SECOND_MS);

    expect((lastTry?.nextAt ?? 0) - (lastTry?.at ?? 0)).toBeLessThanOrEqual(15 * SECOND_MS);
    await deployed.arrives(connectUserId, { LastName: 'Later' });
  });

  it('that refuses a family name lets the new address through at once, and the row names the field and the code', async () => {
    const { username, sub, connectUserId } = deployed.nextPerson();
    // The whole identity, then the names by themselves.
    await answer({ operation: 'UpdateUserIdentityInfo', times: 2, status: 400, code: 'InvalidParameterException' });

    await deployed.adminUpdate(username, {
      family_name: 'Refused',
      email: `new.${username}@example.com`,
      email_verified: 'true',
    });

    await deployed.arrives(connectUserId, { Email: `new.${username}@example.com` });
    const row = await rowOf(deployed, sub, ({ status }) => status === 'rejected');
    expect(row.withheld).toEqual([
      { field: 'LastName', kind: 'rejected', reason: 'refused-by-connect', code: 'InvalidParameterException' },
    ]);
  });

  it('of status 400 that judges no value is asked for again', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    await answer({ operation: 'DescribeUser', times: 2, status: 400, code: 'InvalidRequestException' });

    await deployed.adminUpdate(username, { family_name: 'Spread' });
    await rowOf(deployed, sub, ({ lastTry }) => lastTry?.code === 'InvalidRequestException');

    await eventually('the name', () => {
      clock.leap(SECOND_MS);
      return identityOf(deployed, connectUserId).LastName === 'Spread';
    });
  });

  it('without security profiles counts as that of a protected user: a new address is held', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    const { admin } = deployed.local.services.connect;
    admin.settings({ securityProfileIds: 'omitted' });

    await deployed.adminUpdate(username, {
      family_name: 'Shielded',
      email: `new.${username}@example.com`,
      email_verified: 'true',
    });
    const row = await rowOf(deployed, sub, ({ status }) => status === 'held');
    admin.settings({ securityProfileIds: 'shown' });

    expect(row.withheld).toMatchObject([{ field: 'Email', reason: 'protected-profile' }]);
    expect(identityOf(deployed, connectUserId)).toMatchObject({
      LastName: 'Shielded',
      Email: `${username}@example.com`,
    });
  });
});

describe('a value', () => {
  it.each([
    ["o'brien", 'True'],
    ['a&b', 'TRUE'],
  ])('reaches Connect although a stricter pattern would refuse it: %s, verified as "%s"', async (mailbox, verified) => {
    const { username, connectUserId } = deployed.nextPerson();
    const email = `${mailbox}.${username}@example.xn--p1ai`;

    await deployed.adminUpdate(username, { email, email_verified: verified });

    await deployed.arrives(connectUserId, { Email: email });
  });

  it.each(['Madonna', 'Martin Luther King Jr.', '王小明'])(
    'that is a full name is not guessed at: %s',
    async (name) => {
      const username = `full-${name.length}`;
      const agentId = seedAgent(username, { FirstName: 'Before', LastName: 'Before' });
      const sub = await deployed.create(username, { given_name: '', family_name: '', name });
      await sweep(deployed);

      const row = await rowOf(deployed, sub, ({ connectUserId, status }) => connectUserId === agentId && !!status);

      expect(row.withheld).toContainEqual({ field: 'LastName', kind: 'rejected', reason: 'name-not-split' });
      expect(identityOf(deployed, agentId)).toMatchObject({ FirstName: 'Before', LastName: 'Before' });
    },
  );
});

describe('a Connect user', () => {
  it('whose name differs in case only is linked where the rule says so, by the lists of the sweep', async () => {
    const agentId = seedAgent('Mixed.Case', { FirstName: 'Old', LastName: 'Name' });
    const sub = await deployed.create('mixed.case', { given_name: 'Mixed', family_name: 'Case' });
    await quiet(deployed);

    await sweep(deployed);

    expect(await rowOf(deployed, sub, ({ status }) => status === 'written')).toMatchObject({ connectUserId: agentId });
    expect(identityOf(deployed, agentId)).toMatchObject({ FirstName: 'Mixed', LastName: 'Case' });
  });

  it('that something else changes back three times in a day is told of', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    const { connectInstanceId: InstanceId } = deployed.description;
    await deployed.adminUpdate(username, { family_name: 'Ours' });
    await deployed.arrives(connectUserId, { LastName: 'Ours' });

    const reasons: (string | undefined)[] = [];
    for (let times = 0; times < 3; times += 1) {
      // Past the time in which a read may show an older state.
      clock.leap(3 * MINUTE_MS);
      await sweep(deployed);
      await quiet(deployed);
      await deployed.clients.connect.send(
        new UpdateUserIdentityInfoCommand({
          InstanceId,
          UserId: connectUserId,
          IdentityInfo: { ...identityOf(deployed, connectUserId), LastName: 'Theirs' },
        }),
      );
      clock.leap(3 * MINUTE_MS);
      await sweep(deployed);
      await deployed.arrives(connectUserId, { LastName: 'Ours' });
      reasons.push((await rowOf(deployed, sub, ({ status }) => status === 'written')).reason);
    }

    expect(reasons).toContain('overwritten-by-another');
    expect(reasons.filter((reason) => reason === 'overwritten-by-another')).toHaveLength(1);
  });
});

describe('a list of Cognito users', () => {
  /** Changes switches of Cognito and of CloudTrail until the test ends. */
  const setOdd = (cognito: object) => {
    const { services } = deployed.local;
    services.cognito.admin.settings?.(cognito);
    services.cloudtrail.admin.settings({ lose: 1 });
    onTestFinished(() => {
      services.cognito.admin.settings?.({ listTimes: 'milliseconds', listWithoutSub: [] });
      services.cloudtrail.admin.settings({ lose: 0 });
    });
  };

  it('in whole seconds hides no change of which no event has told, and queues no user again without need', async () => {
    const { username, connectUserId, sub } = deployed.nextPerson();
    await quiet(deployed);
    setOdd({ listTimes: 'seconds' });

    for (const family_name of ['First', 'Second']) {
      await deployed.adminUpdate(username, { family_name });
      await sweep(deployed);
      await deployed.arrives(connectUserId, { LastName: family_name });
      await quiet(deployed);
    }
    clock.leap(3 * MINUTE_MS);
    await sweep(deployed);
    await quiet(deployed);
    const { concludedAt } = await rowOf(deployed, sub, ({ status }) => status === 'unchanged');
    clock.leap(3 * MINUTE_MS);
    await sweep(deployed);
    await quiet(deployed);

    expect((await rowOf(deployed, sub)).concludedAt).toBe(concludedAt);
  });

  it('with a user without a sub is read to its end, and the user is counted', async () => {
    const [odd, other] = [deployed.nextPerson(), deployed.nextPerson()];
    await quiet(deployed);
    setOdd({ listWithoutSub: [odd.username] });
    await deployed.adminUpdate(other.username, { family_name: 'Behind' });

    const pass = await sweep(deployed);

    expect(pass.skipped).toBeGreaterThan(0);
    await deployed.arrives(other.connectUserId, { LastName: 'Behind' });
  });
});

describe('an instance that signs people in by SAML', () => {
  it('gets a name of one word, and its address is left alone', async () => {
    const saml = await deploy(numberedPeople(1), { identityManagementType: 'SAML' });
    try {
      const [person] = saml.description.users;
      const { username = '', sub = '', connectUserId = '' } = person ?? {};
      await saml.clients.cognito.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: saml.description.userPoolId,
          Username: username,
          UserAttributes: attributeList({ given_name: 'Cher', email: 'cher@example.com', email_verified: 'true' }),
        }),
      );

      await eventually('the name', () => identityOf(saml, connectUserId).FirstName === 'Cher');
      expect(await rowOf(saml, sub, ({ status }) => status === 'written')).toMatchObject({ withheld: [] });
      expect(identityOf(saml, connectUserId)).not.toHaveProperty('Email');
    } finally {
      await saml.close();
    }
  });
});
