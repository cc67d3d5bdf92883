import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { numberedPeople, type SeededUser } from '../../local/seed.ts';
import { onStage, type Stage } from '../support/acting.ts';
import { captureTable } from '../support/capture-table.ts';
import { captureWays, type Way } from '../support/capture-ways.ts';
import { deploy, eventually, rowOf } from '../support/deployed.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { type TappedEvent, tapRules } from '../support/rule-taps.ts';
import { attach, ownPool, POOL_TRIGGERS } from '../support/user-pools.ts';

/** This file proves every row of the table, and has nothing that is not in it. */
const titled = captureTable.map((row) => [row.what, row] as const);

const clock = createLeapingClock();
const LATEST_RECORD_MS = 2_000;

let stage: Stage;
let marker: SeededUser;
let readTaps: () => Promise<readonly TappedEvent[]>;
let ways: Readonly<Record<string, Way>>;
beforeAll(async () => {
  const deployed = await deploy(numberedPeople(28), {
    clock,
    weather: { level: 'mild', seed: 1 },
    configuration: {
      postAuthentication: true,
      scope: { kind: 'group', group: 'agents' },
      connectRequestsPerSecond: 100,
    },
    prepare: ownPool({
      AliasAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    }),
  });
  stage = onStage(deployed);
  marker = stage.nextPerson();
  const { description, local, clients } = stage;
  ways = captureWays(stage, { attach: (slots) => attach(stage, slots), known: (sub) => rowOf(stage, sub) });
  local.services.connect.admin.settings({ quotas: { default: { ratePerSecond: 1_000, burst: 1_000 } } });
  await attach(stage, POOL_TRIGGERS);
  for (const GroupName of ['agents', 'others'])
    await clients.cognito.send(new CreateGroupCommand({ UserPoolId: description.userPoolId, GroupName }));
  readTaps = await tapRules(deployed);
});
afterAll(() => stage?.close());

/** Lets the records arrive that are late in mild weather. */
async function delivered(): Promise<void> {
  clock.leap(LATEST_RECORD_MS);
  await eventually('records to be delivered', () => stage.local.services.cloudtrail.underWay() === 0);
}

let markers = 0;
/**
 * Resolves when whatever happened so far has passed the rules and the intake: the record of one more change comes after
 * all of its records, and the intake has a line for each event.
 */
async function settle(): Promise<readonly TappedEvent[]> {
  markers += 1;
  await delivered();
  await stage.adminUpdate(marker.username, { nickname: `marker ${markers}` });
  await delivered();
  return eventually('all events to be taken in', async () => {
    const events = await readTaps();
    const isThrough = events.filter(({ sub }) => sub === marker.sub).length === markers;
    return isThrough && stage.intakeLines().length === events.length && events;
  });
}
const names = (found: readonly string[]) => [...new Set(found)].toSorted().join(', ') || '–';

it.each(titled)('%s: seen by what the table says, and by nothing else', async (_, { what, message, other, rule }) => {
  const change = await ways[what]?.();
  if (change === undefined) throw new Error('This row has no test.');
  const eventsBefore = (await settle()).length;
  const linesBefore = stage.logLines('poolTrigger').length;

  const sub = await change();
  const events = (await settle()).slice(eventsBefore).filter((event) => event.sub === sub);

  const triggered = stage
    .logLines('poolTrigger')
    .slice(linesBefore)
    .filter((line) => line.sub === sub && line.message === 'change noted');
  const causes = triggered.map(({ cause }) => String(cause));
  expect({
    message: causes.includes('trigger') ? 'yes' : '–',
    other: names(causes.filter((cause) => cause !== 'trigger')),
    rule: names(events.map((event) => event.rule)),
  }).toEqual({ message, other, rule });

  const takenIn = stage.intakeLines().filter(({ eventId }) => events.some((event) => event.eventId === eventId));
  const noted = [...triggered, ...takenIn.filter(({ why }) => why !== 'unknown-user')].map(({ eventId }) => eventId);
  expect(takenIn).toHaveLength(events.length);
  expect(noted.length > 0).toBe(message !== '–' || other !== '–' || rule !== '–');
  await eventually('the worker to have looked', () => {
    const looked = stage.logLines('syncWorker').flatMap(({ eventIds }) => eventIds as readonly unknown[]);
    return noted.every((eventId) => looked.includes(eventId));
  });
});

it('has a way for each row, and a row for each way', () => {
  expect(captureTable.map(({ what }) => what).toSorted()).toEqual(Object.keys(ways).toSorted());
});

it.each(titled)('%s: is seen by something', (_, { message, other, rule, sweep }) => {
  expect([message, other, rule, sweep].filter((cell) => cell !== '–')).not.toEqual([]);
});
