import type { Weather } from './index.ts';

/** An answer that replaces the real one. */
export interface Refusal {
  readonly status: number;
  /** Error code. None for an answer without an error name. */
  readonly code?: string;
  /** The complete body, in place of an error of AWS. */
  readonly body?: string;
  /** The operation is carried out anyway. */
  readonly afterApply?: boolean;
}

const page = (status: number): Refusal => ({
  status,
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>\r\n`,
});

/** The throttling errors that the AWS SDKs know, except two that also have another meaning. */
const THROTTLE_NAMES = [
  'ThrottlingException',
  'TooManyRequestsException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'SlowDown',
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'EC2ThrottledException',
  'ProvisionedThroughputExceededException',
];

/** How a service refuses calls in rough weather. */
interface Manners {
  /** @see https://docs.aws.amazon.com/connect/latest/APIReference/best-practices-connect-apis.html and CommonErrors.html */
  readonly throttles: readonly Refusal[];
  readonly serverErrors: readonly Refusal[];
}

const SERVER_PAGES = [page(502), page(503), page(504)];

/** Other services are not affected. AWS JSON answers 400 where REST answers 429. */
const MANNERS: Readonly<Record<string, Manners>> = {
  connect: {
    throttles: [
      ...THROTTLE_NAMES.map((code) => ({ status: 429, code })),
      { status: 400, code: 'ThrottlingException' },
      { status: 429 },
      page(429),
    ],
    serverErrors: [
      { status: 500, code: 'InternalServiceException' },
      { status: 503, code: 'ServiceUnavailable' },
      ...SERVER_PAGES,
    ],
  },
  'cognito-idp': {
    throttles: [...THROTTLE_NAMES.map((code) => ({ status: 400, code })), { status: 429 }, page(429)],
    serverErrors: [
      { status: 500, code: 'InternalErrorException' },
      { status: 503, code: 'ServiceUnavailable' },
      ...SERVER_PAGES,
    ],
  },
  dynamodb: {
    throttles: ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'].map(
      (code) => ({
        status: 400,
        code,
      }),
    ),
    serverErrors: [
      { status: 500, code: 'InternalServerError' },
      { status: 503, code: 'ServiceUnavailable' },
      page(503),
    ],
  },
};

/** Decides whether a call is refused, and with which answer. */
export function refusalOf(weather: Weather, service: string, operation: string): Refusal | undefined {
  const manners = Object.hasOwn(MANNERS, service) ? MANNERS[service] : undefined;
  if (manners === undefined) return undefined;
  const subject = `${service}.${operation}`;
  const throttled = weather.strike('throttle', subject);
  if (throttled !== undefined) return pick(manners.throttles, throttled);
  const failed = weather.strike('server-error', subject);
  // The lower digits of the same number decide whether the operation is carried out.
  if (failed !== undefined)
    return { ...pick(manners.serverErrors, failed), afterApply: Math.floor(failed * 1000) % 2 === 0 };
  return weather.strike('html-400', subject) === undefined ? undefined : page(400);
}

const pick = (refusals: readonly Refusal[], drawn: number): Refusal =>
  refusals[Math.floor(drawn * refusals.length)] ?? { status: 500 };
