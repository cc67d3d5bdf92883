import { describe, expect, it, onTestFinished } from 'vitest';
import { type AlarmState, evaluateAlarm, type Sample, type Seen, toLogged } from '../support/alarms.ts';
import { act } from '../support/simulation/actions.ts';
import { HOUR, MINUTE } from '../support/simulation/calm.ts';
import { GROUP } from '../support/simulation/people.ts';
import { CALM, type WorldSettings } from '../support/simulation/settings.ts';
import { startWorld, type World } from '../support/simulation/world.ts';
import { createStack, POOL_ID, resourcesOf } from './stacks.ts';

const template = resourcesOf(createStack({ userPoolId: POOL_ID, scope: { kind: 'group', group: GROUP } }));
const withoutSweep = resourcesOf(createStack({ userPoolId: POOL_ID, sweepIntervalMinutes: 0 }));
const NO_LIMIT = Number.POSITIVE_INFINITY;
const RENAME = { do: 'rename', first: 1, last: 1, by: 'admin' } as const;
const ANOTHER = { do: 'rename', first: 2, last: 2, by: 'admin' } as const;

/** A quiet world of one person, in step after the first pass. */
async function begin(settings: Partial<WorldSettings> = {}): Promise<World> {
  const world = await startWorld({ ...CALM, ...settings });
  onTestFinished(world.close);
  await world.sweep();
  await world.settle(HOUR);
  return world;
}

/** The next ticks of the schedule. */
async function tick(world: World, times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) {
    world.tick();
    await world.advance(15 * MINUTE);
  }
}

const stateOf = (world: World, name: string, resources = template): AlarmState =>
  evaluateAlarm(resources, name, { lines: toLogged(world.lines) }, world.elapsed());

describe('the alarm on held users', () => {
  it('lasts until the person has decided, however long that takes', async () => {
    const world = await begin({ people: [{ agent: 'linked', sameEmail: true, admin: true, member: true }] });
    await tick(world, 1);
    const before = stateOf(world, 'HeldUsers');

    await act(world, 0, { do: 'email', address: 1, verified: 'true' });
    await world.settle(HOUR);
    await tick(world, 1);
    const held = stateOf(world, 'HeldUsers');
    await tick(world, 40);
    const heldForTenHours = stateOf(world, 'HeldUsers');
    await act(world, 0, { do: 'release' });
    await world.settle(HOUR);
    await tick(world, 1);

    expect([before, held, heldForTenHours, stateOf(world, 'HeldUsers')]).toEqual(['OK', 'ALARM', 'ALARM', 'OK']);
  });

  it('stays as it is while the sweep says nothing', async () => {
    const world = await begin();
    await tick(world, 1);
    await world.advance(HOUR);

    expect(stateOf(world, 'HeldUsers')).toBe('as before');
  });

  it('reads the lines of the worker where there is no sweep', async () => {
    const world = await begin({ people: [{ agent: 'linked', sameEmail: true, admin: true, member: true }] });
    await act(world, 0, RENAME);
    await world.settle(HOUR);
    const renamed = stateOf(world, 'HeldUsers', withoutSweep);

    await act(world, 0, { do: 'email', address: 1, verified: 'true' });
    await world.settle(HOUR);

    expect([renamed, stateOf(world, 'HeldUsers', withoutSweep)]).toEqual(['OK', 'ALARM']);
  });
});

describe('the alarm on failing users', () => {
  const denied = { target: 'connect', operation: 'UpdateUserIdentityInfo', kind: 'denied', every: 1 } as const;

  it('goes off when users have failed for an hour, and ends when none does', async () => {
    const world = await begin();
    const from = world.elapsed();
    world.faults.begin({ ...denied, from, until: from + 2 * HOUR });

    await act(world, 0, RENAME);
    await tick(world, 3);
    const failing = stateOf(world, 'FailingUsers');
    await tick(world, 3);
    const failingForAnHour = stateOf(world, 'FailingUsers');
    await tick(world, 12);

    expect([failing, failingForAnHour, stateOf(world, 'FailingUsers')]).toEqual(['OK', 'ALARM', 'OK']);
  });

  it('reads the lines of the worker where there is no sweep', async () => {
    const world = await begin();
    await act(world, 0, RENAME);
    await world.settle(HOUR);
    const renamed = stateOf(world, 'FailingUsers', withoutSweep);
    world.faults.begin({ ...denied, from: 0, until: NO_LIMIT });

    await act(world, 0, ANOTHER);
    await world.advance(15 * MINUTE);

    expect([renamed, stateOf(world, 'FailingUsers', withoutSweep)]).toEqual(['OK', 'ALARM']);
  });
});

describe('the alarm on changes that only the sweep finds', () => {
  it('goes off when no event has announced any change of the day', async () => {
    const world = await begin({ trail: { ...CALM.trail, lose: 1 } });
    await world.advance(24 * HOUR);
    await world.sweep();
    const before = stateOf(world, 'OnlySweepFinds');

    await act(world, 0, RENAME);
    await world.sweep();

    expect([before, stateOf(world, 'OnlySweepFinds')]).toEqual(['OK', 'ALARM']);
  });

  it('does not when an event has announced one of them', async () => {
    const world = await begin({ trail: { ...CALM.trail, lose: 1 } });
    await act(world, 0, RENAME);
    await world.sweep();
    const { lines } = await changedAndAnnounced();

    const seen = { lines: [...toLogged(world.lines), ...toLogged(lines)] };

    expect(evaluateAlarm(template, 'OnlySweepFinds', seen, world.elapsed())).toBe('OK');
  });

  async function changedAndAnnounced(): Promise<World> {
    const world = await begin();
    await act(world, 0, RENAME);
    await world.sweep();
    return world;
  }
});

describe('the alarm on a group that does not exist', () => {
  it.each([
    [GROUP, 'OK'],
    ['nowhere', 'ALARM'],
  ])('says of the group %s after a pass and at every tick: %s', async (group, state) => {
    const world = await begin({ policy: { scope: { kind: 'group', group } } });
    await tick(world, 1);
    const afterPass = stateOf(world, 'GroupMissing');
    await tick(world, 2);

    expect([afterPass, stateOf(world, 'GroupMissing')]).toEqual([state, state]);
  });
});

describe('the alarm on a trigger that cannot send', () => {
  it('goes off at five changes in each of three periods', async () => {
    const world = await begin();
    world.faults.begin({ target: 'sqs', operation: 'SendMessage', kind: 'denied', from: 0, until: NO_LIMIT, every: 1 });
    // Cognito answers only once its trigger has, for which time has to pass.
    await Promise.all([act(world, 0, { do: 'email', address: 1, verified: 'unsaid' }), world.advance(MINUTE)]);
    const [line] = toLogged(world.lines.filter(({ message }) => message === 'change not noted'));
    if (line === undefined) throw new Error('The trigger could send.');
    const repeated = (times: number) => ({
      lines: [1, 6, 11].flatMap((minute) => Array.from({ length: times }, () => ({ ...line, at: minute * MINUTE }))),
    });

    const states = [4, 5].map((times) => evaluateAlarm(template, 'NotNoted', repeated(times), 15 * MINUTE));

    expect(states).toEqual(['OK', 'ALARM']);
  });
});

describe('the alarm on a sweep that is missing', () => {
  /** The queue is measured from the deployment on. */
  const measured = (hours: number): readonly Sample[] =>
    Array.from({ length: hours * 60 }, (_, minute) => ({
      metric: 'ApproximateNumberOfMessagesVisible',
      at: minute * MINUTE + 1,
      value: 7,
    }));
  const missing = (seen: Seen, hours: number) =>
    evaluateAlarm(template, 'SweepMissing', { samples: measured(hours), ...seen }, hours * HOUR);
  const lineAt = (hours: number, message: string) => ({ lines: [{ at: hours * HOUR, line: { message } }] });

  it('cannot go off before three intervals have passed since the deployment', () => {
    expect([0.25, 1, 3].map((hours) => missing({}, hours))).toEqual(['as before', 'as before', 'as before']);
  });

  it('goes off when no pass has ended in them', () => {
    expect(missing({}, 3.25)).toBe('ALARM');
    expect(missing(lineAt(2.5, 'sweep failed'), 3.25)).toBe('ALARM');
    expect(missing(lineAt(2.5, 'no sweep'), 3.25)).toBe('ALARM');
    expect(missing(lineAt(2.5, 'sweep waits, because the queue is full'), 3.25)).toBe('ALARM');
  });

  it('is over as soon as a pass has come forward', async () => {
    const world = await begin();
    const [line] = toLogged(world.lines.filter(({ message }) => message === 'sweep finished'));
    if (line === undefined) throw new Error('No pass has ended.');
    const pass = { lines: [{ ...line, at: 2.5 * HOUR }] };

    expect([3.25, 24].map((hours) => missing(pass, hours))).toEqual(['OK', 'ALARM']);
    expect(missing(lineAt(2.5, 'sweep goes on at the next tick'), 3.25)).toBe('OK');
  });

  it('stays as it is while nothing is measured', () => {
    expect(missing({ samples: [] }, 4)).toBe('as before');
  });
});

describe('the alarm on what AWS itself measures', () => {
  const every = (metric: string, value: number): Seen => ({
    samples: [1, 6, 11].map((minute) => ({ metric, at: minute * MINUTE, value })),
  });

  it.each<[string, string, number, number]>([
    ['DeadLettersF', 'ApproximateNumberOfMessagesVisible', 0, 1],
    ['IntakeDeadLetters', 'ApproximateNumberOfMessagesVisible', 0, 1],
    ['OldestChange', 'ApproximateAgeOfOldestMessage', 3_599, 3_600],
    ['WorkerErrors', 'Errors', 0, 1],
  ])('%s compares %s', (name, metric, quiet, loud) => {
    const states = [quiet, loud].map((value) => evaluateAlarm(template, name, every(metric, value), 15 * MINUTE));

    expect(states).toEqual(['OK', 'ALARM']);
  });
});
