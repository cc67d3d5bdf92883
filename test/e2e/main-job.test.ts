import { AdminDeleteUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteUserCommand, type UserIdentityInfo } from '@aws-sdk/client-connect';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { putLocal } from '../../packages/local-cloud/test/support/local-requests.ts';
import { type Attributes, onStage, type Stage } from '../support/acting.ts';
import { deploy, eventually, everythingStored, identityOf, queued, quiet, rowOf } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';

const clock = createLeapingClock();
/** Of the queue of changes. */
const VISIBILITY_MS = 180_000;

let deployed: Stage;
beforeAll(async () => {
  deployed = onStage(await deploy(numberedPeople(20), { clock, weather: { level: 'mild', seed: 4 } }));
});
afterAll(() => deployed?.close());

/** A seeded person whom no other test uses. */
const nextPerson = () => deployed.nextPerson();
const change = (...args: Parameters<Stage['adminUpdate']>) => deployed.adminUpdate(...args);
const create = (username: string, attributes: Attributes) => deployed.create(username, attributes);
const arrives = (connectUserId: string, expected: UserIdentityInfo) => deployed.arrives(connectUserId, expected);
const outcomeLine = (sub: string, status: string) =>
  eventually(`a line with status ${status}`, () =>
    deployed.logLines('syncWorker').find((line) => line.sub === sub && line.status === status),
  );
/** Stops the worker, or lets it go on; messages stay in the queue meanwhile. */
async function setWorkerEnabled(Enabled: boolean): Promise<void> {
  const { cloud } = deployed.local;
  const call = <Output>(operation: string, input: object): Promise<Output> =>
    cloud.call('lambda', operation, input, { kind: 'account' });
  const { EventSourceMappings } = await call<{ readonly EventSourceMappings: readonly { readonly UUID: string }[] }>(
    'ListEventSourceMappings',
    { FunctionName: deployed.description.functions.syncWorker },
  );
  for (const { UUID } of EventSourceMappings) await call('UpdateEventSourceMapping', { UUID, Enabled });
}
const sendBody = (MessageBody: string, id: string) =>
  deployed.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: deployed.description.queueUrl,
      MessageBody,
      MessageGroupId: id,
      MessageDeduplicationId: id,
    }),
  );
const deadLetter = (body: string) =>
  eventually('a dead letter', async () => {
    const { Messages = [] } = await deployed.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deployed.description.deadLetterQueueUrl,
        MessageAttributeNames: ['All'],
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
      }),
    );
    return Messages.find(({ Body }) => Body === body);
  });

describe('a change in Cognito', () => {
  it('reaches Connect when it is a name alone, which runs no trigger', async () => {
    const { username, connectUserId, sub } = nextPerson();

    await change(username, { family_name: 'Jones' });

    await arrives(connectUserId, { FirstName: 'Agent', LastName: 'Jones', Email: `${username}@example.com` });
    expect(await rowOf(deployed, sub, ({ status }) => status === 'written')).toMatchObject({
      connectUserId,
      changed: ['LastName'],
      withheld: [],
      cause: 'cloudtrail',
    });
  });

  it('reaches Connect when it is an address that an administrator vouches for', async () => {
    const { username, connectUserId } = nextPerson();

    await change(username, { email: 'vouched@example.com', email_verified: 'true' });

    await arrives(connectUserId, { FirstName: 'Agent', Email: 'vouched@example.com' });
  });

  it('waits when it is an unverified address, and follows once the user has verified it', async () => {
    const { username, connectUserId, sub } = nextPerson();

    await change(username, { email: 'later@example.com' });
    const line = await eventually('the trigger to be seen', () =>
      deployed.logLines('syncWorker').find((one) => one.sub === sub && String(one.causes).includes('trigger')),
    );
    await quiet(deployed);

    expect(line).toMatchObject({ sub });
    expect(identityOf(deployed, connectUserId).Email).toBe(`${username}@example.com`);

    await deployed.verifyAddress(username, deployed.codeOf(username));

    await arrives(connectUserId, { Email: 'later@example.com' });
  });

  it('ends with nothing to write when the attribute is none that is mapped, and leaves no client metadata anywhere', async () => {
    const { username, connectUserId, sub } = nextPerson();
    const before = identityOf(deployed, connectUserId);

    await change(username, { 'custom:CustomAttr1': 'Purple' }, { note: 'needle-in-metadata' });
    await change(username, { email: 'pending@example.com' }, { note: 'needle-in-metadata' });
    await outcomeLine(sub, 'unchanged');
    await quiet(deployed);

    expect(await rowOf(deployed, sub)).toMatchObject({ status: 'unchanged', changed: [], withheld: [] });
    expect(identityOf(deployed, connectUserId)).toEqual(before);
    expect(await everythingStored(deployed)).not.toContain('needle-in-metadata');
  });

  it('keeps what Connect has when an attribute is deleted by an empty value', async () => {
    const { username, connectUserId, sub } = nextPerson();

    await change(username, { given_name: '' });
    await rowOf(deployed, sub, ({ cause }) => cause === 'cloudtrail');

    expect(identityOf(deployed, connectUserId).FirstName).toBe('Agent');
  });

  it('arrives in composed Unicode, the only form that Connect takes', async () => {
    const { username, connectUserId } = nextPerson();

    await change(username, { given_name: 'Zoe\u0308' });

    await arrives(connectUserId, { FirstName: 'Zo\u00eb' });
  });

  it('withholds a name of 300 characters, says so, and still writes the rest', async () => {
    const { username, connectUserId, sub } = nextPerson();

    await change(username, { given_name: 'x'.repeat(300), family_name: 'Short' });

    await arrives(connectUserId, { FirstName: 'Agent', LastName: 'Short' });
    expect(await outcomeLine(sub, 'rejected')).toMatchObject({
      changed: ['LastName'],
      withheld: [{ field: 'FirstName', kind: 'rejected', reason: 'too-long' }],
      advice: ['FirstName: The value is longer than Connect allows: shorten it in Cognito.'],
    });
  });

  it('of 300 that wait for the worker costs one write, of the last one', async () => {
    const { username, connectUserId } = nextPerson();
    const writes = async () => (await deployed.stats()).calls['connect.UpdateUserIdentityInfo']?.['200'] ?? 0;
    const before = await writes();
    await quiet(deployed);
    await setWorkerEnabled(false);

    for (let batch = 0; batch < 30; batch += 1) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) => change(username, { family_name: `Burst ${batch * 10 + index}` })),
      );
    }
    await change(username, { family_name: 'Burst last' });
    await eventually('all changes to be queued', () => queued(deployed).visible === 301);
    await setWorkerEnabled(true);

    await arrives(connectUserId, { LastName: 'Burst last' });
    await quiet(deployed);
    expect(identityOf(deployed, connectUserId).LastName).toBe('Burst last');
    expect((await writes()) - before).toBe(1);
  });
});

describe('a link', () => {
  it('is recorded as missing when no Connect user matches', async () => {
    const sub = await create('no-agent', { given_name: 'No', family_name: 'Agent' });

    const line = await outcomeLine(sub, 'unlinked');

    expect(line).toMatchObject({ reason: 'no-connect-user', level: 'WARN' });
    expect(String(line.advice)).toMatch(/connect-sync link [0-9a-f-]{36} CONNECT_USER_ID/);
    expect(await rowOf(deployed, sub)).toMatchObject({ status: 'unlinked', reason: 'no-connect-user' });
  });

  it('is made by user name, and holds the first address until a person releases it', async () => {
    const [agent] = deployed.local.services.connect.seedUsers([
      { Username: 'new.agent', IdentityInfo: { FirstName: 'Old', LastName: 'Name', Email: 'old@example.com' } },
    ]);

    const sub = await create('new.agent', {
      given_name: 'New',
      family_name: 'Name',
      email: 'stranger@example.net',
      email_verified: 'true',
    });

    await arrives(agent?.Id ?? '', { FirstName: 'New', Email: 'old@example.com' });
    expect(await rowOf(deployed, sub, ({ status }) => status === 'held')).toMatchObject({
      changed: ['FirstName'],
      withheld: [{ field: 'Email', kind: 'held', reason: 'first-email' }],
    });
  });

  it('is never given to a second Cognito user', async () => {
    const { username, connectUserId } = nextPerson();
    const { cognito } = deployed.clients;
    const before = identityOf(deployed, connectUserId);

    await cognito.send(new AdminDeleteUserCommand({ UserPoolId: deployed.description.userPoolId, Username: username }));
    const sub = await create(username, { given_name: 'Second', family_name: 'Owner' });

    expect(await outcomeLine(sub, 'ambiguous')).toMatchObject({ reason: 'claimed-by-another' });
    expect(identityOf(deployed, connectUserId)).toEqual(before);
  });

  it('to a Connect user that was just deleted is tried again later, and does not affect other users', async () => {
    const [vanished, other] = [nextPerson(), nextPerson()];
    const { connect } = deployed.clients;
    await connect.send(
      new DeleteUserCommand({ InstanceId: deployed.description.connectInstanceId, UserId: vanished.connectUserId }),
    );

    await change(vanished.username, { family_name: 'Gone' });
    await change(other.username, { family_name: 'Here' });

    await arrives(other.connectUserId, { LastName: 'Here' });
    expect(await outcomeLine(vanished.sub, 'transient')).toMatchObject({ code: 'connect-user-not-visible' });
  });
});

describe('a queue message', () => {
  it('that cannot be read goes to the dead-letter queue at once, with its reason', async () => {
    await sendBody('not a change', 'malformed');

    expect((await deadLetter('not a change')).MessageAttributes).toMatchObject({
      reason: { StringValue: 'malformed-message' },
      receiveCount: { StringValue: '1' },
    });
  });

  it('for another user pool goes to the dead-letter queue at once', async () => {
    const body = JSON.stringify({
      v: 1,
      userPoolId: 'eu-west-1_Another00',
      sub: '11111111-2222-4333-8444-555555555555',
      cause: 'operator',
      eventId: 'another-pool',
      occurredAt: 1_767_225_600_000,
    });

    await sendBody(body, 'another-pool');

    expect((await deadLetter(body)).MessageAttributes).toMatchObject({
      reason: { StringValue: 'another-user-pool' },
    });
  });

  it('of a user whom Cognito does not know is looked at again a minute later', async () => {
    const sub = '99999999-2222-4333-8444-555555555555';
    const { userPoolId } = deployed.description;
    const body = { v: 1, userPoolId, sub, cause: 'operator', eventId: 'unknown', occurredAt: Date.now() };

    await sendBody(JSON.stringify(body), sub);

    const line = await eventually('the first look', () =>
      deployed.logLines('syncWorker').find((one) => one.sub === sub),
    );
    expect(line).toMatchObject({ why: 'cognito-user-missing', delaySeconds: 60 });
  });
});

describe('a worker that is killed in mid-batch', () => {
  it('loses no change: it arrives after one visibility timeout', async () => {
    const { username, connectUserId } = nextPerson();
    const { functions } = deployed.description;
    const faults = { service: 'connect', operation: 'UpdateUserIdentityInfo', times: 1, delayMs: 600_000 };
    await putLocal(deployed.description.endpoint, 'faults', [faults]);
    const writing = () => deployed.local.services.lambda.admin.processIds(functions.syncWorker);

    await change(username, { family_name: 'Survivor' });
    await eventually('the worker to be about to write', async () => {
      const answer = await fetch(`${deployed.description.endpoint}/_local/faults`);
      return (await answer.text()).includes('"hits":1');
    });
    for (const pid of writing()) process.kill(pid, 'SIGKILL');
    await eventually('the worker to be gone', () => writing().length === 0);
    clock.leap(VISIBILITY_MS);

    await arrives(connectUserId, { LastName: 'Survivor' });
  });
});
