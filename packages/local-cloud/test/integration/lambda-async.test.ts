import { afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { eventually } from '../fixtures/functions/eventually.ts';
import { ARN, createHarness, ROLE } from '../fixtures/functions/lambda-harness.ts';

const MINUTE = 60_000;
const FAILED_QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:failed';
let clock = createVirtualClock();
let harness = createHarness({ clock });
afterEach(async () => {
  await harness.lambda.close();
  clock = createVirtualClock();
  harness = createHarness({ clock });
});

const send = (event: object) => harness.invoke(event, { InvocationType: 'Event' });
const stats = () => harness.lambda.stats().subject;
const attempts = (invocations: number, errors = invocations) =>
  eventually(() => expect(stats()).toEqual({ invocations, errors }));
const configure = (config: object) =>
  harness.run('PutFunctionEventInvokeConfig', { FunctionName: 'subject', ...config });

describe('an asynchronous invocation', () => {
  test('is accepted before it runs', async () => {
    await harness.create();

    const { payload, ...answer } = await send({ action: 'nothing' });

    expect(answer).toEqual({ StatusCode: 202 });
    expect(payload).toBeUndefined();
    await attempts(1, 0);
  });

  test('that fails runs again after one minute and after two more, then never', async () => {
    await harness.create();
    await send({ action: 'fail' });
    await attempts(1);

    await clock.advance(MINUTE - 1);
    expect(stats()).toEqual({ invocations: 1, errors: 1 });
    await clock.advance(1);
    await attempts(2);
    await clock.advance(2 * MINUTE - 1);
    expect(stats()).toEqual({ invocations: 2, errors: 2 });
    await clock.advance(1);
    await attempts(3);
    await clock.advance(600 * MINUTE);

    expect(stats()).toEqual({ invocations: 3, errors: 3 });
  });

  test('leaves a record of the failure at its destination', async () => {
    await harness.create();
    await configure({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: FAILED_QUEUE } } });

    await send({ action: 'failWithText' });

    await eventually(() => expect(harness.queue.sent).toHaveLength(1));
    expect(harness.queue.sent[0]).toMatchObject({ QueueUrl: 'http://127.0.0.1/000000000000/failed' });
    expect(JSON.parse(harness.queue.sent[0]?.MessageBody ?? '')).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:00:00.000Z',
      requestContext: {
        requestId: 'request-1',
        functionArn: `${ARN}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { action: 'failWithText' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'string', errorMessage: 'just text', trace: [] },
    });
    expect(harness.callers.at(-1)).toEqual({ kind: 'role', roleArn: ROLE, functionName: 'subject' });
  });

  test('leaves the event itself in the dead-letter queue', async () => {
    await harness.create({ DeadLetterConfig: { TargetArn: FAILED_QUEUE } });
    await configure({ MaximumRetryAttempts: 1 });

    await send({ action: 'fail' });
    await attempts(1);
    await clock.advance(MINUTE);

    await eventually(() => expect(harness.queue.sent).toHaveLength(1));
    expect(harness.queue.sent[0]).toMatchObject({
      MessageBody: '{"action":"fail"}',
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: 'request-1' },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'no such thing' },
      },
    });
  });

  test('tells of success where the configuration asks for it', async () => {
    await harness.create();
    await configure({ DestinationConfig: { OnSuccess: { Destination: FAILED_QUEUE } } });

    await send({ action: 'nothing' });

    await eventually(() => expect(harness.queue.sent).toHaveLength(1));
    expect(JSON.parse(harness.queue.sent[0]?.MessageBody ?? '')).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: null,
    });
  });

  test('is not retried beyond its maximum age', async () => {
    await harness.create();
    await configure({
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: FAILED_QUEUE } },
    });
    await send({ action: 'fail' });
    await attempts(1);
    await clock.advance(MINUTE);
    await attempts(2);

    await clock.advance(2 * MINUTE);

    await eventually(() => expect(harness.queue.sent).toHaveLength(1));
    expect(JSON.parse(harness.queue.sent[0]?.MessageBody ?? '').requestContext).toMatchObject({
      condition: 'EventAgeExceeded',
      approximateInvokeCount: 2,
    });
  });

  test('waits for its turn when the function is at its concurrency', async () => {
    await harness.create();
    await harness.run('PutFunctionConcurrency', { FunctionName: 'subject', ReservedConcurrentExecutions: 1 });

    for (let count = 0; count < 5; count += 1) await send({ action: 'pause', ms: 5 });

    await attempts(5, 0);
    expect(harness.lambda.admin.processIds('subject')).toHaveLength(1);
  });

  test('goes straight to the destination when nothing may run', async () => {
    await harness.create();
    await configure({ DestinationConfig: { OnFailure: { Destination: FAILED_QUEUE } } });
    await harness.run('PutFunctionConcurrency', { FunctionName: 'subject', ReservedConcurrentExecutions: 0 });

    await send({ action: 'nothing' });

    await eventually(() => expect(harness.queue.sent).toHaveLength(1));
    const record = JSON.parse(harness.queue.sent[0]?.MessageBody ?? '');
    expect(record.requestContext.approximateInvokeCount).toBe(0);
    expect(record).not.toHaveProperty('responseContext');
    expect(stats()).toEqual({ invocations: 0, errors: 0 });
  });

  test('says in the log when the destination does not exist', async () => {
    await harness.create();
    const Destination = 'arn:aws:sqs:eu-central-1:000000000000:missing';
    await configure({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination } } });

    await send({ action: 'fail' });

    await eventually(() =>
      expect(harness.lambda.logs('subject').at(-1)).toBe(
        `Delivery of event request-1 to ${Destination} failed: AwsError: The specified queue does not exist.`,
      ),
    );
  });
});

describe('the configuration of asynchronous invocations', () => {
  test('is shown when it is set, and is deleted once', async () => {
    await harness.create();
    const remove = () => harness.run('DeleteFunctionEventInvokeConfig', { FunctionName: 'subject' });

    expect(await configure({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 300 })).toEqual({
      LastModified: new Date('2026-01-01T00:00:00Z'),
      FunctionArn: `${ARN}:$LATEST`,
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    });
    await remove();
    await expect(remove()).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
  });

  test.for([
    [{ MaximumRetryAttempts: 3 }, 'ValidationException'],
    [{ MaximumEventAgeInSeconds: 59 }, 'ValidationException'],
    [{ DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:eu-central-1:0:topic' } } }, 'UnsupportedOperation'],
  ] as const)('is refused with %j', async ([config, code]) => {
    await harness.create();

    await expect(configure(config)).rejects.toMatchObject({ code });
  });
});
