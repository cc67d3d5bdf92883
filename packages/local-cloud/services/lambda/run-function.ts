import { randomBytes } from 'node:crypto';
import { AwsError, type Cloud } from '../../service.ts';
import { jsonLines, type PlatformLines, textLines } from './function-log.ts';
import { aheadOf } from './function-time.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Completion, Outcome } from './worker-process.ts';

/** One event for one function. */
export interface FunctionEvent {
  readonly requestId: string;
  /** JSON. */
  readonly payload: Uint8Array;
  /** JSON. */
  readonly clientContext?: string | undefined;
}

/** The result of an invocation. */
export interface FunctionResult {
  readonly payload: Uint8Array;
  readonly failed: boolean;
  /** The log from START to REPORT. */
  readonly logLines: readonly string[];
}

/** Bytes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESPONSE_LIMIT = 6_291_556;

/**
 * The error of Lambda when a function has no free concurrency.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
const throttled = (deployed: LambdaFunction): AwsError =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Type: 'User',
    Reason:
      deployed.reservedConcurrency === undefined
        ? 'ConcurrentInvocationLimitExceeded'
        : 'ReservedFunctionConcurrentInvocationLimitExceeded',
  });

const linesOf = (cloud: Cloud, deployed: LambdaFunction): PlatformLines =>
  deployed.settings.LoggingConfig.LogFormat === 'JSON' ? jsonLines(cloud.clock.now) : textLines;

const errorPayload = (errorType: string, errorMessage: string): Uint8Array =>
  Buffer.from(JSON.stringify({ errorType, errorMessage }));

/**
 * Runs a function once, counts it and logs it.
 *
 * @throws {AwsError} `TooManyRequestsException` when it has no free concurrency. Failures of the function are results.
 */
export async function runFunction(
  cloud: Cloud,
  deployed: LambdaFunction,
  event: FunctionEvent,
): Promise<FunctionResult> {
  if (!deployed.pool.hasRoom()) throw throttled(deployed);
  const { log, settings } = deployed;
  const { requestId } = event;
  const lines = linesOf(cloud, deployed);
  const logLines: string[] = [];
  const write = (line: string) => {
    log.append(line);
    logLines.push(line);
  };
  deployed.invocations += 1;
  const completion = await deployed.pool.run({
    ...event,
    payload: event.payload.byteLength === 0 ? Buffer.from('{}') : event.payload,
    functionArn: deployed.arn,
    timeoutMs: settings.Timeout * 1_000,
    aheadMs: aheadOf(cloud),
    traceId: traceId(cloud.clock.now()),
    onStart: () => write(lines.start(requestId)),
    onLine: write,
  });
  const seconds = settings.Timeout.toFixed(2);
  const { status, payload, line } = interpret(completion.outcome, requestId, seconds);
  if (line !== undefined) write(`${new Date(cloud.clock.now()).toISOString()} ${requestId} ${line}`);
  for (const text of lines.end(report(completion, requestId, status, settings.MemorySize))) write(text);
  if (status !== 'success') deployed.errors += 1;
  return { payload, failed: status !== 'success', logLines };
}

const report = ({ durationMs, initMs }: Completion, requestId: string, status: Status, memoryMb: number) => ({
  requestId,
  status,
  durationMs,
  initMs,
  memoryMb,
});

type Status = 'success' | 'error' | 'timeout';
interface Interpretation {
  readonly status: Status;
  readonly payload: Uint8Array;
  /** The lines that Lambda adds to the log. */
  readonly line?: string;
}

/** Adds the error that Lambda reports for an outcome. */
function interpret(outcome: Outcome, requestId: string, seconds: string): Interpretation {
  if (outcome.kind === 'error') return { status: 'error', payload: outcome.payload };
  if (outcome.kind === 'timeout') {
    const line = `Task timed out after ${seconds} seconds`;
    return {
      status: 'timeout',
      payload: errorPayload('Sandbox.Timedout', `RequestId: ${requestId} Error: ${line}`),
      line,
    };
  }
  if (outcome.kind === 'exit') {
    const message = `RequestId: ${requestId} Error: ${outcome.reason}`;
    return { status: 'error', payload: errorPayload('Runtime.ExitError', message), line: outcome.reason };
  }
  if (outcome.payload.byteLength > RESPONSE_LIMIT) {
    const message = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
    return { status: 'error', payload: errorPayload('Function.ResponseSizeTooLarge', message) };
  }
  return { status: 'success', payload: outcome.payload };
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
const traceId = (now: number): string =>
  `Root=1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
