import type { Message } from '@aws-sdk/client-sqs';
import { KINDS } from '../../../packages/local-cloud/weather/kinds.ts';
import { act, people } from './actions.ts';
import { findDrift } from './oracle.ts';
import type { Schedule, Step } from './schedules.ts';
import type { WorldSettings } from './settings.ts';
import { startWorld, type World } from './world.ts';

const HOUR_MS = 3_600_000;

const LATEST_RECORD_MS = { off: 0, mild: KINDS['late-record'].mild.most, rough: KINDS['late-record'].rough.most };

/**
 * Runs a schedule to its end: all services work again and nothing is left to do. Then the sweep finds the changes without an
 * event.
 *
 * @returns every breach of an invariant, and what has not converged.
 */
export async function runSchedule({ world: settings, steps }: Schedule): Promise<readonly string[]> {
  const world = await startWorld(settings);
  try {
    for (const { sub } of await people(world)) await world.send(sub);
    await runSteps(world, steps);
    const problems = [...(await quieten(world, steps))];
    if (isLossless(settings) && world.deadEvents.length === 0)
      problems.push(...(await findDrift(world)).filter(isHeardOf));
    await world.sweep();
    problems.push(...(await quieten(world, steps)), ...(await findDrift(world)));
    const expected = [
      'malformed-message',
      'another-user-pool',
      ...(settings.weather === 'off' ? [] : ['call-refused']),
    ];
    for (const reason of await readDeadLetters(world)) {
      if (!expected.includes(reason)) problems.push(`dead letter: ${reason}`);
    }
    return [...new Set([...world.watch.violations, ...problems])];
  } finally {
    world.close();
  }
}

/** Drift that waits for the sweep: changes in Connect, which have no event, and users without a row. */
const isHeardOf = (drift: string): boolean =>
  !/waits to be linked|no Connect user to link with|stranger could be linked|left to the sweep/.test(drift);

/** Why each message is in the dead-letter queue; `given up` for those that the queue itself has moved there. */
export async function readDeadLetters({ services: { call, queues } }: World): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (;;) {
    const { Messages = [] } = await call<{ readonly Messages?: readonly Message[] }>('sqs', 'ReceiveMessage', {
      QueueUrl: queues.dead,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    if (Messages.length === 0) return reasons;
    reasons.push(...Messages.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue ?? 'given up'));
  }
}

async function runSteps(world: World, steps: readonly Step[]): Promise<void> {
  const running: Promise<void>[] = [];
  const count = world.settings.people.length;
  for (const { afterMs, who, action } of steps) {
    if (afterMs > 0) await world.advance(afterMs);
    const chosen = who === 'everybody' ? Array.from({ length: count }, (_, each) => each) : [who % count];
    for (const each of chosen) running.push(act(world, each, action));
  }
  await world.advance(30_000);
  await Promise.all(running);
}

/** Makes all services work again and waits until nothing is left to do. Reports what is left. */
export async function quieten(
  world: World,
  steps: readonly { readonly action: { readonly do: string } }[],
): Promise<readonly string[]> {
  const last = Math.max(0, ...world.settings.faults.map(({ until }) => until));
  if (world.elapsed() < last) await world.advance(last - world.elapsed());
  world.faults.end();
  world.services.weather.change({ level: 'off' });
  if (steps.some(({ action }) => action.do === 'others')) await act(world, 0, { do: 'others', use: 'none' });
  // CloudTrail's longest delay, and the last of it.
  await world.advance(world.settings.trail.delayMs + LATEST_RECORD_MS[world.settings.weather] + 5_000);
  const quiet = await world.settle(5 * HOUR_MS);
  return quiet ? [] : [`not quiet after five hours: ${JSON.stringify(world.queued())}`];
}

/**
 * Whether every change must arrive by itself: no record is lost on the way, and no request is done after its caller gave up;
 * nor is there weather in which a user is answered 400 again and again for ten minutes, which is a verdict.
 */
function isLossless({ trail, faults, weather }: WorldSettings): boolean {
  return (
    weather === 'off' && trail.lose === 0 && !faults.some(({ kind, delayMs = 0 }) => kind === 'slow' && delayMs > 2_000)
  );
}
