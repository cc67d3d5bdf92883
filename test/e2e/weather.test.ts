import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, it } from 'vitest';
import { numberedPeople } from '../../local/seed.ts';
import { createRandom } from '../../packages/local-cloud/services/cloudtrail/index.ts';
import { attributeList } from '../support/acting.ts';
import { type Deployed, deploy, eventually, identityOf, queued, rowOf } from '../support/deployed.ts';
import { createLeapingClock, type LeapingClock } from '../support/leaping-clock.ts';

const PEOPLE = 40;
const CHANGES = 200;
const MINUTE_MS = 60_000;

const FAMILY_NAMES = ['Jones', 'Müller', "O'Brien", 'van der Berg', 'Ng', 'García Márquez', ''];
const GIVEN_NAMES = ['Ada', 'Bea', 'Chloé', 'Dora', 'Mary Ann'];
/** All of them pass as primary addresses: AWS documents no pattern for those. */
const MAILBOXES = ['first', "o'second", 'third&last', 'fourth+tag'];

/** Values by attribute, as a change of an administrator sends them. */
type Attributes = Readonly<Record<string, string>>;

/** One of the changes that administrators make; `random` decides which. */
function drawChange(username: string, random: () => number): Attributes {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const kinds: readonly (() => Attributes)[] = [
    () => ({ family_name: pick(FAMILY_NAMES) }),
    () => ({ given_name: pick(GIVEN_NAMES), family_name: pick(FAMILY_NAMES) }),
    () => ({ email: `${pick(MAILBOXES)}.${username}@example.com`, email_verified: pick(['true', 'True']) }),
    () => ({ email: `pending.${username}@example.com` }),
  ];
  return pick(kinds)();
}

/** The same calls without HTTP: administrators are no part of what is tested, and no weather strikes them. */
const cognitoOf = ({ local, description }: Deployed) => {
  const call = (operation: string, input: object) =>
    local.services.cognito.operations[operation]?.({ UserPoolId: description.userPoolId, ...input } as never, {
      requestId: 'administrator',
      caller: { kind: 'account' },
    });
  return {
    change: async (Username: string, attributes: Attributes) => {
      await call('AdminUpdateUserAttributes', { Username, UserAttributes: attributeList(attributes) });
    },
    read: async (Username: string): Promise<Attributes> => {
      const { UserAttributes } = (await call('AdminGetUser', { Username })) as {
        readonly UserAttributes: readonly { readonly Name: string; readonly Value: string }[];
      };
      return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
    },
  };
};

/** Lets time pass until no change, record or retry is left: five minutes in which nothing happens. */
async function settle(deployed: Deployed, clock: LeapingClock): Promise<void> {
  const { lambda, cloudtrail } = deployed.local.services;
  for (let quietMinutes = 0, minutes = 0; quietMinutes < 5; minutes += 1) {
    if (minutes > 48 * 60) throw new Error(`Not quiet after two days: ${JSON.stringify(queued(deployed))}.`);
    clock.leap(MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    // No invocation sees a leap: a minute of the queue is not to pass in a second of a function.
    await eventually('functions to take what is due, and to answer', () => {
      const { visible, inFlight } = queued(deployed);
      return lambda.running() === 0 && (visible === 0 || inFlight > 0);
    });
    const left = [cloudtrail.underWay(), ...Object.values(queued(deployed))];
    quietMinutes = left.every((count) => count === 0) ? quietMinutes + 1 : 0;
  }
}

/** What of a person is not as Cognito has it, and is not accounted for in the row. */
async function unexplained(deployed: Deployed, username: string, sub: string, connectUserId: string) {
  const wanted = await cognitoOf(deployed).read(username);
  const found = identityOf(deployed, connectUserId);
  const row = await rowOf(deployed, sub);
  return (
    [
      ['FirstName', 'given_name'],
      ['LastName', 'family_name'],
      ['Email', 'email'],
    ] as const
  ).flatMap(([field, attribute]) => {
    const value = wanted[attribute] ?? '';
    const isWithheld = row.withheld.some((each) => each.field === field);
    return value === '' || value === found[field] || isWithheld
      ? []
      : [`${username}: ${field} is ${found[field]} and not ${value}; the row says ${row.status}`];
  });
}

/** Why messages are in a dead-letter queue, of changes or of the intake. */
async function deadLetterReasons({ clients, description }: Deployed): Promise<readonly string[]> {
  const { deadLetterQueueUrl, intakeDeadLetterQueueUrl } = description;
  const answers = await Promise.all(
    [deadLetterQueueUrl, intakeDeadLetterQueueUrl].map((QueueUrl) =>
      clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      ),
    ),
  );
  return answers.flatMap(({ Messages = [] }) =>
    Messages.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue ?? 'given up'),
  );
}

describe.concurrent('in rough weather', () => {
  it.for([1, 2, 3])(
    `${CHANGES} changes of ${PEOPLE} users all arrive, or their rows say why not (seed %i)`,
    async (seed, { expect, onTestFinished }) => {
      const clock = createLeapingClock();
      const deployed = await deploy(numberedPeople(PEOPLE), {
        clock,
        configuration: { connectRequestsPerSecond: 100 },
      });
      onTestFinished(() => deployed.close());
      const { description, local } = deployed;
      local.services.connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
      local.weather.change({ level: 'rough', seed });
      const random = createRandom(seed);

      for (let changes = 0; changes < CHANGES; changes += 1) {
        const person = description.users[Math.floor(random() * PEOPLE)];
        if (person !== undefined)
          await cognitoOf(deployed).change(person.username, drawChange(person.username, random));
        if (changes % 10 === 9) clock.leap(random() * MINUTE_MS);
      }
      await settle(deployed, clock);
      // A user who was answered 400 again and again for ten minutes is for the next pass of the sweep.
      local.weather.change({ level: 'off' });
      clock.leap(61 * MINUTE_MS);
      await settle(deployed, clock);

      const problems = await Promise.all(
        description.users.map(({ username, sub, connectUserId }) =>
          unexplained(deployed, username, sub, connectUserId),
        ),
      );
      expect(problems.flat()).toEqual([]);
      expect((await deadLetterReasons(deployed)).filter((reason) => reason !== 'call-refused')).toEqual([]);
    },
  );
});
