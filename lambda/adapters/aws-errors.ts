import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { type ErrorDetails, PermanentError, TransientError } from '../core/failures/errors.ts';
import { isAboutCertificates, isAboutCredentials, isUnrenewed } from '../core/failures/refusal.ts';

/** Members of an SDK error. All are optional, because an answer may be a modelled error or an HTML page. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** An error as the SDK classifies it. */
type ClassifiedError = Parameters<typeof isThrottlingError>[0];

/** Names of temporary errors that the SDK does not count as temporary: of Cognito, of SQS and of our time limits. */
const TRANSIENT_NAMES: ReadonlySet<string> = new Set(['InternalErrorException', 'OverLimit', 'AbortError']);

/** Codes with which a service refuses a request because its time is too far from the time of the service. */
const CLOCK = /Skewed|RequestExpired|RequestInTheFuture|Signature|AuthFailure/;

/** Codes with which the parser of Node.js refuses what is no HTTP. */
const NOT_HTTP = /^HPE_/;

/** A resource quota. The SDK counts it as a throttle and its status may be 429, but waiting does not help. */
const RESOURCE_QUOTA = 'LimitExceededException';

/**
 * Translates an error of an AWS client. The HTTP status comes first, because names differ between services and an HTML
 * answer has no name.
 *
 * @param operation - for the message, for example `connect:DescribeUser`.
 * @returns `TransientError` for 429, 5xx, throttling names, time-outs, network failures, certificates that are not trusted, and
 *   answers that cannot be read or that lead elsewhere, as a proxy gives them; `PermanentError` for other answers, and where the
 *   SDK has no credentials to send; any other error unchanged, because it is a bug. Messages have codes and never the text of
 *   the service, which may repeat a name or an address.
 */
export function translateError(operation: string, error: unknown): unknown {
  const { name, code, message: text, $metadata, $response } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const errorCode = typeof name === 'string' && name !== 'Error' ? name : typeof code === 'string' ? code : 'Unknown';
  const message = `${operation} failed: ${errorCode}${status === undefined ? ', no answer' : `, HTTP ${status}`}.`;
  const details = { cause: error, operation, ...(status === undefined ? {} : { status }) };
  const known = error instanceof Error && errorCode !== RESOURCE_QUOTA ? (error as ClassifiedError) : undefined;
  // The SDK marks each error of a call after which it has corrected its clock. Another try helps only when the service
  // refused the clock.
  const isAnswered = $metadata?.clockSkewCorrected === true && status !== undefined && !CLOCK.test(errorCode);
  const throttled =
    errorCode !== RESOURCE_QUOTA && (status === 429 || (known !== undefined && isThrottlingError(known)));
  if (
    throttled ||
    (status !== undefined && (status >= 500 || status < 400)) ||
    NOT_HTTP.test(errorCode) ||
    isAboutCertificates(errorCode) ||
    TRANSIENT_NAMES.has(errorCode) ||
    (known !== undefined && !isAnswered && isTransientError(known))
  ) {
    const retryAfterMs = readRetryAfter($response?.headers);
    return new TransientError(errorCode, message, {
      ...details,
      // A JSON service throttles with status 400. Treat it as 429.
      ...(throttled && { status: 429 }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status === 403 || /^AccessDenied/.test(errorCode)) return denied(operation, errorCode, text, details);
  if (isUnrenewed(errorCode) || (status !== undefined && status >= 400))
    return new PermanentError(errorCode, message, details);
  return error;
}

/** IAM actions of operations that have another name. */
const ACTIONS: Readonly<Record<string, string>> = { 'lambda:Invoke': 'lambda:InvokeFunction' };

/**
 * Names the missing permission. It is read from AWS's text, because it is not always the permission of the operation. The
 * message gives no advice: a function of the stack and a person need different advice.
 */
function denied(operation: string, code: string, text: unknown, details: ErrorDetails): PermanentError {
  const said =
    typeof text === 'string' ? /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(text)?.[1] : undefined;
  const own = ACTIONS[operation] ?? operation;
  // SQS writes actions in lower case. IAM ignores case.
  const missingPermission = said === undefined || said.toLowerCase() === own.toLowerCase() ? own : said;
  const why = isAboutCredentials(code)
    ? 'AWS does not accept the credentials of the caller'
    : `the caller lacks the permission ${missingPermission}`;
  return new PermanentError(code, `${operation} was denied (${code}): ${why}.`, { ...details, missingPermission });
}

function readRetryAfter(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const seconds = Number(headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

/**
 * Runs a call and translates its failure.
 *
 * @param expected - error names that are answers and not failures, with their values.
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
