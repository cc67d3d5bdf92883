/** Why a call failed: ids and codes of the service that refused it, never personal data. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** How long the service asked the caller to wait, milliseconds. */
  readonly retryAfterMs?: number;
  /** The permission that the caller lacks, for example `connect:DescribeUser`. */
  readonly missingPermission?: string;
  /** The operation that failed, for example `connect:DescribeUser`. */
  readonly operation?: string;
}

/** Something wrong with the configuration. */
export interface Problem {
  /** Where, for example `email.maxUsersPerHour`. */
  readonly path: string;
  /** What was received, what is allowed, what to do. */
  readonly message: string;
}

/** The configuration, the environment or the command line is wrong: nothing can run until a person corrects it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: string;
  /** Each problem as an item of its own, when several were found. */
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** A refusal that a repeated call does not change. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  readonly code: string;
  readonly status: number | undefined;
  readonly missingPermission: string | undefined;
  readonly operation: string | undefined;

  constructor(code: string, message: string, { cause, status, missingPermission, operation }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.missingPermission = missingPermission;
    this.operation = operation;
  }
}

/** A refusal that ends by itself: throttling, an outage, a time-out. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly operation: string | undefined;

  constructor(code: string, message: string, { cause, status, retryAfterMs, operation }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.operation = operation;
  }

  /** True for HTTP 429: the caller is too fast. False for a failure of the service. */
  get throttled(): boolean {
    return this.status === 429;
  }
}

/**
 * What may be logged of an error: codes, places in the code and messages of this product. Other messages may repeat a name
 * or an address and are left out. The message of the error is called `detail`, because `message` is the log line. Pure.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof ConfigError) return { error: error.name, code: error.code, detail: error.message };
  if (error instanceof PermanentError || error instanceof TransientError) {
    return { error: error.name, code: error.code, status: error.status, detail: error.message };
  }
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, stack: framesOf(error) };
}

/** Places in the code. A stack begins with the message. Its lines may look like places, so it is cut off first. */
function framesOf({ name, message, stack = '' }: Error): readonly string[] {
  const heading = [`${name}: ${message}`, message, name].find((text) => text !== '' && stack.startsWith(text));
  if (heading === undefined) return [];
  const lines = stack.slice(heading.length).split('\n');
  return lines
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
