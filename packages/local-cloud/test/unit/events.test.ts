import type { PutEventsRequestEntry, PutEventsResponse, Target } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { AwsError, type Caller, type Cloud } from '../../service.ts';
import { createEvents } from '../../services/events/index.ts';

const ACCOUNT: Caller = { kind: 'account' };
const CLOUDTRAIL: Caller = {
  kind: 'service',
  principal: 'cloudtrail.amazonaws.com',
  sourceArn: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t',
};
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:q.fifo';
const DEAD = 'arn:aws:sqs:eu-west-1:111122223333:dead';
const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/r';

interface Called {
  readonly at: number;
  readonly to: string;
  readonly input: { readonly Payload?: Uint8Array; readonly MessageBody?: string };
  readonly caller: Caller;
}

/** EventBridge with a rule `r` for source `app` or `aws.x`; `answers` are what the target throws, call by call. */
async function setUp(target: Partial<Target> = {}, answers: readonly Error[] = [], rule: object = {}) {
  const clock = createVirtualClock();
  const calls: Called[] = [];
  const left = [...answers];
  const cloud: Cloud = {
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: () => 'http://127.0.0.1:4599',
    call: (service, operation, input, caller) => {
      calls.push({ at: clock.now() - Date.UTC(2026, 0, 1), to: `${service}.${operation}`, input, caller });
      const error = (input as { QueueUrl?: string }).QueueUrl?.endsWith('/dead') ? undefined : left.shift();
      return error === undefined ? Promise.resolve({} as never) : Promise.reject(error);
    },
  };
  const events = createEvents(cloud, { random: () => 1 });
  const call = async <Output>(operation: string, input: object, caller = ACCOUNT): Promise<Output> =>
    (await events.operations[operation]?.(input as never, { requestId: 'r', caller })) as Output;
  await call('PutRule', { Name: 'r', EventPattern: '{"source": ["app", "aws.x"]}', ...rule });
  await call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: FUNCTION, ...target }] });
  const put = (entry: PutEventsRequestEntry = {}, caller = ACCOUNT) =>
    call<PutEventsResponse>(
      'PutEvents',
      { Entries: [{ Source: 'app', DetailType: 'Thing', Detail: '{"a": {"b": 1}}', ...entry }] },
      caller,
    );
  return { events, call, put, clock, calls };
}

const payloadOf = (called: Called | undefined): unknown =>
  JSON.parse(
    called?.input.Payload === undefined
      ? (called?.input.MessageBody ?? '')
      : new TextDecoder().decode(called.input.Payload),
  );

const serverError = new AwsError('ServiceException', 'busy', 500);

describe('an event', () => {
  it('reaches a function with its id, time, account and Region, as the rule', async () => {
    const { put, calls } = await setUp();
    const { Entries } = await put({ Resources: ['arn:r'], Time: new Date('2026-05-06T07:08:09.999Z') });

    expect(calls).toMatchObject([
      {
        to: 'lambda.Invoke',
        input: { FunctionName: FUNCTION, InvocationType: 'Event' },
        caller: { kind: 'service', principal: 'events.amazonaws.com', sourceArn: RULE },
      },
    ]);
    expect(payloadOf(calls[0])).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Thing',
      source: 'app',
      account: '111122223333',
      time: '2026-05-06T07:08:09Z',
      region: 'eu-west-1',
      resources: ['arn:r'],
      detail: { a: { b: 1 } },
    });
  });

  it('reaches a FIFO queue in the constant group of the target', async () => {
    const { put, calls } = await setUp({ Arn: QUEUE, SqsParameters: { MessageGroupId: 'all' } });
    await put();

    expect(calls).toMatchObject([
      {
        to: 'sqs.SendMessage',
        input: { QueueUrl: 'http://127.0.0.1:4599/111122223333/q.fifo', MessageGroupId: 'all' },
      },
    ]);
    expect(payloadOf(calls[0])).toMatchObject({ source: 'app', time: '2026-01-01T00:00:00Z' });
  });

  it.each([
    ['a constant', { Input: '{"k": 1}' }, { k: 1 }],
    ['a part', { InputPath: '$.detail.a' }, { b: 1 }],
    ['a part that is not there', { InputPath: '$.detail.x.y' }, null],
  ])('becomes %s for a target that asks for it', async (_, target, expected) => {
    const { put, calls } = await setUp(target);
    await put();

    expect(payloadOf(calls[0])).toEqual(expected);
  });

  it('goes nowhere when no rule matches, the rule is disabled, or its target was removed', async () => {
    const { put, call, calls } = await setUp();
    const rule = { Name: 'r', EventPattern: '{"source": ["app"]}' };
    await put({ Source: 'other' });
    await call('PutRule', { ...rule, State: 'DISABLED' });
    await put();
    await call('PutRule', rule);
    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    await put();

    expect(calls).toEqual([]);
  });

  it.each([
    ['ENABLED', false, true, 1],
    ['ENABLED', true, true, 0],
    ['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', true, true, 1],
    ['DISABLED', false, true, 0],
    ['ENABLED', true, false, 1],
  ])(
    'of CloudTrail: state %s, read-only %s, through CloudTrail %s: %i deliveries',
    async (State, readOnly, cloudTrail, deliveries) => {
      const { put, calls } = await setUp({}, [], { State });
      const DetailType = cloudTrail ? 'AWS API Call via CloudTrail' : 'Own';
      await put(
        { Source: 'aws.x', DetailType, Detail: JSON.stringify({ readOnly, managementEvent: true }) },
        CLOUDTRAIL,
      );

      expect(calls).toHaveLength(deliveries);
    },
  );
});

describe('delivery', () => {
  const RetryPolicy = { MaximumRetryAttempts: 3 };
  const DeadLetterConfig = { Arn: DEAD };
  const attributesOf = (called: Called | undefined) => {
    const { MessageAttributes = {} } = (called?.input ?? {}) as {
      MessageAttributes?: Record<string, { StringValue: string }>;
    };
    return Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));
  };

  it('is tried again after growing delays until it succeeds', async () => {
    const { put, calls, clock } = await setUp({}, [
      serverError,
      new AwsError('TooManyRequestsException', 'slow', 429),
      new TypeError('reset'),
    ]);
    await put();
    await clock.advance(60_000);

    expect(calls.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 7_000]);
  });

  it('ends in the dead-letter queue after the last attempt, with the event and the reason', async () => {
    const { put, calls, clock } = await setUp({ RetryPolicy, DeadLetterConfig }, Array(9).fill(serverError));
    await put();
    await clock.advance(60_000);

    expect(calls.map(({ to }) => to)).toEqual([
      'lambda.Invoke',
      'lambda.Invoke',
      'lambda.Invoke',
      'lambda.Invoke',
      'sqs.SendMessage',
    ]);
    expect(calls[4]).toMatchObject({
      input: { QueueUrl: 'http://127.0.0.1:4599/111122223333/dead' },
      caller: { sourceArn: RULE },
    });
    expect(payloadOf(calls[4])).toMatchObject({ source: 'app', detail: { a: { b: 1 } } });
    expect(attributesOf(calls[4])).toEqual({
      RULE_ARN: RULE,
      TARGET_ARN: FUNCTION,
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'busy',
      RETRY_ATTEMPTS: '3',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  it('ends there when the event would be too old for the next attempt', async () => {
    const { put, calls, clock } = await setUp(
      { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig },
      Array(200).fill(serverError),
    );
    await put();
    await clock.advance(120_000);

    expect(calls.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 31_000]);
    expect(attributesOf(calls.at(-1))).toMatchObject({
      RETRY_ATTEMPTS: '5',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
  });

  it.each([
    ['permission', new AwsError('AccessDeniedException', 'no', 403), 'NO_PERMISSIONS'],
    ['a target', new AwsError('ResourceNotFoundException', 'gone', 404), 'NO_RESOURCE'],
    ['a queue', new AwsError('QueueDoesNotExist', 'gone', 400), 'NO_RESOURCE'],
    ['a valid request', new AwsError('InvalidParameterValueException', 'bad', 400), 'INVALID_PARAMETER'],
  ])('ends there at once for want of %s', async (_, error, code) => {
    const { put, calls, clock } = await setUp({ RetryPolicy, DeadLetterConfig }, [error]);
    await put();
    await clock.advance(60_000);

    expect(calls.map(({ at, to }) => [at, to])).toEqual([
      [0, 'lambda.Invoke'],
      [0, 'sqs.SendMessage'],
    ]);
    expect(attributesOf(calls[1])).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' });
    expect(attributesOf(calls[1])).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('drops the event without a dead-letter queue, and gives up when the service closes', async () => {
    const dropped = await setUp({}, [new AwsError('AccessDeniedException', 'no', 403)]);
    await dropped.put();
    await dropped.clock.advance(60_000);
    expect(dropped.calls).toHaveLength(1);

    const closed = await setUp({}, [serverError]);
    await closed.put();
    await closed.clock.advance(0);
    closed.events.close();
    await closed.clock.advance(60_000);
    expect(closed.calls).toHaveLength(1);
  });
});

describe('PutEvents', () => {
  it('refuses single entries with a code each and delivers the others', async () => {
    const { call, calls } = await setUp();
    const good = { Source: 'app', DetailType: 'Thing', Detail: '{}' };

    const result = await call<PutEventsResponse>('PutEvents', {
      Entries: [{ ...good, Source: 'aws.x' }, good, { ...good, Detail: '[1]' }, { ...good, DetailType: undefined }],
    });

    expect(result).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
        { EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
        {
          ErrorCode: 'InvalidArgument',
          ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
        },
      ],
    });
    expect(calls).toHaveLength(1);
  });

  it('refuses requests without entries, with eleven, without a complete one, and of 1 MiB', async () => {
    const { call } = await setUp();
    const put = (Entries: object[]) => call('PutEvents', { Entries });
    const entry = { Source: 'app', DetailType: 'T', Detail: '{}' };
    const big = { ...entry, Detail: JSON.stringify({ x: 'x'.repeat(1_048_576 - 4 - 8) }) };
    const refused = { code: 'ValidationException', status: 400 };

    await expect(put([])).rejects.toMatchObject(refused);
    await expect(put(Array(11).fill(entry))).rejects.toMatchObject(refused);
    await expect(put([{ Source: 'app' }])).rejects.toMatchObject(refused);
    await expect(put([big])).rejects.toThrow('Total size of the entries in the request is over the limit.');
    await expect(put([{ ...big, Source: 'ap' }])).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  it('knows the default bus only', async () => {
    const { put } = await setUp();

    expect(await put({ EventBusName: 'arn:aws:events:eu-west-1:111122223333:event-bus/default' })).toMatchObject({
      FailedEntryCount: 0,
    });
    await expect(put({ EventBusName: 'mine' })).rejects.toThrow('the event bus mine');
  });
});
