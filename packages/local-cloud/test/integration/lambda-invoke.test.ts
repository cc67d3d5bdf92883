import { afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { eventually } from '../fixtures/functions/eventually.ts';
import { ARN, createHarness, isAlive, ROLE, zip, zipText } from '../fixtures/functions/lambda-harness.ts';

let harness = createHarness();
afterEach(async () => {
  await harness.lambda.close();
  harness = createHarness();
});

describe('a function process', () => {
  test('gets the event and Lambda’s context', async () => {
    await harness.create({ MemorySize: 256, Timeout: 900 });

    const { payload, ...answer } = await harness.invoke({ action: 'echo', value: 'ä' });

    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(payload).toMatchObject({
      event: { action: 'echo', value: 'ä' },
      requestId: 'request-1',
      functionName: 'subject',
      arn: ARN,
      memory: '256',
      logGroup: '/aws/lambda/subject',
      hasLogStream: true,
      waits: true,
    });
    expect(payload.remainingMs).toBeGreaterThan(0);
    expect(payload.remainingMs).toBeLessThanOrEqual(900_000);
  });

  test('sees the time of the cloud, whatever that of the machine is', async () => {
    const clock = createVirtualClock(Date.UTC(2031, 0, 1));
    harness = createHarness({ clock });
    await harness.create({ Timeout: 900 });

    const { payload } = await harness.invoke({ action: 'times' });
    await clock.advance(86_400_000);
    const { payload: nextDay } = await harness.invoke({ action: 'times' });

    expect(new Date(payload.now).toISOString().slice(0, 10)).toBe('2031-01-01');
    expect(payload.date.slice(0, 10)).toBe('2031-01-01');
    expect(new Date(nextDay.now).toISOString().slice(0, 10)).toBe('2031-01-02');
    expect(payload).toMatchObject({ fixed: '1970-01-02T00:00:00.000Z', isDate: true });
    expect(payload.remainingMs).toBeGreaterThan(0);
    expect(payload.remainingMs).toBeLessThanOrEqual(900_000);
  });

  test('waits on the clock of the cloud, once that is ahead, and sees the time at the end of the wait', async () => {
    const clock = createVirtualClock(Date.now() + 86_400_000);
    harness = createHarness({ clock });
    await harness.create({ Timeout: 900 });

    const answer = harness.invoke({ action: 'wait', milliseconds: 600_000 });
    let waits = true;
    void answer.finally(() => {
      waits = false;
    });
    await expect.poll(() => clock.advance(60_000).then(() => waits)).toBe(false);

    const { waitedMs } = (await answer).payload;
    expect(waitedMs).toBeGreaterThan(590_000);
  });

  test('inherits nothing from the environment of its parent', async () => {
    process.env.PARENT_SECRET = 'do not hand this on';
    await harness.create({ Environment: { Variables: { COLOUR: 'green', NODE_OPTIONS: '--no-deprecation' } } });

    const { payload } = await harness.invoke({ action: 'environment' });

    delete process.env.PARENT_SECRET;
    expect(Object.keys(payload).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'COLOUR',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'NODE_OPTIONS',
      'PATH',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(payload).toMatchObject({
      COLOUR: 'green',
      TZ: ':UTC',
      AWS_REGION: 'eu-central-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4599',
      AWS_ACCESS_KEY_ID: 'key-subject',
      AWS_SESSION_TOKEN: ROLE,
    });
  });

  test('runs an ES module with top-level await', async () => {
    await harness.create({ Code: { ZipFile: zip({ 'index.mjs': 'es-module.mjs' }) } });

    const { payload } = await harness.invoke({ name: 'Mary' });

    expect(payload).toEqual({ startedAt: 'top level', greeting: 'hello Mary' });
  });

  test('runs a package that S3 holds, from a subfolder', async () => {
    harness.objects.set('asset.zip', zip({ 'dist/main.js': 'common-js.cjs' }));
    await harness.create({ Code: { S3Bucket: 'assets', S3Key: 'asset.zip' }, Handler: 'dist/main.handler' });

    const { payload } = await harness.invoke({ action: 'echo' });

    expect(payload.event).toEqual({ action: 'echo' });
  });

  test('is reused by the next invocation and answers null for undefined', async () => {
    await harness.create();

    const first = await harness.invoke({ action: 'echo' });
    const nothing = await harness.invoke({ action: 'nothing' });
    const second = await harness.invoke({ action: 'echo' });

    expect(second.payload.pid).toBe(first.payload.pid);
    expect(nothing.payload).toBeNull();
    expect(harness.lambda.stats()).toEqual({ subject: { invocations: 3, errors: 0 } });
  });

  test('gets an empty object when the invocation has no payload', async () => {
    await harness.create({ Code: { ZipFile: zipText({ 'index.js': 'exports.handler = async (event) => event' }) } });

    const { payload } = await harness.invoke({}, { Payload: undefined });

    expect(payload).toEqual({});
  });

  test.for([
    ['UpdateFunctionCode', { ZipFile: zip({ 'index.js': 'common-js.cjs' }) }],
    ['UpdateFunctionConfiguration', { Environment: { Variables: { A: 'b' } } }],
  ] as const)('is replaced after %s', async ([operation, change]) => {
    await harness.create();
    const before = await harness.invoke({ action: 'echo' });

    await harness.run(operation, { FunctionName: 'subject', ...change });

    const after = await harness.invoke({ action: 'echo' });
    expect(after.payload.pid).not.toBe(before.payload.pid);
    await eventually(() => expect(isAlive(before.payload.pid)).toBe(false));
  });
});

describe('a function that fails', () => {
  test('answers type, message and trace of what it threw, and lives on', async () => {
    await harness.create();

    const { FunctionError, payload } = await harness.invoke({ action: 'fail' });

    expect(FunctionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' });
    expect(payload.trace[0]).toBe('TypeError: no such thing');
    expect(payload.trace[1]).toContain('index.js');
    expect(harness.lambda.admin.processIds('subject')).toHaveLength(1);
    expect(harness.lambda.stats()).toEqual({ subject: { invocations: 1, errors: 1 } });
  });

  test.for([
    [{ action: 'failWithText' }, { errorType: 'string', errorMessage: 'just text', trace: [] }],
    [
      { action: 'exit', code: 3 },
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: exit status 3',
      },
    ],
    [
      { action: 'exit', code: 0 },
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited without providing a reason',
      },
    ],
    [{ action: 'crashLater' }, { errorType: 'RangeError', errorMessage: 'not caught' }],
    [
      { action: 'large', bytes: 6_291_557 },
      {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    ],
  ] as const)('by %j answers as Lambda does', async ([event, expected]) => {
    await harness.create();

    const { FunctionError, payload } = await harness.invoke(event);

    expect(FunctionError).toBe('Unhandled');
    expect(payload).toMatchObject(expected);
    expect((await harness.invoke({ action: 'nothing' })).FunctionError).toBeUndefined();
  });

  test('by running too long is killed, and the next invocation is a cold start', async () => {
    await harness.create({ Timeout: 1 });
    const hanging = harness.invoke({ action: 'hang' });
    await eventually(() => expect(harness.lambda.admin.processIds('subject')).toHaveLength(1));
    const [pid = 0] = harness.lambda.admin.processIds('subject');

    const { FunctionError, payload } = await hanging;

    expect(FunctionError).toBe('Unhandled');
    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 1.00 seconds',
    });
    expect(isAlive(pid)).toBe(false);
    await harness.run('UpdateFunctionConfiguration', { FunctionName: 'subject', Timeout: 60 });
    expect((await harness.invoke({ action: 'echo' })).payload.pid).not.toBe(pid);
    expect(
      harness.lambda.logs('subject').some((line) => /^\S+Z request-1 Task timed out after 1.00 seconds$/.test(line)),
    ).toBe(true);
  });

  test('by being killed in mid-invocation answers with the signal', async () => {
    await harness.create();
    await harness.invoke({ action: 'nothing' });
    const [pid = 0] = harness.lambda.admin.processIds('subject');

    const hanging = harness.invoke({ action: 'hang' });
    process.kill(pid, 'SIGKILL');

    expect((await hanging).payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
    });
  });

  test('does not answer from a process that died while idle', async () => {
    await harness.create();
    await harness.invoke({ action: 'nothing' });
    const [pid = 0] = harness.lambda.admin.processIds('subject');

    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(harness.lambda.admin.processIds('subject')).toEqual([]));

    expect((await harness.invoke({ action: 'nothing' })).FunctionError).toBeUndefined();
  });

  test.for([
    ['throw new Error("at load")', { errorType: 'Error', errorMessage: 'at load' }],
    [
      'exports.other = 1',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    ['exports.handler = 1', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' }],
    ['exports.handler = (a, b, c) => c()', { errorType: 'Runtime.CallbackHandlerDeprecated' }],
    ['this is no code', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['require("nowhere")', { errorType: 'Runtime.ImportModuleError' }],
    ['process.exit(7)', { errorType: 'Runtime.ExitError' }],
  ] as const)('to load (%s) reports the reason at every invocation', async ([code, expected]) => {
    await harness.create({ Code: { ZipFile: zipText({ 'index.js': code }) } });

    const first = await harness.invoke({});
    const second = await harness.invoke({});

    expect(first.FunctionError).toBe('Unhandled');
    expect(first.payload).toMatchObject(expected);
    expect(second.payload).toMatchObject(expected);
    await eventually(() => expect(harness.lambda.admin.processIds('subject')).toEqual([]));
  });
});
