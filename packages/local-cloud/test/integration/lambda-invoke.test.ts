import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { eventually } from '../fixtures/functions/eventually.ts';
import { ARN, createHarness, isAlive, ROLE, zip, zipText } from '../fixtures/functions/lambda-harness.ts';

const DOOMED_PARENT = fileURLToPath(new URL('../fixtures/functions/doomed-parent.ts', import.meta.url));

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
    [{ action: 'crashLater' }, { errorType: 'RangeError', errorMessage: 'nobody caught me' }],
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

describe('concurrency', () => {
  test('gives every invocation in progress a process of its own', async () => {
    await harness.create();

    const answers = await Promise.all([1, 2, 3].map(() => harness.invoke({ action: 'pause', ms: 200 })));

    expect(new Set(answers.map(({ payload }) => payload)).size).toBe(3);
  });

  test('beyond the reserved concurrency answers 429, and does not count the invocation', async () => {
    await harness.create();
    await harness.run('PutFunctionConcurrency', { FunctionName: 'subject', ReservedConcurrentExecutions: 1 });

    const busy = harness.invoke({ action: 'pause', ms: 100 });
    const refused = harness.invoke({ action: 'nothing' });

    await expect(refused).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await busy;
    expect(harness.lambda.stats()).toEqual({ subject: { invocations: 1, errors: 0 } });
    expect((await harness.invoke({ action: 'nothing' })).StatusCode).toBe(200);
  });

  test('lets one invocation follow another at once when one is reserved', async () => {
    await harness.create();
    await harness.run('PutFunctionConcurrency', { FunctionName: 'subject', ReservedConcurrentExecutions: 1 });

    for (let count = 0; count < 20; count += 1) await harness.invoke({ action: 'nothing' });

    expect(harness.lambda.stats()).toEqual({ subject: { invocations: 20, errors: 0 } });
    expect(harness.lambda.admin.processIds('subject')).toHaveLength(1);
  });
});

describe('the log', () => {
  test('holds START, what was written, END and REPORT, and its tail is answered on demand', async () => {
    await harness.create();

    const { LogResult = '' } = await harness.invoke({ action: 'log', lines: 2 }, { LogType: 'Tail' });

    const tail = Buffer.from(LogResult, 'base64').toString().trimEnd().split('\n');
    expect(tail[0]).toBe('START RequestId: request-1 Version: $LATEST');
    expect(tail.slice(1, -2).filter((line) => line !== 'raw')).toEqual([
      expect.stringMatching(/^\S+Z\trequest-1\tINFO\tline 1$/),
      expect.stringMatching(/^\S+Z\trequest-1\tINFO\tline 2$/),
      expect.stringMatching(/^\S+Z\trequest-1\tERROR\tto stderr once$/),
    ]);
    expect(tail).toContain('raw');
    expect(tail.at(-2)).toBe('END RequestId: request-1');
    expect(tail.at(-1)).toMatch(
      /^REPORT RequestId: request-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tInit Duration: [\d.]+ ms$/,
    );
    expect(harness.lambda.logs('subject')).toEqual(tail);
  });

  test('answers the last 4 KB and keeps the last 2,000 lines', async () => {
    await harness.create();

    const { LogResult = '' } = await harness.invoke({ action: 'log', lines: 5_000 }, { LogType: 'Tail' });

    expect(Buffer.from(LogResult, 'base64')).toHaveLength(4_096);
    expect(harness.lambda.logs('subject')).toHaveLength(2_000);
  });

  test('is JSON when the function asks for it', async () => {
    await harness.create({ LoggingConfig: { LogFormat: 'JSON', LogGroup: '/own/group' } });

    const { payload } = await harness.invoke({ action: 'log', lines: 1 });

    const lines = harness.lambda
      .logs('subject')
      .filter((line) => line !== 'raw')
      .map((line) => JSON.parse(line));
    expect(payload).toBe(1);
    expect(lines.map(({ type, message }) => type ?? message)).toEqual(
      expect.arrayContaining(['platform.start', 'line 1', 'platform.report']),
    );
  });
});

describe('nothing is left running', () => {
  test('after close, neither busy nor idle processes nor what they started', async () => {
    await harness.create();
    const { payload: grandchild } = await harness.invoke({ action: 'grandchild' });
    const busy = harness.invoke({ action: 'hang' });
    await Promise.all([harness.invoke({ action: 'pause', ms: 1 })]);
    const pids = harness.lambda.admin.processIds('subject');

    await harness.lambda.close();

    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    await eventually(() => expect(isAlive(grandchild)).toBe(false));
    expect((await busy).payload.errorType).toBe('Runtime.ExitError');
  });

  test('when the parent is killed, the processes end by themselves', async () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), 'doomed-'));
    const parent = spawn(process.execPath, [DOOMED_PARENT], {
      env: { ...process.env, TMPDIR },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pids] = await once(parent.stdout, 'data');
    const workers: number[] = JSON.parse(String(pids));
    expect(workers.filter(isAlive)).toHaveLength(2);

    parent.kill('SIGKILL');

    await eventually(() => expect(workers.filter(isAlive)).toEqual([]));
    rmSync(TMPDIR, { recursive: true });
  });
});
