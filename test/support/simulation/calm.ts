import type { Message } from '@aws-sdk/client-sqs';
import { expect, onTestFinished } from 'vitest';
import { sqsEvent } from '../../../packages/local-cloud/services/lambda/sqs-event.ts';
import { type Action, act, people } from './actions.ts';
import type { Fault } from './faults.ts';
import type { Line } from './onlooker.ts';
import { findDrift } from './oracle.ts';
import { emailOf, usernameOf } from './people.ts';
import { readDeadLetters } from './run-schedule.ts';
import { CHANGES_ARN } from './services.ts';
import { CALM } from './settings.ts';
import type { Fields } from './watch.ts';
import { startWorld, type World } from './world.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A fault with defaults: from now on, for ten minutes, for every call. */
export type WhichFault = Partial<Fault> & Pick<Fault, 'target' | 'kind'>;

/** Starts a world with people in step, and adds faults from now on. The world ends with the test. */
export async function begin(count: number, ...faults: readonly WhichFault[]) {
  const calm = await startCalm(count);
  onTestFinished(calm.world.close);
  for (const fault of faults) {
    calm.world.faults.begin({ from: 0, until: calm.startedAt + 10 * MINUTE, every: 1, ...fault });
  }
  return calm;
}

/** What no fault may cause: a breach of an invariant, a user out of step, a dead letter. */
export async function expectHarmless({ world, drift, deadLetters }: Awaited<ReturnType<typeof begin>>): Promise<void> {
  expect(world.watch.violations).toEqual([]);
  expect(world.queued()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(await deadLetters()).toEqual([]);
  expect(await drift()).toEqual([]);
}

/** A settled world with linked people who are all in step, and short ways to look at it. */
async function startCalm(count: number) {
  const linked = { agent: 'linked', sameEmail: true, admin: false, member: true } as const;
  const world = await startWorld({ ...CALM, people: Array.from({ length: count }, () => linked) });
  const present = await people(world);
  const subs = present.map(({ sub }) => sub);
  for (const sub of subs) await world.send(sub);
  await world.settle(600_000);
  // The burst of the rate limit is full again, and every change from now on is newer than the last reconciliation.
  await world.advance(60_000);
  const writes = countWrites(world);
  const startedAt = world.elapsed();
  return {
    world,
    subs,
    /** Milliseconds since everything was in step. */
    since: () => world.elapsed() - startedAt,
    /** True time of that moment in the run, for faults. */
    startedAt,
    /** A new name, set by an administrator, for each of these people. */
    rename: async (...who: readonly number[]) => {
      for (const person of who) await act(world, person, RENAME);
    },
    nameOf: (person: number) => identityOf(world, person).FirstName,
    /** Writes that Connect has carried out for a person. */
    writesOf: (person: number) => writes.get(usernameOf(person)) ?? 0,
    /** Log lines of this message about a person, from now on or before. */
    linesOf: (person: number, message: string): readonly Line[] =>
      world.lines.filter(
        (line) => line.message === message && line.fields.sub === subs[person] && line.at >= startedAt,
      ),
    /** Hands the worker a batch of changes by these people, as if each had been received so often before. */
    receive: (receiveCount: number, who: readonly number[]) =>
      world.worker.invoke(
        sqsEvent(
          who.map((person) => toMessage(world, subs[person] ?? '', `message-${person}`, receiveCount)),
          CHANGES_ARN,
          world.services.cloud.region,
        ),
      ),
    deadLetters: () => readDeadLetters(world),
    drift: () => findDrift(world),
  };
}

const RENAME: Action = { do: 'rename', first: 1, last: 1, by: 'admin' };
/** What {@link startCalm} has people renamed to. */
export const NEW_NAME = 'Zephyrbea';
/** What they were called before. */
export const OLD_NAME = 'Zephyrana';
/** The first new address of a person. */
export const newEmailOf = (person: number): string => emailOf(person, 1);

/** What Connect holds of a person, whatever reads still show. */
function identityOf({ services }: World, person: number): Fields {
  const { users } = services.connect.admin.users() as {
    readonly users: readonly { readonly Username: string; readonly IdentityInfo: Fields }[];
  };
  return users.find(({ Username }) => Username === usernameOf(person))?.IdentityInfo ?? {};
}

function toMessage({ userPoolId, clock }: World, sub: string, MessageId: string, receiveCount: number): Message {
  const change = { v: 1, userPoolId, sub, cause: 'cloudtrail', eventId: MessageId, occurredAt: clock.now() };
  const now = String(clock.now());
  return {
    MessageId,
    ReceiptHandle: `receipt-of-${MessageId}`,
    Body: JSON.stringify(change),
    Attributes: {
      ApproximateReceiveCount: String(receiveCount),
      ApproximateFirstReceiveTimestamp: now,
      SentTimestamp: now,
      MessageGroupId: sub,
    },
  };
}

function countWrites({ services }: World): ReadonlyMap<string, number> {
  const writes = new Map<string, number>();
  services.connect.onChange(({ kind, user }) => {
    if (kind === 'updated') writes.set(user.Username ?? '', (writes.get(user.Username ?? '') ?? 0) + 1);
  });
  return writes;
}

/** Another application of the account that reads and writes Connect at a steady rate, and its results. */
export function occupy({ clock, services }: World, perSecond: number, forMs: number) {
  const answers = { allowed: 0, refused: 0 };
  const InstanceId = services.connect.instance.id;
  const one = (operation: string, input: object) =>
    services.call('connect', operation, { InstanceId, UserId: 'missing', ...input }).then(
      () => undefined,
      (error: { readonly status: number }) => {
        // Every answer except a throttle has used the quota. The error about the missing user comes after the quota.
        if (error.status === 429) answers.refused += 1;
        else answers.allowed += 1;
      },
    );
  for (let at = 0; at < forMs; at += 1_000 / perSecond) {
    clock.schedule(at, () => void one('DescribeUser', {}));
    clock.schedule(at, () => void one('UpdateUserIdentityInfo', { IdentityInfo: {} }));
  }
  return answers;
}
