import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../clock.ts';
import { readLines } from './process-output.ts';
import { serveRuntimeApi } from './runtime-api.ts';

/** One event for a function process. */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  /** How far the clock of the cloud is ahead of the machine's clock, milliseconds. */
  readonly aheadMs: number;
  readonly traceId: string;
  /** JSON. */
  readonly clientContext?: string | undefined;
  /** Is called just before the handler gets the event. */
  onStart(): void;
  /** Is called for each line that the process writes between start and end. */
  onLine(line: string): void;
}

/** How an invocation ended. `payload` is JSON as the runtime sent it. */
export type Outcome =
  | { readonly kind: 'response' | 'error'; readonly payload: Uint8Array }
  | { readonly kind: 'exit'; readonly reason: string }
  | { readonly kind: 'timeout' };

/** An outcome with its times in milliseconds; `initMs` only after a cold start. */
export interface Completion {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly initMs: number | undefined;
}

/** A process that runs a function, one invocation at a time. */
export interface Worker {
  readonly pid: number;
  /** False after the process has ended, or when it is about to end. */
  isUsable(): boolean;
  /** Never rejects. Resolves when the runtime asks for the next invocation or the process has exited. Then the worker is free. */
  invoke(invocation: Invocation): Promise<Completion>;
  /** Kills the process and its child processes. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** Options of a process. */
export interface WorkerOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Is called for each line that is written outside of invocations, including the initialisation. */
  onLine(line: string): void;
  /** Waits on the clock of the cloud. Resolves to how far that is ahead of the machine's clock then, milliseconds. */
  sleep(milliseconds: number): Promise<number>;
}

interface Running {
  readonly invocation: Invocation;
  readonly settle: (completion: Completion) => void;
  startedAt: number;
  initMs: number | undefined;
  durationMs: number | undefined;
  result: Outcome | undefined;
  started: boolean;
  cancelTimeout: () => void;
}

/** Longest time of an initialisation. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_LIMIT_MS = 10_000;
const CLIENT = fileURLToPath(new URL('./runtime-client.cjs', import.meta.url));

const exitReason = (code: number | null, signal: string | null): string => {
  if (signal !== null) return `Runtime exited with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
};

/** Starts a process and its Runtime API. The initialisation continues and is part of the first invocation. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  let idle: ServerResponse | undefined;
  let running: Running | undefined;
  let usable = true;
  let verdict: Outcome | undefined;
  let gone: Outcome | undefined;
  let initMs: number | undefined;

  const finish = (outcome: Outcome) => {
    if (running === undefined) return;
    const { settle, startedAt, cancelTimeout, durationMs, initMs: init } = running;
    running = undefined;
    cancelTimeout();
    settle({ outcome, durationMs: durationMs ?? performance.now() - startedAt, initMs: init });
  };
  const deliver = (answer: ServerResponse, current: Running) => {
    const { requestId, functionArn, payload, timeoutMs, aheadMs, traceId, clientContext } = current.invocation;
    current.started = true;
    current.startedAt = performance.now();
    // The process shows the time of the cloud. Durations are measured in the time of the machine.
    const deadline = Date.now() + aheadMs + timeoutMs;
    current.cancelTimeout = systemClock.schedule(timeoutMs, () => doom({ kind: 'timeout' }));
    current.invocation.onStart();
    answer.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.byteLength,
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': deadline,
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': traceId,
      'local-cloud-ahead-ms': aheadMs,
      ...(clientContext === undefined ? {} : { 'lambda-runtime-client-context': clientContext }),
    });
    answer.end(payload);
  };
  const settleLater = (requestId: string, result: Outcome) => {
    if (running?.invocation.requestId !== requestId) return;
    running.result ??= result;
    running.durationMs ??= performance.now() - running.startedAt;
  };

  const api = await serveRuntimeApi({
    async onNext(answer) {
      if (initMs === undefined) {
        initMs = performance.now() - spawnedAt;
        cancelInit();
        if (running !== undefined) running.initMs = initMs;
      }
      await output.drained();
      if (gone !== undefined) return;
      if (running?.result !== undefined) finish(running.result);
      if (running === undefined) idle = answer;
      else deliver(answer, running);
    },
    onResponse: (requestId, payload) => settleLater(requestId, { kind: 'response', payload }),
    onError: (requestId, payload) => settleLater(requestId, { kind: 'error', payload }),
    onInitError: (payload) => doom({ kind: 'error', payload }),
    onSleep: options.sleep,
  });

  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [CLIENT], {
    cwd: options.directory,
    env: { ...options.environment, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that Ctrl-C reaches only the parent, which ends everything in order.
    detached: true,
    windowsHide: true,
  });
  const output = readLines(child, (line) =>
    running?.started ? running.invocation.onLine(line) : options.onLine(line),
  );
  const kill = () => {
    usable = false;
    try {
      process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const doom = (result: Outcome) => {
    verdict ??= running?.result ?? result;
    kill();
  };
  const cancelInit = systemClock.schedule(INIT_LIMIT_MS, () => doom({ kind: 'timeout' }));
  const ended = new Promise<void>((resolve) => {
    const end = (code: number | null, signal: string | null) => {
      if (gone !== undefined) return;
      gone = running?.result ?? verdict ?? { kind: 'exit', reason: exitReason(code, signal) };
      usable = false;
      cancelInit();
      api.close();
      output.flush();
      finish(gone);
      resolve();
    };
    child.once('error', () => end(1, null));
    child.once('close', end);
    child.once('exit', (code, signal) => {
      kill();
      // A child process of the function may have left its process group and still hold the pipes.
      systemClock.schedule(100, () => end(code, signal));
    });
  });

  return {
    pid: child.pid ?? -1,
    isUsable: () => usable,
    invoke: (invocation) =>
      new Promise((settle) => {
        running = {
          invocation,
          settle,
          startedAt: performance.now(),
          initMs: undefined,
          durationMs: undefined,
          result: undefined,
          started: false,
          cancelTimeout: () => {},
        };
        if (gone !== undefined) return finish(gone);
        const answer = idle;
        idle = undefined;
        if (answer !== undefined) deliver(answer, running);
      }),
    async stop() {
      kill();
      await ended;
    },
  };
}
