import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { AwsError, type Caller, type Cloud } from '../../service.ts';
import { createScheduler } from '../../services/scheduler/index.ts';
import { refusal } from './cloudformation-fixture.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:sweep';
const ROLE = 'arn:aws:iam::111122223333:role/schedule';
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

const Target = { Arn: FUNCTION, RoleArn: ROLE, Input: '{"a":1}', RetryPolicy: { MaximumRetryAttempts: 0 } };
const SCHEDULE = {
  Name: 'tick',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ScheduleExpression: 'rate(15 minutes)',
  Target,
};
const TRUST = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' };

/** EventBridge Scheduler in front of a Lambda that throws `answers`, call by call; `trust` is the role's, if there is one. */
function setUp({ answers = [] as readonly Error[], trust = [TRUST] as readonly object[] | null } = {}) {
  const clock = createVirtualClock(START);
  const calls: { minute: number; to: string; input: { readonly Payload?: Uint8Array }; caller: Caller }[] = [];
  const left = [...answers];
  const role = { statements: trust };
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:4599',
    call: (service, operation, input, caller) => {
      calls.push({ minute: (clock.now() - START) / MINUTE, to: `${service}.${operation}`, input, caller });
      const error = left.shift();
      return error === undefined ? Promise.resolve({} as never) : Promise.reject(error);
    },
  };
  const policiesOf = (arn: string) =>
    arn !== ROLE || role.statements === null
      ? undefined
      : { trust: { Statement: role.statements }, inline: [], managedPolicyArns: [] };
  const scheduler = createScheduler(cloud, { policiesOf });
  const call = async (operation: string, input: object): Promise<unknown> =>
    scheduler.operations[operation]?.(input as never, { requestId: 'r', caller: { kind: 'account' } });
  return { scheduler, call, clock, calls, role, minutes: () => calls.map(({ minute }) => minute) };
}

describe('a schedule', () => {
  it('invokes its function at once and then every period, asynchronously, in its role, with its input', async () => {
    const { call, clock, calls, minutes } = setUp();

    await call('CreateSchedule', SCHEDULE);
    await clock.advance(45 * MINUTE - 1);

    expect(minutes()).toEqual([0, 15, 30]);
    expect(calls[0]).toMatchObject({
      to: 'lambda.Invoke',
      input: { FunctionName: FUNCTION, InvocationType: 'Event' },
      caller: { kind: 'role', roleArn: ROLE, functionName: 'tick' },
    });
    expect(new TextDecoder().decode(calls[0]?.input.Payload)).toBe('{"a":1}');
  });

  it.each([
    ['rate(1 minute)', 3 * 24 * 60],
    ['rate(1 hour)', 3 * 24],
    ['rate(36 hours)', 2],
    ['rate(2 days)', 2],
  ])('with %s runs %i times in three days', async (ScheduleExpression, runs) => {
    const { call, clock, minutes } = setUp();

    await call('CreateSchedule', { ...SCHEDULE, ScheduleExpression });
    await clock.advance(3 * 24 * 60 * MINUTE - 1);

    expect(minutes()).toHaveLength(runs);
  });

  it('keeps its period when the clock cuts long waits short', async () => {
    const { scheduler, call, clock, minutes } = setUp();
    const { schedule } = clock;
    const DAY = 24 * 60 * MINUTE;
    clock.schedule = (delayMs, task) => schedule(Math.min(delayMs, 24 * DAY), task);

    await call('CreateSchedule', { ...SCHEDULE, ScheduleExpression: 'rate(30 days)' });
    await clock.advance(70 * DAY);

    expect(minutes()).toEqual([0, 30 * 24 * 60, 60 * 24 * 60]);
    scheduler.close();
  });

  it('makes up for periods that passed unseen by one run, and keeps its beat', async () => {
    const { call, clock, minutes } = setUp();
    const { now } = clock;
    await call('CreateSchedule', SCHEDULE);
    await clock.advance(0);

    clock.now = () => now() + 50 * MINUTE;
    await clock.advance(20 * MINUTE);

    // It is 70 now, and the next whole period from the start is 75.
    expect(minutes()).toEqual([0, 65]);
    await clock.advance(5 * MINUTE);
    expect(minutes()).toEqual([0, 65, 75]);
  });

  it('does nothing while it is disabled, and begins anew when it is enabled', async () => {
    const { call, clock, minutes } = setUp();
    await call('CreateSchedule', { ...SCHEDULE, State: 'DISABLED' });
    await clock.advance(40 * MINUTE);
    await call('UpdateSchedule', SCHEDULE);
    await clock.advance(20 * MINUTE);
    await call('UpdateSchedule', { ...SCHEDULE, State: 'DISABLED' });
    await clock.advance(60 * MINUTE);

    expect(minutes()).toEqual([40, 55]);
  });

  it.each([
    ['deleted', ({ call }: ReturnType<typeof setUp>) => call('DeleteSchedule', { Name: 'tick' })],
    ['closed with the cloud', async ({ scheduler }: ReturnType<typeof setUp>) => scheduler.close()],
  ])('ends when it is %s', async (_, end) => {
    const fixture = setUp();
    await fixture.call('CreateSchedule', SCHEDULE);
    await fixture.clock.advance(20 * MINUTE);

    await end(fixture);
    await fixture.clock.advance(60 * MINUTE);

    expect(fixture.minutes()).toEqual([0, 15]);
    expect(fixture.scheduler.stats()).toEqual({});
  });

  it('counts what Lambda refuses, drops it, and goes on', async () => {
    const { scheduler, call, clock, minutes } = setUp({ answers: [new AwsError('AccessDeniedException', 'no', 403)] });

    await call('CreateSchedule', SCHEDULE);
    await clock.advance(20 * MINUTE);

    expect(minutes()).toEqual([0, 15]);
    expect(scheduler.stats()).toEqual({ tick: { invocations: 2, errors: 1, lastError: 'no' } });
  });

  it('invokes nothing in a role that does not trust the service any more', async () => {
    const { scheduler, call, clock, minutes, role } = setUp();
    await call('CreateSchedule', SCHEDULE);
    await clock.advance(0);

    role.statements = [];
    await clock.advance(20 * MINUTE);

    expect(minutes()).toEqual([0]);
    const lastError = expect.stringContaining('must allow AWS EventBridge Scheduler to assume the role');
    expect(scheduler.stats()).toEqual({ tick: { invocations: 2, errors: 1, lastError } });
  });
});

describe('the role of a schedule', () => {
  const GROUP = 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default';
  const under = (key: string, value: string) => [{ ...TRUST, Condition: { StringEquals: { [key]: value } } }];

  it.each([
    ['without a condition', [TRUST]],
    ['for the account', under('aws:SourceAccount', '111122223333')],
    ['for the schedule group', under('aws:SourceArn', GROUP)],
  ])('is taken when it trusts the service %s', async (_, trust) => {
    const { call } = setUp({ trust });

    await expect(call('CreateSchedule', SCHEDULE)).resolves.toBeDefined();
  });

  it.each([
    ['is not there', null],
    ['trusts another service', [{ ...TRUST, Principal: { Service: 'lambda.amazonaws.com' } }]],
    ['trusts the service for another account only', under('aws:SourceAccount', '444455556666')],
    ['trusts the service for the schedule instead of its group', under('aws:SourceArn', GROUP.replace('-group', ''))],
  ])('is refused when it %s', async (_, trust) => {
    const { call } = setUp({ trust });

    expect(await refusal(() => call('CreateSchedule', SCHEDULE))).toMatchObject({
      code: 'ValidationException',
      status: 400,
      message: 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    });
  });
});

describe('what a schedule may be', () => {
  const changed = (change: object) => ({ ...SCHEDULE, ...change });
  const aimed = (change: object) => changed({ Target: { ...Target, ...change } });

  it.each([
    ...['rate(1 minutes)', 'rate(2 minute)', 'rate(0 minutes)', 'rate(-1 minutes)', 'rate(1.5 hours)', 'rate(1  hour)'],
    ...['rate(30 seconds)', 'rate(2 weeks)', 'Rate(1 hour)', 'every hour', ''],
  ])('is no expression like "%s"', async (ScheduleExpression) => {
    const { call } = setUp();

    expect(await refusal(() => call('CreateSchedule', changed({ ScheduleExpression })))).toMatchObject({
      code: 'ValidationException',
      message: `Invalid Schedule Expression ${ScheduleExpression}.`,
    });
  });

  it.each([
    ['one-time expressions', changed({ ScheduleExpression: 'at(2026-01-01T00:00:00)' }), 'at(2026-01-01T00:00:00)'],
    ['cron expressions', changed({ ScheduleExpression: 'cron(0 8 * * ? *)' }), 'cron(0 8 * * ? *)'],
    ['time zones', changed({ ScheduleExpressionTimezone: 'UTC' }), 'ScheduleExpressionTimezone'],
    ['start dates', changed({ StartDate: new Date(START) }), 'StartDate'],
    ['end dates', changed({ EndDate: new Date(START) }), 'EndDate'],
    ['flexible windows', changed({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }), 'window FLEXIBLE'],
    ['other targets', aimed({ Arn: 'arn:aws:sqs:eu-west-1:111122223333:q' }), 'arn:aws:sqs:eu-west-1:111122223333:q'],
    ['dead-letter queues', aimed({ DeadLetterConfig: { Arn: 'arn' } }), 'DeadLetterConfig'],
    ['retries', aimed({ RetryPolicy: { MaximumRetryAttempts: 3 } }), 'retries'],
    ['retries by default', aimed({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } }), 'retries'],
    ['the default input', aimed({ Input: undefined }), 'without Input'],
    ['context attributes', aimed({ Input: '{"id":"<aws.scheduler.execution-id>"}' }), 'context attributes'],
  ])('has %s refused by name', async (_, input, name) => {
    const { call } = setUp();

    for (const operation of ['CreateSchedule', 'UpdateSchedule']) {
      expect(await refusal(() => call(operation, input))).toMatchObject({
        code: 'UnsupportedOperation',
        status: 501,
        message: expect.stringContaining(name),
      });
    }
  });

  it.each([
    ['CreateSchedule', 'a name with a blank', changed({ Name: 'a b' }), 'ValidationException', 400],
    ['CreateSchedule', 'an unknown state', changed({ State: 'PAUSED' }), 'ValidationException', 400],
    ['CreateSchedule', 'an input that is no JSON', aimed({ Input: '{' }), 'ValidationException', 400],
    [
      'CreateSchedule',
      'an age below a minute',
      aimed({ RetryPolicy: { MaximumEventAgeInSeconds: 59, MaximumRetryAttempts: 0 } }),
      'ValidationException',
      400,
    ],
    ['CreateSchedule', 'another group', changed({ GroupName: 'mine' }), 'ResourceNotFoundException', 404],
    ['CreateSchedule', 'a name that is taken', SCHEDULE, 'ConflictException', 409],
    ['UpdateSchedule', 'an unknown name', changed({ Name: 'other' }), 'ResourceNotFoundException', 404],
    ['GetSchedule', 'an unknown name', { Name: 'other' }, 'ResourceNotFoundException', 404],
    ['GetSchedule', 'another group', { Name: 'tick', GroupName: 'mine' }, 'ResourceNotFoundException', 404],
    ['DeleteSchedule', 'an unknown name', { Name: 'other' }, 'ResourceNotFoundException', 404],
  ])('makes %s with %s fail', async (operation, _, input, code, status) => {
    const { call } = setUp();
    await call('CreateSchedule', SCHEDULE);

    expect(await refusal(() => call(operation, input))).toMatchObject({ code, status });
  });
});

it('shows a schedule as it was put last, with nothing left of what was there before', async () => {
  const { call, clock } = setUp();
  const ScheduleArn = 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/tick';

  const created = await call('CreateSchedule', { ...SCHEDULE, Description: 'first', State: 'DISABLED' });
  await clock.advance(MINUTE);
  const updated = await call('UpdateSchedule', { ...SCHEDULE, ScheduleExpression: 'rate(1 day)' });

  expect([created, updated]).toEqual([{ ScheduleArn }, { ScheduleArn }]);
  expect(await call('GetSchedule', { Name: 'tick' })).toEqual({
    Name: 'tick',
    GroupName: 'default',
    Arn: ScheduleArn,
    CreationDate: new Date(START),
    LastModificationDate: new Date(START + MINUTE),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ScheduleExpression: 'rate(1 day)',
    State: 'ENABLED',
    Target,
  });
});
