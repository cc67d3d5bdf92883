/** The last lines that a function logged, of all its processes. */
export interface FunctionLog {
  append(line: string): void;
  lines(): string[];
}

/** Creates a log that keeps the last `capacity` lines. */
export function createFunctionLog(capacity = 2_000): FunctionLog {
  let lines: string[] = [];
  return {
    append(line) {
      lines.push(line);
      if (lines.length >= capacity * 2) lines = lines.slice(-capacity);
    },
    lines: () => lines.slice(-capacity),
  };
}

/** Measurements of one invocation, in milliseconds and MB. */
interface Report {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout';
  readonly durationMs: number;
  readonly initMs: number | undefined;
  readonly memoryMb: number;
}

/** The lines that Lambda writes to the log of a function, in the log format of the function. */
export interface PlatformLines {
  initStart(): string;
  start(requestId: string): string;
  end(report: Report): readonly string[];
}

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export const textLines: PlatformLines = {
  initStart: () => `INIT_START Runtime Version: nodejs:24 (${process.version})`,
  start: (requestId) => `START RequestId: ${requestId} Version: $LATEST`,
  end: ({ requestId, status, durationMs, initMs, memoryMb }) => [
    `END RequestId: ${requestId}`,
    [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
      `Memory Size: ${memoryMb} MB`,
      ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
      ...(status === 'success' ? [] : [`Status: ${status}`]),
    ].join('\t'),
  ],
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
export const jsonLines = (now: () => number): PlatformLines => {
  const line = (type: string, record: object) =>
    JSON.stringify({ time: new Date(now()).toISOString(), type: `platform.${type}`, record });
  return {
    initStart: () => line('initStart', { initializationType: 'on-demand', phase: 'init', runtimeVersion: 'nodejs:24' }),
    start: (requestId) => line('start', { requestId, version: '$LATEST' }),
    end: ({ requestId, status, durationMs, initMs, memoryMb }) => [
      line('report', {
        requestId,
        status,
        metrics: {
          durationMs: round(durationMs),
          billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
          memorySizeMB: memoryMb,
          ...(initMs === undefined ? {} : { initDurationMs: round(initMs) }),
        },
      }),
    ],
  };
};
