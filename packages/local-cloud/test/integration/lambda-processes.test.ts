import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../fixtures/functions/eventually.ts';
import { createHarness, isAlive } from '../fixtures/functions/lambda-harness.ts';

const DOOMED_PARENT = fileURLToPath(new URL('../fixtures/functions/doomed-parent.ts', import.meta.url));

let harness = createHarness();
afterEach(async () => {
  await harness.lambda.close();
  harness = createHarness();
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
