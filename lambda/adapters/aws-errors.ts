import { PermanentError, TransientError } from '../core/errors.ts';

/** What an SDK error may carry, all of it optional: an answer can be anything from a modelled error to an HTML page. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** Error names that mean "later" although their HTTP status is 400, as JSON services send it for everything. */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'RequestThrottled',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'InternalErrorException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TransactionInProgressException',
  'OverLimit',
]);
/** Failures without an answer: nothing is known of what the service did. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
  'AbortError',
]);

/**
 * Translates what an AWS client threw, by HTTP status first: names differ between services and an HTML answer has none.
 * `LimitExceededException` is a resource quota, which no waiting mends, although its status is 429.
 *
 * @param operation - for the message, for example `connect:DescribeUser`.
 * @returns `TransientError` for 429, 5xx, throttling names, time-outs and network failures; `PermanentError` for other
 *   answers; what is no SDK error at all is a bug and comes back as it is. Messages carry codes, never the service's
 *   text, which may repeat a name or an address.
 */
export function translateError(operation: string, error: unknown): unknown {
  const { name, code, $metadata, $response } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const errorCode = typeof name === 'string' && name !== 'Error' ? name : typeof code === 'string' ? code : 'Unknown';
  const message = `${operation} failed: ${errorCode}${status === undefined ? ', no answer' : `, HTTP ${status}`}.`;
  const details = { cause: error, ...(status === undefined ? {} : { status }) };
  const throttled = status === 429 && errorCode !== 'LimitExceededException';
  if (throttled || (status !== undefined && status >= 500) || TRANSIENT_NAMES.has(errorCode)) {
    const retryAfterMs = readRetryAfter($response?.headers);
    return new TransientError(errorCode, message, {
      ...details,
      // A JSON service throttles with status 400: for us it is the same thing as 429.
      ...(throttled || /throttl|toomany|throughput|limitexceeded$/i.test(errorCode) ? { status: 429 } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status !== undefined && status >= 400) return new PermanentError(errorCode, message, details);
  if (NETWORK_CODES.has(errorCode) || (typeof code === 'string' && NETWORK_CODES.has(code))) {
    return new TransientError(errorCode, message, details);
  }
  return error;
}

function readRetryAfter(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

/**
 * Runs a call and translates its failure.
 *
 * @param expected - error names that are an answer and not a failure, with what they mean.
 * @throws {TransientError | PermanentError} see {@link translateError}.
 */
export async function callAws<Result, Expected = never>(
  operation: string,
  call: () => Promise<Result>,
  expected: Readonly<Record<string, Expected>> = {},
): Promise<Result | Expected> {
  try {
    return await call();
  } catch (error) {
    const name = (error as SdkError | undefined)?.name;
    if (typeof name === 'string' && Object.hasOwn(expected, name)) return expected[name] as Expected;
    throw translateError(operation, error);
  }
}
