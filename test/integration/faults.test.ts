import { describe, expect, it } from 'vitest';
import { act, people } from '../support/simulation/actions.ts';
import {
  begin,
  expectHarmless,
  HOUR,
  MINUTE,
  NEW_NAME,
  newEmailOf,
  OLD_NAME,
  occupy,
  SECOND,
  type WhichFault,
} from '../support/simulation/calm.ts';
import type { FaultKind } from '../support/simulation/faults.ts';

describe('ten minutes in which Connect answers nothing but', () => {
  it.each<[string, FaultKind]>([
    ['429 ThrottlingException', 'throttled'],
    ['429 TooManyRequestsException', 'too-many'],
    ['429 without a name', 'nameless-429'],
    ['429 as a page of HTML', 'html-429'],
    ['500 InternalServiceException', 'server-error'],
    ['502 as a page of HTML', 'html-502'],
    ['503 without a name', 'unavailable'],
    ['broken connections', 'reset'],
  ])('%s delay a change and lose nothing', async (_, kind) => {
    const calm = await begin(1, { target: 'connect', kind });

    await calm.rename(0);
    await calm.world.advance(9 * MINUTE);
    const during = calm.nameOf(0);
    await calm.world.settle(HOUR);

    expect(during).toBe(OLD_NAME);
    expect(calm.nameOf(0)).toBe(NEW_NAME);
    expect(calm.writesOf(0)).toBe(1);
    expect(calm.linesOf(0, 'user tried again later').length).toBeGreaterThan(3);
    await expectHarmless(calm);
  });
});

describe('an answer of Connect that does not arrive', () => {
  it.each<[string, FaultKind]>([
    ['because the connection breaks', 'lost'],
    ['because it comes after the time-out', 'slow-answer'],
  ])('after the write was applied, %s: the write is found and not repeated', async (_, kind) => {
    const calm = await begin(1, {
      target: 'connect',
      operation: 'UpdateUserIdentityInfo',
      kind,
      times: 1,
      delayMs: 14_000,
    });

    await calm.rename(0);
    await calm.world.settle(HOUR);

    expect(calm.nameOf(0)).toBe(NEW_NAME);
    expect(calm.writesOf(0)).toBe(1);
    expect(calm.linesOf(0, 'user tried again later')).toHaveLength(1);
    expect(calm.linesOf(0, 'user in step').map(({ fields }) => fields.status)).toEqual(['unchanged']);
    await expectHarmless(calm);
  });

  it('slow answers within the time-out only take time', async () => {
    const calm = await begin(1, { target: 'connect', kind: 'slow-answer', delayMs: 8_000 });

    await calm.rename(0);
    await calm.world.settle(HOUR);

    expect(calm.nameOf(0)).toBe(NEW_NAME);
    expect(calm.linesOf(0, 'user tried again later')).toEqual([]);
    await expectHarmless(calm);
  });
});

describe('a worker that dies', () => {
  const write = { target: 'connect', operation: 'UpdateUserIdentityInfo', times: 1 } as const;
  const record = { target: 'dynamodb', about: 'concludedAt', times: 1 } as const;

  it.each<[string, WhichFault]>([
    ['before its write', { ...write, kind: 'killed-before' }],
    ['after its write', { ...write, kind: 'killed-after' }],
    ['before its record', { ...record, kind: 'killed-before' }],
    ['after its record', { ...record, kind: 'killed-after' }],
  ])('%s is followed by another one after one visibility timeout, which writes what is missing', async (_, fault) => {
    const calm = await begin(2, fault);

    await calm.rename(0, 1);
    await calm.world.advance(170 * SECOND);
    const waiting = calm.world.queued();
    await calm.world.advance(20 * SECOND);

    // The whole batch failed: every message is visible again after the visibility timeout of three minutes.
    expect(waiting.inFlight).toBeGreaterThan(0);
    expect([calm.nameOf(0), calm.nameOf(1)]).toEqual([NEW_NAME, NEW_NAME]);
    expect([calm.writesOf(0), calm.writesOf(1)]).toEqual([1, 1]);
    await expectHarmless(calm);
  });

  it('many times has its work done by the fourth invocation', async () => {
    const calm = await begin(1, { ...write, kind: 'killed-before', times: 3 });

    await calm.rename(0);
    await calm.world.settle(HOUR);

    expect(calm.nameOf(0)).toBe(NEW_NAME);
    expect(calm.writesOf(0)).toBe(1);
    await expectHarmless(calm);
  });
});

it('a message whose visibility expires while it is worked on is delivered again, and the older worker deletes nothing', async () => {
  const calm = await begin(1, { target: 'connect', operation: 'DescribeUser', kind: 'slow-answer', delayMs: 6_000 });
  const { call, queues } = calm.world.services;
  const Attributes = { VisibilityTimeout: '4' };
  await call('sqs', 'SetQueueAttributes', { QueueUrl: queues.changes, Attributes });
  // A receive that waits already hides what it gets for as long as was said when it began.
  await calm.world.advance(30 * SECOND);

  await calm.rename(0);
  await calm.world.settle(HOUR);

  expect(calm.nameOf(0)).toBe(NEW_NAME);
  expect(calm.linesOf(0, 'user in step').length).toBeGreaterThan(1);
  // Two at a time is what a visibility timeout shorter than the work means; all else holds.
  expect(calm.world.watch.violations.filter((breach) => !breach.startsWith('one at a time'))).toEqual([]);
  expect(calm.world.queued()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(await calm.deadLetters()).toEqual([]);
});

describe('ten minutes in which another service fails', () => {
  it.each<[string, WhichFault]>([
    ['the table is throttled', { target: 'dynamodb', kind: 'throttled-400' }],
    ['the table is unwell', { target: 'dynamodb', kind: 'server-error' }],
    ['the table answers too late', { target: 'dynamodb', kind: 'slow-answer', delayMs: 9_000 }],
    ['the rate limit alone is throttled', { target: 'dynamodb', kind: 'throttled-400', about: 'rate-limit#' }],
    ['Cognito is throttled', { target: 'cognito-idp', kind: 'throttled-400' }],
    ['Cognito is unwell', { target: 'cognito-idp', kind: 'unavailable' }],
  ])('%s: a change waits in the queue and arrives', async (_, fault) => {
    const calm = await begin(2, fault);

    await calm.rename(0, 1);
    await calm.world.settle(HOUR);

    expect([calm.nameOf(0), calm.nameOf(1)]).toEqual([NEW_NAME, NEW_NAME]);
    expect([calm.writesOf(0), calm.writesOf(1)]).toEqual([1, 1]);
    await expectHarmless(calm);
  });
});

it.each<[string, FaultKind]>([
  ['is unreachable', 'reset'],
  ['is unwell', 'unavailable'],
  ['is slow', 'slow'],
  ['answers late', 'slow-answer'],
  ['does not answer', 'lost'],
])('a caller of Cognito notices nothing when the queue %s', async (_, kind) => {
  const calm = await begin(1, { target: 'sqs', kind, until: Number.POSITIVE_INFINITY, delayMs: 9_000 });
  const before = calm.world.elapsed();

  const call = act(calm.world, 0, { do: 'email', address: 1, verified: 'unsaid' });
  await calm.world.advance(1_600);
  const { attributes } = (await people(calm.world))[0] ?? {};

  // Watched too: that the trigger took at most 1.5 s, and that the call did not fail.
  expect(attributes?.get('email')).toBe(newEmailOf(0));
  expect(calm.world.elapsed() - before).toBe(1_600);
  await call;
  expect(calm.world.watch.violations).toEqual([]);
});

it('an intake that reaches no queue for two minutes is run again by Lambda, and its change arrives', async () => {
  const calm = await begin(1);
  const until = calm.startedAt + 2 * MINUTE;
  for (const target of ['sqs', 'dead-letters'] as const)
    calm.world.faults.begin({ target, kind: 'unavailable', from: 0, until, every: 1 });

  await calm.rename(0);
  await calm.world.settle(HOUR);

  expect(calm.nameOf(0)).toBe(NEW_NAME);
  expect(calm.world.deadEvents).toEqual([]);
  await expectHarmless(calm);
});

it('an intake that reaches its dead-letter queue only leaves the record there, for a person to redrive', async () => {
  const calm = await begin(1, { target: 'sqs', kind: 'unavailable' });

  await calm.rename(0);
  await calm.world.settle(HOUR);

  expect(calm.nameOf(0)).toBe(OLD_NAME);
  expect(calm.world.deadEvents).toMatchObject([
    {
      MessageAttributes: { reason: { StringValue: 'function-failed' } },
      MessageBody: expect.stringContaining('eventID'),
    },
  ]);
  expect(calm.world.watch.violations).toEqual([]);
});

describe('others in the account', () => {
  it.each([
    ['half', 1, 20],
    ['all', 2, 120],
  ])('who use %s of the quota for two minutes slow us down, and are not pushed out', async (_, perSecond, patience) => {
    const calm = await begin(12);
    const answers = occupy(calm.world, perSecond, 2 * MINUTE);

    await calm.rename(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    await calm.world.advance(2 * MINUTE);
    const { refused, allowed } = answers;
    await calm.world.settle(HOUR);

    expect(allowed + refused).toBe(2 * 120 * perSecond);
    expect(refused).toBeLessThan(patience);
    expect(Array.from({ length: 12 }, (_, person) => calm.nameOf(person))).toEqual(Array(12).fill(NEW_NAME));
    await expectHarmless(calm);
  });
});

describe('an outage of Connect of two hours', () => {
  it('loses nothing: every change of that time arrives by itself, none is a dead letter, and no wait is longer than 15 minutes', async () => {
    const calm = await begin(3, { target: 'connect', kind: 'unavailable' });
    calm.world.faults.end();
    const until = calm.startedAt + 2 * HOUR;
    calm.world.faults.begin({ target: 'connect', kind: 'unavailable', from: 0, until, every: 1 });

    await calm.rename(0);
    await calm.world.advance(40 * MINUTE);
    await calm.rename(1, 2);
    await calm.world.advance(79 * MINUTE);
    const during = [0, 1, 2].map(calm.nameOf);
    await calm.world.advance(17 * MINUTE);

    expect(during).toEqual([OLD_NAME, OLD_NAME, OLD_NAME]);
    expect([0, 1, 2].map(calm.nameOf)).toEqual([NEW_NAME, NEW_NAME, NEW_NAME]);
    const tries = calm.linesOf(0, 'user tried again later').map(({ at }) => at);
    const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    // Two hours at waits that grow to 7.5 minutes on average: far from the 250 receives of the queue.
    expect(tries.length).toBeGreaterThan(15);
    expect(tries.length).toBeLessThan(50);
    expect(Math.max(...waits)).toBeLessThan(15 * MINUTE + 5 * SECOND);
    expect(Math.max(...waits)).toBeGreaterThan(10 * MINUTE);
    await expectHarmless(calm);
  });
});
